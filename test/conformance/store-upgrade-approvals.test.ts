/** Goal: approvals of an older program count for rates and days, at the times that their orders know. */
import { openPgliteDriver } from '../../src/persistence/driver-pglite';
import { migrate } from '../../src/persistence/migrate';
import { MIGRATIONS } from '../../src/persistence/migrations';

jest.setTimeout(300_000);

/** The last step before an approval had a time. */
const BEFORE = 9;

it('gives old approvals account, times and terms, and denials none', async () => {
  const driver = await openPgliteDriver({});
  try {
    const older = MIGRATIONS.filter(({ version }) => version <= BEFORE);
    await migrate(driver, older);
    await driver.script(`
      INSERT INTO orders (order_id, account, strategy, symbol, side, type, time_in_force, status, ended, quantity,
        filled_quantity, leaves_quantity, limit_price, request_hash, first_run_id, version, chain_hash, snapshot,
        created_at_ms, updated_at_ms)
      VALUES ('old/1', 'old', 's', 'ACME', 'BUY', 'LIMIT', 'GTC', 'ACCEPTED', false, 10.0, 0, 10, 99.50, '', 'r', 2, '',
        '{}', 1000, 2000);
      INSERT INTO journal SELECT 'old/1', version, '', '', '', version * 1000, version * 1000 + 7, '', '', ''
        FROM generate_series(1, 2) AS version;
      INSERT INTO decisions VALUES ('old/1', 0, 'r', '{"kind":"approved"}'), ('old/1', 1, 'r', '{"kind":"approved"}'),
        ('old/1', 2, 'r', '{"kind":"denied"}')`);
    await migrate(driver);
    const sql = 'SELECT account, approved_wall_ms, approved_market_ms, terms FROM decisions ORDER BY step';
    const terms = { side: 'BUY', symbol: 'ACME', quantity: '10', strategy: 's', limitPrice: '99.5' };
    expect(await driver.query(sql)).toEqual([
      { account: 'old', approved_wall_ms: '1007', approved_market_ms: '1000', terms },
      { account: 'old', approved_wall_ms: '2007', approved_market_ms: '2000', terms },
      { account: null, approved_wall_ms: null, approved_market_ms: null, terms: null },
    ]);
  } finally {
    await driver.close();
  }
});
