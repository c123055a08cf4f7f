/** Orders that are open while nothing works on them: somebody ended their workflow by hand. */
import type { ActivityDependencies } from './dependencies';
import type { Finding } from '../src/domain/reconciliation-findings';
import type { OurOrder } from '../src/domain/reconciliation-views';

/** Takes each up again from what is recorded of it: its correction watches over it to its end, and takes commands for it. */
export async function attendTo(
  { orderWorkflows, signals, log }: Pick<ActivityDependencies, 'orderWorkflows' | 'signals' | 'log'>,
  orders: readonly OurOrder[],
): Promise<readonly Finding[]> {
  const open = orders.filter(({ ended }) => !ended);
  const unattended = new Set(await orderWorkflows.unattended(open.map(({ orderId }) => orderId)));
  const findings: Finding[] = [];
  for (const { orderId, status, filledQuantity } of open) {
    if (!unattended.has(orderId)) continue;
    await signals.correct(orderId, []);
    const text = `${orderId} is ${status} and its workflow was ended by hand; taken up again from what is recorded`;
    log.error({ alert: true, code: 'ORDER_UNATTENDED', orderId, status }, text);
    findings.push({
      ...{ kind: 'UNATTENDED_ORDER', key: orderId, orderId, action: 'CORRECT' },
      before: { status, filledQuantity, workflow: 'ended' },
      after: { workflow: 'correction' },
      reason: 'open here, and no workflow runs for it: it was ended by hand; taken up again from what is recorded',
    });
  }
  return findings;
}
