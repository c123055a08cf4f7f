/** Whether a venue's report can be about an order at all. Whatever it holds, nothing here throws. */
import type { ExecutionReport } from './execution-report';
import { baseOf, stepIn } from './ids';
import { isDecimalString, isPositive } from './money';
import type { DecimalString } from './money';
import type { Order } from './order';
import { DECIMAL_DIGITS_MAX, hasFewDigits, isTime } from './request-validation';
import { isPrintable, shown } from './violations';

/** The replace step that a report is about, or undefined when its client order id is not of this order. */
export function stepOf(order: Order, report: ExecutionReport): number | undefined {
  const { clientOrderId, origClientOrderId, venueOrderId, execType } = report;
  // An adopted order's ids are not ours: its venue order id tells it, and a new client order id that it was replaced.
  if (order.adopted !== undefined) {
    if (venueOrderId !== order.venueOrderId) return undefined;
    const isNext = clientOrderId !== order.adopted.clientOrderId && REPLACES.has(execType);
    return isNext ? order.acceptedStep + 1 : order.acceptedStep;
  }
  const known = knownStep(order, clientOrderId);
  if (known !== undefined || origClientOrderId === undefined) return known;
  // Somebody else's cancel or replace of this order at its venue: theirs is the id, and ours the one before it (tag 41).
  const orig = knownStep(order, origClientOrderId);
  return orig !== undefined && MAKES_NEW_FORM.has(execType) && isNewForm(order, report) ? order.lastStep + 1 : orig;
}
/** A trade may as well come with the answer to somebody else's cancel: then it is of the form that is known. */
const isNewForm = (order: Order, { execType, orderQuantity, limitPrice }: ExecutionReport): boolean =>
  execType !== 'TRADE' ||
  orderQuantity !== order.quantity ||
  (limitPrice !== undefined && limitPrice !== order.limitPrice);
/** The step of a client order id of ours, or of one that somebody else gave this order. */
function knownStep(order: Order, clientOrderId: string): number | undefined {
  // Also an id of ours can have another step than its own: the one after somebody else's.
  return order.renamed?.find((given) => given.clientOrderId === clientOrderId)?.step ?? ownStep(order, clientOrderId);
}
function ownStep({ clientOrderIdBase }: Order, clientOrderId: string): number | undefined {
  return baseOf(clientOrderId) === clientOrderIdBase ? stepIn(clientOrderId) : undefined;
}
/** It is under a client order id that we have not given: somebody else changed this order at its venue. */
export const isUnderForeignId = (order: Order, { clientOrderId }: ExecutionReport): boolean =>
  order.adopted === undefined && ownStep(order, clientOrderId) === undefined;
/** It answers a request of somebody else of which nothing has been told yet. */
export const answersOthers = (order: Order, { clientOrderId }: ExecutionReport): boolean =>
  order.adopted === undefined && knownStep(order, clientOrderId) === undefined;
/** A change of this order that somebody else asked its venue for, told for the first time. */
export const isChangeByOthers = (order: Order, report: ExecutionReport): boolean =>
  report.origClientOrderId !== undefined &&
  [report.clientOrderId, report.origClientOrderId].every(isSoundText) &&
  answersOthers(order, report) &&
  stepOf(order, report) !== undefined;
/** Another venue order under a client order id that we have not sent, or that was another order's before: not this one. */
const isUnaskedForm = (order: Order, { clientOrderId, origClientOrderId, venueOrderId }: ExecutionReport): boolean =>
  order.adopted === undefined &&
  order.venueOrderId !== undefined &&
  venueOrderId !== order.venueOrderId &&
  ((knownStep(order, clientOrderId) ?? 0) > order.lastStep ||
    (origClientOrderId !== undefined && knownStep(order, origClientOrderId) === undefined));
const REPLACES: ReadonlySet<string> = new Set(['REPLACED', 'PENDING_REPLACE', 'REPLACE_REJECTED']);
/** What an order tells under a client order id that it has not told before when that is the id of its new form. */
export const MAKES_NEW_FORM: ReadonlySet<string> = new Set(['REPLACED', 'PENDING_REPLACE', 'NEW', 'TRADE']);

