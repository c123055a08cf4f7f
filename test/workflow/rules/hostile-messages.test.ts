import { orderIdOf, orderWorkflowId } from '../../../src/domain/ids';
import type { OrderId } from '../../../src/domain/ids';
import type { order as orderWorkflow } from '../../../workflows';
import { eventually, OmsUnderTest } from '../../support/oms-under-test';

jest.setTimeout(300_000);

const HUGE = 'x'.repeat(100_000);
const GARBAGE: readonly unknown[] = [
  null,
  'text',
  42,
  true,
  [],
  [null],
  [HUGE],
  {},
  { commandId: HUGE, quantity: HUGE },
  { quantity: Number.NaN },
  { quantity: { a: 1 } },
  { limitPrice: '1e400', stopPrice: -1 },
];

describe('no message can break an order', () => {
  const system = new OmsUnderTest();
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  const handle = (orderId: OrderId) => system.client.workflow.getHandle(orderWorkflowId(orderId));
  const working = async (): Promise<OrderId> =>
    (await system.orders.submit(system.request(), { wait: 'acknowledged' })).orderId;
  const failedTasks = async (orderId: OrderId): Promise<readonly unknown[]> => {
    const { events } = await handle(orderId).fetchHistory();
    const failures = (events ?? []).flatMap((event) => event.workflowTaskFailedEventAttributes?.failure?.message ?? []);
    // A message that met the last task of the order: the server's way to have it looked at.
    return failures.filter((message) => message !== 'UnhandledCommand');
  };
  const expectAlive = async (orderId: OrderId): Promise<void> => {
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
    expect(await system.orders.final(orderId)).toMatchObject({
      status: 'CANCELED',
      filledQuantity: '0',
      unfilledAtEnd: '10',
    });
    expect(await failedTasks(orderId)).toEqual([]);
    await eventually(async () => {
      expect((await system.oms.deps.orders.order(orderId))?.status).toBe('CANCELED');
    });
    expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });
  };

  test('a cancel that starts the order is not lost', async () => {
    const request = system.request();
    const orderId = orderIdOf(request.account, request.clientOrderId);
    const input = { order: request };
    await system.client.workflow.signalWithStart<typeof orderWorkflow>('order', {
      workflowId: orderWorkflowId(orderId),
      taskQueue: 'oms-orders',
      args: [input],
      signal: 'cancelOrder',
      signalArgs: [],
    });
    expect(await system.orders.final(orderId)).toMatchObject({
      status: 'CANCELED',
      why: expect.stringContaining('before anything was sent') as string,
    });
    expect((await system.ledger('orders')).length).toBe(0);
  });

  test('garbage in signals is refused as an event or ignored, and the order lives', async () => {
    const orderId = await working();
    for (const payload of GARBAGE) {
      for (const signal of ['modifyOrder', 'executionReports', 'marketTrigger'])
        await handle(orderId).signal(signal, payload);
    }
    await handle(orderId).signal('modifyOrder');
    await handle(orderId).signal('noSuchSignal', HUGE);
    await system.until(orderId, (order) => {
      expect(order.version).toBeGreaterThan(GARBAGE.length);
    });
    const { events } = await system.orders.events(orderId);
    expect(events.filter((event) => event.type === 'CommandRefused')).toHaveLength(GARBAGE.length + 1);
    // A list of nothing says nothing; whatever else came for reports is refused as one.
    const said = GARBAGE.flatMap((payload) => payload);
    expect(events.filter((event) => event.type === 'ReportRefused')).toHaveLength(said.length);
    expect((await system.orders.get(orderId)).status).toBe('ACCEPTED');
    await expectAlive(orderId);
  });

  test('reports that look almost right are refused one by one', async () => {
    const orderId = await working();
    const [real] = (await system.ledger('reports'))
      .filter((report) => String(report['clientOrderId']).length > 0)
      .slice(-1);
    const trade = {
      ...real,
      execType: 'TRADE',
      execId: 'forged',
      lastQuantity: '1',
      lastPrice: '90',
      cumQuantity: '1',
      fee: '0',
      feeCurrency: 'USD',
    };
    const wrong: readonly unknown[] = [
      ...[
        'execId',
        'venueOrderId',
        'clientOrderId',
        'cumQuantity',
        'transactTimeMs',
        'lastQuantity',
        'symbol',
        'venue',
        'execType',
      ].flatMap((field) =>
        [undefined, null, 5e300, { toString: null }, HUGE, 'NaN']
          .filter((value) => !(field === 'execId' || field === 'venueOrderId') || value !== 'NaN')
          .map((value) => ({ ...trade, [field]: value })),
      ),
      { ...trade, transactTimeMs: 9_000_000_000_000_000 },
      { ...trade, transactTimeMs: -1 },
      { ...trade, fee: 'free' },
      { ...trade, feeCurrency: {} },
      { ...trade, lastPrice: '-1' },
      {
        ...trade,
        execType: 'REPLACED',
        clientOrderId: `${String(real?.['clientOrderId']).slice(0, -1)}1`,
        orderQuantity: '20',
        limitPrice: 'abc',
      },
      { ...trade, execType: 'REJECTED', reason: HUGE },
      { ...trade, execType: 'EXPIRED', text: 7 },
    ];
    await handle(orderId).signal('executionReports', wrong);
    await system.until(orderId, (order) => {
      expect(order.version).toBe(4 + wrong.length);
    });
    const { events } = await system.orders.events(orderId);
    expect(events.filter((event) => event.type === 'ReportRefused')).toHaveLength(wrong.length);
    await expectAlive(orderId);
  });

  test('texts that a database cannot hold do not stop the journal', async () => {
    const orderId = await working();
    await handle(orderId).signal('modifyOrder', { commandId: 'nul\u0000 half \ud800 pair', quantity: 'a\u0000' });
    await handle(orderId).signal('executionReports', [{ execId: 'nul\u0000', venue: '\ud800' }]);
    await handle(orderId).signal('cancelOrder', { reason: 'why \u0000 \udfff not' });
    const order = await system.orders.final(orderId);
    expect(order.status).toBe('CANCELED');
    expect((await system.oms.deps.orders.events(orderId)).length).toBe(order.version);
    expect(await failedTasks(orderId)).toEqual([]);
  });

  test('a trigger moves only a held order, and only at a price that reaches its stop', async () => {
    const held = { type: 'STOP', venue: 'SIMY', stopPrice: '120' };
    const { orderId } = await system.orders.submit(system.request(held), { wait: 'acknowledged' });
    for (const trigger of [
      { price: '119.99', marketTimeMs: 1 },
      { price: '-200', marketTimeMs: 1 },
      { price: '1e9', marketTimeMs: 1 },
      { price: 200, marketTimeMs: 1 },
    ]) {
      await handle(orderId).signal('marketTrigger', trigger);
    }
    expect(await system.orders.modify(orderId, { quantity: '10' as never })).toMatchObject({
      accepted: false,
      code: 'NOTHING_CHANGES',
      order: { status: 'HELD' },
    });
    await handle(orderId).signal('marketTrigger', { price: '120', marketTimeMs: 1e300 });
    await system.until(orderId, (order) => {
      expect(order.status).toBe('FILLED');
    });
    expect(await failedTasks(orderId)).toEqual([]);
  });

  test('a bad change as an update is refused before it leaves a trace in the history', async () => {
    const orderId = await working();
    const historyOf = async (): Promise<number> =>
      ((await handle(orderId).fetchHistory()).events ?? []).filter(
        (event) => event.workflowExecutionUpdateAcceptedEventAttributes,
      ).length;
    const before = await historyOf();
    for (const payload of GARBAGE) {
      await expect(handle(orderId).executeUpdate('modifyOrder', { args: [payload] })).rejects.toMatchObject({
        cause: { type: 'CHANGE_INVALID' },
      });
    }
    await expect(handle(orderId).executeUpdate('awaitStage', { args: [null] })).rejects.toMatchObject({
      cause: { type: 'STAGE_UNKNOWN' },
    });
    expect(await historyOf()).toBe(before);
    await expectAlive(orderId);
  });
});
