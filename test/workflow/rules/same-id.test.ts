import { WorkflowNotFoundError } from '@temporalio/client';
import { OrderConflictError } from '../../../src/client/errors';
import { orderIdOf, orderWorkflowId } from '../../../src/domain/ids';
import { dec } from '../../../src/domain/money';
import type { OrderId } from '../../../src/domain/ids';
import type { OrderRequest } from '../../../src/domain/order-request';
import type { order as orderWorkflow } from '../../../workflows';
import { eventually, OmsUnderTest } from '../../support/oms-under-test';

jest.setTimeout(300_000);
/** The server deletes a closed workflow only once its queues have moved past the close. */
const FORGOTTEN_WITHIN_MS = 90_000;

describe('one client order id is one order', () => {
  const system = new OmsUnderTest();
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  const other = (request: OrderRequest): OrderRequest => ({ ...request, quantity: '11' as OrderRequest['quantity'] });
  const bookedOnce = async (orderId: OrderId): Promise<void> => {
    expect(await system.booked(await system.orders.get(orderId))).toHaveLength(1);
  };

  test.each(['accepted', 'risk', 'acknowledged'] as const)(
    'the same content again is the same order, other content a conflict, waiting for %s',
    async (wait) => {
      const request = system.request();
      const first = await system.orders.submit(request, { wait });
      expect(first.isNew).toBe(true);
      const again = await system.orders.submit({ ...request }, { wait });
      expect(again).toMatchObject({ orderId: first.orderId, runId: first.runId, isNew: false });
      await expect(system.orders.submit(other(request), { wait })).rejects.toThrow(OrderConflictError);

      await system.orders.submit(request, { wait: 'acknowledged' });
      await system.orders.cancel(first.orderId);
      await system.orders.final(first.orderId);
      const closed = await system.orders.submit(request, { wait });
      expect(closed).toMatchObject({ orderId: first.orderId, runId: first.runId, isNew: false });
      await expect(system.orders.submit(other(request), { wait })).rejects.toThrow(OrderConflictError);
      expect((await system.orders.get(first.orderId)).status).toBe('CANCELED');
      await bookedOnce(first.orderId);
    },
  );

  test.each(['risk', 'acknowledged'] as const)(
    'whoever submits it again and waits for %s is told how it stands, not how it stood',
    async (wait) => {
      const request = system.request();
      const { orderId } = await system.orders.submit(request, { wait });
      await system.orders.submit(request, { wait: 'acknowledged' });
      await system.orders.modify(orderId, { quantity: dec('17') });
      await system.until(orderId, (order) => {
        expect(order).toMatchObject({ quantity: '17', acceptedStep: 1 });
      });
      const open = await system.orders.submit(request, { wait });
      expect(open).toMatchObject({ isNew: false, order: { status: 'ACCEPTED', quantity: '17' } });
      await system.orders.cancel(orderId);
      await system.orders.final(orderId);
      const closed = await system.orders.submit(request, { wait });
      expect(closed).toMatchObject({ isNew: false, order: { status: 'CANCELED', quantity: '17', finalized: true } });
    },
  );

  test('many clients that submit one order at once get one order', async () => {
    const request = system.request();
    const waits = ['accepted', 'risk', 'acknowledged'] as const;
    const answers = await Promise.all(
      Array.from({ length: 9 }, (_, at) => system.orders.submit(request, { wait: waits[at % 3]! })),
    );
    expect(new Set(answers.map((answer) => answer.runId)).size).toBe(1);
    expect(answers.filter((answer) => answer.isNew)).toHaveLength(1);
    await bookedOnce(answers[0]!.orderId);
  });

  test('an order started under a foreign workflow id is denied and leaves the books of the real one alone', async () => {
    const request = system.request();
    for (const workflowId of [
      `foreign-${system.id()}`,
      `${request.account}/${request.clientOrderId}`,
      `order/beta/${system.id()}`,
    ]) {
      const handle = await system.client.workflow.start<typeof orderWorkflow>('order', {
        workflowId,
        taskQueue: 'oms-orders',
        args: [{ order: request }],
      });
      expect(await handle.result()).toMatchObject({
        status: 'DENIED',
        reasons: [{ code: 'WORKFLOW_ID', field: 'clientOrderId', value: request.clientOrderId }],
      });
    }
    const { orderId } = await system.orders.submit(request, { wait: 'acknowledged' });
    await system.until(orderId, (order) => {
      expect(order.status).toBe('ACCEPTED');
    });
    await bookedOnce(orderId);
    await eventually(async () => {
      const events = await system.oms.deps.orders.events(orderId);
      expect(events.map((event) => event.type)).toEqual([
        'OrderCreated',
        'OrderApproved',
        'SubmissionStarted',
        'OrderAccepted',
      ]);
    });
    expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });
  });

  test('once Temporal has forgotten an order, the database answers with the first one', async () => {
    const request = system.request({ limitPrice: '101' });
    const { orderId } = await system.orders.submit(request, { wait: 'final' });
    const first = await system.orders.get(orderId);
    await forget(orderId);
    await system.orders.submit(request);
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({
      status: 'FILLED',
      filledQuantity: '10',
      version: first.version,
      createdAtMs: first.createdAtMs,
    });
    expect(order.runId).not.toBe(first.runId);
    await bookedOnce(orderId);
    expect(await system.oms.deps.orders.events(orderId)).toHaveLength(first.version);
    expect(await system.oms.deps.orders.executions(orderId)).toHaveLength(1);
  });

  test('other content under an id that Temporal has forgotten is a conflict, and nothing is sent', async () => {
    const request = system.request({ limitPrice: '101' });
    const { orderId } = await system.orders.submit(request, { wait: 'final' });
    await forget(orderId);
    await expect(system.orders.submit(other(request), { wait: 'risk' })).rejects.toThrow(OrderConflictError);
    expect(await system.orders.final(orderId)).toMatchObject({
      ...{ status: 'FILLED', quantity: '10' },
      reasons: [{ code: 'ORDER_CONFLICT', field: 'clientOrderId' }],
    });
    await bookedOnce(orderId);
  });

  test('an order whose running workflow was deleted is taken up where the database left it', async () => {
    const request = system.request({ limitPrice: '95' });
    const { orderId } = await system.orders.submit(request, { wait: 'acknowledged' });
    await system.market('COIN', { askPrice: '95', askQuantity: '4', bidPrice: '94', lastPrice: '95' });
    await eventually(async () => {
      expect(await system.oms.deps.orders.executions(orderId)).toHaveLength(1);
    });
    await system.market('COIN');
    await forget(orderId);
    await system.orders.submit(request);
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'PARTIALLY_FILLED', filledQuantity: '4' });
    });
    // The venue's stream tells the fill once more: it is known.
    const trades = (await system.ledger('reports')).filter((report) => report['execType'] === 'TRADE');
    const { clientOrderIdBase = '' } = await system.orders.get(orderId);
    const told = trades.filter((report) => String(report['clientOrderId']).startsWith(clientOrderIdBase));
    expect(told).toHaveLength(1);
    await system.client.workflow.getHandle(orderWorkflowId(orderId)).signal('executionReports', told);
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
    expect(await system.orders.final(orderId)).toMatchObject({
      status: 'CANCELED',
      filledQuantity: '4',
      unfilledAtEnd: '6',
      overfill: '0',
    });
    await bookedOnce(orderId);
    expect(await system.oms.deps.orders.executions(orderId)).toHaveLength(1);
  });

  test('ids that Temporal or a URL would bend never become an order', async () => {
    expect(orderWorkflowId(orderIdOf('a', 'b'))).toBe('order/a/b');
    for (const clientOrderId of ['a/b', '..', '', 'x'.repeat(65), 'ü', 'a b', "a'--"]) {
      await expect(() => system.orders.submit(system.request({ clientOrderId }))).rejects.toThrow(/clientOrderId/);
    }
  });

  /** What the end of the retention time does. */
  async function forget(orderId: OrderId): Promise<void> {
    const { workflowService } = system.client;
    const workflowExecution = { workflowId: orderWorkflowId(orderId) };
    await workflowService.deleteWorkflowExecution({ namespace: system.namespace, workflowExecution });
    await eventually(async () => {
      await expect(system.client.workflow.getHandle(workflowExecution.workflowId).describe()).rejects.toThrow(
        WorkflowNotFoundError,
      );
    }, FORGOTTEN_WITHIN_MS);
  }
});
