import { setHandler, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import type { AdoptionInput, OrderMessage, OrderView } from '../src/contracts/order-messages';
import { adoptOrder } from '../src/domain/adoption';
import { orderActivities } from './activity-options';
import { executionReportsSignal } from './messages';
import { tendOrder } from './order';
import { carriedOrder, OrderDesk } from './order-desk';
import { takeReports } from './order-handlers';
import { staysWhileYoung } from './order-versioning';

/**
 * Follows an order that a venue reported and nobody here sent: it is booked under the account `external`, shown and
 * journaled like one of ours, and can be canceled like one. Nothing that a venue says is dropped.
 */
export async function adoption(input: AdoptionInput): Promise<OrderView> {
  const early: OrderMessage[] = [];
  setHandler(executionReportsSignal, (reports) => {
    takeReports(early, reports);
  });
  const carried = workflowInfo().continuedFromExecutionRunId === undefined ? undefined : input.carried;
  const known = carried ?? (await adopted(input));
  const desk = new OrderDesk({ order: known.order.request }, { ...known, queue: [...known.queue, ...early] });
  if (known.order.version === known.unrecorded.at(-1)?.version)
    desk.alerts.push({ code: 'ORDER_ADOPTED', text: known.order.why });
  return tendOrder(desk, (rest) => ({ ...input, carried: rest }));
}
setWorkflowOptions(staysWhileYoung, adoption);

async function adopted({ orderId, report }: AdoptionInput) {
  const { order, market } = await orderActivities.adoptOrder.executeWithOptions(
    { summary: `an order of ${report.venue} that nobody here sent` },
    [{ orderId, symbol: report.symbol }],
  );
  if (order !== undefined) return carriedOrder({ order, market });
  const stamp = {
    causationId: report.execId,
    actor: 'venue',
    atMs: report.transactTimeMs,
    wallMs: Date.now(),
  } as const;
  const made = adoptOrder(orderId, report, stamp);
  return carriedOrder({ order: made.order, market }, made.events);
}
