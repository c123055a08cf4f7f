/** Goal: a database with trades of an older program becomes one whose positions can be rebuilt. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { Driver } from '../../src/persistence/driver';
import { openPgDriver } from '../../src/persistence/driver-pg';
import { openPgliteDriver } from '../../src/persistence/driver-pglite';
import { migrate } from '../../src/persistence/migrate';
import { MIGRATIONS } from '../../src/persistence/migrations';
import { rebuildPositions } from '../../src/persistence/rebuild';

jest.setTimeout(300_000);

/** The last step before executions knew their place and opening cash had a record. */
const BEFORE = 6;

const execution = (execId: string, side: string, quantity: number, price: number, atMs: number, rest = '0, NULL') =>
  `INSERT INTO executions (venue, venue_account, exec_id, order_id, account, symbol, side, quantity, price, currency,
     fee_currency, liquidity, at_ms, settle_at_ms, fee, reverses)
   VALUES ('SIM', 's', '${execId}', 'old/1', 'old', 'ACME', '${side}', ${String(quantity)}, ${String(price)}, 'USD',
     'BNB', 'TAKER', ${String(atMs)}, 0, ${rest});`;

/** What the upgrade must make of it. */
const SOUND = {
  differences: [],
  opening: [{ account: 'old', currency: 'USD', amount: 1_000 }],
  fees: [{ fees: { BNB: '0.5' } }],
};

async function upgraded(driver: Driver): Promise<object> {
  try {
    await migrate(
      driver,
      MIGRATIONS.filter(({ version }) => version <= BEFORE),
    );
    // Bought at 100, corrected to 95 and then to 90, bought at 120 and sold at 130; 1000 USD at the start.
    await driver.script(`
      INSERT INTO accounts VALUES ('old', 'ACTIVE', true, '{}');
      ${execution('e1', 'BUY', 10, 100, 1, '0.5, NULL')}
      ${execution('dear', 'BUY', 10, 120, 2)}
      ${execution('sale', 'SELL', 10, 130, 3)}
      ${execution('e2:opposite', 'BUY', -10, 100, 1, "-0.5, 'e1'")}
      ${execution('e2', 'BUY', 10, 95, 1, '0.5, NULL')}
      ${execution('e3:opposite', 'BUY', -10, 95, 1, "-0.5, 'e2'")}
      ${execution('e3', 'BUY', 10, 90, 1, '0.50, NULL')}
      INSERT INTO positions VALUES ('old', 'ACME', 'USD', 10, 0, 1050, 250);
      INSERT INTO cash VALUES ('old', 'USD', 200.0, 1000), ('old', 'BNB', -0.5, 0);`);
    await migrate(driver);
    const { differences } = await rebuildPositions(driver);
    const opening = await driver.query('SELECT account, currency, amount::float AS amount FROM opening_cash');
    return { differences, opening, fees: await driver.query("SELECT fees FROM positions WHERE account = 'old'") };
  } finally {
    await driver.close();
  }
}

it('gives old executions their places and old cash its record, on PGlite', async () => {
  expect(await upgraded(await openPgliteDriver({}))).toEqual(SOUND);
});

const databaseUrl = process.env['OMS_TEST_DATABASE_URL'];
// A suite that silently misses a backend would read as proof of it.
const onPostgres = databaseUrl === undefined ? it.skip : it;
onPostgres('gives them, on PostgreSQL', async () => {
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const admin = new Client({ connectionString: databaseUrl });
  await admin.connect();
  await admin.query(`CREATE SCHEMA ${schema}`);
  const url = new URL(databaseUrl ?? '');
  url.searchParams.set('options', `-c search_path=${schema}`);
  // The rule does not know a test by another name.
  // eslint-disable-next-line jest/no-standalone-expect
  expect(await upgraded(await openPgDriver({ databaseUrl: url.href }))).toEqual(SOUND);
  await admin.query(`DROP SCHEMA ${schema} CASCADE`);
  await admin.end();
});
