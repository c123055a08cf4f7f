/** Measures how long a million executions take to become positions and cash again, and compares with a second computation. */
import type { Driver } from '../../src/persistence/driver';
import { openDatabase } from '../../src/persistence/open-database';
import { rebuildPositions } from '../../src/persistence/rebuild';
import { withPrivatePostgres } from './private-postgres';
import { fillWithExecutions } from './rebuild-data';
import { disagreements } from './rebuild-reference';
import type { BenchOptions } from './section';

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
  readonly store: 'postgresql';
}

const FULL = 1_000_000;
const SHORT = 50_000;
const SEED = 20_261_121;

/** The section `rebuild`: on a private PostgreSQL of its own. */
export async function measureRebuild({ short, tell }: BenchOptions): Promise<RebuildFigures> {
  return withPrivatePostgres(async (databaseUrl) => {
    const driver = await openDatabase({ databaseUrl });
    try {
      const measured = await measureOn(driver, short ? SHORT : FULL, SEED);
      const { executions, positions, seconds, perSecond, checkSeconds, equal } = measured;
      tell(
        `rebuild: ${String(executions)} executions into ${String(positions)} positions in ${seconds.toFixed(1)} s ` +
          `(${String(perSecond)}/s), comparing ${checkSeconds.toFixed(1)} s; ` +
          (equal ? 'equal to the second computation' : 'NOT EQUAL to the second computation'),
      );
      return { ...measured, store: 'postgresql' };
    } finally {
      await driver.close();
    }
  });
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

const seconds = (ms: number): number => Math.round(ms) / 1_000;
