/** Trades and orders as post-trade analysis reads them from the ledger. */
import type { Arrival, QuoteSnapshot } from './quote-snapshot';
import type { DecimalString } from '../money';
import type { OrderStatus } from '../order';
import type { Side } from '../order-request';

/** An execution in force: neither taken back nor the record of one that was. */
export interface BookedTrade {
  readonly venue: string;
  readonly venueAccount: string;
  readonly execId: string;
  readonly orderId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: DecimalString;
  readonly price: DecimalString;
  /** Money per unit of quantity and price. */
  readonly multiplier: DecimalString;
  readonly currency: string;
  readonly fee: DecimalString;
  readonly feeCurrency: string;
  readonly liquidity: 'MAKER' | 'TAKER' | 'UNKNOWN';
  /** Market times, epoch milliseconds. */
  readonly atMs: number;
  readonly settleAtMs: number;
  /** Says whether it is the new form of a trade that the venue corrected. */
  readonly isCorrected: boolean;
  /** The newest quote of the venue when it was booked; absent: none was known. */
  readonly quote?: QuoteSnapshot;
  /** The venue's id of the match, the same on both of its sides; absent where it tells none. */
  readonly matchId?: string;
}

/** An order with the times of its life, market time. */
export interface TradedOrder {
  readonly orderId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  readonly status: OrderStatus;
  readonly quantity: DecimalString;
  readonly filledQuantity: DecimalString;
  /** The limit price in force. */
  readonly limitPrice?: DecimalString;
  /** The limit prices of every form that was approved or in force; absent when a form had none. */
  readonly limitRange?: { readonly lowest: DecimalString; readonly highest: DecimalString };
  readonly createdAtMs: number;
  /** When it was first sent; absent: nobody here sent it. */
  readonly sentAtMs?: number;
  /** When it was canceled, expired or rejected; absent: it was not. */
  readonly endedAtMs?: number;
  /** The market of the decision; absent on orders from before it was kept, and on those that nobody here sent. */
  readonly arrival?: Arrival;
}

/** One execution everywhere: ids are unique per venue account. */
export const tradeKey = ({
  venue,
  venueAccount,
  execId,
}: Pick<BookedTrade, 'venue' | 'venueAccount' | 'execId'>): string => `${venue}/${venueAccount}/${execId}`;

/** The total order of trades by time; of the same moment by their keys, so that every run sees one order. */
export const byTime = (one: BookedTrade, other: BookedTrade): number =>
  one.atMs - other.atMs || (tradeKey(one) < tradeKey(other) ? -1 : 1);
