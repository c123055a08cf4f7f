/** One order that fills and is changed thousands of times, at the simulated venue; `npm run long-life` is its full form. */
import type { OrderView } from '../../src/contracts/order-messages';
import { add, divideRounded, multiply, sum } from '../../src/domain/money';
import type { DecimalString } from '../../src/domain/money';
import type { OrderEvent } from '../../src/domain/order-events';
import { orderWorkflowId } from '../../src/domain/ids';
import type { OrderId } from '../../src/domain/ids';
import type { OrderChange } from '../../src/domain/order-request';
import { eventually, MARKET, OmsUnderTest } from '../support/oms-under-test';

const isFull = process.env['OMS_LONG_LIFE'] === 'full';
const LIFE = isFull ? { fills: 5_000, modifies: 3_000, runs: 8 } : { fills: 200, modifies: 60, runs: 2 };
jest.setTimeout(isFull ? 3_600_000 : 600_000);

/** A market of single shares on ten levels fills the order about so often: once as maker, then each level once it is replaced. */
const FILLS_PER_ROUND = 11;
const MODIFIES_PER_ROUND = Math.ceil((LIFE.modifies * FILLS_PER_ROUND) / LIFE.fills);
/** Every so many a modify asks for less than has filled, which must be refused. */
const REFUSED_EVERY = 10;
/** A busy machine needs so long for the work of one round. */
const ROUND_MS = 60_000;
/** Half of what the server refuses; every payload that a run starts with must be far from it. */
const PAYLOAD_MAX_BYTES = 1024 * 1024;

const system = new OmsUnderTest();
beforeAll(() => system.start());
afterAll(() => system.stop());

interface Modify {
  readonly commandId: string;
  readonly change: OrderChange;
}

/** The changes in order of sending: prices that never repeat at once, a new quantity now and then, and one too small. */
function modifyOf(at: number): Modify {
  const cents = String(at % 400).padStart(3, '0');
  const limitPrice = `10${String(1 + Number(cents[0]))}.${cents.slice(1)}` as DecimalString;
  const quantity = at % REFUSED_EVERY === 0 ? '1' : String(LIFE.fills + 100 + at);
  const resizes = at % REFUSED_EVERY === 0 || at % 3 === 0;
  return {
    commandId: `modify-${String(at)}`,
    change: { limitPrice, ...(resizes ? { quantity: quantity as DecimalString } : {}) },
  };
}
const isTooSmall = ({ change }: Modify): boolean => change.quantity === '1';

/** Half as updates, which tell the verdict, and half as signals, which the journal answers. */
async function send(orderId: OrderId, { commandId, change }: Modify, at: number): Promise<void> {
  if (at % 2 === 1) return system.orders.signalModify(orderId, change, commandId);
  const { order: _order, change: _change, ...verdict } = await system.orders.modify(orderId, change, commandId);
  const tooSmall = { accepted: false, code: 'BELOW_FILLED', text: expect.stringContaining('already filled') as string };
  expect(verdict).toEqual(isTooSmall({ commandId, change }) ? tooSmall : { accepted: true });
}

/** Until the venue has answered every change and every fill of it is here: no round's changes pile up behind another's. */
async function settledDown(orderId: OrderId): Promise<OrderView> {
  let order = await system.orders.get(orderId);
  await eventually(async () => {
    order = await system.orders.get(orderId);
    expect([order.pendingReplace, order.queuedReplaces]).toEqual([undefined, []]);
    expect(await system.booked(order)).toMatchObject([{ cumQuantity: order.filledQuantity }]);
  }, ROUND_MS);
  return order;
}

/** Fills and modifies in turns; the order as it was after each. */
async function live(orderId: OrderId): Promise<readonly OrderView[]> {
  const views: OrderView[] = [];
  let sent = 0;
  for (let fills = 0; fills < LIFE.fills || sent < LIFE.modifies; fills = views.at(-1)!.fillCount) {
    if (fills < LIFE.fills) await system.market('SHARE', { askPrice: '100', askQuantity: '1' });
    // The first modify asks for less than this first fill.
    if (fills === 0)
      await system.until(orderId, (order) => {
        expect(order.fillCount).toBeGreaterThan(0);
      });
    const until = Math.min(LIFE.modifies, sent + MODIFIES_PER_ROUND);
    for (; sent < until; sent += 1) await send(orderId, modifyOf(sent), sent);
    views.push(await settledDown(orderId));
  }
  return views;
}

/** Fills the history with messages that change nothing until one more run has begun. */
async function nextRun({ orderId, runId }: OrderView): Promise<OrderView> {
  const handle = system.client.workflow.getHandle(orderWorkflowId(orderId));
  let order: OrderView;
  do {
    await Promise.all(
      Array.from({ length: 100 }, () => handle.signal('marketTrigger', { price: '1', marketTimeMs: 1 })),
    );
    order = await system.orders.get(orderId);
  } while (order.runId === runId);
  return order;
}

