/** Command of the simulated venue process: `main.ts --config <file> [--port <n>] [--parent-pid <pid>]`. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createExchangeCalendars } from '../../calendars/exchange-calendars';
import type { Calendars } from '../../ports/calendar';
import { parseSimulatedConfig } from './venue-config';
import type { SimulatedConfig } from './venue-config';
import { startVenueProcess } from './venue-process';

const EXIT_BAD_CONFIG = 2;
const EXIT_CANNOT_START = 1;
/** Tells the supervisor to start the process again. */
const EXIT_RESTART = 75;
/** An orphan ends within this time. */
const PARENT_POLL_MS = 500;

void main();

async function main(): Promise<void> {
  const { config, calendars, parentPid } = readArguments();
  try {
    const running = await startVenueProcess(config, {
      calendars,
      nowMs: Date.now,
      restart: () => process.exit(EXIT_RESTART),
      onLedgerFailure: (error) => fail(EXIT_CANNOT_START, `cannot write the ledger, stopping: ${error.message}`),
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        void running.close().finally(() => process.exit(0));
      });
    }
    if (parentPid !== undefined) endWithParent(parentPid);
    process.stdout.write(`${JSON.stringify({ ready: true, port: running.port })}\n`);
  } catch (error) {
    fail(EXIT_CANNOT_START, startFailure(error, config));
  }
}

interface Arguments {
  readonly config: SimulatedConfig;
  readonly calendars: Calendars;
  readonly parentPid: number | undefined;
}

function readArguments(): Arguments {
  try {
    const { values } = parseArgs({
      options: { config: { type: 'string' }, port: { type: 'string' }, 'parent-pid': { type: 'string' } },
    });
    if (values.config === undefined) throw new Error('--config <file> is missing');
    const config = parseSimulatedConfig(readJson(values.config));
    const calendars = createExchangeCalendars(config.calendars);
    const parentPid = values['parent-pid'];
    return {
      config: values.port === undefined ? config : { ...config, port: Number(values.port) },
      calendars,
      parentPid: parentPid === undefined ? undefined : Number(parentPid),
    };
  } catch (error) {
    return fail(EXIT_BAD_CONFIG, error instanceof Error ? error.message : String(error));
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`cannot read the config file ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function endWithParent(parentPid: number): void {
  // A dead parent's child is handed to another process, so the parent's pid changes; a pid alone may be used again.
  const direct = process.ppid === parentPid;
  setInterval(() => {
    if (direct ? process.ppid !== parentPid : !isAlive(parentPid)) process.exit(0);
  }, PARENT_POLL_MS).unref();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function startFailure(error: unknown, { host, port }: SimulatedConfig): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'EADDRINUSE') return `cannot start: ${message}`;
  return `port ${String(port)} of ${host} is in use: stop what listens there, or set "port" to another number (0 takes a free one)`;
}

function fail(exitCode: number, message: string): never {
  process.stderr.write(`simulated venue: ${message}\n`);
  process.exit(exitCode);
}
