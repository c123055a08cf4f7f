/** What a PostgreSQL server has been asked to do so far. */
import { openPgDriver } from '../../../src/persistence/driver-pg';
import type { Driver } from '../../../src/persistence/driver';
import type { Writes } from './figures';

export class StoreCounters {
  private constructor(private readonly driver: Driver) {}

  static async connect(databaseUrl: string): Promise<StoreCounters> {
    return new StoreCounters(await openPgDriver({ databaseUrl, connectionsMax: 1 }));
  }
  close(): Promise<void> {
    return this.driver.close();
  }

  /**
   * Counts since the server began. A busy connection tells its counts once a second, one that falls asleep after ten: of a
   * round that is measured right after another one, what is told late at its end was told late at its beginning, too.
   */
  async read(): Promise<Writes> {
    const [row] = await this.driver.query<Readonly<Record<keyof Writes, string>>>(
      `SELECT sum(xact_commit)::text AS commits, sum(tup_inserted + tup_updated + tup_deleted)::text AS rows,
        (pg_current_wal_lsn() - '0/0'::pg_lsn)::text AS "walBytes"
      FROM pg_stat_database`,
    );
    if (row === undefined) throw new Error('the server tells no counts');
    return { commits: Number(row.commits), rows: Number(row.rows), walBytes: Number(row.walBytes) };
  }
}

/** What happened between two looks, for each of so many orders. */
export const writesPerOrder = (before: Writes, after: Writes, orders: number): Writes => ({
  commits: (after.commits - before.commits) / orders,
  rows: (after.rows - before.rows) / orders,
  walBytes: (after.walBytes - before.walBytes) / orders,
});
