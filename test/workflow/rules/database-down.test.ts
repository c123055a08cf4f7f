import type { OrderId } from '../../../src/domain/ids';
import { orderWorkflowId } from '../../../src/domain/ids';
import { createOrderActivities } from '../../../activities';
import { clientOrderIdBase } from '../../../activities/pre-trade';
import { eventually, OmsUnderTest } from '../../support/oms-under-test';
import { PausableDatabase } from './pausable-database';

jest.setTimeout(300_000);

describe('while the database is down', () => {
  let database: PausableDatabase;
  let system: OmsUnderTest;
  beforeAll(async () => {
    database = await PausableDatabase.start();
    system = new OmsUnderTest({ database });
    await system.start();
  });
  afterEach(() => {
    database.resume();
  });
  afterAll(async () => {
    await system.stop();
    await database.close();
  });

  const working = async (): Promise<OrderId> =>
    (await system.orders.submit(system.request(), { wait: 'acknowledged' })).orderId;
  const recorded = async (orderId: OrderId): Promise<readonly string[]> =>
    (await system.oms.deps.orders.events(orderId)).map((event) => event.type);
  const pendingActivities = async (orderId: OrderId): Promise<readonly string[]> => {
    const { raw } = await system.client.workflow.getHandle(orderWorkflowId(orderId)).describe();
    return (raw.pendingActivities ?? []).map((activity) => activity.activityType?.name ?? '');
  };

  test('a cancel is at the venue within a second, and the journal catches up afterwards', async () => {
    const orderId = await working();
    await eventually(async () => {
      expect(await recorded(orderId)).toContain('OrderAccepted');
    });
    database.pause();
    const sentAtMs = Date.now();
    await system.orders.signalCancel(orderId, 'get me out');
    await eventually(async () => {
      const order = await system.orders.get(orderId);
      expect(await system.booked(order)).toEqual([expect.objectContaining({ status: 'CANCELED' })]);
    });
    const [booked] = await system.booked(await system.orders.get(orderId));
    expect((booked?.['changedAtMs'] as number) - sentAtMs).toBeLessThan(1_000);
    // The venue's own answer tells the end; without it the order would read PENDING_CANCEL until the stream flows.
    await system.until(orderId, (order) => {
      expect(order.status).toBe('CANCELED');
    });
    expect(await pendingActivities(orderId)).toEqual(['recordEvents']);

    database.resume();
    expect(await system.orders.final(orderId)).toMatchObject({
      status: 'CANCELED',
      leavesQuantity: '0',
      unfilledAtEnd: '10',
    });
    expect((await recorded(orderId)).slice(-2)).toEqual(['CancelRequested', 'OrderCanceled']);
    expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });
    expect((await system.oms.deps.orders.openReservations()).map((row) => row.orderId)).not.toContain(orderId);
  });

  test('a fill that the stream cannot bring is found by asking when the order is canceled', async () => {
    const orderId = await working();
    database.pause();
    await system.market('COIN', { askPrice: '90', askQuantity: '4', bidPrice: '80', lastPrice: '90' });
    await system.orders.signalCancel(orderId);
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'CANCELED', filledQuantity: '4', unfilledAtEnd: '6', leavesQuantity: '0' });
    });
    await system.market('COIN');
    database.resume();
    expect(await system.orders.final(orderId)).toMatchObject({ filledQuantity: '4', finalized: true });
    await eventually(async () => {
      expect(await system.oms.deps.venueStore.undelivered(10)).toEqual([]);
    });
    expect(await system.oms.deps.orders.executions(orderId)).toHaveLength(1);
  });

  test('no new order passes, and the ones that came go out when it is back', async () => {
    database.pause();
    const { orderId } = await system.orders.submit(system.request());
    // The quick attempt has failed by the time the durable one is there.
    await eventually(async () => {
      expect(await pendingActivities(orderId)).toEqual(['preTrade']);
    });
    expect((await system.orders.get(orderId)).status).toBe('CREATED');
    const before = await system.ledger('orders');
    database.resume();
    const order = await system.until(orderId, (now) => {
      expect(now.status).toBe('ACCEPTED');
    });
    expect(await system.booked(order)).toHaveLength(1);
    expect(await system.ledger('orders')).toHaveLength(before.length + 1);
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
  });

  test('a cancel request of Temporal ends an order that waits for its checks, and nothing is sent', async () => {
    database.pause();
    const { orderId } = await system.orders.submit(system.request());
    await eventually(async () => {
      expect(await pendingActivities(orderId)).toContain('preTrade');
    });
    await system.client.workflow.getHandle(orderWorkflowId(orderId)).cancel();
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'CANCELED', filledQuantity: '0' });
    });
    database.resume();
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '10' });
    expect((await recorded(orderId)).at(-1)).toBe('OrderCanceled');
    const reserved = (await system.oms.deps.orders.openReservations()).map((row) => row.orderId);
    expect(reserved).not.toContain(orderId);
    expect(await system.booked({ clientOrderIdBase: clientOrderIdBase(orderId) })).toEqual([]);
  });

  test('a message during the last recording runs it again, and everything is booked once', async () => {
    const orderId = await working();
    const before = await system.oms.deps.orders.positions('alpha');
    database.pause('oms_record_fills');
    await system.market('COIN', { askPrice: '90', askQuantity: '10', bidPrice: '80', lastPrice: '90' });
    await eventually(() => {
      expect(database.waiting).toBe(1);
    });
    await system.orders.signalCancel(orderId);
    database.resume();
    await system.market('COIN');
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '10', finalized: true });
    expect(await system.oms.deps.orders.executions(orderId)).toHaveLength(1);
    const held = (rows: typeof before): number =>
      rows.filter((row) => row.symbol === 'COIN').reduce((sum, row) => sum + Number(row.quantity), 0);
    expect(held(await system.oms.deps.orders.positions('alpha')) - held(before)).toBe(10);
    expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });
  });

  test('pre-trade and recording give the same result when they run twice, and reserve once', async () => {
    const activities = createOrderActivities(system.oms.deps);
    const raw = system.request({ account: 'beta' });
    const orderId = `beta/${raw.clientOrderId}` as OrderId;
    const input = { raw, workflowId: orderWorkflowId(orderId), firstRunId: 'run' };
    const [first, second] = [await activities.preTrade(input), await activities.preTrade(input)];
    expect(first.kind).toBe('approved');
    expect(second).toEqual(first);
    const reservations = (await system.oms.deps.orders.openReservations()).filter((row) => row.account === 'beta');
    expect(reservations).toEqual([expect.objectContaining({ orderId, quantity: '10' })]);

    const done = await system.orders.submit(system.request({ limitPrice: '101' }), { wait: 'final' });
    const order = await system.oms.deps.orders.order(done.orderId);
    const events = await system.oms.deps.orders.events(done.orderId);
    const cash = await system.oms.deps.orders.cash('alpha');
    await activities.recordEvents({ order: order!, events, firstRunId: done.runId });
    expect(await system.oms.deps.orders.cash('alpha')).toEqual(cash);
    expect(await system.oms.deps.orders.events(done.orderId)).toEqual(events);
  });
});
