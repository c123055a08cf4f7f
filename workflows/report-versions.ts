/** Reads a report as the version of the code did that took it first: a replay must come to the same steps. */
import { patched } from '@temporalio/workflow';
import type { ExecutionReport } from '../src/domain/execution-report';
import type { Order } from '../src/domain/order';
import { refusesEarlierForm, tellsDoneReplace, tellsMissingFills } from '../src/domain/order-reports';
import { isChangeByOthers, isSoundText } from '../src/domain/report-checks';
import { endsWithTrade } from '../src/domain/report-trades';

/** The report, or what an earlier version of this code saw of it. */
export function asFirstRead(order: Order, report: ExecutionReport): ExecutionReport {
  // It is refused, whatever else it holds.
  if (![report.clientOrderId, report.origClientOrderId ?? ''].every(isSoundText)) return report;
  // Without the id before it, by which alone a change that somebody else made is known, such a change is refused.
  if (isChangeByOthers(order, report) && !patched('take-changes-by-others')) {
    const { origClientOrderId: _id, ...unnamed } = report;
    return unnamed;
  }
  if (endsWithTrade(order, report) && !patched('end-with-a-trade-taken-back'))
    return { ...report, leavesQuantity: report.orderQuantity };
  if (tellsDoneReplace(order, report) && !patched('learn-a-replace-from-the-end'))
    return { ...report, orderQuantity: '' as ExecutionReport['orderQuantity'] };
  if (refusesEarlierForm(order, report) && !patched('cancel-the-later-form'))
    return { ...report, reason: 'UNSPECIFIED' };
  if (tellsMissingFills(order, report) && !patched('ask-for-fills-of-a-replace'))
    return { ...report, cumQuantity: order.filledQuantity };
  return report;
}
