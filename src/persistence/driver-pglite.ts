import { join } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import type { Transaction } from '@electric-sql/pglite';
import { claimDataFolder } from './data-folder';
import type { DataFolder } from './data-folder';
import { callStatement, repeatOnConflict } from './driver';
import type { Driver, FunctionCall, Querier, Row } from './driver';
import { openInMemory } from './prepared-cluster';

export interface PgliteDriverOptions {
  /** Folder that holds the database, its lock and its marker; absent = in memory, gone at the end. */
  readonly dataDir?: string;
  /** Told when something had to be mended on the way, such as a half-made folder set aside. */
  readonly onNotice?: (text: string) => void;
}

/**
 * Opens PostgreSQL inside this process (PGlite), alone on its folder.
 *
 * PGlite runs with fsync off: a killed process loses nothing that was acknowledged, a power cut may
 * (electric-sql/pglite#1107). It takes no lock itself (#1106), so {@link claimDataFolder} does.
 */
export async function openPgliteDriver(options: PgliteDriverOptions): Promise<Driver> {
  const folder = options.dataDir === undefined ? undefined : await claimDataFolder(options.dataDir, options.onNotice);
  try {
    // Exact amounts and 64-bit integers stay texts, as the pg driver gives them.
    const parsers = { [types.INT8]: (value: string) => value };
    const database =
      folder === undefined
        ? await openInMemory({ parsers })
        : await PGlite.create({ dataDir: folder.databaseDir, parsers });
    await folder?.markReady();
    return new PgliteDriver(database, folder);
  } catch (error) {
    await folder?.release();
    throw error;
  }
}

/** Transactions before the first statistics: enough rows for the planner to tell lists from single rows. */
const ANALYZE_FIRST = 250;
const ANALYZE_GROWTH = 4;

/** What PGlite and its transaction have in common. */
type Session = Pick<Transaction, 'query' | 'exec'>;

class PgliteQuerier implements Querier {
  constructor(private readonly session: Session) {}

  async query<R extends object = Row>(sql: string, parameters: readonly unknown[] = []): Promise<readonly R[]> {
    return (await this.session.query<R>(sql, [...parameters])).rows;
  }

  async call<R>(name: string, argument: unknown): Promise<R> {
    // As one text: the simple protocol takes one pass through the WASM module where a parameter takes several (0.15 ms
    // against 0.25).
    const [result] = await this.session.exec(callStatement({ name, argument }));
    const row = result?.rows[0] as { answer: string | null } | undefined;
    return JSON.parse(row?.answer ?? 'null') as R;
  }

  async script(sql: string): Promise<void> {
    await this.session.exec(sql);
  }
}

class PgliteDriver extends PgliteQuerier implements Driver {
  readonly description: string;
  private transactions = 0;
  private analyzeAt = ANALYZE_FIRST;

  constructor(
    private readonly database: PGlite,
    private readonly folder: DataFolder | undefined,
  ) {
    super(database);
    this.description = `PGlite ${folder === undefined ? 'in memory' : `in ${join(folder.databaseDir, '..')}`}`;
  }

  async transaction<T>(work: (tx: Querier) => Promise<T>): Promise<T> {
    const result = await repeatOnConflict(() => this.database.transaction((tx) => work(new PgliteQuerier(tx))));
    await this.analyzeWhenGrown();
    return result;
  }

  exchange<A, B>(first: FunctionCall, next: (answer: A) => FunctionCall | undefined): Promise<readonly [A, B?]> {
    return this.transaction(async (tx) => {
      const answer = await tx.call<A>(first.name, first.argument);
      const second = next(answer);
      return second === undefined ? [answer] : [answer, await tx.call<B>(second.name, second.argument)];
    });
  }

  /**
   * PGlite has no autovacuum, and its one session keeps every cached plan: one made on an empty table would serve a
   * full one. Statistics after each fourfold growth drop the old plans and cost nothing over time.
   */
  private async analyzeWhenGrown(): Promise<void> {
    this.transactions += 1;
    if (this.transactions < this.analyzeAt) return;
    this.analyzeAt *= ANALYZE_GROWTH;
    await this.script('ANALYZE');
  }

  async close(): Promise<void> {
    if (!this.database.closed) await this.database.close();
    await this.folder?.release();
  }
}
