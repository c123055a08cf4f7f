/** Runs of minutes and hours, each in a state folder of its own: how they begin, are cut short, and end. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onInterrupt } from '../workers/interrupts';
import { say } from './say';

export const EXIT_INTERRUPTED = 130;
/** A seed is below this. */
export const SEEDS = 2 ** 31;

export interface Place {
  readonly stateDir: string;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Takes what has to be stopped before the folder of a run that was cut short goes. */
  readonly onCut: (stop: () => Promise<unknown>) => void;
}

export interface LongRun {
  /** The whole run; on its own it stops whatever it has started. */
  readonly play: () => Promise<void>;
  /**
   * Prints and keeps what was found so far, and answers whether everything holds. `problem` says why there is no more, and is
   * one of what was found.
   */
  readonly tell: (problem?: string) => Promise<boolean>;
}

export interface LongRunOptions {
  /** Of its state folder. */
  readonly name: string;
  readonly keep: boolean;
  /** What the run still does after the first Ctrl-C; when absent, that one cuts it short. */
  readonly closing?: string;
}

/**
 * Plays a run and answers with its exit code. One that is cut short tells what it found, stops what it started and removes
 * its folder, as one that ends by itself does; a further Ctrl-C ends this process at once, and with it all it has started.
 * The folder of one that breaks off stays: its errors name files in there.
 */
export async function longRun(options: LongRunOptions, begin: (place: Place) => LongRun): Promise<number> {
  const stateDir = await mkdtemp(join(tmpdir(), `oms-${options.name}-`));
  const abort = new AbortController();
  const cut = whenCut(abort, options.closing);
  const stops: (() => Promise<unknown>)[] = [];
  const run = begin({ stateDir, signal: abort.signal, onCut: (stop) => stops.push(stop) });
  const playing = run.play().then(() => 'played' as const);
  const end = await Promise.race([playing, cut]).catch(async (error: unknown) => {
    say(`the run broke off; its files stay in ${stateDir}`);
    await run.tell(`the run broke off: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  });
  try {
    const holds = await run.tell(end === 'cut' ? 'interrupted before everything was judged' : undefined);
    if (abort.signal.aborted) return EXIT_INTERRUPTED;
    return holds ? 0 : 1;
  } finally {
    if (end === 'cut') await stopAll(stops);
    if (!options.keep) await rm(stateDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Ends this process with the code that `main` answers; sockets of the SDK would keep it for ever. */
export function endWith(main: Promise<number>): void {
  main.then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}

function whenCut(abort: AbortController, closing: string | undefined): Promise<'cut'> {
  return new Promise((cut) => {
    const cutBy = closing === undefined ? 1 : 2;
    onInterrupt((nth) => {
      abort.abort();
      // What this process started ends with it.
      if (nth > cutBy) process.exit(EXIT_INTERRUPTED);
      if (nth < cutBy) say(`interrupted: ${closing ?? ''}; again to stop at once`);
      if (nth !== cutBy) return;
      say('interrupted: tells what was found and stops what was started');
      // What still plays fails as its parts are taken away, and has nobody left to tell.
      process.on('unhandledRejection', () => undefined);
      cut('cut');
    });
  });
}

async function stopAll(stops: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const stop of [...stops].reverse()) await stop().catch(() => undefined);
}
