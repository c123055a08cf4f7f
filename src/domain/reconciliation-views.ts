/** What a reconciliation compares: this system's view of one venue account, and the venue's. */
import type { OrderId } from './ids';
import type { DecimalString } from './money';
import type { OrderStatus } from './order';
import type { Side } from './order-request';

/** An order of ours: open, or ended while the venue lists it as open. */
export interface OurOrder {
  readonly orderId: OrderId;
  readonly status: OrderStatus;
  readonly ended: boolean;
  /** Something of it was sent to the venue, or the venue told of it. */
  readonly sent: boolean;
  readonly quantity: DecimalString;
  readonly filledQuantity: DecimalString;
  /** The id under which the venue is asked for it. */
  readonly clientOrderId?: string;
  readonly limitPrice?: DecimalString;
  /** Client order ids at the venue are `<base>-<step>`. */
  readonly clientOrderIdBase?: string;
  /** The last step that was asked for, here or by somebody else; absent while nothing of it is recorded. */
  readonly lastStep?: number;
  readonly venueOrderId?: string;
  /** Wall time of its newest event; absent while nothing of it is recorded. */
  readonly changedAtMs?: number;
}

/** An order that the venue has open. */
export interface TheirOrder {
  readonly clientOrderIds: readonly string[];
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: DecimalString;
  readonly cumQuantity: DecimalString;
  readonly limitPrice?: DecimalString;
}

/** A trade, its correction or its bust, as the venue reports it. */
export interface TheirTrade {
  readonly execId: string;
  readonly execType: 'TRADE' | 'TRADE_CORRECT' | 'TRADE_CANCEL';
  /** The execution that it corrects or takes back. */
  readonly execRefId?: string;
  readonly clientOrderId: string;
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: DecimalString;
  readonly price: DecimalString;
  readonly fee: DecimalString;
  readonly feeCurrency?: string;
  readonly sequence: number;
}

/** What is known here of a trade that the venue reports. */
export interface KnownTrade {
  readonly execId: string;
  /** The order that it is of; absent when no order here is. */
  readonly orderId?: OrderId;
  /** WAITING: in the inbox, not delivered. TOLD: its order was told. */
  readonly inbox: 'ABSENT' | 'WAITING' | 'TOLD';
  /** As it was booked; absent when it was not. */
  readonly booked?: { readonly quantity: DecimalString; readonly price: DecimalString };
  /** The booked execution that it corrects. */
  readonly corrects?: Pick<TheirTrade, 'quantity' | 'price' | 'fee' | 'feeCurrency'>;
  /** Wall time of the newest event of the order. */
  readonly changedAtMs?: number;
}

/** A booked execution, in force, of which the venue's stream has brought no copy. */
export interface UnconfirmedExecution {
  readonly execId: string;
  readonly orderId: OrderId;
  readonly clientOrderId?: string;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: DecimalString;
  readonly price: DecimalString;
  readonly fee: DecimalString;
  readonly feeCurrency: string;
  readonly changedAtMs?: number;
}

/** Signed quantities by symbol, or amounts by currency. */
export type Amounts = Readonly<Record<string, DecimalString>>;

/** A part of the venue's view: it answered, it did not, or it has no such thing. Silence is never "none". */
export type Part<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'unsupported' };

export interface OurView {
  readonly orders: readonly OurOrder[];
  readonly unconfirmed: readonly UnconfirmedExecution[];
  /** Of everything that was executed through the venue account. */
  readonly positions: Amounts;
  readonly cash: Amounts;
  /** Place in the venue's report stream up to which the inbox has it. */
  readonly streamPosition: number;
}

/** The venue's reports of a window, as far as they do not simply agree with what is booked. */
export interface TheirTrades {
  readonly open: readonly { readonly trade: TheirTrade; readonly known: KnownTrade }[];
  /** Trades of the window that are unconfirmed here and that the venue has. */
  readonly confirmed: readonly string[];
  readonly lastSequence: number;
}

export interface TheirView {
  readonly orders: Part<readonly TheirOrder[]>;
  readonly trades: Part<TheirTrades>;
  readonly positions: Part<Amounts>;
  readonly balances: Part<Amounts>;
}

/** Terms with which the trades of a symbol move cash. */
export interface TradeTerms {
  readonly currency: string;
  readonly multiplier: DecimalString;
}

export interface ReconciliationSettings {
  /** Orders whose newest event is younger than this are left alone: what the venue says of them may be on its way. */
  readonly youngOrderMs: number;
  /** Relative difference of two prices of one execution that is no difference: "0.0001" is 0.01 %. */
  readonly priceTolerance: DecimalString;
  /** Difference in cash, in units of its currency, that is no difference. Quantities have no tolerance. */
  readonly cashTolerance: DecimalString;
}
