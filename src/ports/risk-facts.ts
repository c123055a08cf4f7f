import type { DecimalString } from '../domain/money';
import type { OwnOpenOrder, PortfolioLine, RecentOrders, TradingStateEntry } from '../domain/risk/risk-data';

/** Figures that a decision can ask the order store for. */
export type RiskFact = 'recent' | 'ownOpenOrders' | 'portfolio' | 'day' | 'peakEquity' | 'borrow' | 'firm';

/** What a decision needs read beside account and exposure. */
export interface RiskQuestion {
  readonly parts: readonly RiskFact[];
  /** The times of the judgement; an approval is recorded with the market time. */
  readonly marketTimeMs: number;
  readonly wallTimeMs: number;
  /** The version of the limits that the caller decides by; absent: none, as before the first. */
  readonly limitsVersion?: number;
  /** How far back `recent` reaches, wall milliseconds. */
  readonly recentWindowMs: number;
  /** The market day of `day`, from `fromMs` to before `toMs`; absent: the figures of the day are not read. */
  readonly day?: MarketDay;
}
export interface MarketDay {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What an account holds in one symbol and has open, the order under judgement apart. */
export interface Holding extends Pick<PortfolioLine, 'symbol' | 'position' | 'openBuyQuantity' | 'openSellQuantity'> {
  readonly account: string;
  /** Absent: not known of an order that nobody here sent. */
  readonly currency?: string;
  /** Money per unit of quantity and price; absent: the instrument is not known. */
  readonly multiplier?: DecimalString;
}

/** An amount in its own currency. */
export interface CurrencyAmount {
  readonly currency: string;
  readonly amount: DecimalString;
}

/** Figures of one market day in the currencies in which they came about, see `DayFigures`. */
export interface DayBook extends MarketDay {
  readonly orders: number;
  readonly symbolQuantity: DecimalString;
  /** Traded and open; undefined when the currency or the worth of a part is not known. */
  readonly turnover: readonly CurrencyAmount[] | undefined;
  /** What trades and fees of the day did to cash, signed. */
  readonly flows: readonly CurrencyAmount[];
  /** Cash of now without the flows of the day. */
  readonly cashAtStart: readonly CurrencyAmount[];
  /** Positions that were open when the day began. */
  readonly heldAtStart: readonly HeldAtStart[];
  /** How the account was last valued before the day began; absent: it was not. */
  readonly closing?: Closing;
}

/** A position that was open when a day began; see `Holding` for what is absent. */
export type HeldAtStart = Pick<Holding, 'symbol' | 'currency' | 'multiplier' | 'position'>;

/** What an account's holdings were worth near the end of a market day. */
export interface Closing {
  /** Market time of the valuation, epoch milliseconds. */
  readonly marketTimeMs: number;
  readonly baseCurrency: string;
  /** Price per unit by symbol, in the instrument's currency. */
  readonly marks: Readonly<Record<string, DecimalString>>;
  /** Units of base currency for one unit of another. */
  readonly rates: Readonly<Record<string, DecimalString>>;
}

/** From what the fall of an account's equity is measured. */
export interface KeptPeak {
  /** Highest equity that a post-trade run has seen, base currency; absent: none has valued the account. */
  readonly equity?: DecimalString;
  readonly openingCash: readonly CurrencyAmount[];
}

/** Quantities of one symbol that all accounts together have sold short. */
export interface SoldShort {
  /** Of short positions, not negative. */
  readonly sold: DecimalString;
  /** Of open orders still to trade, the order under judgement apart. */
  readonly open: DecimalString;
}

/** Holdings and cash of one account. */
export interface AccountHoldings {
  /** Absent: the account has none. */
  readonly baseCurrency?: string;
  readonly lines: readonly Holding[];
  readonly cash: readonly CurrencyAmount[];
}

/** Holdings of all accounts. */
export interface FirmHoldings {
  /** Base currencies that accounts have, each once. */
  readonly currencies: readonly string[];
  readonly lines: readonly Holding[];
}

/** What the store read for a decision: quantities, to which the caller adds what the market says. */
export interface RiskFacts {
  readonly tradingStates?: readonly TradingStateEntry[];
  readonly recent?: RecentOrders;
  readonly ownOpenOrders?: readonly OwnOpenOrder[];
  readonly accountHoldings?: AccountHoldings;
  readonly dayBook?: DayBook;
  readonly peak?: KeptPeak;
  readonly soldShort?: SoldShort;
  readonly firmHoldings?: FirmHoldings;
}
