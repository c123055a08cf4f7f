import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { OrderRequestError } from '../../src/client/errors';
import { orderIdOf, orderWorkflowId } from '../../src/domain/ids';
import type { OrderView } from '../../src/contracts/order-messages';
import type { OrderRequest } from '../../src/domain/order-request';
import { findServerBinary } from '../../src/temporal/server-resolver';
import { eventually, OPEN_MS, OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);
const run = promisify(execFile);

/** What is wrong with a request, the field that must be named, and the code; a field of `undefined` is left out. */
const BAD: readonly (readonly [title: string, change: Record<string, unknown>, field: string, code: string])[] = [
  ['a symbol that is not traded', { symbol: 'NOPE' }, 'symbol', 'INSTRUMENT_UNKNOWN'],
  ['SQL in a symbol', { symbol: "COIN'; DROP TABLE orders; --" }, 'symbol', 'SYMBOL_FORMAT'],
  ['a negative quantity', { quantity: '-10' }, 'quantity', 'DECIMAL_NOT_POSITIVE'],
  ['a quantity of NaN', { quantity: 'NaN' }, 'quantity', 'DECIMAL_FORMAT'],
  ['a quantity of 1e400', { quantity: '1e400' }, 'quantity', 'DECIMAL_FORMAT'],
  ['a quantity as a number', { quantity: 10 }, 'quantity', 'DECIMAL_FORMAT'],
  ['a fraction of a lot', { quantity: '1.5' }, 'quantity', 'QUANTITY_LOT'],
  ['a price between ticks', { limitPrice: '90.001' }, 'limitPrice', 'PRICE_TICK'],
  ['a limit order without a price', { limitPrice: undefined }, 'limitPrice', 'FIELD_MISSING'],
  ['a market order with a price', { type: 'MARKET', limitPrice: '90' }, 'limitPrice', 'FIELD_FORBIDDEN'],
  ['an end in the past', { timeInForce: 'GTD', expireAtMs: OPEN_MS - 1 }, 'expireAtMs', 'EXPIRE_PAST'],
  ['an unknown account', { account: 'nobody' }, 'account', 'ACCOUNT_UNKNOWN'],
  ['an unknown side', { side: 'HOLD' }, 'side', 'VALUE_NOT_ALLOWED'],
  ['a field of a megabyte', { strategy: 'x'.repeat(1_000_000) }, 'strategy', 'ID_FORMAT'],
  ['a field that nobody reads', { leverage: '100' }, 'leverage', 'FIELD_UNKNOWN'],
  ['a text that no database holds', { strategy: 'a\u0000b' }, 'strategy', 'ID_FORMAT'],
];

