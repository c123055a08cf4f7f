import type { OrderId } from '../../src/domain/ids';
import { eventually, OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);

describe('trouble at the venue and here', () => {
  const system = new OmsUnderTest({ maxCachedWorkflows: 2 });
  beforeAll(() => system.start());
  afterEach(async () => {
    await system.clearFaults();
    await system.market('COIN');
  });
  afterAll(() => system.stop());

  const working = async (): Promise<OrderId> =>
    (await system.orders.submit(system.request(), { wait: 'acknowledged' })).orderId;
  const sell = (quantity: string): Promise<void> =>
    system.market('COIN', { askPrice: '90', askQuantity: quantity, bidPrice: '80', lastPrice: '90' });
  const fills = async (orderId: OrderId): Promise<number> => (await system.oms.deps.orders.executions(orderId)).length;

  test("a refusal ends the order as rejected, with the venue's reason, and frees what was reserved", async () => {
    await system.fault('refuseOrders', { count: 1, params: { reason: 'NO_CREDIT' } });
    const { orderId, order } = await system.orders.submit(system.request(), { wait: 'final' });
    expect(order).toMatchObject({
      status: 'REJECTED',
      leavesQuantity: '0',
      unfilledAtEnd: '10',
      finalized: true,
      why: expect.stringContaining('NO_CREDIT') as string,
    });
    expect(await system.oms.deps.orders.openReservations()).toEqual([]);
    expect(await system.booked(await system.orders.get(orderId))).toEqual([]);
  });

  test('an order that meets 429 goes out once, after the pause that the venue asks for', async () => {
    await system.fault('tooManyRequests', { count: 2, params: { retryAfterMs: 1_000, operations: ['submit'] } });
    const { orderId } = await system.orders.submit(system.request());
    const order = await system.until(
      orderId,
      (now) => {
        expect(now.status).toBe('ACCEPTED');
      },
      30_000,
    );
    expect(await system.booked(order)).toHaveLength(1);
    expect(Number((await system.booked(order))[0]?.['bookedAtMs'])).toBeGreaterThan(order.createdAtMs);
    // The venue has not looked at it: that is no unknown outcome.
    const { events } = await system.orders.events(orderId);
    expect(events.map(({ type }) => type)).not.toContain('SubmissionUnknown');
    await system.orders.cancel(orderId);
  });

  test('fills of a broken stream arrive once it is back, each once', async () => {
    const orderId = await working();
    await system.fault('disconnectStream', { durationMs: 1_500 });
    for (const quantity of ['1', '2', '3']) await sell(quantity);
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({
        status: 'PARTIALLY_FILLED',
        filledQuantity: '6',
        leavesQuantity: '4',
        fillCount: 3,
      });
    });
    await eventually(async () => {
      expect(await fills(orderId)).toBe(3);
    });
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
    expect(await system.orders.final(orderId)).toMatchObject({
      status: 'CANCELED',
      filledQuantity: '6',
      unfilledAtEnd: '4',
    });
  });

  test('reports that come twice or out of order count once', async () => {
    const orderId = await working();
    await system.fault('duplicateReports');
    await system.fault('reorderReports');
    for (const quantity of ['1', '1', '1', '1']) await sell(quantity);
    await sell('100');
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '10', fillCount: 5, overfill: '0' });
    expect(await fills(orderId)).toBe(5);
  });

  test('workers that stop in the middle miss nothing, and orders go on when they are back', async () => {
    const partly = await working();
    const canceled = await working();
    await sell('4');
    await system.until(partly, (order) => {
      expect(order.filledQuantity).toBe('4');
    });
    await system.stopOms();
    await sell('100');
    await system.market('COIN');
    await system.startOms();
    expect(await system.orders.final(partly)).toMatchObject({ status: 'FILLED', filledQuantity: '10' });
    expect(await system.orders.final(canceled)).toMatchObject({ status: 'FILLED', filledQuantity: '10' });
    expect(await fills(partly)).toBe(2);
    expect(await system.booked(await system.orders.get(partly))).toHaveLength(1);
  });

  test('a submission under way when the worker stops is asked for, never repeated', async () => {
    await system.fault('dropReplyAfterAccept', { count: 1, params: { operations: ['submit'] } });
    await system.fault('lateIndex', { params: { ms: 2_000 } });
    await system.fault('disconnectStream', { durationMs: 4_000 });
    const { orderId } = await system.orders.submit(system.request());
    await system.until(orderId, (order) => {
      expect(order.status).toBe('SUBMIT_UNKNOWN');
    });
    await system.stopOms();
    await system.startOms();
    const order = await system.until(
      orderId,
      (now) => {
        expect(now.status).toBe('ACCEPTED');
      },
      30_000,
    );
    expect(await system.booked(order)).toHaveLength(1);
    await system.orders.cancel(orderId);
  });

  test('the venue restarts after booking: the order is found, filled and settled', async () => {
    await system.fault('restart', { count: 1, params: { operations: ['submit'] } });
    const { orderId } = await system.orders.submit(system.request());
    await system.until(
      orderId,
      (order) => {
        expect(order.status).toBe('ACCEPTED');
      },
      30_000,
    );
    // It may still be on its way up.
    await eventually(() => sell('100'));
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '10' });
    expect(await system.booked(order)).toHaveLength(1);
  });
});
