import type { ExecutionReport } from '../domain/execution-report';
import type { VenueClientOrderId } from '../domain/ids';
import type { Quote } from '../domain/instruments';
import type { DecimalString } from '../domain/money';
import type { OrderType, Side, TimeInForce } from '../domain/order-request';

/** What a venue can do, declared by its connector and read by routing and by the conformance suite. */
export interface VenueCapabilities {
  /** Venue triggers STOP and STOP_LIMIT itself; otherwise the order is HELD here. */
  readonly nativeStops: boolean;
  readonly orderTypes: readonly OrderType[];
  readonly timesInForce: readonly TimeInForce[];
  readonly clientOrderIdMaxLength: number;
  /** After `sendBy` + this, a "not found" of every source proves that the venue never had the order. */
  readonly settleTimeMs: number;
}

/** A new order as a venue takes it. */
export interface VenueOrder {
  readonly clientOrderId: VenueClientOrderId;
  readonly venueAccount: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: DecimalString;
  readonly limitPrice?: DecimalString;
  readonly stopPrice?: DecimalString;
  readonly timeInForce: TimeInForce;
  /** Market time of a GTD's end, epoch milliseconds. */
  readonly expireAtMs?: number;
}

/** A replace: the whole wanted form of the order under a new client order id (FIX OrderCancelReplaceRequest). */
export interface VenueReplace {
  readonly venueAccount: string;
  readonly symbol: string;
  readonly origClientOrderId: VenueClientOrderId;
  readonly clientOrderId: VenueClientOrderId;
  readonly quantity: DecimalString;
  readonly limitPrice?: DecimalString;
  readonly stopPrice?: DecimalString;
}

export interface VenueCancel {
  readonly venueAccount: string;
  readonly symbol: string;
  /** Any client order id that the order has or had. */
  readonly clientOrderId: VenueClientOrderId;
}

/** A report that cannot be read, as it came: kept for a person; nothing of it is booked. */
export interface UnreadableReport {
  readonly venue: string;
  readonly venueAccount: string;
  /** Place in the account's stream, when that can be told. */
  readonly sequence?: number;
  readonly execId?: string;
  readonly clientOrderId?: string;
  readonly origClientOrderId?: string;
  /** What came, cut off with a note when it is too long to be a report. */
  readonly raw: string;
  /** What is wrong with it, in words. */
  readonly why: string;
}
/** Reports of an answer that cannot be read; absent when there are none. */
export interface WithUnreadable {
  readonly unreadable?: readonly UnreadableReport[];
}

/** Nothing reached the venue: safe to send again. */
export interface NotSent {
  readonly kind: 'notSent';
  readonly reason: string;
  /** The venue asked to wait this long (HTTP 429). */
  readonly retryAfterMs?: number;
}
/** Bytes may have reached the venue and no readable answer came: ask before any resend. */
export interface OutcomeUnknown extends WithUnreadable {
  readonly kind: 'unknown';
  readonly reason: string;
}
/** The venue took the request; `reports` are what it said so far, in order, the fills of a crossing order included. */
export interface Acknowledged extends WithUnreadable {
  readonly kind: 'acknowledged';
  readonly reports: readonly ExecutionReport[];
}
/** The venue said no. `reason` is coded (`DUPLICATE_ORDER`, `TOO_LATE`, `UNKNOWN_ORDER`, `PENDING`, …). */
export interface Refused extends WithUnreadable {
  readonly kind: 'refused';
  readonly reason: string;
  readonly text: string;
  readonly reports: readonly ExecutionReport[];
}
export type VenueAnswer = Acknowledged | Refused | NotSent | OutcomeUnknown;

/** What the venue says of one order when asked. An unreadable report of it proves that it is there: never `notFound`. */
export type VenueOrderStatus =
  | ({ readonly kind: 'found'; readonly reports: readonly ExecutionReport[] } & WithUnreadable)
  | { readonly kind: 'notFound' }
  | ({ readonly kind: 'unavailable'; readonly reason: string } & WithUnreadable);

