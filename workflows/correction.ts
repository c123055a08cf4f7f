import { setHandler, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import type { CorrectionInput, OrderMessage, OrderView } from '../src/contracts/order-messages';
import { orderActivities } from './activity-options';
import { executionReportsSignal } from './messages';
import { tendOrder } from './order';
import { carriedOrder, OrderDesk } from './order-desk';
import { takeReports } from './order-handlers';
import { staysWhileYoung } from './order-versioning';

/**
 * Books what a venue says of an order whose own workflow is over: a late fill, a bust, a correction. It is the order's
 * only writer then, its versions go on where they were, and an order that a bust opened again is worked to its end.
 *
 * Started by the first such report (signal-with-start); it ends when the order is complete again.
 */
export async function correction(input: CorrectionInput): Promise<OrderView> {
  const early: OrderMessage[] = [];
  setHandler(executionReportsSignal, (reports) => {
    takeReports(early, reports);
  });
  const { orderId } = input;
  const carried = workflowInfo().continuedFromExecutionRunId === undefined ? undefined : input.carried;
  const known = carried ?? (await takenUp(orderId));
  const desk = new OrderDesk({ order: known.order.request }, { ...known, queue: [...known.queue, ...early] });
  return tendOrder(desk, (rest) => ({ orderId, carried: rest }));
}
setWorkflowOptions(staysWhileYoung, correction);

async function takenUp(orderId: CorrectionInput['orderId']) {
  const summary = 'the order as it was recorded last';
  return carriedOrder(await orderActivities.takeUpOrder.executeWithOptions({ summary }, [{ orderId }]));
}
