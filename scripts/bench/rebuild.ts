/** Measures how long a million executions take to become positions and cash again, and compares with a second computation. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver } from '../../src/persistence/driver';
import { openDatabase } from '../../src/persistence/open-database';
import { rebuildPositions } from '../../src/persistence/rebuild';
import { fillWithExecutions } from './rebuild-data';
import { disagreements } from './rebuild-reference';

interface BenchOptions {
  /** 50,000 executions in place of a million. */
  readonly short: boolean;
  /** Tells a person what was found. */
  tell(line: string): void;
}

export interface RebuildFigures {
  readonly executions: number;
  /** Of a rebuild that writes every position, from the first read to the commit. */
  readonly seconds: number;
  /** The tables are what the second computation says, and a rebuild that compares finds nothing. */
  readonly equal: boolean;
  readonly positions: number;
  readonly perSecond: number;
  /** Of a rebuild that finds nothing to change. */
  readonly checkSeconds: number;
  readonly seed: number;
  readonly store: 'postgresql' | 'pglite';
}

const FULL = 1_000_000;
const SHORT = 50_000;
const SEED = 20_261_121;

/** The section `rebuild`: on a private PostgreSQL of its own, or on PGlite where there is none. */
export async function measureRebuild(options: BenchOptions): Promise<RebuildFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'oms-bench-'));
  const server = startServer(folder, options);
  try {
    const driver = await openDatabase(server === undefined ? {} : { databaseUrl: server });
    try {
      const measured = await measureOn(driver, options.short ? SHORT : FULL, SEED);
      const figures = { ...measured, store: server === undefined ? ('pglite' as const) : ('postgresql' as const) };
      const { executions, positions, seconds, perSecond, checkSeconds, equal, store } = figures;
      options.tell(
        `rebuild: ${String(executions)} executions into ${String(positions)} positions in ${seconds.toFixed(1)} s ` +
          `(${String(perSecond)}/s), comparing ${checkSeconds.toFixed(1)} s, on ${store}; ` +
          (equal ? 'equal to the second computation' : 'NOT EQUAL to the second computation'),
      );
      return figures;
    } finally {
      await driver.close();
    }
  } finally {
    if (server !== undefined) execFileSync(POSTGRES, ['stop', folder], { stdio: 'ignore' });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Fills an empty database, rebuilds, and compares. */
export async function measureOn(
  driver: Driver,
  trades: number,
  seed: number,
): Promise<Omit<RebuildFigures, 'store'> & { readonly wrong: readonly string[] }> {
  await fillWithExecutions(driver, trades, seed);
  const startedMs = performance.now();
  const written = await rebuildPositions(driver, { write: { actor: 'bench', wallMs: Date.now() } });
  const writtenMs = performance.now();
  const { differences } = await rebuildPositions(driver);
  const checkSeconds = seconds(performance.now() - writtenMs);
  const wrong = [
    ...(await disagreements(driver)),
    ...differences.map(({ account, of }) => `${account} ${of}: rebuilt`),
  ];
  const { executions, positions } = written;
  return {
    ...{ executions, seconds: seconds(writtenMs - startedMs), equal: wrong.length === 0, positions },
    perSecond: Math.round((executions / (writtenMs - startedMs)) * 1_000),
    ...{ checkSeconds, seed, wrong: wrong.slice(0, 10) },
  };
}

const POSTGRES = join(__dirname, '..', 'postgres.sh');
const seconds = (ms: number): number => Math.round(ms) / 1_000;

function startServer(folder: string, options: BenchOptions): string | undefined {
  // The server runs as a user of its own, who must be able to enter.
  chmodSync(folder, 0o755);
  try {
    const told = execFileSync(POSTGRES, ['start', folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return /^DATABASE_URL=(\S+)$/m.exec(told)?.[1];
  } catch (error) {
    options.tell(
      `rebuild: no PostgreSQL (${error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error)}), so PGlite`,
    );
    return undefined;
  }
}
