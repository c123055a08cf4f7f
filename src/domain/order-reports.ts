/** Turns a venue's report into events of the order, or into a refusal that is kept. Synchronous and pure. */
import type { ExecutionReport } from './execution-report';
import type { Session } from './instruments';
import { isDecimalString, isPositive, ZERO } from './money';
import type { DecimalString } from './money';
import type { Order } from './order';
import type { Fill, OrderEventDraft } from './order-events';
import { hasExecution, isTerminal } from './order';
import { isTime } from './request-validation';
import { isPrintable, printable, shown } from './violations';

/** What dates a fill's settlement: the market's sessions (empty: never closes) and the instrument's cycle. */
export interface SettlementTerms {
  readonly sessions: readonly Session[];
  readonly cycleDays: number;
}

/**
 * Market time at which a trade settles: the open of the n-th session after the trade's own, or the trade itself for
 * n = 0. On a market that never closes a day is 24 hours.
 */
export function settlementTimeOf(terms: SettlementTerms, tradeMs: number): number {
  if (terms.cycleDays === 0) return tradeMs;
  const own = terms.sessions.findIndex((session) => tradeMs < session.closeMs);
  const due = own < 0 ? undefined : terms.sessions[own + terms.cycleDays];
  return due?.openMs ?? tradeMs + terms.cycleDays * 24 * 3_600_000;
}

/** The events of a report; none when it tells nothing new. Wrong reports give `ReportRefused`, which changes nothing. */
export function interpretReport(
  order: Order,
  report: ExecutionReport,
  terms: SettlementTerms,
): readonly OrderEventDraft[] {
  const wrong = wrongReport(order, report);
  // Whatever the report holds, the journal must be able to keep what is said of it.
  if (wrong !== undefined)
    return [
      { type: 'ReportRefused', execId: shown(report.execId), code: wrong.code, text: printable(wrong.text, 200) },
    ];
  const accepted = acceptance(order, report);
  switch (report.execType) {
    case 'NEW':
    case 'ORDER_STATUS':
    case 'PENDING_CANCEL':
    case 'PENDING_REPLACE':
      return accepted;
    case 'TRADE':
      return trade(order, report, terms);
    case 'CANCELED':
    case 'EXPIRED':
    case 'REJECTED':
      return ending(order, report, report.execType);
    case 'TRIGGERED':
      return order.triggered || isTerminal(order.status)
        ? []
        : [
            ...accepted,
            { type: 'OrderTriggered', price: report.lastPrice ?? report.stopPrice ?? order.stopPrice ?? ZERO },
          ];
    case 'REPLACED':
      return replacement(order, report);
    case 'CANCEL_REJECTED':
      return order.pendingCancel === undefined
        ? []
        : [{ type: 'CancelRejected', reason: report.reason ?? 'UNSPECIFIED', text: report.text ?? '' }];
    case 'REPLACE_REJECTED':
      return replaceRefusal(order, report);
    case 'DONE_FOR_DAY':
    case 'SUSPENDED':
    case 'RESTATED':
    case 'TRADE_CORRECT':
    case 'TRADE_CANCEL':
      return [
        {
          type: 'ReportRefused',
          execId: report.execId,
          code: 'REPORT_NOT_SUPPORTED',
          text: `${report.execType} is kept for a person to book`,
        },
      ];
    default:
      return [
        {
          type: 'ReportRefused',
          execId: report.execId,
          code: 'EXEC_TYPE_UNKNOWN',
          text: `unknown execType ${shown(report.execType)}`,
        },
      ];
  }
}

/** The replace step in a venue client order id, or undefined when the id is not of this order. */
export function stepOf(order: Order, clientOrderId: string): number | undefined {
  const base = `${order.clientOrderIdBase ?? ''}-`;
  const step = clientOrderId.startsWith(base) ? clientOrderId.slice(base.length) : '';
  return /^\d{1,6}$/.test(step) ? parseInt(step, 10) : undefined;
}

