import { orderWorkflowId } from '../../../src/domain/ids';
import type { OrderId } from '../../../src/domain/ids';
import { fillsFor } from '../../support/forged-fills';
import { eventually, OmsUnderTest } from '../../support/oms-under-test';

jest.setTimeout(300_000);

const ORDERS = 24;
/** Each is a thing that the order takes. */
const FILLS = 190;

/**
 * Goal: orders that a worker does not remember do not keep each other from being done in time. Method: many with as long a run as
 * there may be, and a worker without a cache: each word to all of them makes it carry out all of their runs at once.
 */
describe('orders with long runs', () => {
  const system = new OmsUnderTest({ maxCachedWorkflows: 0 });
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  const eventsOf = async (orderId: OrderId) =>
    (await system.client.workflow.getHandle(orderWorkflowId(orderId)).fetchHistory()).events ?? [];

  test('end a run before it is too long to be carried out anew', async () => {
    const request = system.request({ limitPrice: '90', quantity: '1000' });
    const { orderId, order } = await system.orders.submit(request, { wait: 'acknowledged' });
    const handle = system.client.workflow.getHandle(orderWorkflowId(orderId));
    let sent = 0;
    await eventually(async () => {
      await handle.signal('marketTrigger', { price: '1', marketTimeMs: 1 });
      sent += 1;
      expect((await system.orders.get(orderId)).runId).not.toBe(order?.runId);
    }, 120_000);
    expect(sent).toBeGreaterThan(100);
    expect(sent).toBeLessThan(250);
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
  });

  test('are all asked and canceled, and no task of them is given up', async () => {
    const orderIds: OrderId[] = [];
    for (let nth = 0; nth < ORDERS; nth += 1) {
      const request = system.request({ limitPrice: '90', quantity: '1000' });
      const { orderId, order } = await system.orders.submit(request, { wait: 'acknowledged' });
      await system.client.workflow
        .getHandle(orderWorkflowId(orderId))
        .signal('executionReports', fillsFor(order!, FILLS));
      orderIds.push(orderId);
    }
    await Promise.all(orderIds.map((orderId) => system.orders.signalCancel(orderId, 'all at once')));
    for (const orderId of orderIds)
      expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED', fillCount: FILLS });
    for (const orderId of orderIds) {
      const tasks = await eventsOf(orderId);
      expect(tasks.filter((event) => event.workflowTaskTimedOutEventAttributes)).toEqual([]);
      expect(tasks.flatMap((event) => event.workflowTaskFailedEventAttributes ?? [])).toEqual([]);
    }
  });
});
