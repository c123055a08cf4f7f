import type { Instrument, Quote, Session } from '../instruments';
import type { DecimalString } from '../money';
import type { OrderRequest, Violation } from '../order-request';
import type { LimitName, ResolvedLimits } from './limits';
import type { RiskData } from './risk-data';

/** Limits of one account, the base that a limit document can only tighten; every one is set, as a missing one denies. */
export interface RiskLimits {
  /** Farthest limit price from the last quote, in percent. */
  readonly priceCollarPercent: DecimalString;
  /** Largest notional of one order, in the instrument's currency. */
  readonly maxOrderValue: DecimalString;
  readonly maxOpenOrders: number;
  /** Largest absolute position in one symbol, open orders included. */
  readonly maxPosition: DecimalString;
  /** Oldest quote that counts, wall milliseconds. */
  readonly maxQuoteAgeMs: number;
}

/** A trading account and its limits. */
export interface Account {
  readonly account: string;
  readonly status: 'ACTIVE' | 'REDUCING' | 'HALTED';
  readonly shortSellingAllowed: boolean;
  readonly limits: RiskLimits;
}

/** What an account holds and has promised in one symbol and its currency, read under the account's lock. */
export interface Exposure {
  /** Signed: negative is short. */
  readonly position: DecimalString;
  /** Open buy and sell quantity reserved in the symbol, this order apart. */
  readonly reservedBuyQuantity: DecimalString;
  readonly reservedSellQuantity: DecimalString;
  /** Booked cash in the instrument's currency. */
  readonly cash: DecimalString;
  /** Cash promised to open buy orders in that currency, this order apart. */
  readonly reservedCash: DecimalString;
  readonly openOrders: number;
}

/** Everything that a risk check may look at. A missing part denies: the check that needs it says so. */
export interface RiskContext extends RiskData {
  readonly request: OrderRequest;
  readonly account: Account | undefined;
  readonly instrument: Instrument | undefined;
  readonly exposure: Exposure | undefined;
  /** Newest quote per venue of the instrument. */
  readonly quotes: readonly Quote[];
  /** The running or next session; absent for a market that never closes. */
  readonly session: Session | undefined;
  readonly marketTimeMs: number;
  readonly wallTimeMs: number;
  /** For a replace: the filled quantity so far; the check sees the whole new form of the order. */
  readonly filledQuantity: DecimalString;
  /** Fees to reserve on top of a buy, in basis points: the highest taker fee of the venues in reach. Absent: a default. */
  readonly feeAllowanceBps?: DecimalString;
  /** The limits of the document for this order, see `createLimitResolver`; absent: only the account's own are set. */
  readonly limits?: ResolvedLimits;
}

/** A part of the context that a check can need. */
export type RiskPart = 'account' | 'instrument' | 'exposure' | 'quotes' | keyof RiskData;

/** One pre-trade check: one file, one code, one sentence. */
export interface RiskCheck {
  /** The name of the check: unique in a list of checks. */
  readonly code: string;
  /** What holds for an order that passes. */
  readonly sentence?: string;
  /** The limits that it judges by; without any it always judges. */
  readonly limits?: readonly LimitName[];
  /** What it denies without. */
  readonly needs?: readonly RiskPart[];
  /** Passes orders that only bring the position nearer to zero, whatever its limit says. */
  readonly passesReducing?: boolean;
  /**
   * A second person may let an order pass that it denies under its own code: a limit of judgement, no fact and no hard
   * rule. What it denies for missing data has another code and is never overridden.
   */
  readonly overridable?: boolean;
  /** Every rule broken; empty when the order passes. Breaking down (throwing) denies. */
  check(context: RiskContext): readonly Violation[];
  /** What people should hear of although it denies nothing; same shape as a broken rule. */
  notes?(context: RiskContext): readonly Violation[];
}

/** What an order promises until it fills or ends. */
export interface ReservationNeed {
  /** Quantity still to trade and its side. */
  readonly side: 'BUY' | 'SELL';
  readonly quantity: DecimalString;
  /** Cash for a buy (price basis × quantity × multiplier plus fee allowance); 0 for a sell. */
  readonly cash: DecimalString;
  readonly currency: string;
  /** Price per unit from which `cash` was computed. */
  readonly priceBasis: DecimalString;
}
