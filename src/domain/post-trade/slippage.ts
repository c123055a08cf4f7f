/**
 * Slippage: what was paid beyond a price of comparison, positive when it cost. Only what was traded is measured; what an
 * order did not get has no price to be measured by.
 */
import { add, dec, divideRounded, isPositive, isZero, multiply, negate, subtract, sum, ZERO } from '../money';
import type { DecimalString } from '../money';
import type { Side } from '../order-request';
import type { BookedTrade, TradedOrder } from './booked-trade';
import type { QuoteSnapshot } from './quote-snapshot';
import type { PostTradeSettings } from './settings';

/** Why there is no figure. */
export const SlippageGap = {
  NO_TRADE: 'NO_TRADE',
  /** Nothing was kept of the market. */
  NO_QUOTE: 'NO_QUOTE',
  /** What was kept is too old, or from too long after. */
  STALE_QUOTE: 'STALE_QUOTE',
  /** A side of the book that it takes was empty. */
  EMPTY_SIDE: 'EMPTY_SIDE',
} as const;
export type SlippageGap = (typeof SlippageGap)[keyof typeof SlippageGap];

/** Per unit, in basis points of the price of comparison, and as money in the instrument's currency; fees are apart. */
export type Slippage =
  | {
      readonly known: true;
      /** 12 decimals. */
      readonly price: DecimalString;
      /** 4 decimals. */
      readonly bps: DecimalString;
      /** Exact. */
      readonly money: DecimalString;
    }
  | { readonly known: false; readonly why: SlippageGap };

/** Against the market of the decision and that of the trade: halfway between bid and ask, and the side that it takes. */
export interface SlippageFigures {
  readonly arrivalMid: Slippage;
  readonly arrivalTouch: Slippage;
  readonly quoteMid: Slippage;
  readonly quoteTouch: Slippage;
  /** Twice the distance from the middle of the trade's own market: what a round trip at this price would cost. */
  readonly effectiveSpread: Slippage;
}

export interface OrderSlippage extends SlippageFigures {
  readonly quantity: DecimalString;
  /** 12 decimals; absent without trades. */
  readonly averagePrice?: DecimalString;
  readonly fees: Readonly<Record<string, DecimalString>>;
}

type QuoteSettings = Pick<PostTradeSettings, 'maxQuoteAgeMs' | 'maxQuoteLeadMs'>;

const PRICE_DECIMALS = 12;
const BPS_DECIMALS = 4;
const HALF = dec('0.5');
const TWO = dec('2');
const TEN_THOUSAND = dec('10000');

/** The figures of one trade. */
export function fillSlippage(
  trade: BookedTrade,
  order: Pick<TradedOrder, 'arrival'> | undefined,
  settings: QuoteSettings,
): SlippageFigures {
  return figuresOf([trade], order, settings);
}

/** The figures of an order over its trades; money is the sum of theirs. */
export function orderSlippage(
  trades: readonly BookedTrade[],
  order: Pick<TradedOrder, 'arrival'> | undefined,
  settings: QuoteSettings,
): OrderSlippage {
  const quantity = sum(trades.map((trade) => trade.quantity));
  const notional = sum(trades.map((trade) => multiply(trade.quantity, trade.price)));
  const fees: Record<string, DecimalString> = {};
  for (const { fee, feeCurrency } of trades) fees[feeCurrency] = add(fees[feeCurrency] ?? ZERO, fee);
  return {
    quantity,
    ...(isZero(quantity) ? {} : { averagePrice: divideRounded(notional, quantity, PRICE_DECIMALS) }),
    fees,
    ...figuresOf(trades, order, settings),
  };
}

/** Halfway between bid and ask; undefined when a side is empty. */
export const midOf = ({ bidPrice, askPrice }: QuoteSnapshot): DecimalString | undefined =>
  isPositive(bidPrice) && isPositive(askPrice) ? multiply(add(bidPrice, askPrice), HALF) : undefined;

/** The price at which the side trades at once; undefined when there is none. */
export function touchOf({ bidPrice, askPrice }: QuoteSnapshot, side: Side): DecimalString | undefined {
  const price = side === 'BUY' ? askPrice : bidPrice;
  return isPositive(price) ? price : undefined;
}

/** The quote when it is of the time of what it is compared with. */
export function usableQuote(
  quote: QuoteSnapshot | undefined,
  atMs: number,
  { maxQuoteAgeMs, maxQuoteLeadMs }: QuoteSettings,
): QuoteSnapshot | SlippageGap {
  if (quote === undefined) return SlippageGap.NO_QUOTE;
  const ageMs = atMs - quote.marketTimeMs;
  return ageMs <= maxQuoteAgeMs && -ageMs <= maxQuoteLeadMs ? quote : SlippageGap.STALE_QUOTE;
}

function figuresOf(
  trades: readonly BookedTrade[],
  order: Pick<TradedOrder, 'arrival'> | undefined,
  settings: QuoteSettings,
): SlippageFigures {
  const { arrival } = order ?? {};
  const arrivalQuote = usableQuote(arrival?.quote, arrival?.marketTimeMs ?? 0, settings);
  const atArrival = () => arrivalQuote;
  const atTrade = (trade: BookedTrade) => usableQuote(trade.quote, trade.atMs, settings);
  const quoteMid = measure(trades, atTrade, midOf);
  return {
    arrivalMid: measure(trades, atArrival, midOf),
    arrivalTouch: measure(trades, atArrival, touchOf),
    quoteMid,
    quoteTouch: measure(trades, atTrade, touchOf),
    effectiveSpread: quoteMid.known ? doubled(quoteMid) : quoteMid,
  };
}

/** Sums over the trades first and divides once; one trade without a price of comparison leaves the sum without a figure. */
function measure(
  trades: readonly BookedTrade[],
  quoteOf: (trade: BookedTrade) => QuoteSnapshot | SlippageGap,
  priceOf: (quote: QuoteSnapshot, side: Side) => DecimalString | undefined,
): Slippage {
  let [units, compared, money]: readonly [DecimalString, DecimalString, DecimalString] = [ZERO, ZERO, ZERO];
  for (const trade of trades) {
    const quote = quoteOf(trade);
    if (typeof quote === 'string') return { known: false, why: quote };
    const price = priceOf(quote, trade.side);
    if (price === undefined) return { known: false, why: SlippageGap.EMPTY_SIDE };
    const weight = multiply(trade.quantity, trade.multiplier);
    const difference = subtract(trade.price, price);
    units = add(units, weight);
    compared = add(compared, multiply(weight, price));
    money = add(money, multiply(weight, trade.side === 'BUY' ? difference : negate(difference)));
  }
  if (isZero(units)) return { known: false, why: SlippageGap.NO_TRADE };
  const bps = divideRounded(multiply(money, TEN_THOUSAND), compared, BPS_DECIMALS);
  return { known: true, price: divideRounded(money, units, PRICE_DECIMALS), bps, money };
}

const doubled = ({ price, bps, money }: Extract<Slippage, { known: true }>): Slippage => ({
  known: true,
  price: multiply(price, TWO),
  bps: multiply(bps, TWO),
  money: multiply(money, TWO),
});