describe('a bad order', () => {
  const system = new OmsUnderTest();
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  const badRequest = (change: Record<string, unknown>): OrderRequest => ({ ...system.request(), ...change });
  const raw = async (
    input: unknown,
    workflowId: string,
  ): Promise<{ order: OrderView; failedTasks: number; runs: string }> => {
    const handle = await system.client.workflow.start('order', { workflowId, taskQueue: 'oms-orders', args: [input] });
    const order = (await handle.result()) as OrderView;
    const { events } = await handle.fetchHistory();
    const failedTasks = (events ?? []).filter((event) => event.workflowTaskFailedEventAttributes).length;
    return { order, failedTasks, runs: (await handle.describe()).status.name };
  };

  test.each(BAD)('with %s is refused by the client, and no workflow exists', async (_title, change, field, code) => {
    const request = badRequest(change);
    const error = await system.orders.submit(request).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OrderRequestError);
    const [broken] = (error as OrderRequestError).violations.filter((each) => each.field === field);
    expect(broken).toMatchObject({ code, field });
    expect(broken?.value.length).toBeGreaterThan(0);
    expect(broken?.value.length).toBeLessThanOrEqual(80);
    expect(broken?.rule.length).toBeGreaterThan(5);
    const handle = system.client.workflow.getHandle(orderWorkflowId(orderIdOf(request.account, request.clientOrderId)));
    await expect(handle.describe()).rejects.toMatchObject({ name: 'WorkflowNotFoundError' });
  });

  test.each(BAD)('with %s is denied for the same reason when started raw', async (_title, change, field, code) => {
    const request = badRequest(change);
    const { order, failedTasks, runs } = await raw(
      { order: request },
      orderWorkflowId(orderIdOf(request.account, request.clientOrderId)),
    );
    expect(order).toMatchObject({ status: 'DENIED', filledQuantity: '0', leavesQuantity: '0', finalized: true });
    expect(order.reasons).toContainEqual(expect.objectContaining({ code, field }));
    expect(failedTasks).toBe(0);
    expect(runs).toBe('COMPLETED');
    const recorded = await system.oms.deps.orders.order(order.orderId);
    expect(recorded).toMatchObject({ status: 'DENIED', version: order.version });
    expect(await system.ledger('orders')).toEqual([]);
  });

  test.each([
    ['a text', 'buy everything'],
    ['null', null],
    ['a number', 1],
    ['a list', [[]]],
    ['an empty object', {}],
    ['an order that is a text', { order: 'x' }],
    ['a wild clock', { order: {}, clock: { realOriginMs: 0, simOriginMs: 9e15, speed: 1e308 } }],
    ['state of another order', { order: {}, carried: { order: { status: 'FILLED' } } }],
  ])('that is %s is denied', async (_title, input) => {
    const { order, failedTasks } = await raw(input, `order/alpha/${system.id()}`);
    expect(order).toMatchObject({ status: 'DENIED', finalized: true });
    expect(order.reasons.length).toBeGreaterThan(0);
    expect(failedTasks).toBe(0);
  });

  test.each([
    ['a text', 'yesterday'],
    ['texts for numbers', { realOriginMs: 'x', simOriginMs: -1, speed: 0 }],
    ['a time beyond all days', { realOriginMs: 1e300, simOriginMs: 0, speed: 1 }],
  ])('with a clock that is %s is denied, though all else is right', async (_title, clock) => {
    const request = system.request();
    const workflowId = orderWorkflowId(orderIdOf(request.account, request.clientOrderId));
    const { order } = await raw({ order: request, clock }, workflowId);
    expect(order).toMatchObject({ status: 'DENIED', reasons: [{ code: 'CLOCK_UNUSABLE', field: 'clock' }] });
  });

  test('an unknown symbol is one reason, and the sentence names it', async () => {
    const request = badRequest({ symbol: 'NOPE' });
    const { order } = await raw({ order: request }, orderWorkflowId(orderIdOf(request.account, request.clientOrderId)));
    expect(order.reasons.map(({ code }) => code)).toEqual(['INSTRUMENT_UNKNOWN']);
    expect(order.why).toBe('denied: symbol NOPE: An instrument that exists here.');
  });

  test('wrong arguments of the client are refused by their names', async () => {
    const huge = 'x'.repeat(3_000_000) as never;
    await expect(system.orders.get(huge)).rejects.toThrow(/^orderId .*: <account>\/<clientOrderId>/);
    await expect(system.orders.submit(system.request(), { wait: 'whatever' as never })).rejects.toThrow(/^wait /);
    await expect(system.orders.list({ limit: Number.NaN })).rejects.toThrow(/^limit /);
    await expect(system.orders.list({ status: 'WHAT' as never })).rejects.toThrow(/^status /);
  });

  test('a signal to an order that is over says so', async () => {
    const { orderId } = await system.orders.submit(system.request({ limitPrice: '101' }), { wait: 'final' });
    await expect(system.orders.signalCancel(orderId)).rejects.toThrow(`the order ${orderId} is FILLED`);
    await expect(system.orders.signalCancel(orderIdOf('alpha', 'never'))).rejects.toThrow('no order alpha/never');
  });

  test('the temporal command line starts, shows, and cancels an order', async () => {
    const request = system.request();
    const workflowId = orderWorkflowId(orderIdOf(request.account, request.clientOrderId));
    const address = process.env['OMS_TEST_TEMPORAL_ADDRESS'] ?? '';
    // The server of these tests came from the same program.
    const { path } = await findServerBinary({ log: () => undefined });
    const temporal = async (...args: string[]): Promise<string> =>
      (
        await run(path, [
          'workflow',
          ...args,
          '--workflow-id',
          workflowId,
          '--address',
          address,
          '--namespace',
          system.namespace,
        ])
      ).stdout;
    await temporal(
      'start',
      '--type',
      'order',
      '--task-queue',
      'oms-orders',
      '--input',
      JSON.stringify({ order: request }),
    );
    await eventually(async () => {
      expect(await temporal('query', '--type', 'order', '--output', 'json')).toMatch(/"status": ?"ACCEPTED"/);
    });
    await temporal('signal', '--name', 'cancelOrder');
    const order = await system.orders.final(orderIdOf(request.account, request.clientOrderId));
    expect(order).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '10' });
    expect(await system.booked(order)).toEqual([expect.objectContaining({ status: 'CANCELED' })]);
  });
});
