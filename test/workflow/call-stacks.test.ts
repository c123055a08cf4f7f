import { orderWorkflowId } from '../../src/domain/ids';
import type { OrderId } from '../../src/domain/ids';
import { OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(120_000);

/** What Temporal's UI asks for its "Call Stack". */
const callStack = (system: OmsUnderTest, orderId: OrderId): Promise<string> =>
  system.client.workflow.getHandle(orderWorkflowId(orderId)).query<string>('__stack_trace');

describe('call stacks of workflows', () => {
  let system: OmsUnderTest;
  const submitted = async (callStacks?: boolean): Promise<OrderId> => {
    system = new OmsUnderTest(callStacks === undefined ? {} : { callStacks });
    await system.start();
    return (await system.orders.submit(system.request(), { wait: 'acknowledged' })).orderId;
  };
  afterEach(() => system.stop());

  test('are left out, and whoever asks is told so', async () => {
    const orderId = await submitted();
    await expect(callStack(system, orderId)).rejects.toThrow('stack traces are not enabled on this worker');
    await system.orders.cancel(orderId);
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED' });
  });

  test('are there where they are wanted', async () => {
    const orderId = await submitted(true);
    expect(await callStack(system, orderId)).toContain('order.ts');
    await system.orders.cancel(orderId);
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED' });
  });
});