/** An order that a venue has open, as it tells it when asked for all. */
export interface VenueOpenOrder {
  /** Every client order id that the order has or had there, the newest last; none when nobody gave it one. */
  readonly clientOrderIds: readonly string[];
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: DecimalString;
  readonly cumQuantity: DecimalString;
  /** Absent when it has none, or the venue does not tell. */
  readonly limitPrice?: DecimalString;
}
/** An answer is never taken for "none": it lists all, or it is unavailable. */
export type VenueOpenOrders =
  | { readonly kind: 'open'; readonly orders: readonly VenueOpenOrder[] }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** What a venue account holds of a symbol; signed, negative is short. */
export interface VenuePosition {
  readonly symbol: string;
  readonly quantity: DecimalString;
}
/** What a venue account has of a currency; negative is owed. */
export interface VenueBalance {
  readonly currency: string;
  readonly amount: DecimalString;
}
/** An answer lists all, is unavailable, or says that the venue keeps no such thing; it is never taken for "none". */
export type VenuePositions =
  | { readonly kind: 'positions'; readonly positions: readonly VenuePosition[] }
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'unsupported' };
export type VenueBalances =
  | { readonly kind: 'balances'; readonly balances: readonly VenueBalance[] }
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'unsupported' };

export interface ReportPage extends WithUnreadable {
  readonly reports: readonly ExecutionReport[];
  /** Sequence of the newest report that the venue has. */
  readonly lastSequence: number;
}

/** A connection to one venue; every method is safe to call from any process and keeps no order state of its own. */
export interface VenueConnector {
  readonly venue: string;
  readonly capabilities: VenueCapabilities;
  /** Sends a new order; writes no byte after wall time `sendByMs` and passes that time to the venue. Never throws for an outcome. */
  submit(order: VenueOrder, sendByMs: number): Promise<VenueAnswer>;
  /** Asks to cancel; idempotent at the venue. */
  cancel(cancel: VenueCancel, sendByMs: number): Promise<VenueAnswer>;
  /** Asks to replace; writes no byte after `sendByMs`. */
  replace(replace: VenueReplace, sendByMs: number): Promise<VenueAnswer>;
  /** Every report of one order from every source that the venue has (open orders, history, fills), by client order id. */
  findOrder(venueAccount: string, clientOrderId: VenueClientOrderId): Promise<VenueOrderStatus>;
  /**
   * Every order that the venue has open on an account, also those that nobody here sent. The answer may be read in pages
   * over some time: an order that is open all that time is listed once, as it was at one moment of it; one that opens or
   * ends meanwhile is listed or not, and if so it was open at such a moment. One page that fails makes all unavailable.
   */
  openOrders(venueAccount: string): Promise<VenueOpenOrders>;
  /** What the account holds at the venue, by symbol; a symbol that is missing is flat. */
  positions(venueAccount: string): Promise<VenuePositions>;
  /** What trades and fees have moved on the account, by currency. */
  balances(venueAccount: string): Promise<VenueBalances>;
  /** Reports after a sequence, oldest first, to fill a gap; throws when the venue does not answer. */
  reportsAfter(venueAccount: string, sequence: number, limit: number): Promise<ReportPage>;
  /**
   * Streams reports after a sequence until `signal` aborts (resolves) or the connection breaks (rejects).
   * `onReports` is awaited before the next batch: back-pressure. One that cannot be read is handed over in its place, as
   * `unreadable`, and the stream goes on.
   */
  streamReports(
    venueAccount: string,
    afterSequence: number,
    onReports: (reports: readonly ExecutionReport[], unreadable: readonly UnreadableReport[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Streams quotes of all symbols until `signal` aborts or the connection breaks (rejects). */
  streamQuotes(onQuote: (quote: Quote) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
