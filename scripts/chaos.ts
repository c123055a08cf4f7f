/**
 * `npm run chaos`: orders by the hundred while every part of the system is killed, stalled, cut off and lied to; then the
 * venue's ledger, the database and Temporal's histories are compared. Ends with code 1 when anything did not hold.
 */
import { Command, InvalidArgumentError } from 'commander';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogger } from '../src/logging';
import { installTemporalRuntime } from '../workers/temporal-runtime';
import { playChaos } from './chaos/play';
import { FAULTS } from './chaos/matrix';
import { reportLines, figuresOf } from './chaos/report';

const EXIT_INTERRUPTED = 130;
const SEEDS = 2 ** 31;

interface Options {
  readonly orders: number;
  readonly faults: readonly string[];
  readonly seed: number;
  readonly timeScale: number;
  readonly rounds: number;
  readonly pairs?: true;
  readonly json?: string;
  readonly keep?: true;
}

async function main(): Promise<number> {
  const options = new Command('chaos')
    .description('Play faults against a system under load, then prove that no order was lost, doubled or changed.')
    .option('--orders <count>', 'orders of the load', wholeNumber, 300)
    .option('--faults <ids>', `all, or some of ${FAULTS.map(({ id }) => id).join(',')}`, faultIds, faultIds('all'))
    .option('--seed <number>', 'repeats the choices of an earlier run', wholeNumber, Date.now() % SEEDS)
    .option('--time-scale <factor>', 'long faults last this part of their time', factor, 0.1)
    .option('--rounds <count>', 'how often each fault is played; 0: each of its forms once', wholeNumber, 0)
    .option('--pairs', 'play each fault together with another one, too')
    .option('--json <file>', 'write the figures as JSON')
    .option('--keep', 'leave the state folder for a look')
    .showHelpAfterError()
    .allowExcessArguments(false)
    .parse()
    .opts<Options>();
  installTemporalRuntime(makeLogger({ level: 'silent', readable: false }));
  const stateDir = await mkdtemp(join(tmpdir(), 'oms-chaos-'));
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      // What this process started ends with it.
      if (abort.signal.aborted) process.exit(EXIT_INTERRUPTED);
      say('interrupted: plays nothing more, judges what was played; again to stop at once');
      process.exitCode = EXIT_INTERRUPTED;
      abort.abort();
    });
  say(`seed ${String(options.seed)}, state in ${stateDir}`);
  const faults = FAULTS.filter(({ id }) => options.faults.includes(id));
  const result = await playChaos({ ...options, faults, stateDir, signal: abort.signal, say });
  for (const line of reportLines(result)) say(line);
  if (options.json !== undefined)
    await writeFile(options.json, `${JSON.stringify(await figuresOf(result), undefined, 2)}\n`);
  if (options.keep !== true) await rm(stateDir, { recursive: true, force: true });
  return result.problems.length === 0 ? 0 : 1;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('a whole number, not negative.');
  return Number(text);
}
function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('a number above 0, at most 1.');
  return value;
}
function faultIds(text: string): readonly string[] {
  const ids = FAULTS.map(({ id }) => id as string);
  if (text === 'all') return ids;
  const asked = text.split(',').map((id) => id.trim());
  const unknown = asked.filter((id) => !ids.includes(id));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`${unknown.join(', ')}: must be all, or of ${ids.join(', ')}.`);
  return asked;
}
const say = (line: string): void => {
  console.log(line);
};

main().then(
  (code) => process.exit(process.exitCode ?? code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
