/** What of a venue's whole answer about an order is worth telling it: an order of thousands of fills knows most of it. */
import type { ExecutionReport, ExecType } from './execution-report';
import { baseOf, stepIn } from './ids';

/** Reports of one answer, some 500 bytes each: far from the 2 MB that a payload may have. */
export const REPORTS_TOLD_MAX = 500;

/** What these say of a form of the order is over once a later form works. */
const OF_A_FORM: ReadonlySet<ExecType> = new Set<ExecType>([
  'NEW',
  'ORDER_STATUS',
  'PENDING_CANCEL',
  'PENDING_REPLACE',
  'REPLACED',
  'REPLACE_REJECTED',
]);

/**
 * The reports without trades that are recorded and without the answers to forms before the working one; if these are
 * still too many, the oldest of them and the newest, whose total tells the order to ask for the rest.
 *
 * @param recorded Execution ids that the order has applied and written down.
 */
export function newsFor(
  { clientOrderId }: { readonly clientOrderId: string },
  recorded: ReadonlySet<string>,
  reports: readonly ExecutionReport[],
): readonly ExecutionReport[] {
  // Without a step it is before no other.
  const stepOf = (id: string): number => stepIn(id) ?? NaN;
  const isPast = (report: ExecutionReport): boolean =>
    baseOf(report.clientOrderId) === baseOf(clientOrderId) && stepOf(report.clientOrderId) < stepOf(clientOrderId);
  const news = reports.filter((report) => {
    const { execType, execId, lastQuantity, reason } = report;
    if (execType === 'TRADE' || lastQuantity !== undefined) return !recorded.has(execId);
    return !isPast(report) || !(OF_A_FORM.has(execType) || (execType === 'CANCELED' && reason === 'REPLACED'));
  });
  return news.length <= REPORTS_TOLD_MAX ? news : [...news.slice(0, REPORTS_TOLD_MAX - 1), ...news.slice(-1)];
}
