import { sha256 } from './canonical-json';
import { PersistenceError } from './driver';
import type { Driver, Querier } from './driver';
import { MIGRATIONS } from './migrations';
import type { Migration } from './migrations';

/** An arbitrary number, the same in every process: it serialises migrations of workers that start together. */
const MIGRATION_LOCK = 7_306_114_022;

/**
 * Brings the schema to the newest step, all steps in one transaction; safe to call from many processes at once.
 * Refuses a database that is newer than this code, or whose steps were edited after they were applied.
 */
export async function migrate(driver: Driver, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  await driver.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await tx.script(
      'CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)',
    );
    const applied = await tx.query<AppliedStep>(
      'SELECT version, name, checksum FROM schema_migrations ORDER BY version',
    );
    const known = new Map(migrations.map((step) => [step.version, step]));
    for (const step of applied) refuseUnknown(step, known.get(step.version));
    const done = new Set(applied.map((step) => step.version));
    for (const step of migrations) if (!done.has(step.version)) await apply(tx, step);
  });
}

type AppliedStep = { readonly version: number; readonly name: string; readonly checksum: string };

function refuseUnknown(applied: AppliedStep, step: Migration | undefined): void {
  const label = `${String(applied.version)} (${applied.name})`;
  if (step === undefined) {
    throw new PersistenceError(
      'SCHEMA_MISMATCH',
      `the database has step ${label}, which this program does not know: it is newer`,
    );
  }
  if (sha256(step.sql) !== applied.checksum) {
    throw new PersistenceError('SCHEMA_MISMATCH', `step ${label} of the database differs from the one in this program`);
  }
}

async function apply(tx: Querier, step: Migration): Promise<void> {
  await tx.script(step.sql);
  await tx.query('INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)', [
    step.version,
    step.name,
    sha256(step.sql),
  ]);
}
