/** What the matching engine keeps of an order, what it is told of the market, and what it says back. */
import { ZERO, compare, isZero, subtract } from '../../domain/money';
import type { DecimalString } from '../../domain/money';
import { Side } from '../../domain/order-request';
import type { OrderType, TimeInForce } from '../../domain/order-request';

/** Where an order stands at the venue. */
export type BookStatus = 'OPEN' | 'FILLED' | 'CANCELED' | 'EXPIRED';

/** One order in the venue's book, open or done; plain JSON. */
export interface BookOrder {
  readonly venueOrderId: string;
  readonly venueAccount: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Every id the order has had, oldest first; the last one is in force. */
  readonly clientOrderIds: readonly string[];
  readonly quantity: DecimalString;
  /** The cash from which the quantity was computed at receipt (FIX CashOrderQty, tag 152). */
  readonly cashQuantity?: DecimalString;
  /** Entered by the venue's operator for a client who telephoned. */
  readonly verbal?: true;
  readonly cumQuantity: DecimalString;
  readonly limitPrice?: DecimalString;
  readonly stopPrice?: DecimalString;
  /** Market time at which it expires: a GTD's own end, or the close of the session that it does not outlive. */
  readonly expireAtMs?: number;
  /** May trade: the stop price was reached, or the opening or close that it waits for has come; else always true. */
  readonly triggered: boolean;
  readonly status: BookStatus;
  /** Place in the time queue; lower is earlier. */
  readonly priority: number;
}

/** One moment of the outside market: quote, last trade, and the volume traded since the moment before. */
export interface MarketStep {
  readonly bidPrice: DecimalString;
  readonly bidQuantity: DecimalString;
  readonly askPrice: DecimalString;
  readonly askQuantity: DecimalString;
  readonly lastPrice: DecimalString;
  readonly volume: DecimalString;
}

/** One thing that happened to one order; `order` is its state right after. */
export type BookEvent =
  | { readonly kind: 'NEW' | 'TRIGGERED'; readonly order: BookOrder; readonly timeMs: number }
  | {
      readonly kind: 'CANCELED' | 'EXPIRED' | 'SUSPENDED' | 'RESTATED';
      readonly order: BookOrder;
      readonly timeMs: number;
      readonly reason?: string;
    }
  | {
      readonly kind: 'REPLACED';
      readonly order: BookOrder;
      readonly timeMs: number;
      readonly origClientOrderId: string;
    }
  | {
      readonly kind: 'TRADE';
      readonly order: BookOrder;
      readonly timeMs: number;
      readonly quantity: DecimalString;
      readonly price: DecimalString;
      readonly liquidity: 'MAKER' | 'TAKER';
      /** The same on both sides when two client orders trade with each other. */
      readonly matchId?: string;
    }
  | {
      /** A trade taken back or corrected; quantity and price of the trade taken back, or as they are now. */
      readonly kind: 'TRADE_CANCEL' | 'TRADE_CORRECT';
      readonly order: BookOrder;
      readonly timeMs: number;
      readonly execRefId: string;
      readonly quantity: DecimalString;
      readonly price: DecimalString;
      readonly liquidity: 'MAKER' | 'TAKER';
    };

/** What a replace asks of the book; a price left out stays as it is. */
export interface BookChange {
  readonly clientOrderId: string;
  readonly quantity: DecimalString;
  readonly limitPrice?: DecimalString;
  readonly stopPrice?: DecimalString;
}

/** What an open order may still trade. */
export const leaves = (order: BookOrder): DecimalString =>
  order.status === 'OPEN' ? subtract(order.quantity, order.cumQuantity) : ZERO;
/** The client order id in force. */
export const currentId = (order: BookOrder): string => order.clientOrderIds[order.clientOrderIds.length - 1] ?? '';

export type BookSide = 'bid' | 'ask';
export const ownSideOf = (side: Side): BookSide => (side === Side.BUY ? 'bid' : 'ask');
export const oppositeOf = (side: Side): BookSide => (side === Side.BUY ? 'ask' : 'bid');

/** Whether a price of a side comes before another one. */
export const better = (side: BookSide, a: DecimalString, b: DecimalString): boolean =>
  compare(a, b) === (side === 'bid' ? 1 : -1);
export const samePrice = (a: DecimalString | undefined, b: DecimalString | undefined): boolean =>
  a === undefined || b === undefined ? a === b : isZero(subtract(a, b));

/** The price of an order that rests by it. */
export function priceOf(order: BookOrder): DecimalString {
  if (order.limitPrice === undefined) throw new Error(`a resting order without a limit price: ${order.venueOrderId}`);
  return order.limitPrice;
}
