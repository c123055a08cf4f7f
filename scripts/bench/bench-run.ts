/** How a bench that starts servers and processes runs: it ends all that it began, and keeps what it found, also when cut short. */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogger } from '../../src/logging';
import { installTemporalRuntime } from '../../workers/temporal-runtime';
import { EXIT_INTERRUPTED } from '../long-run';
import { say } from '../say';

/** Gets what undoes each part as soon as the part is there. */
export type Undo = (step: () => Promise<unknown>) => void;
export type Tell = (line: string) => void;

/** What a run of a bench measures with. */
export interface BenchTools {
  readonly undo: Undo;
  readonly tell: Tell;
  /** Undoes what is there so far, for servers that the rest of the run does without. */
  readonly undoAll: () => Promise<void>;
  /** A folder that goes with the run; below the given one, which stays. */
  readonly folder: (parent: string | undefined) => Promise<string>;
}

/**
 * Runs a bench and ends the process: with code 130 when it was interrupted.
 * @param write Writes what was found, whatever the end.
 */
export async function runBench(
  measure: (tools: BenchTools) => Promise<void>,
  write: () => Promise<void>,
): Promise<never> {
  installTemporalRuntime(makeLogger({ level: 'error', readable: false }));
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        resolve('interrupted');
      });
  });
  const parts = new Parts();
  // Its failure is told below; after an interruption the parts fail as they are taken away.
  const measuring = measure(parts).then(() => 'measured' as const);
  measuring.catch(() => undefined);
  let failure: unknown;
  const end = await Promise.race([measuring, interrupted]).catch((error: unknown) => {
    failure = error;
    return 'failed' as const;
  });
  if (end === 'interrupted') say('interrupted: ends what it has started, and keeps what it has found');
  await parts.stop();
  await write();
  if (end === 'failed') throw failure;
  // The SDK's runtime would keep the process for ever.
  process.exit(end === 'interrupted' ? EXIT_INTERRUPTED : 0);
}

class Parts implements BenchTools {
  readonly tell = say;
  private readonly undoSteps: (() => Promise<unknown>)[] = [];
  private stopping: Promise<void> | undefined;
  private stateDir: string | undefined;

  readonly undo: Undo = (step) => {
    // What comes up while all goes down goes down at once.
    if (this.stopping === undefined) this.undoSteps.push(step);
    else void step().catch(() => undefined);
  };

  readonly undoAll = async (): Promise<void> => {
    for (let step = this.undoSteps.pop(); step !== undefined; step = this.undoSteps.pop())
      await step().catch((error: unknown) => {
        this.tell(`a part did not stop cleanly: ${String(error)}`);
      });
  };

  readonly folder = async (parent: string | undefined): Promise<string> => {
    if (parent !== undefined) await mkdir(parent, { recursive: true });
    this.stateDir = await mkdtemp(join(parent ?? tmpdir(), 'oms-bench-'));
    // PostgreSQL runs as a user of its own when we are root, and must be able to walk in.
    await chmod(this.stateDir, 0o711);
    return this.stateDir;
  };

  /** Ends every process that was started, the last first, and removes what they wrote. */
  async stop(): Promise<void> {
    this.stopping ??= this.undoAll();
    await this.stopping;
    if (this.stateDir !== undefined)
      await rm(this.stateDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