/** What became of each modify by the journal: replaced, or refused with its code. */
function fates(events: readonly OrderEvent[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const stepOwner = new Map<number, string>();
  const note = (commandId: string, fate: string) => found.set(commandId, [...(found.get(commandId) ?? []), fate]);
  for (const event of events) {
    if (event.type === 'ReplaceRequested') stepOwner.set(event.step, event.commandId);
    if (event.type === 'CommandRefused') note(event.commandId, event.code);
    if (event.type === 'OrderReplaced') note(stepOwner.get(event.step) ?? 'nobody', 'REPLACED');
    if (event.type === 'ReplaceRejected') note(stepOwner.get(event.step) ?? 'nobody', `REJECTED ${event.reason}`);
  }
  return found;
}

/** Bytes of what each run of the order's workflow started with. */
async function inputBytes(views: readonly OrderView[]): Promise<readonly number[]> {
  const runIds = [...new Set(views.map(({ runId }) => runId))];
  return Promise.all(
    runIds.map(async (runId) => {
      const handle = system.client.workflow.getHandle(orderWorkflowId(views[0]!.orderId), runId);
      const { events } = await handle.fetchHistory();
      const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
      return payload?.data?.length ?? 0;
    }),
  );
}

/** The venue's own trades of the order. */
async function venueTrades({ clientOrderIdBase = '' }: OrderView) {
  const reports = (await system.ledger('reports')) as unknown as readonly {
    readonly execType: string;
    readonly clientOrderId: string;
    readonly execId: string;
    readonly lastQuantity: DecimalString;
    readonly lastPrice: DecimalString;
  }[];
  return reports.filter(
    ({ execType, clientOrderId }) => execType === 'TRADE' && clientOrderId.startsWith(`${clientOrderIdBase}-`),
  );
}

test(`an order with ${String(LIFE.fills)} fills and ${String(LIFE.modifies)} modifies loses nothing over its runs`, async () => {
  await system.market('SHARE', MARKET);
  const { orderId, order: first } = await system.orders.submit(
    system.request({ symbol: 'SHARE', quantity: String(LIFE.fills + 100), limitPrice: '100.50', timeInForce: 'GTC' }),
    { wait: 'acknowledged' },
  );
  const views = await live(orderId);
  // A command that comes again is the same command, in the next run too.
  const all = Array.from({ length: LIFE.modifies }, (_, at) => modifyOf(at));
  const before = await nextRun(views.at(-1)!);
  for (const { commandId, change } of all.slice(-20)) await system.orders.signalModify(orderId, change, commandId);
  expect(await system.orders.modify(orderId, { quantity: '1' as never })).toMatchObject({ code: 'BELOW_FILLED' });
  const order = await system.orders.get(orderId);
  expect(order.version).toBe(before.version + 1);

  const trades = await venueTrades(first!);
  expect(trades.length).toBeGreaterThanOrEqual(LIFE.fills);
  const quantity = sum(trades.map(({ lastQuantity }) => lastQuantity));
  const notional = trades.reduce(
    (total, { lastQuantity, lastPrice }) => add(total, multiply(lastQuantity, lastPrice)),
    sum([]),
  );
  expect(order).toMatchObject({ fillCount: trades.length, filledQuantity: quantity, notional });
  expect(order.averagePrice).toBe(divideRounded(notional, quantity, 12));

  const accepted = all.filter((modify) => !isTooSmall(modify));
  const changes = accepted.map(({ change }) => change);
  const inForce = changes.reduce((form, change) => ({ ...form, ...change }));
  expect(order).toMatchObject(inForce);
  const [atVenue] = await system.booked(order);
  expect(atVenue).toMatchObject(inForce);

  await eventually(async () => {
    expect((await system.oms.deps.orders.order(orderId))?.version).toBe(order.version);
  }, ROUND_MS);
  const events = await system.oms.deps.orders.events(orderId);
  expect(events.map(({ version }) => version)).toEqual(Array.from({ length: order.version }, (_, at) => at + 1));
  const found = fates(events);
  const wanted = all.map((modify) => [modify.commandId, [isTooSmall(modify) ? 'BELOW_FILLED' : 'REPLACED']]);
  expect(all.map(({ commandId }) => [commandId, found.get(commandId)])).toEqual(wanted);
  const executions = await system.oms.deps.orders.executions(orderId);
  expect(executions.map(({ execId }) => execId).sort()).toEqual(trades.map(({ execId }) => execId).sort());
  expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });

  const bytes = await inputBytes([first!, ...views, order]);
  expect(bytes.length).toBeGreaterThanOrEqual(LIFE.runs);
  expect(Math.max(...bytes)).toBeLessThan(PAYLOAD_MAX_BYTES);
  process.stderr.write(
    `${String(bytes.length)} runs, ${String(order.version)} events, inputs of ${bytes.join(', ')} bytes\n`,
  );
});