/** What makes a report impossible for this order; undefined when nothing does. */
export function wrongReport(order: Order, report: ExecutionReport): { code: string; text: string } | undefined {
  if (report.venue !== order.route?.venue || report.venueAccount !== order.venueAccount) {
    return { code: 'REPORT_WRONG_ACCOUNT', text: `report for ${shown(report.venue)}/${shown(report.venueAccount)}` };
  }
  const ids = [report.clientOrderId, report.origClientOrderId ?? ''];
  if (!ids.every(isSoundText) || stepOf(order, report) === undefined) {
    return { code: 'REPORT_OTHER_ORDER', text: `report for client order id ${shown(report.clientOrderId)}` };
  }
  if (report.unreadable !== undefined) {
    return { code: 'REPORT_UNREADABLE', text: `a report that cannot be read: ${shown(report.unreadable)}` };
  }
  if (isUnaskedForm(order, report)) {
    const text = `${shown(report.venueOrderId)} under ${shown(report.clientOrderId)}, a form of this order that nobody asked for`;
    return { code: 'REPORT_OTHER_ORDER', text };
  }
  if (report.symbol !== order.request.symbol || report.side !== order.request.side) {
    return { code: 'REPORT_WRONG_INSTRUMENT', text: `report for ${shown(report.side)} ${shown(report.symbol)}` };
  }
  if (!isExact(report.cumQuantity) || report.cumQuantity.startsWith('-')) {
    return { code: 'REPORT_QUANTITY', text: `cumQuantity is not a decimal of 0 or more, ${DIGITS}` };
  }
  const text = TEXT_FIELDS.find((field) => report[field] !== undefined && !isSoundText(report[field]));
  if (text !== undefined || !isSoundText(report.execId) || report.execId === '' || !isSoundText(report.venueOrderId)) {
    return {
      code: 'REPORT_TEXT',
      text: `${text ?? 'execId or venueOrderId'} is not a text of at most ${String(REPORT_TEXT_MAX)} printable characters`,
    };
  }
  const price = (['limitPrice', 'stopPrice'] as const).find(
    (field) => report[field] !== undefined && !isSoundTotal(report[field]),
  );
  if (price !== undefined) return { code: 'REPORT_PRICE', text: `${price} is not a decimal above 0, ${DIGITS}` };
  if (!isTime(report.transactTimeMs)) {
    return { code: 'REPORT_TIME', text: 'transactTimeMs is not a whole number of epoch milliseconds' };
  }
  if (!Number.isSafeInteger(report.sequence) || report.sequence < 0) {
    return { code: 'REPORT_SEQUENCE', text: 'sequence is not a whole number of 0 or more' };
  }
  const last = (['lastQuantity', 'lastPrice', 'fee'] as const).find(
    (field) => report[field] !== undefined && !isExact(report[field]),
  );
  if (report.feeCurrency !== undefined && !/^[A-Za-z][A-Za-z0-9.]{0,19}$/.test(report.feeCurrency)) {
    return { code: 'REPORT_TEXT', text: 'feeCurrency is not the name of a currency' };
  }
  if (last !== undefined) return { code: 'REPORT_FILL', text: `${last} is not a decimal, ${DIGITS}` };
  const resizes = report.execType === 'REPLACED' || report.execType === 'RESTATED';
  if (resizes && !isSoundTotal(report.orderQuantity)) {
    return { code: 'REPORT_QUANTITY', text: `${report.execType} needs an orderQuantity above 0, ${DIGITS}` };
  }
  if (report.execType === 'TRADE' || report.execType === 'TRADE_CORRECT') return wrongFill(report) ?? wrongRef(report);
  return report.execType === 'TRADE_CANCEL' ? wrongRef(report) : undefined;
}
function wrongFill(report: ExecutionReport): { code: string; text: string } | undefined {
  if (!isSoundTotal(report.lastQuantity) || !isSoundTotal(report.lastPrice)) {
    return { code: 'REPORT_FILL', text: `a fill needs lastQuantity and lastPrice above 0, ${DIGITS}` };
  }
  return report.fee === undefined || isExact(report.fee)
    ? undefined
    : { code: 'REPORT_FILL', text: `the fee of a fill is not a decimal, ${DIGITS}` };
}
function wrongRef({ execType, execRefId, execId }: ExecutionReport): { code: string; text: string } | undefined {
  if (execType === 'TRADE' || (isSoundText(execRefId) && execRefId !== '' && execRefId !== execId)) return undefined;
  return { code: 'REPORT_FILL', text: `${execType} needs the execRefId of another execution` };
}
/** Longest text of a report that is taken; venues say less in each. */
const REPORT_TEXT_MAX = 1_000;
const TEXT_FIELDS = ['feeCurrency', 'liquidity', 'reason', 'text'] as const;
/** A short printable text. */
export const isSoundText = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= REPORT_TEXT_MAX && isPrintable(value);
/** A decimal that our arithmetic multiplies and adds exactly: a rounded one would break the order's invariants. */
const isExact = (value: unknown): value is DecimalString => isDecimalString(value) && hasFewDigits(value);
const DIGITS = `of at most ${String(DECIMAL_DIGITS_MAX)} digits`;
/** A decimal above 0. */
export const isSoundTotal = (value: unknown): value is DecimalString => isExact(value) && isPositive(value);
