/**
 * What limits are measured against, as it is read under the account's lock.
 *
 * Each part is one consistent picture, without the order under judgement ("this order apart": for a replace, without what
 * the earlier form of the order holds open). Fills of that order are in positions and in the figures of the day.
 * Money is in the account's base currency where nothing else is said.
 */
import type { DecimalString } from '../money';
import type { Side } from '../order-request';
import type { LimitScope, TradingState } from './limits';

/** One symbol in which the account holds a position or has open orders. */
export interface PortfolioLine {
  readonly symbol: string;
  /** Currency of its price. */
  readonly currency: string;
  /** Absent: unknown; the line then counts in every sector. */
  readonly sector?: string;
  /** Money per unit of quantity and price. */
  readonly multiplier: DecimalString;
  /** Booked on trade date, signed: negative is short. */
  readonly position: DecimalString;
  /** Quantity of open orders still to trade, this order apart; not negative. */
  readonly openBuyQuantity: DecimalString;
  readonly openSellQuantity: DecimalString;
  /** Price per unit in `currency` that values the line; undefined when none is known, which denies where it is needed. */
  readonly markPrice: DecimalString | undefined;
  /** Wall time at which the mark was received, epoch milliseconds. */
  readonly markedAtMs: number;
}

/** All that an account holds, with what turns it into one currency. */
export interface Portfolio {
  readonly baseCurrency: string;
  /** Units of base currency for one unit of another; the base currency itself needs no rate. */
  readonly rates: Readonly<Record<string, DecimalString>>;
  /** Every symbol with a position or an open order, each once; a symbol without either may be left out. */
  readonly lines: readonly PortfolioLine[];
  /** Cash of all currencies plus the signed market value of all positions; undefined when it cannot be valued. */
  readonly equity: DecimalString | undefined;
}

/** What all accounts together hold. */
export interface FirmExposure {
  /** Sum of the accounts' gross exposures, open orders included, this order apart; in the firm's currency. */
  readonly grossExposure: DecimalString;
  /** Units of the firm's currency for one unit of the account's base currency. */
  readonly rate: DecimalString;
}

/** Figures of the account on one market day; they count only while the market time lies within that day. */
export interface DayFigures {
  /** First and last instant of the day, market time in epoch milliseconds: from `fromMs` to before `toMs`. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Orders and replaces approved on the day, whatever became of them, this step apart. */
  readonly orders: number;
  /** Traded on the day plus still open, in the order's symbol, both sides added up; what this order has open is apart. */
  readonly symbolQuantity: DecimalString;
  /**
   * The same as money over all symbols: trades at their price, open orders at the price they reserve. Undefined when a
   * part cannot be valued.
   */
  readonly turnover: DecimalString | undefined;
  /**
   * Equity now minus equity at the beginning of the day, deposits and withdrawals taken out, fees included; signed:
   * negative is a loss. Undefined when a position cannot be valued.
   */
  readonly profit: DecimalString | undefined;
  /** Of an undefined profit: what is not known. */
  readonly profitUnknown?: string;
}

/** One order or replace that was approved a short while ago. */
export interface RecentOrder {
  readonly strategy: string;
  readonly symbol: string;
  readonly side: Side;
  /** Whole quantity, filled part included. */
  readonly quantity: DecimalString;
  readonly limitPrice?: DecimalString;
  readonly stopPrice?: DecimalString;
  /** Wall time of the approval, epoch milliseconds: rates protect machines and venues, which a replayed market does not speed up. */
  readonly approvedAtMs: number;
}

/** The account's last approvals, this step apart. */
export interface RecentOrders {
  /** Nothing is missing from this wall time on, epoch milliseconds; an earlier beginning than a window needs is right. */
  readonly completeFromMs: number;
  /** In any order; older ones than `completeFromMs` may be among them. */
  readonly orders: readonly RecentOrder[];
}

/** An open order of the account in the order's symbol, this order apart. */
export interface OwnOpenOrder {
  readonly orderId: string;
  readonly venue: string;
  readonly side: Side;
  /** Absent: it trades at any price. */
  readonly limitPrice?: DecimalString;
  /** It waits for its stop price and is in no book until then. */
  readonly isWaitingStop: boolean;
}

/** What can be borrowed of the order's symbol for a short sale. */
export interface Borrow {
  /** Quantity that the firm has located and not yet used by short positions of its accounts; not negative. */
  readonly availableQuantity: DecimalString;
  /** Quantity of the firm's open short sales, this order apart. */
  readonly openShortQuantity: DecimalString;
}

/** The day's figures of the order's symbol that do not come with a quote. */
export interface SymbolReference {
  /** What the day's collar is measured from, such as the previous close; in the instrument's currency, per unit. */
  readonly referencePrice?: DecimalString;
  /** Average quantity traded in a market day, over the period that the desk has chosen. */
  readonly averageDailyVolume?: DecimalString;
}

/** A trading state that somebody set by hand, such as a kill switch. */
export interface TradingStateEntry {
  readonly scope: LimitScope;
  readonly state: TradingState;
}

/** Everything of the context that limits of a document are measured against; what is absent is not known. */
export interface RiskData {
  readonly portfolio?: Portfolio;
  readonly firm?: FirmExposure;
  readonly day?: DayFigures;
  /** Highest equity that is known to have been reached, base currency; what the equity is now may be higher. */
  readonly peakEquity?: DecimalString;
  readonly recent?: RecentOrders;
  /** All open orders of the account in the order's symbol, this order apart. */
  readonly ownOpenOrders?: readonly OwnOpenOrder[];
  readonly borrow?: Borrow;
  readonly reference?: SymbolReference;
  /** Trading states set by hand, of any scope; those that do not match the order are passed over. Absent: none is kept. */
  readonly tradingStates?: readonly TradingStateEntry[];
}
