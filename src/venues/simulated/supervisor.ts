import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { SimulatedConfigInput } from './venue-config';

/** What to run: a config, or the path of one. */
export interface SpawnOptions {
  readonly config?: SimulatedConfigInput;
  readonly configPath?: string;
  readonly cwd?: string;
  /** Gets every line that the process writes to stderr and what happens to the process. */
  readonly log?: (line: string) => void;
}

/** A simulated venue process under supervision. */
export interface SupervisedVenue {
  readonly port: number;
  /** The running process's id; changes with a restart. */
  readonly pid: number;
  /** Resolves with the exit code (null after a signal) when the process has ended for good. */
  readonly exited: Promise<number | null>;
  /** Ends the process in good order, by force after a while. */
  stop(): Promise<void>;
  /** Ends the process as a crash would (SIGKILL). */
  kill(): Promise<void>;
}

/** The exit code with which the process asks to be started again. */
const EXIT_RESTART = 75;
/** A process that has not ended in this time after SIGTERM gets SIGKILL. */
const STOP_MS = 3000;

/** A process that ends unasked this often within the span is not started again: something is wrong for good. */
const UNASKED_ENDS_MAX = 5;
const UNASKED_SPAN_MS = 60_000;
const RESTART_PAUSE_MS = 200;

/**
 * Starts a simulated venue process and waits until it listens. When it asks for it (exit code 75) or ends unasked, as
 * by a kill, it is started again on the same port; its ledger has everything that it said.
 */
export async function spawnSimulatedVenue(options: SpawnOptions): Promise<SupervisedVenue> {
  const supervisor = new Supervisor(configPathOf(options), options);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements SupervisedVenue {
  port = 0;
  readonly exited: Promise<number | null>;
  private child: ChildProcess | undefined;
  private ending = false;
  private unaskedEnds: readonly number[] = [];
  private ended: (code: number | null) => void = () => undefined;

  constructor(
    private readonly configPath: string,
    private readonly options: SpawnOptions,
  ) {
    this.exited = new Promise((done) => {
      this.ended = done;
    });
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Resolves when the process listens; rejects with its last words when it ends before. */
  start(): Promise<void> {
    return new Promise((done, failed) => {
      const child = spawn(process.execPath, this.argumentsOf(), {
        cwd: this.options.cwd ?? process.cwd(),
        stdio: ['ignore', 'pipe', 'pipe'],
        // A process group of its own: Ctrl-C is for the parent, whose workers still need the venue while they stop.
        detached: true,
      });
      this.child = child;
      const words: string[] = [];
      createInterface({ input: child.stderr }).on('line', (line) => {
        words.push(line);
        // The end of a long life is enough to explain it.
        if (words.length > 20) words.shift();
        this.options.log?.(line);
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        const port = readyPort(line);
        if (port === undefined) return;
        this.port = port;
        done();
      });
      child.once('error', failed);
      child.once('close', (code) => {
        failed(new Error(`simulated venue ended (${String(code)}) before it was ready: ${words.join(' ')}`));
        this.onExit(code);
      });
    });
  }

  async stop(): Promise<void> {
    const force = setTimeout(() => this.child?.kill('SIGKILL'), STOP_MS);
    await this.end('SIGTERM');
    clearTimeout(force);
  }

  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    this.ending = true;
    this.child?.kill(signal);
    await this.exited;
  }

  private onExit(code: number | null): void {
    if (this.ending) {
      this.ended(code);
      return;
    }
    if (code !== EXIT_RESTART) {
      this.onUnaskedEnd(code);
      return;
    }
    this.options.log?.('simulated venue restarts');
    this.restart();
  }

  /** A venue that was never up is its starter's to judge; later ends are mended, some of them. */
  private onUnaskedEnd(code: number | null): void {
    const now = Date.now();
    this.unaskedEnds = [...this.unaskedEnds.filter((at) => now - at < UNASKED_SPAN_MS), now];
    if (this.port === 0 || this.unaskedEnds.length > UNASKED_ENDS_MAX) {
      this.ended(code);
      return;
    }
    this.options.log?.(`simulated venue ended unasked (${String(code)}) and is started again`);
    setTimeout(() => {
      // It may have been stopped meanwhile.
      if (this.ending) this.ended(code);
      else this.restart();
    }, RESTART_PAUSE_MS);
  }

  private restart(): void {
    this.start().catch((error: unknown) => {
      this.options.log?.(String(error));
    });
  }

  private argumentsOf(): readonly string[] {
    const compiled = join(__dirname, 'main.js');
    const program = existsSync(compiled)
      ? [compiled]
      : ['--import', require.resolve('tsx'), join(__dirname, 'main.ts')];
    const args = [...program, '--config', this.configPath, '--parent-pid', String(process.pid)];
    // Clients know the port by now: a restart must come back on it.
    return this.port === 0 ? args : [...args, '--port', String(this.port)];
  }
}

function configPathOf({ config, configPath, cwd = process.cwd() }: SpawnOptions): string {
  if (configPath !== undefined) return resolve(cwd, configPath);
  if (config === undefined) throw new Error('spawnSimulatedVenue needs a config or a configPath');
  const folder = resolve(cwd, config.ledgerDir);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'venue-config.json');
  writeFileSync(path, JSON.stringify(config, undefined, 2));
  return path;
}

function readyPort(line: string): number | undefined {
  try {
    const value = JSON.parse(line) as { ready?: unknown; port?: unknown } | null;
    return value?.ready === true && typeof value.port === 'number' ? value.port : undefined;
  } catch {
    return undefined;
  }
}
