import type { OrderId } from '../../../src/domain/ids';
import { orderWorkflowId } from '../../../src/domain/ids';
import { dec } from '../../../src/domain/money';
import { workflowBundle } from '../../../workers/build-bundle';
import { replayHistories } from '../../../workers/replay';
import { eventually, OmsUnderTest } from '../../support/oms-under-test';

jest.setTimeout(300_000);

/**
 * Goal: an order's history replays whatever a worker without a cache was given at once. Method: nothing stays in memory, so
 * each task begins with the whole history, and a command comes when the last task had nothing to do: Temporal then brings
 * the result of before and the command together, and apart when it is replayed (temporalio/sdk-rust#1146).
 */
describe('an order that no worker remembers', () => {
  const system = new OmsUnderTest({ maxCachedWorkflows: 0 });
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  const historyOf = (orderId: OrderId) => system.client.workflow.getHandle(orderWorkflowId(orderId)).fetchHistory();
  /** Its last task had nothing to do. */
  const rests = (orderId: OrderId): Promise<void> =>
    eventually(async () => {
      expect((await historyOf(orderId)).events?.at(-1)?.workflowTaskCompletedEventAttributes).toBeTruthy();
    });

  test('replays after commands that came when its last task had nothing to do', async () => {
    const orderIds: OrderId[] = [];
    for (let at = 0; at < 4; at += 1) {
      const { orderId } = await system.orders.submit(system.request({ limitPrice: '95' }), { wait: 'acknowledged' });
      orderIds.push(orderId);
      await rests(orderId);
      await system.orders.modify(orderId, { quantity: dec('12') });
      await rests(orderId);
      await system.orders.modify(orderId, { quantity: dec('11') });
      await rests(orderId);
      await system.orders.cancel(orderId);
    }
    for (const orderId of orderIds) await system.orders.final(orderId);
    const histories = await Promise.all(
      orderIds.map(async (orderId) => ({
        name: orderId,
        workflowId: orderWorkflowId(orderId),
        history: await historyOf(orderId),
      })),
    );
    const failures: string[] = [];
    for await (const { name, error } of replayHistories(await workflowBundle(), histories))
      if (error !== undefined) failures.push(`${name}: ${String(error)}`);
    expect(failures).toEqual([]);
  });
});
