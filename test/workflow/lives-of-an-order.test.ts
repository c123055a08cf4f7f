import { orderWorkflowId } from '../../src/domain/ids';
import type { OrderId } from '../../src/domain/ids';
import { add, dec } from '../../src/domain/money';
import type { OrderChange } from '../../src/domain/order-request';
import type { OrderView } from '../../src/contracts/order-messages';
import { eventually, OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);

describe('an order from its request to its end', () => {
  const system = new OmsUnderTest();
  beforeAll(() => system.start());
  afterEach(async () => {
    await system.clearFaults();
    await system.market('COIN');
  });
  afterAll(() => system.stop());

  const sell = (quantity: string): Promise<void> =>
    system.market('COIN', { askPrice: '90', askQuantity: quantity, bidPrice: '80', lastPrice: '90' });
  const working = async (change = {}): Promise<OrderId> =>
    (await system.orders.submit(system.request(change), { wait: 'acknowledged' })).orderId;
  const change = (fields: Record<string, string>): OrderChange => fields;
  const expectSound = async (order: OrderView): Promise<void> => {
    expect(order.leavesQuantity).toBe('0');
    expect(add(order.filledQuantity, order.unfilledAtEnd)).toBe(add(order.quantity, order.overfill));
    const booked = await system.booked(order);
    expect(booked.map((each) => each['cumQuantity'])).toEqual(booked.map(() => order.filledQuantity));
    const executions = await system.oms.deps.orders.executions(order.orderId);
    expect(executions.reduce((sum, execution) => add(sum, execution.quantity), dec('0'))).toBe(order.filledQuantity);
  };

  test('an order that takes what is there and no more', async () => {
    // Ten levels of this quantity.
    await system.market('COIN', { askQuantity: '4' });
    const ioc = await system.orders.submit(system.request({ quantity: '100', limitPrice: '101', timeInForce: 'IOC' }), {
      wait: 'final',
    });
    expect(ioc.order).toMatchObject({ status: 'CANCELED', filledQuantity: '40', unfilledAtEnd: '60' });
    await expectSound(ioc.order!);
    await system.market('COIN', { askQuantity: '4' });
    const fok = await system.orders.submit(system.request({ quantity: '100', limitPrice: '101', timeInForce: 'FOK' }), {
      wait: 'final',
    });
    expect(fok.order).toMatchObject({ status: 'CANCELED', filledQuantity: '0', unfilledAtEnd: '100' });
    await expectSound(fok.order!);
    await system.market('COIN');
    const market = await system.orders.submit(system.request({ type: 'MARKET' }), { wait: 'final' });
    expect(market.order).toMatchObject({ status: 'FILLED', filledQuantity: '10', unfilledAtEnd: '0' });
    await expectSound(market.order!);
  });

  test('partial fills, then the rest is canceled', async () => {
    const orderId = await working();
    for (const quantity of ['2', '3']) await sell(quantity);
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({
        status: 'PARTIALLY_FILLED',
        filledQuantity: '5',
        leavesQuantity: '5',
        unfilledAtEnd: '0',
      });
    });
    await system.orders.cancel(orderId);
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'CANCELED', filledQuantity: '5', unfilledAtEnd: '5', averagePrice: '90' });
    await expectSound(order);
  });

  test('replaced up, down, and down to what is filled', async () => {
    const orderId = await working();
    expect(await system.orders.modify(orderId, change({ quantity: '20' }))).toMatchObject({ accepted: true });
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'ACCEPTED', quantity: '20', leavesQuantity: '20' });
    });
    await sell('5');
    await system.until(orderId, (order) => {
      expect(order.filledQuantity).toBe('5');
    });
    expect(await system.orders.modify(orderId, change({ quantity: '4' }))).toMatchObject({
      accepted: false,
      code: 'BELOW_FILLED',
    });
    await system.market('COIN');
    await system.orders.modify(orderId, change({ quantity: '8', limitPrice: '91' }));
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'PARTIALLY_FILLED', quantity: '8', leavesQuantity: '3', limitPrice: '91' });
    });
    await sell('100');
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '8', acceptedStep: 2 });
    await expectSound(order);
  });

  test('replaces that come at once wait for each other, and the last one counts', async () => {
    const orderId = await working();
    await system.fault('delayReply', { count: 1, params: { ms: 500, operations: ['replace'] } });
    await Promise.all(
      ['11', '12', '13'].map((quantity) => system.orders.modify(orderId, change({ quantity }), `change-${quantity}`)),
    );
    const order = await system.until(orderId, (now) => {
      expect(now).toMatchObject({ status: 'ACCEPTED', acceptedStep: 3, queuedReplaces: [] });
    });
    const [booked] = await system.booked(order);
    expect(booked).toMatchObject({ quantity: order.quantity, status: 'OPEN' });
    expect(booked?.['clientOrderIds']).toHaveLength(4);
    expect(await system.orders.modify(orderId, change({ quantity: '11' }), 'change-11')).toMatchObject({
      accepted: true,
    });
    expect((await system.orders.get(orderId)).lastStep).toBe(3);
    await system.orders.cancel(orderId);
    await expectSound(await system.orders.final(orderId));
  });

  test('a replace whose answer is lost is asked for and counts once', async () => {
    const orderId = await working();
    await system.fault('dropReplyAfterAccept', { count: 1, params: { operations: ['replace'] } });
    await system.orders.modify(orderId, change({ quantity: '15' }));
    const order = await system.until(orderId, (now) => {
      expect(now).toMatchObject({ status: 'ACCEPTED', quantity: '15', acceptedStep: 1 });
    });
    expect((await system.booked(order))[0]).toMatchObject({ quantity: '15' });
    await system.orders.cancel(orderId);
    await expectSound(await system.orders.final(orderId));
  });

  test('a cancel that crosses the last fill loses, and nothing is left open', async () => {
    const orderId = await working();
    await system.fault('delayReports', { params: { ms: 800 } });
    await sell('100');
    await system.orders.cancel(orderId);
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '10', unfilledAtEnd: '0' });
    await expectSound(order);
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: false, code: 'ORDER_CLOSED' });
  });

  test('a stop at a venue that knows stops is triggered there', async () => {
    const orderId = await working({ type: 'STOP', stopPrice: '105', venue: 'SIMX' });
    expect((await system.booked(await system.orders.get(orderId)))[0]).toMatchObject({
      type: 'STOP',
      stopPrice: '105',
    });
    await system.market('COIN', { bidPrice: '105', askPrice: '106', lastPrice: '105' });
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'FILLED', triggered: true, averagePrice: '106' });
    await expectSound(order);
  });

  test('a stop at a venue that knows none is held here, can be changed, and goes out as a market order', async () => {
    const { orderId } = await system.orders.submit(system.request({ type: 'STOP', stopPrice: '105', venue: 'SIMY' }), {
      wait: 'acknowledged',
    });
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'HELD', held: 'TRIGGER' });
    });
    await system.orders.modify(orderId, change({ stopPrice: '110' }));
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'HELD', stopPrice: '110' });
    });
    await eventually(async () => {
      expect(await system.oms.deps.orders.heldStops()).toEqual([expect.objectContaining({ stopPrice: '110' })]);
    });
    expect(await system.ledger('orders', 'SIMY')).toEqual([]);
    await system.market('COIN', { bidPrice: '109', askPrice: '111', lastPrice: '110' }, 'SIMY');
    const order = await system.orders.final(orderId);
    await system.market('COIN', {}, 'SIMY');
    expect(order).toMatchObject({ status: 'FILLED', triggered: true, averagePrice: '111' });
    expect(await system.booked(order, 'SIMY')).toEqual([expect.objectContaining({ type: 'MARKET', status: 'FILLED' })]);
  });

  test('a held stop that is canceled never reaches the venue', async () => {
    const { orderId } = await system.orders.submit(system.request({ type: 'STOP', stopPrice: '105', venue: 'SIMY' }), {
      wait: 'acknowledged',
    });
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '10', leavesQuantity: '0' });
    expect(await system.booked(order, 'SIMY')).toEqual([]);
  });

  test('the Temporal UI shows what the order is, where it stands, and its fills', async () => {
    const orderId = await working({ parent: 'basket-7' });
    await sell('4');
    await system.until(orderId, (order) => {
      expect(order.filledQuantity).toBe('4');
    });
    const handle = system.client.workflow.getHandle(orderWorkflowId(orderId));
    expect(await (await handle.describe()).staticSummary()).toBe('BUY 10 COIN LIMIT 90 GTC · alpha · test');
    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails).toContain('**PARTIALLY_FILLED**');
    expect(currentDetails).toContain('| 10 | 4 | 6 | 90 |');
    expect(currentDetails).toMatch(/\| time \| quantity \| price \|[^]*\| 4 \| 90 \|/);
    await eventually(async () => {
      const [line] = await system.orders.list({ account: 'alpha', status: 'PARTIALLY_FILLED' });
      expect(line).toMatchObject({
        orderId,
        strategy: 'test',
        symbol: 'COIN',
        side: 'BUY',
        venue: 'SIMX',
        status: 'PARTIALLY_FILLED',
        isRunning: true,
      });
    });
    const names = (await handle.describe()).typedSearchAttributes
      .getAll()
      .map(({ key }) => key.name)
      .filter((name) => name.startsWith('Oms'))
      .sort();
    expect(names).toEqual(['OmsAccount', 'OmsParent', 'OmsSide', 'OmsState', 'OmsStrategy', 'OmsSymbol', 'OmsVenue']);
    await system.orders.cancel(orderId);
    await expectSound(await system.orders.final(orderId));
  });
});