function wrongReport(order: Order, report: ExecutionReport): { code: string; text: string } | undefined {
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
  if (report.execType === 'REPLACED' && !isPositiveDecimal(report.orderQuantity)) {
    return { code: 'REPORT_QUANTITY', text: 'a replaced order needs an orderQuantity above 0' };
  }
  return report.execType === 'TRADE' ? wrongFill(report) : undefined;
}
function wrongFill(report: ExecutionReport): { code: string; text: string } | undefined {
  if (!isPositiveDecimal(report.lastQuantity) || !isPositiveDecimal(report.lastPrice)) {
    return { code: 'REPORT_FILL', text: 'a fill needs lastQuantity and lastPrice above 0' };
  }
  return report.fee === undefined || isDecimalString(report.fee)
    ? undefined
    : { code: 'REPORT_FILL', text: 'the fee of a fill is not a decimal' };
}
/** Longest text of a report that is taken; venues say less in each. */
const REPORT_TEXT_MAX = 1_000;
const TEXT_FIELDS = ['feeCurrency', 'liquidity', 'reason', 'text'] as const;
const isShortText = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= REPORT_TEXT_MAX && isPrintable(value);
const isPositiveDecimal = (value: unknown): value is DecimalString => isDecimalString(value) && isPositive(value);

function acceptance(order: Order, report: Pick<ExecutionReport, 'venueOrderId'>): readonly OrderEventDraft[] {
  return order.submission === 'ACKNOWLEDGED' || isTerminal(order.status) || order.submission === 'NONE'
    ? []
    : [{ type: 'OrderAccepted', venueOrderId: report.venueOrderId }];
}

function trade(order: Order, report: ExecutionReport, terms: SettlementTerms): readonly OrderEventDraft[] {
  if (hasExecution(order, report.execId)) return [];
  const fill: Fill = {
    execId: report.execId,
    quantity: report.lastQuantity ?? ZERO,
    price: report.lastPrice ?? ZERO,
    fee: report.fee ?? ZERO,
    feeCurrency: report.feeCurrency ?? 'UNKNOWN',
    liquidity: report.liquidity === 'MAKER' || report.liquidity === 'TAKER' ? report.liquidity : 'UNKNOWN',
    atMs: report.transactTimeMs,
    settleAtMs: settlementTimeOf(terms, report.transactTimeMs),
  };
  const filled: OrderEventDraft = { type: 'OrderFilled', fill, cumQuantity: report.cumQuantity };
  const settledAtOnce: OrderEventDraft[] =
    terms.cycleDays === 0
      ? [{ type: 'TradeSettled', settleAtMs: fill.settleAtMs, trades: 1, quantity: fill.quantity }]
      : [];
  return [...acceptance(order, report), filled, ...settledAtOnce];
}

/** The venue ended the order; it may have skipped New, or the cancel may have overtaken it (B.1.d): what it ended, it had. */
function ending(
  order: Order,
  { reason, text, cumQuantity, ...report }: ExecutionReport,
  execType: 'CANCELED' | 'EXPIRED' | 'REJECTED',
): readonly OrderEventDraft[] {
  // A cancel may be granted after the last fill, and then ends the waiting for it.
  const open = order.end === undefined || (execType === 'CANCELED' && order.status === 'PENDING_CANCEL');
  if (!open) return [];
  const accepted = acceptance(order, report);
  switch (execType) {
    case 'CANCELED':
      return [...accepted, { type: 'OrderCanceled', reason: reason ?? 'canceled by the venue', cumQuantity }];
    case 'EXPIRED':
      return [...accepted, { type: 'OrderExpired', reason: text ?? 'expired at the venue', cumQuantity }];
    case 'REJECTED':
      return [{ type: 'OrderRejected', reason: reason ?? 'UNSPECIFIED', text: text ?? '' }];
  }
}

function replacement(order: Order, report: ExecutionReport): readonly OrderEventDraft[] {
  const step = stepOf(order, report.clientOrderId) ?? 0;
  const ended = isTerminal(order.status) && order.status !== 'FILLED';
  if (step <= order.acceptedStep || ended) return [];
  return [
    ...acceptance(order, report),
    {
      type: 'OrderReplaced',
      step,
      quantity: report.orderQuantity,
      ...(report.limitPrice === undefined ? {} : { limitPrice: report.limitPrice }),
      ...(report.stopPrice === undefined ? {} : { stopPrice: report.stopPrice }),
    },
  ];
}
function replaceRefusal(order: Order, report: ExecutionReport): readonly OrderEventDraft[] {
  const step = stepOf(order, report.clientOrderId);
  return order.pendingReplace === undefined || step !== order.pendingReplace.step
    ? []
    : [{ type: 'ReplaceRejected', step, reason: report.reason ?? 'UNSPECIFIED', text: report.text ?? '' }];
}
