/** What activities are told of an order. */
import type { AtVenue, PreTradeInput, ReplaceInput, SettleInput, SubmitInput } from '../activities/contract';
import { venueClientOrderId } from '../src/domain/ids';
import { workingClientOrderId } from '../src/domain/order';
import type { Order, SettlementDue } from '../src/domain/order';
import type { OrderDesk } from './order-desk';

export function preTradeInput({ raw, order, workflowId, firstRunId, clock, wrongClock }: OrderDesk): PreTradeInput {
  const approval = order.override?.approval;
  return {
    // What is judged again was found well-formed before, and is at hand in every run.
    raw: approval === undefined ? raw : order.request,
    ...{ workflowId, firstRunId },
    ...(approval === undefined ? {} : { approval }),
    ...(clock === undefined ? {} : { clock }),
    ...(wrongClock === undefined ? {} : { wrongClock }),
  };
}

/** Where the order is at its venue, under the client order id that the venue accepted last. */
export function atVenue(order: Order): AtVenue {
  return {
    orderId: order.orderId,
    venueAccount: order.venueAccount ?? '',
    symbol: order.request.symbol,
    clientOrderId: workingClientOrderId(order) ?? venueClientOrderId('', 0),
  };
}

/** The order as it is sent under the client order id of a step. */
export function submitInput({ order, market, progress, wallMs }: OrderDesk, step: number): SubmitInput {
  return {
    ...atVenue(order),
    clientOrderId: venueClientOrderId(order.clientOrderIdBase ?? '', step),
    order: order.request,
    quantity: order.quantity,
    ...(order.limitPrice === undefined ? {} : { limitPrice: order.limitPrice }),
    ...(order.stopPrice === undefined ? {} : { stopPrice: order.stopPrice }),
    triggered: order.triggered && market.holdsStop,
    sendUntilMs: progress.sendUntilMs ?? wallMs,
  };
}

/** The whole new form of the order under the next client order id. */
export function replaceInput(
  desk: OrderDesk,
  pending: NonNullable<Order['pendingReplace']>,
  sendUntilMs: number,
): ReplaceInput {
  const { order, clock, firstRunId } = desk;
  return {
    ...submitInput(desk, pending.step),
    ...pending.change,
    origClientOrderId: atVenue(order).clientOrderId,
    step: pending.step,
    filledQuantity: order.filledQuantity,
    firstRunId,
    venue: order.route?.venue ?? '',
    heldHere: order.held !== undefined,
    ...(clock === undefined ? {} : { clock }),
    sendUntilMs,
  };
}

/** The trades of an order that settle together. */
export function settleInput(order: Order, { settleAtMs, trades, quantity }: SettlementDue): SettleInput {
  const { orderId, venueAccount, clientOrderId } = atVenue(order);
  return { orderId, venue: order.route?.venue ?? '', venueAccount, clientOrderId, settleAtMs, trades, quantity };
}
