/** Whether a venue's report can be about an order at all. Whatever it holds, nothing here throws. */
import type { ExecutionReport } from './execution-report';
import { isDecimalString, isPositive } from './money';
import type { DecimalString } from './money';
import type { Order } from './order';
import { isTime } from './request-validation';
import { isPrintable, shown } from './violations';

/** The replace step in a venue client order id, or undefined when the id is not of this order. */
export function stepOf(order: Order, clientOrderId: string): number | undefined {
  const base = `${order.clientOrderIdBase ?? ''}-`;
  const step = clientOrderId.startsWith(base) ? clientOrderId.slice(base.length) : '';
  return /^\d{1,6}$/.test(step) ? parseInt(step, 10) : undefined;
}

/** What makes a report impossible for this order; undefined when nothing does. */
export function wrongReport(order: Order, report: ExecutionReport): { code: string; text: string } | undefined {
  if (report.venue !== order.route?.venue || report.venueAccount !== order.venueAccount) {
    return { code: 'REPORT_WRONG_ACCOUNT', text: `report for ${shown(report.venue)}/${shown(report.venueAccount)}` };
  }
  if (!isShortText(report.clientOrderId) || stepOf(order, report.clientOrderId) === undefined) {
    return { code: 'REPORT_OTHER_ORDER', text: `report for client order id ${shown(report.clientOrderId)}` };
  }
  if (report.symbol !== order.request.symbol || report.side !== order.request.side) {
    return { code: 'REPORT_WRONG_INSTRUMENT', text: `report for ${shown(report.side)} ${shown(report.symbol)}` };
  }
  if (!isDecimalString(report.cumQuantity) || report.cumQuantity.startsWith('-')) {
    return { code: 'REPORT_QUANTITY', text: 'cumQuantity is not a decimal of 0 or more' };
  }
  const text = TEXT_FIELDS.find((field) => report[field] !== undefined && !isShortText(report[field]));
  if (text !== undefined || !isShortText(report.execId) || report.execId === '' || !isShortText(report.venueOrderId)) {
    return {
      code: 'REPORT_TEXT',
      text: `${text ?? 'execId or venueOrderId'} is not a text of at most ${String(REPORT_TEXT_MAX)} printable characters`,
    };
  }
  const price = (['limitPrice', 'stopPrice'] as const).find(
    (field) => report[field] !== undefined && !isPositiveDecimal(report[field]),
  );
  if (price !== undefined) return { code: 'REPORT_PRICE', text: `${price} is not a decimal above 0` };
  if (!isTime(report.transactTimeMs)) {
    return { code: 'REPORT_TIME', text: 'transactTimeMs is not a whole number of epoch milliseconds' };
  }
  const resizes = report.execType === 'REPLACED' || report.execType === 'RESTATED';
  if (resizes && !isPositiveDecimal(report.orderQuantity)) {
    return { code: 'REPORT_QUANTITY', text: `${report.execType} needs an orderQuantity above 0` };
  }
  if (report.execType === 'TRADE' || report.execType === 'TRADE_CORRECT') return wrongFill(report) ?? wrongRef(report);
  return report.execType === 'TRADE_CANCEL' ? wrongRef(report) : undefined;
}
function wrongFill(report: ExecutionReport): { code: string; text: string } | undefined {
  if (!isPositiveDecimal(report.lastQuantity) || !isPositiveDecimal(report.lastPrice)) {
    return { code: 'REPORT_FILL', text: 'a fill needs lastQuantity and lastPrice above 0' };
  }
  return report.fee === undefined || isDecimalString(report.fee)
    ? undefined
    : { code: 'REPORT_FILL', text: 'the fee of a fill is not a decimal' };
}
function wrongRef({ execType, execRefId, execId }: ExecutionReport): { code: string; text: string } | undefined {
  if (execType === 'TRADE' || (isShortText(execRefId) && execRefId !== '' && execRefId !== execId)) return undefined;
  return { code: 'REPORT_FILL', text: `${execType} needs the execRefId of another execution` };
}
/** Longest text of a report that is taken; venues say less in each. */
const REPORT_TEXT_MAX = 1_000;
const TEXT_FIELDS = ['feeCurrency', 'liquidity', 'reason', 'text'] as const;
const isShortText = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= REPORT_TEXT_MAX && isPrintable(value);
const isPositiveDecimal = (value: unknown): value is DecimalString => isDecimalString(value) && isPositive(value);
