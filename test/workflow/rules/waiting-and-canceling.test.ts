import { orderWorkflowId } from '../../../src/domain/ids';
import type { OrderId } from '../../../src/domain/ids';
import { awaitStageUpdate } from '../../../workflows/messages';
import { eventually, OmsUnderTest } from '../../support/oms-under-test';

jest.setTimeout(300_000);

describe('nothing keeps a cancel from the venue', () => {
  const system = new OmsUnderTest();
  beforeAll(() => system.start());
  afterEach(() => system.clearFaults());
  afterAll(() => system.stop());

  const handle = (orderId: OrderId) => system.client.workflow.getHandle(orderWorkflowId(orderId));
  const working = async (): Promise<OrderId> =>
    (await system.orders.submit(system.request(), { wait: 'acknowledged' })).orderId;

  test('ten who wait for a stage hold up a cancel for ten seconds at most, and each gets the order as it is', async () => {
    await system.fault('tooManyRequests', { params: { operations: ['submit'], retryAfterMs: 60_000 } });
    const { orderId } = await system.orders.submit(system.request(), { wait: 'risk' });
    const startedAtMs = Date.now();
    const waiters = Array.from({ length: 10 }, () =>
      handle(orderId).executeUpdate(awaitStageUpdate, { args: [{ stage: 'acknowledged' }] }),
    );
    await eventually(async () => {
      const { events = [] } = await handle(orderId).fetchHistory();
      expect(events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toHaveLength(11);
    });
    const answer = await system.orders.cancel(orderId, 'enough');
    expect(answer).toMatchObject({ accepted: true });
    expect(Date.now() - startedAtMs).toBeLessThan(20_000);
    for (const order of await Promise.all(waiters)) expect(order).toMatchObject({ orderId, filledQuantity: '0' });
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED' });
    expect(await system.booked(await system.orders.get(orderId))).toEqual([]);
  });

  test('a cancel request of Temporal cancels a working order at the venue before the workflow closes', async () => {
    const orderId = await working();
    await system.fault('error503BeforeBooking', { count: 2, params: { operations: ['cancel'] } });
    await handle(orderId).cancel();
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '10', leavesQuantity: '0' });
    expect(await system.booked(order)).toEqual([expect.objectContaining({ status: 'CANCELED' })]);
    expect((await handle(orderId).describe()).status.name).toBe('COMPLETED');
    const requested = (await system.orders.events(orderId)).events.find((event) => event.type === 'CancelRequested');
    expect(requested).toMatchObject({ actor: 'operator', reason: 'cancel requested in Temporal' });
  });

  test('after a cancel request of Temporal the order still answers, and the venue decides', async () => {
    const orderId = await working();
    await system.fault('error503BeforeBooking', { params: { operations: ['cancel'] } });
    await handle(orderId).cancel();
    await system.until(orderId, (order) => {
      expect(order.status).toBe('PENDING_CANCEL');
    });
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true, order: { status: 'PENDING_CANCEL' } });
    expect(await system.orders.modify(orderId, { quantity: '5' as never })).toMatchObject({
      accepted: false,
      code: 'CANCEL_PENDING',
    });
    expect(await handle(orderId).executeUpdate(awaitStageUpdate, { args: [{ stage: 'acknowledged' }] })).toMatchObject({
      orderId,
    });
    await system.market('COIN', { askPrice: '90', askQuantity: '10', bidPrice: '80', lastPrice: '90' });
    await system.until(orderId, (now) => {
      expect(now).toMatchObject({ status: 'PENDING_CANCEL', filledQuantity: '10' });
    });
    await system.clearFaults();
    const order = await system.orders.final(orderId);
    await system.market('COIN');
    // Filled while the cancel was on its way: what the venue traded counts.
    expect(order).toMatchObject({ filledQuantity: '10', leavesQuantity: '0' });
    expect(await system.booked(order)).toEqual([expect.objectContaining({ status: 'FILLED' })]);
  });

  test('a submission that waits for its next try does not outlive a cancel', async () => {
    await system.fault('tooManyRequests', { params: { operations: ['submit'], retryAfterMs: 60_000 } });
    const { orderId } = await system.orders.submit(system.request(), { wait: 'risk' });
    await system.orders.signalCancel(orderId);
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '10' });
    await system.clearFaults();
    expect(await system.booked(order)).toEqual([]);
    expect((await system.oms.deps.orders.openReservations()).map((row) => row.orderId)).not.toContain(orderId);
  });
});
