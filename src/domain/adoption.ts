/** Orders that a venue reports and nobody here sent: telephoned, entered at the venue's own screen, or of a lost database. */
import type { ExecutionReport } from './execution-report';
import { ID_PART, orderIdOf } from './ids';
import type { OrderId } from './ids';
import type { MarketClock } from './market-clock';
import type { Order } from './order';
import type { OrderEvent } from './order-events';
import { applyEvent, createOrder } from './order-fold';
import type { EventStamp } from './order-fold';
import { Side } from './order-request';
import type { OrderRequest } from './order-request';
import { isSoundText, isSoundTotal } from './report-checks';
import { isTime } from './request-validation';

/** Account and strategy under which adopted orders are booked until a person assigns them. */
export const EXTERNAL = 'external';

/** What may follow an adopted order's id when its venue uses the venue order id again: a day and a few dots. */
const ROOM = '-00000000...';

/**
 * The order id of the first order that is adopted under a venue order id, or undefined when that cannot be part of one.
 * Later orders under the same venue order id get their day behind it; the database keeps which report is of which.
 */
export function adoptedOrderId({ venue, venueOrderId }: ExecutionReport): OrderId | undefined {
  const id = `${venue}-${venueOrderId}`;
  return ID_PART.test(`${id}${ROOM}`) ? orderIdOf(EXTERNAL, id) : undefined;
}

/** The order can be made from this report: it says what, which side, how much and when. */
export const isAdoptable = (report: ExecutionReport): boolean =>
  ADOPTABLE.has(report.execType) &&
  adoptedOrderId(report) !== undefined &&
  isSoundTotal(report.orderQuantity) &&
  isSoundText(report.symbol) &&
  report.symbol !== '' &&
  [report.clientOrderId, report.origClientOrderId ?? '', report.execRefId ?? ''].every(isSoundText) &&
  isTime(report.transactTimeMs) &&
  SIDES.has(report.side);
const SIDES: ReadonlySet<string> = new Set(Object.values(Side));
/** A refusal is no order. */
const ADOPTABLE: ReadonlySet<string> = new Set([
  ...['NEW', 'TRADE', 'CANCELED', 'EXPIRED', 'REPLACED', 'RESTATED', 'ORDER_STATUS', 'TRIGGERED'],
  ...['DONE_FOR_DAY', 'SUSPENDED', 'STOPPED', 'PENDING_CANCEL', 'PENDING_REPLACE', 'TRADE_CORRECT', 'TRADE_CANCEL'],
]);

/** The order as its first report tells it, and the events that make it one. */
export function adoptOrder(
  orderId: OrderId,
  report: ExecutionReport,
  stamp: EventStamp,
  clock?: MarketClock,
): { readonly order: Order; readonly events: readonly OrderEvent[] } {
  const made = createOrder(orderId, requestOf(orderId, report), stamp, clock);
  const { venue, venueAccount, venueOrderId, clientOrderId } = report;
  const adopted = applyEvent(
    made.order,
    { type: 'OrderAdopted', venue, venueAccount, venueOrderId, clientOrderId },
    stamp,
  );
  if (adopted.kind === 'refused') throw new Error(adopted.refusal.text);
  return { order: adopted.order, events: [made.event, adopted.event] };
}

function requestOf(orderId: OrderId, report: ExecutionReport): OrderRequest {
  const { symbol, side, venue, orderQuantity: quantity, limitPrice, stopPrice } = report;
  const priced = limitPrice === undefined ? ('MARKET' as const) : ('LIMIT' as const);
  const stopped = limitPrice === undefined ? ('STOP' as const) : ('STOP_LIMIT' as const);
  return {
    ...{ clientOrderId: orderId.slice(`${EXTERNAL}/`.length), account: EXTERNAL, strategy: EXTERNAL },
    ...{ symbol, side, quantity, type: stopPrice === undefined ? priced : stopped },
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    // The venue knows how long it lasts, and says when it ends.
    ...{ timeInForce: 'GTC', routing: 'VENUE', venue },
  };
}
