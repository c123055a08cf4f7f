import type { DecimalString } from './money';

/** One trading session of an exchange, both ends as UTC epoch milliseconds. */
export interface Session {
  readonly openMs: number;
  readonly closeMs: number;
  /** The trading date in the exchange's zone, `YYYY-MM-DD`. */
  readonly tradeDate: string;
}

/** What a calendar knows: when an exchange trades, in its own time zone. */
export interface CalendarDefinition {
  readonly id: string;
  /** IANA zone, such as `America/New_York`. */
  readonly zone: string;
  /** `HH:MM`, local; equal open and close mean around the clock. */
  readonly open: string;
  readonly close: string;
  /** ISO weekdays that trade, 1 = Monday. */
  readonly weekdays: readonly number[];
  /** Local dates `YYYY-MM-DD` without a session. */
  readonly holidays: readonly string[];
  /** Local dates with an early close, `YYYY-MM-DD` → `HH:MM`. */
  readonly earlyCloses: Readonly<Record<string, string>>;
}

/** What is traded, with the rules that a venue enforces on it. */
export interface Instrument {
  readonly symbol: string;
  readonly assetClass: 'EQUITY' | 'CRYPTO_SPOT';
  readonly currency: string;
  /** Such as `TECHNOLOGY`, for limits of a sector; absent: unknown, which denies where such a limit is set. */
  readonly sector?: string;
  /** What the collar of the day is measured from, such as the close before; absent: unknown, as for a sector. */
  readonly referencePrice?: DecimalString;
  /** Average quantity traded in a market day; absent: unknown, as for a sector. */
  readonly averageDailyVolume?: DecimalString;
  /** Quantity that the firm has located to borrow for short sales; absent: unknown, as for a sector. */
  readonly borrowAvailable?: DecimalString;
  /** The least price step (FIX MinPriceIncrement, tag 969). */
  readonly tickSize: DecimalString;
  /** The least quantity step (FIX RoundLot, tag 561). */
  readonly lotSize: DecimalString;
  readonly minQuantity: DecimalString;
  readonly maxQuantity: DecimalString;
  readonly minNotional: DecimalString;
  /** Money per unit of quantity and price (FIX ContractMultiplier, tag 231); 1 for shares and coins. */
  readonly multiplier: DecimalString;
  readonly calendarId: string;
  /** Business days from trade to settlement (T+n); 0 settles at once. */
  readonly settlementCycleDays: 0 | 1 | 2;
  /** Decimal places to which cash in `currency` is booked. */
  readonly currencyDecimals: number;
  readonly tradable: boolean;
  /** Venues where it trades. */
  readonly venues: readonly string[];
}

/** The best bid and ask of one venue at one moment, and the last trade. */
export interface Quote {
  readonly symbol: string;
  readonly venue: string;
  readonly bidPrice: DecimalString;
  readonly bidQuantity: DecimalString;
  readonly askPrice: DecimalString;
  readonly askQuantity: DecimalString;
  readonly lastPrice: DecimalString;
  /** Market time of the quote, epoch milliseconds (the replayed time when a replay runs). */
  readonly marketTimeMs: number;
  /** Wall time at which we received it; staleness is measured against this. */
  readonly receivedAtMs: number;
}
