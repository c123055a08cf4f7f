/** Goal: what orders of an older program have reserved counts the same after the upgrade, and follows them further. */
import { dec } from '../../src/domain/money';
import type { Driver } from '../../src/persistence/driver';
import { openPgliteDriver } from '../../src/persistence/driver-pglite';
import { migrate } from '../../src/persistence/migrate';
import { MIGRATIONS } from '../../src/persistence/migrations';
import { SqlOrderStore } from '../../src/persistence/order-store';
import { approve, needOf, OrderTape, requestOf, RUN } from './store-fixtures';

jest.setTimeout(300_000);

/** The last released step. */
const BEFORE = 4;

const sums = (driver: Driver) =>
  driver.query('SELECT order_id, status, quantity::text, cash::text, price_basis::text FROM reservations ORDER BY 1');

it('keeps what old reservations hold, and sets them by replaces and ends', async () => {
  const driver = await openPgliteDriver({});
  try {
    await migrate(
      driver,
      MIGRATIONS.filter(({ version }) => version <= BEFORE),
    );
    const columns = 'order_id, account, symbol, side, currency, status, base_quantity, base_cash, base_price';
    await driver.script(`
      INSERT INTO accounts VALUES ('old', 'ACTIVE', true, '{}');
      INSERT INTO reservations (${columns}, next_step, next_quantity, next_cash, next_price) VALUES
        ('old/both', 'old', 'ACME', 'BUY', 'USD', 'OPEN', 10, 1000, 100, 1, 12, 900, 75),
        ('old/done', 'old', 'ACME', 'BUY', 'USD', 'RELEASED', 0, 0, 100, NULL, NULL, NULL, NULL),
        ('old/plain', 'old', 'ACME', 'BUY', 'USD', 'OPEN', 10, 1000, 100, NULL, NULL, NULL, NULL);`);
    const before = await sums(driver);
    await migrate(driver);
    expect(await sums(driver)).toEqual(before);
    const store = new SqlOrderStore(driver);
    const both = new OrderTape(requestOf('old', 'both'));
    const verdict = approve(needOf(both.request, { quantity: dec('11'), cash: dec('1100') }));
    await store.decideOnce(
      { orderId: both.order.orderId, step: 2, firstRunId: RUN },
      both.request,
      'USD',
      () => verdict,
    );
    const plain = new OrderTape(requestOf('old', 'plain')).accepted().canceled();
    await store.record(plain.order, plain.from(1), RUN);
    expect(await sums(driver)).toMatchObject([
      { order_id: 'old/both', quantity: '12', cash: '1100' },
      { order_id: 'old/done', status: 'RELEASED', quantity: '0' },
      { order_id: 'old/plain', status: 'RELEASED', quantity: '0', cash: '0' },
    ]);
  } finally {
    await driver.close();
  }
});
