import { orderWorkflowId } from '../../../src/domain/ids';
import { eventually, OmsUnderTest } from '../../support/oms-under-test';

jest.setTimeout(300_000);

/**
 * Goal: no order has a run that takes long to be carried out anew; several of them would keep each other from being done in
 * the time that Temporal gives a task (`npm run soak` shows them together). Method: a message after the other until the order
 * goes on in a new run.
 */
describe('an order with a long run', () => {
  const system = new OmsUnderTest();
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  test('ends it after 200 things, long before Temporal suggests it', async () => {
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
});
