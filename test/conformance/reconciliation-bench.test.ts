/**
 * Goal: the bench of reconciliation notices what is not found and what is invented; the bench itself runs by hand.
 * Method: the same few orders at both sides, first as they are, then with a connector that hides or makes up an open order.
 */
import type { VenueConnector, VenueOpenOrder } from '../../src/ports/venue';
import { measureReconciliationOn } from '../../scripts/bench/reconciliation';
import { openDatabase } from '../../src/persistence/open-database';

jest.setTimeout(300_000);

const measure = async (change: (orders: readonly VenueOpenOrder[]) => readonly VenueOpenOrder[]) => {
  const driver = await openDatabase({});
  const wrap = (inner: VenueConnector): VenueConnector =>
    Object.assign(Object.create(inner) as VenueConnector, {
      openOrders: async (account: string) => {
        const answer = await inner.openOrders(account);
        return answer.kind === 'open' ? { ...answer, orders: change(answer.orders) } : answer;
      },
    });
  try {
    return await measureReconciliationOn(driver, { orders: 60, ofEach: 2, confirmAfterMs: 0, wrap });
  } finally {
    await driver.close();
  }
};

describe('the bench of reconciliation', () => {
  test('finds every planted difference and none beside them', async () => {
    const figures = await measure((orders) => orders);
    expect(figures).toMatchObject({ openOrders: 60, planted: 16, found: 16, invented: 0, wrong: [] });
    expect(Object.values(figures.byKind)).toEqual(Array(8).fill(2));
  });

  test('tells what a reconciliation that sees less misses, and what one that sees more makes up', async () => {
    // The list without its first orphan, and with an order that nobody has.
    const { wrong, found, invented } = await measure((orders) => [
      ...orders.filter(({ clientOrderIds }) => clientOrderIds[0] !== orphan),
      { ...(orders[0] as VenueOpenOrder), clientOrderIds: ['nobody-0'], venueOrderId: 'nobody' },
    ]);
    expect({ found, invented }).toEqual({ found: 15, invented: 1 });
    expect(wrong).toEqual([expect.stringMatching(/^missed ORPHAN_ORDER SIMX-\d+$/), 'invented ORPHAN_ORDER nobody']);
  });
});
/** By the plan of 60 orders with two of each kind: eight of halves and whole kinds come before it. */
const orphan = 'b32-0';
