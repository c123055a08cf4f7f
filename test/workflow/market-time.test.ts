import type { OrderId } from '../../src/domain/ids';
import type { VenueConnector } from '../../src/ports/venue';
import { eventually, OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);

/** A session of 6.5 hours lasts 12 seconds; closed hours take no time. */
const SPEED = 2_000;
const HOUR_MS = 3_600_000;

describe('orders in market time', () => {
  /** Questions of settlements that are still to fail. */
  let failing = 0;
  const wrap = (inner: VenueConnector): VenueConnector => {
    const findOrder: VenueConnector['findOrder'] = async (account, id) => {
      if (failing === 0) return inner.findOrder(account, id);
      failing -= 1;
      return { kind: 'unavailable', reason: 'the back office sleeps' };
    };
    return new Proxy(inner, {
      get(target, name) {
        if (name === 'findOrder') return findOrder;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  };
  const system = new OmsUnderTest({ speed: SPEED, wrap });
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  // COIN's: the clock of SHARE runs ahead of it by every closed hour that it jumps.
  const marketNow = async (): Promise<number> =>
    (await system.orders.submit(system.request({ timeInForce: 'IOC' }), { wait: 'final' })).order!.createdAtMs;
  const typesOf = async (orderId: OrderId): Promise<readonly string[]> =>
    (await system.oms.deps.orders.events(orderId)).map((event) => event.type);

  test('a day order ends with its session, what it has filled stays', async () => {
    const { orderId } = await system.orders.submit(system.request({ symbol: 'SHARE', timeInForce: 'DAY' }), {
      wait: 'acknowledged',
    });
    const order = await system.until(
      orderId,
      (now) => {
        expect(now.status).toBe('EXPIRED');
      },
      30_000,
    );
    expect(order).toMatchObject({ filledQuantity: '0', leavesQuantity: '0', unfilledAtEnd: '10' });
    expect(new Date(order.updatedAtMs).toISOString().slice(11)).toBe('20:00:00.000Z');
    expect((await system.booked(order))[0]).toMatchObject({ status: 'EXPIRED' });
  });

  test('a good-till-date order ends at its date, at the venue or held here', async () => {
    const expireAtMs = (await marketNow()) + 6 * HOUR_MS;
    const atVenue = await system.orders.submit(system.request({ timeInForce: 'GTD', expireAtMs }), {
      wait: 'acknowledged',
    });
    const held = await system.orders.submit(
      system.request({ type: 'STOP', stopPrice: '140', venue: 'SIMY', timeInForce: 'GTD', expireAtMs }),
      { wait: 'acknowledged' },
    );
    for (const { orderId } of [atVenue, held]) {
      const order = await system.until(
        orderId,
        (now) => {
          expect(now.status).toBe('EXPIRED');
        },
        120_000,
      );
      expect(order).toMatchObject({ leavesQuantity: '0', unfilledAtEnd: '10' });
      expect(order.updatedAtMs).toBeGreaterThanOrEqual(expireAtMs);
    }
  });

  test('an end in the far future does not stop an order', async () => {
    const { orderId } = await system.orders.submit(
      system.request({ timeInForce: 'GTD', expireAtMs: 8_640_000_000_000_000 }),
      { wait: 'acknowledged' },
    );
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED' });
  });

  test('a share trade settles at the open of the next session, after failed tries as well', async () => {
    const { orderId } = await system.orders.submit(system.request({ symbol: 'SHARE', limitPrice: '101' }));
    const filled = await system.until(orderId, (order) => {
      expect(order).toMatchObject({
        status: 'FILLED',
        finalized: false,
        settlements: [{ status: 'BOOKED', trades: 1, quantity: '10' }],
      });
    });
    const due = new Date(filled.settlements[0]!.settleAtMs).toISOString();
    expect(due.slice(11)).toBe('13:30:00.000Z');
    expect(due.slice(0, 10) > new Date(filled.fills[0]!.atMs).toISOString().slice(0, 10)).toBe(true);
    const settledBefore = Number(
      (await system.oms.deps.orders.positions('alpha')).find((row) => row.symbol === 'SHARE')?.settledQuantity ?? 0,
    );

    failing = 2;
    await system.until(
      orderId,
      (order) => {
        expect(order.settlements[0]).toMatchObject({ status: 'FAILED' });
      },
      40_000,
    );
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({
      status: 'FILLED',
      finalized: true,
      settlements: [{ status: 'SETTLED', attempts: 2 }],
    });
    expect((await typesOf(orderId)).slice(-3)).toEqual(['SettlementFailed', 'SettlementFailed', 'TradeSettled']);
    await eventually(async () => {
      const [position] = (await system.oms.deps.orders.positions('alpha')).filter((row) => row.symbol === 'SHARE');
      expect(Number(position?.settledQuantity) - settledBefore).toBe(10);
    });
  });
});
