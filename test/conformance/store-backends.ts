// Not a test file itself: it shares how the store suites open and skip their backends.
/* eslint-disable jest/no-export */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { Driver } from '../../src/persistence/driver';
import { SqlJournal } from '../../src/persistence/journal';
import { openDatabase } from '../../src/persistence/open-database';
import { SqlOrderStore } from '../../src/persistence/order-store';
import { SqlVenueStore } from '../../src/persistence/venue-store';

/** The whole suite shares one database and a busy machine; a test that needs this long is reported by its duration. */
jest.setTimeout(300_000);

/** One implementation under test, opened with a schema of its own. */
export interface Backend {
  readonly driver: Driver;
  readonly orders: SqlOrderStore;
  readonly venues: SqlVenueStore;
  /** Pages of three rows, so that every walk crosses pages. */
  readonly journal: SqlJournal;
}

/** Runs the same numbered tests on PGlite and, where OMS_TEST_DATABASE_URL names one, on a PostgreSQL server. */
export function describeBackends(title: string, body: (backend: () => Backend) => void): void {
  describe(`${title} on PGlite`, () => {
    // The first start of PGlite compiles its module and runs initdb: seconds on a loaded machine.
    body(opened(() => openDatabase({}), 300_000));
  });
  const databaseUrl = process.env['OMS_TEST_DATABASE_URL'];
  if (databaseUrl === undefined) {
    // A suite that silently misses a backend would read as proof of it.
    // eslint-disable-next-line jest/no-disabled-tests, jest/expect-expect
    it.skip(`${title} on PostgreSQL: skipped because OMS_TEST_DATABASE_URL is not set`, () => undefined);
    return;
  }
  describe(`${title} on PostgreSQL`, () => {
    body(opened(() => openFreshSchema(databaseUrl), 300_000));
  });
}

/** Opens the database under a new schema, so that suites share a server and no rows. */
export async function openFreshSchema(databaseUrl: string): Promise<Driver> {
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const admin = new Client({ connectionString: databaseUrl });
  await admin.connect();
  await admin.query(`CREATE SCHEMA ${schema}`);
  await admin.end();
  const url = new URL(databaseUrl);
  url.searchParams.set('options', `-c search_path=${schema}`);
  const driver = await openDatabase({ databaseUrl: url.href });
  const close = driver.close.bind(driver);
  return Object.assign(driver, {
    close: async () => {
      await driver.script(`DROP SCHEMA ${schema} CASCADE`);
      await close();
    },
  });
}

/** The URL of the schema that the driver works in. */
export async function urlOfSchema(driver: Driver, url: string): Promise<string> {
  const [row] = await driver.query('SELECT current_schema() AS schema');
  const own = new URL(url);
  own.searchParams.set('options', `-c search_path=${String(row?.['schema'])}`);
  return own.href;
}

function opened(open: () => Promise<Driver>, timeoutMs: number): () => Backend {
  let backend: Backend | undefined;
  beforeAll(async () => {
    const driver = await open();
    backend = {
      driver,
      orders: new SqlOrderStore(driver),
      venues: new SqlVenueStore(driver),
      journal: new SqlJournal(driver, 3),
    };
  }, timeoutMs);
  afterAll(() => backend?.driver.close());
  return () => {
    if (backend === undefined) throw new Error('the backend did not open');
    return backend;
  };
}
