/**
 * The register of limits: what each is called, measured in, and which of two values is the stricter one.
 *
 * A limit that no entry sets is not configured and asks for nothing; one that is set denies when what it is measured
 * against is missing.
 */
import type { DecimalString } from '../money';
import { dec } from '../money';

/** What may be sent: everything, what brings a position nearer to zero, or nothing. */
export const TradingState = { ACTIVE: 'ACTIVE', REDUCING: 'REDUCING', HALTED: 'HALTED' } as const;
export type TradingState = (typeof TradingState)[keyof typeof TradingState];

/** The value of each kind of limit. */
interface KindValues {
  /** Not negative. */
  readonly decimal: DecimalString;
  /** A whole number, not negative. */
  readonly count: number;
  /** Whole milliseconds above zero. */
  readonly milliseconds: number;
  readonly flag: boolean;
  readonly state: TradingState;
}
export type LimitKind = keyof KindValues;

interface LimitRule {
  readonly kind: LimitKind;
  /** Which of two values counts: a maximum is strictest when lowest, a minimum when highest. */
  readonly strictest: 'lowest' | 'highest' | 'true' | 'HALTED, then REDUCING';
  /** One sentence: what it bounds, over whom, and in which unit. */
  readonly meaning: string;
  /** Of a limit that only permits: where nobody sets it nothing is permitted, so that setting it allows more. */
  readonly unset?: 'strictest';
  /** In force where a limit document applies and none of its entries sets the limit. */
  readonly fallback?: DecimalString | number;
}

const atMost = (meaning: string) => ({ kind: 'decimal', strictest: 'lowest', meaning }) as const;
const atLeast = (meaning: string) => ({ kind: 'decimal', strictest: 'highest', meaning }) as const;
const countAtMost = (meaning: string) => ({ kind: 'count', strictest: 'lowest', meaning }) as const;
const flag = (meaning: string) => ({ kind: 'flag', strictest: 'true', meaning }) as const;
const windowOf = (meaning: string) =>
  ({ kind: 'milliseconds', strictest: 'highest', meaning, fallback: 1_000 }) as const;
const age = (meaning: string) => ({ kind: 'milliseconds', strictest: 'lowest', meaning }) as const;

/** The price collar of an account that sets none. */
export const DEFAULT_PRICE_COLLAR_PERCENT = dec('5');

/** Every limit by name. "Base currency" is the account's; a day is the account's market day. */
export const LIMITS = {
  tradingState: {
    kind: 'state',
    strictest: 'HALTED, then REDUCING',
    meaning: 'What the scope may send: ACTIVE, REDUCING or HALTED.',
  },
  reduceOnly: flag('Only orders that bring the position nearer to zero.'),
  restricted: flag('The symbol is on the restricted list: no order at all.'),
  watched: flag('The symbol is on the watch list: orders pass and are reported.'),
  minOrderQuantity: atLeast('Least quantity of one order, in units of the instrument.'),
  maxOrderQuantity: atMost('Largest quantity of one order, in units of the instrument.'),
  minOrderValue: atLeast("Least value of one order, in the instrument's currency."),
  maxOrderValue: atMost("Largest value of one order, in the instrument's currency."),
  maxVolumePercent: atMost("Largest order as a share of the symbol's average daily volume, in percent."),
  maxQuoteAgeMs: age('Oldest quote that counts, wall milliseconds.'),
  priceCollarPercent: atMost('Farthest price from the market, in percent.'),
  referenceCollarPercent: atMost('Farthest price from the reference price of the day, in percent.'),
  lowestPrice: atLeast("Lowest price of an order (limit down), in the instrument's currency."),
  highestPrice: atMost("Highest price of an order (limit up), in the instrument's currency."),
  maxOrderRate: countAtMost('Most orders and replaces of the account within the rolling window.'),
  maxStrategyOrderRate: countAtMost(
    'Most orders and replaces of the strategy in the account within the rolling window.',
  ),
  orderRateWindowMs: windowOf('The rolling window of both rates, wall milliseconds.'),
  maxRepeatedOrders: countAtMost('Most orders of the account that are alike within the window.'),
  repeatWindowMs: windowOf('The window of orders that are alike, wall milliseconds.'),
  maxDailyOrders: countAtMost('Most orders and replaces of the account on one day.'),
  maxDailyQuantity: atMost(
    'Most quantity traded and open of the account in one symbol on one day, both sides together.',
  ),
  maxDailyTurnover: atMost(
    'Most value traded and open of the account on one day, both sides together, in base currency.',
  ),
  maxOpenOrders: countAtMost('Most open orders of the account.'),
  maxPosition: atMost('Largest position of the account in one symbol, long or short, open orders included.'),
  maxLongPosition: atMost('Largest long position of the account in one symbol, open buy orders included.'),
  maxShortPosition: atMost('Largest short position of the account in one symbol, open sell orders included.'),
  maxGrossPosition: atMost('Largest position in one symbol plus all its open orders of both sides.'),
  maxConcentrationPercent: {
    ...atMost("Largest share of one symbol in the account's gross exposure, in percent."),
    fallback: dec('20'),
  },
  concentrationFloor: {
    ...atMost('Gross exposure that the share is measured against at least, in base currency.'),
    unset: 'strictest',
  },
  maxSymbolExposure: atMost('Largest exposure of the account in one symbol, in base currency.'),
  maxSectorExposure: atMost('Largest gross exposure of the account in one sector, in base currency.'),
  maxCurrencyExposure: atMost('Largest gross exposure of the account in one currency, in base currency.'),
  maxAccountExposure: atMost('Largest gross exposure of the account, in base currency.'),
  maxFirmExposure: atMost("Largest gross exposure of all accounts, in the firm's currency."),
  initialMarginPercent: atLeast('Share of the gross exposure that equity must cover, in percent.'),
  maxMarkAgeMs: age('Oldest mark of a position that counts, wall milliseconds.'),
  maxDailyLoss: atMost('Largest loss of the account on one day, realised and unrealised, in base currency.'),
  maxDrawdownPercent: atMost("Largest fall of the account's equity from its peak, in percent of the peak."),
  locateRequired: flag('A short sale needs quantity that is available to borrow.'),
  approvalWithinMs: {
    ...age('How long an order that only overridable checks deny waits for a second person, wall milliseconds.'),
    unset: 'strictest',
  },
  preventSelfTrade: flag("No order that could trade with one of the account's own."),
} as const satisfies Readonly<Record<string, LimitRule>>;

export type LimitName = keyof typeof LIMITS;
/** The limits that one entry of a document sets. */
export type LimitValues = { readonly [N in LimitName]?: KindValues[(typeof LIMITS)[N]['kind']] };
export type LimitValue = LimitValues[LimitName] & {};

/** A limit in force, with the words for the scope that set it, such as `account alpha, symbol AAPL`. */
export interface Limit<V> {
  readonly value: V;
  readonly scope: string;
}
/** The limits in force for one account, strategy, symbol and venue. */
export type ResolvedLimits = {
  readonly [N in LimitName]?: Limit<KindValues[(typeof LIMITS)[N]['kind']]>;
};

/** Whom an entry is for; a part that is absent matches everything, so that `{}` is the whole firm. */
export interface LimitScope {
  readonly account?: string;
  readonly strategy?: string;
  readonly symbol?: string;
  readonly venue?: string;
}
