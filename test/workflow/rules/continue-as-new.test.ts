import { orderWorkflowId } from '../../../src/domain/ids';
import type { OrderId } from '../../../src/domain/ids';
import type { CarriedOrder } from '../../../src/contracts/order-messages';
import type { ExecutionReport } from '../../../src/domain/execution-report';
import type { OrderView } from '../../../src/contracts/order-messages';
import { eventually, OmsUnderTest, OPEN_MS } from '../../support/oms-under-test';

jest.setTimeout(300_000);

/** Fills of one unit each, as many as one run takes (`npm run long-life` has 5,000); every one reaches the order once. */
const FILLS = 1_000;
/** Longer than it takes to fill a history. */
const GOOD_FOR_MS = 40_000;
/** A hundred of these fill a history of 4 MB, at which Temporal suggests a new run. */
const PADDING = 40_000;
const PAYLOAD_MAX_BYTES = 256 * 1024;

describe('an order whose history is full goes on in a new run', () => {
  const system = new OmsUnderTest();
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  const handle = (orderId: OrderId) => system.client.workflow.getHandle(orderWorkflowId(orderId));
  /** Fills a history with messages that change nothing, long ones as it is full by size, too, until a new run has begun. */
  const untilNewRun = async (orderId: OrderId, runId: string): Promise<OrderView> => {
    let sent = 0;
    let order: OrderView;
    do {
      await Promise.all(
        Array.from({ length: 20 }, () =>
          handle(orderId).signal('marketTrigger', { price: '1', marketTimeMs: 1, padding: 'x'.repeat(PADDING) }),
        ),
      );
      sent += 20;
      order = await system.orders.get(orderId);
    } while (order.runId === runId && sent < 2_000);
    return order;
  };
  const carriedInto = async (orderId: OrderId): Promise<{ readonly carried: CarriedOrder; readonly bytes: number }> => {
    const { events } = await handle(orderId).fetchHistory();
    const data = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    const text = Buffer.from(data ?? []).toString('utf8');
    return { carried: (JSON.parse(text) as { carried: CarriedOrder }).carried, bytes: text.length };
  };

  test('fills, deduplication, a pending replace and a settlement in the future survive', async () => {
    const request = system.request({
      symbol: 'SHARE',
      quantity: String(FILLS + 10),
      limitPrice: '90',
      timeInForce: 'GTC',
    });
    const { orderId, order: first } = await system.orders.submit(request, { wait: 'acknowledged' });
    const forged = fillsFor(first!);
    for (let at = 0; at < FILLS; at += 100) {
      await handle(orderId).signal('executionReports', forged.slice(at, at + 100));
      // A task of the order may not take more than 5 s of a busy machine, or the SDK ends the whole process.
      await system.until(
        orderId,
        (order) => {
          expect(order.fillCount).toBeGreaterThan(at - 500);
        },
        60_000,
      );
    }
    await system.until(
      orderId,
      (order) => {
        expect(order.fillCount).toBe(FILLS);
      },
      60_000,
    );
    // A thousand fills are enough for a run, however short its history.
    await system.until(
      orderId,
      (order) => {
        expect(order.runId).not.toBe(first!.runId);
      },
      60_000,
    );
    const second = await untilNewRun(orderId, first!.runId);
    expect(second.runId).not.toBe(first!.runId);
    const { carried, bytes } = await carriedInto(orderId);
    expect(bytes).toBeLessThan(PAYLOAD_MAX_BYTES);
    expect(carried).toMatchObject({ queue: [], unrecorded: [], progress: { cancelDelivered: false } });
    expect(second).toMatchObject({
      filledQuantity: String(FILLS),
      fillCount: FILLS,
      leavesQuantity: '10',
      averagePrice: '90',
    });
    expect(second.fills).toHaveLength(50);
    expect(second.settlements).toEqual([expect.objectContaining({ trades: FILLS, status: 'BOOKED' })]);

    await handle(orderId).signal('executionReports', forged.slice(0, 100));
    await handle(orderId).signal('executionReports', forged.slice(-100));
    expect(await system.orders.modify(orderId, { limitPrice: '89' as never })).toMatchObject({ accepted: true });
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
    const ended = await system.until(orderId, (order) => {
      expect(order.status).toBe('CANCELED');
    });
    expect(ended).toMatchObject({ filledQuantity: String(FILLS), fillCount: FILLS, unfilledAtEnd: '10' });
    await eventually(async () => {
      expect(await system.oms.deps.orders.executions(orderId)).toHaveLength(FILLS);
      expect((await system.oms.deps.orders.order(orderId))?.version).toBe(ended.version);
    }, 60_000);
    expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });
    // It waits for the next morning's settlement.
    expect((await handle(orderId).describe()).status.name).toBe('RUNNING');
  });

  test('a dated order ends at its time, though the run that set its timer is over', async () => {
    const expireAtMs = Date.now() - system.realOriginMs + OPEN_MS + GOOD_FOR_MS;
    const { orderId, order: first } = await system.orders.submit(
      system.request({ type: 'STOP', stopPrice: '140', venue: 'SIMY', timeInForce: 'GTD', expireAtMs }),
      { wait: 'acknowledged' },
    );
    expect(first).toMatchObject({ status: 'HELD' });
    expect((await untilNewRun(orderId, first!.runId)).runId).not.toBe(first!.runId);
    expect(await system.orders.get(orderId)).toMatchObject({ status: 'HELD' });
    const order = await system.until(
      orderId,
      (now) => {
        expect(now.status).toBe('EXPIRED');
      },
      GOOD_FOR_MS + 30_000,
    );
    expect(order.updatedAtMs).toBeGreaterThanOrEqual(expireAtMs);
    expect(order.runId).not.toBe(first!.runId);
  });

  test('a cancel among the messages of the change of runs is answered and carried out', async () => {
    const { orderId, order: first } = await system.orders.submit(system.request(), { wait: 'acknowledged' });
    const flooding = { ended: false };
    const flood = (async () => {
      for (let sent = 0; sent < 6_000 && !flooding.ended; sent += 50) {
        await Promise.all(
          Array.from({ length: 50 }, () => handle(orderId).signal('modifyOrder', { quantity: 'garbage' })),
        ).catch(() => undefined);
        // No faster than the order takes them: the server breaks off a task in which a hundred came, and it begins anew.
        await system.orders.get(orderId);
      }
    })();
    await eventually(async () => {
      expect((await system.orders.get(orderId)).runId).not.toBe(first!.runId);
    }, 180_000);
    const answer = await system.orders.cancel(orderId);
    flooding.ended = true;
    await flood;
    expect(answer).toMatchObject({ accepted: true });
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '10' });
    expect(order.runId === first!.runId || (await carriedInto(orderId)).carried.order.orderId === orderId).toBe(true);
    expect(await system.booked(order)).toEqual([expect.objectContaining({ status: 'CANCELED' })]);
  });
});

/** Reports of one unit each, with execution ids as long as venues make them. */
function fillsFor(order: OrderView): readonly ExecutionReport[] {
  return Array.from({ length: FILLS }, (_, at) => ({
    venue: 'SIMX',
    venueAccount: 'HOUSE',
    sequence: 0,
    execId: `execution-${String(at).padStart(6, '0')}-of-a-venue-with-long-ids`,
    execType: 'TRADE' as const,
    clientOrderId: `${order.clientOrderIdBase ?? ''}-0`,
    venueOrderId: order.venueOrderId ?? '',
    symbol: order.request.symbol,
    side: order.request.side,
    orderQuantity: order.quantity,
    cumQuantity: String(at + 1) as ExecutionReport['cumQuantity'],
    leavesQuantity: '1' as ExecutionReport['cumQuantity'],
    lastQuantity: '1' as ExecutionReport['cumQuantity'],
    lastPrice: '90' as ExecutionReport['cumQuantity'],
    fee: '0' as ExecutionReport['cumQuantity'],
    feeCurrency: 'USD',
    transactTimeMs: order.createdAtMs,
  }));
}
