/**
 * Values what an account could come to hold: for each symbol the larger of "all open buys fill" and "all open sales
 * fill", at its mark and in base currency. Gross: longs and shorts add up.
 */
import {
  amountOf,
  isAboveZero,
  isNothing,
  larger,
  magnitude,
  minus,
  NOTHING,
  plus,
  textOf,
  timesRoundedUp,
} from '../amounts';
import type { Amount } from '../amounts';
import { ONE, ZERO } from '../money';
import type { DecimalString } from '../money';
import type { Violation } from '../order-request';
import { noRate, rateOf } from './base-currency';
import { dataMissing } from './configured';
import { marketPrice, noMarketPrice, remaining } from './known-parts';
import type { Priced } from './known-parts';
import { oncePerContext } from './once-per-context';
import type { RiskContext } from './risk-context';
import type { Portfolio, PortfolioLine } from './risk-data';

/** What it takes to value an account. */
export interface Valued extends Priced {
  readonly portfolio: Portfolio;
}

/** The order's symbol, valued in base currency; `missing` says why it has no value. */
export interface OwnExposure {
  /** With the order under judgement; 0 when `missing`. */
  readonly amount: Amount;
  /** The same without it. */
  readonly amountBefore: Amount;
  readonly missing?: Violation;
}

/** What a line is worth in base currency, or why nobody can say. */
type Worth = Amount | Violation;
const isMissing = (worth: Worth): worth is Violation => typeof worth === 'object' && 'rule' in worth;

/** A sum of exposures in base currency; with `missing` there is none. */
export interface ExposureSum {
  readonly amount: Amount;
  readonly missing: readonly Violation[];
}

/** The sums that limits bound, each over its part of the account's symbols. */
export interface ExposureSums {
  readonly symbol: ExposureSum;
  readonly sector: ExposureSum;
  readonly currency: ExposureSum;
  readonly account: ExposureSum;
}

/** All sums in one pass; a line of no known sector counts in every one. */
export const exposureSums = oncePerContext((context, known: Valued): ExposureSums => {
  const { portfolio, instrument } = known;
  const { symbol, sector, currency } = instrument;
  const sums = { symbol: new Sum(), sector: new Sum(), currency: new Sum(), account: new Sum() };
  const own = ownExposure(context, known);
  const ownWorth = own.missing ?? own.amount;
  sums.symbol.add(ownWorth);
  sums.sector.add(ownWorth);
  sums.currency.add(ownWorth);
  sums.account.add(ownWorth);
  for (const line of portfolio.lines) {
    if (line.symbol === symbol) continue;
    const worth = worthOfLine(context, portfolio, line);
    sums.account.add(worth);
    if (line.sector === undefined || line.sector === sector) sums.sector.add(worth);
    if (line.currency === currency) sums.currency.add(worth);
  }
  return sums;
});

/** What open orders can lead to of all lines, in base currency; undefined when a part has no mark or no rate. */
export function grossExposureOf(
  lines: readonly PortfolioLine[],
  into: Pick<Portfolio, 'baseCurrency' | 'rates'>,
): DecimalString | undefined {
  let total = NOTHING;
  for (const line of lines) {
    const rate = rateOf(into, line.currency);
    if (line.markPrice === undefined || !isAboveZero(line.markPrice) || rate === undefined) return undefined;
    total = plus(
      total,
      worthAt(reach(line.position, line.openBuyQuantity, line.openSellQuantity), line.markPrice, line.multiplier, rate),
    );
  }
  return textOf(total);
}

class Sum implements ExposureSum {
  amount: Amount = NOTHING;
  missing: readonly Violation[] = NONE;

  add(worth: Worth): void {
    if (isMissing(worth)) this.missing = [...this.missing, worth];
    else this.amount = plus(this.amount, worth);
  }
}

/** The order's own symbol, at the market's price of now: a new symbol needs no mark, and an old mark hides no jump. */
export const ownExposure = oncePerContext((context, known: Valued): OwnExposure => {
  const { instrument, portfolio } = known;
  const { symbol, currency, multiplier } = instrument;
  const price = marketPrice(context, known);
  if (price === undefined) return { ...NO_AMOUNT, missing: noMarketPrice(context, known) };
  const rate = rateOf(portfolio, currency);
  if (rate === undefined) return { ...NO_AMOUNT, missing: noRate(portfolio, currency) };
  const held = portfolio.lines.find((line) => line.symbol === symbol);
  const position = amountOf(held?.position ?? ZERO);
  const buys = amountOf(held?.openBuyQuantity ?? ZERO);
  const sales = amountOf(held?.openSellQuantity ?? ZERO);
  const more = remaining(context);
  const after =
    context.request.side === 'BUY'
      ? reach(position, plus(buys, more), sales)
      : reach(position, buys, plus(sales, more));
  return {
    amount: worthAt(after, price, multiplier, rate),
    amountBefore: worthAt(reach(position, buys, sales), price, multiplier, rate),
  };
});
const NO_AMOUNT = { amount: NOTHING, amountBefore: NOTHING } as const;

function worthOfLine(context: RiskContext, portfolio: Portfolio, line: PortfolioLine): Worth {
  const { symbol, currency, markPrice, markedAtMs, multiplier } = line;
  const quantity = reach(line.position, line.openBuyQuantity, line.openSellQuantity);
  if (isNothing(quantity)) return NOTHING;
  const rate = rateOf(portfolio, currency);
  if (rate === undefined) return noRate(portfolio, currency);
  const maxAge = context.limits?.maxMarkAgeMs;
  const isTooOld = maxAge !== undefined && !(Math.abs(context.wallTimeMs - markedAtMs) <= maxAge.value);
  if (markPrice === undefined || !isAboveZero(markPrice) || isTooOld) {
    return noMark(symbol, isTooOld ? maxAge.value : undefined);
  }
  return worthAt(quantity, markPrice, multiplier, rate);
}

/** The largest quantity, long or short, to which the open orders can lead. */
function reach(position: Amount, openBuyQuantity: Amount, openSellQuantity: Amount): Amount {
  // Most symbols have no open order: most of the work is then saved.
  if (openBuyQuantity === ZERO && openSellQuantity === ZERO) return magnitude(position);
  // Open quantities are not negative, so that the larger of the two is neither, and no other reach is larger.
  return larger(plus(position, openBuyQuantity), minus(openSellQuantity, position));
}

/** In base currency, rounded up after each factor: never short by a rounding, and sums stay short. */
function worthAt(quantity: Amount, price: DecimalString, multiplier: DecimalString, rate: DecimalString): Amount {
  const value = timesRoundedUp(quantity, price, EXPOSURE_DECIMALS);
  const inCurrency = multiplier === ONE ? value : timesRoundedUp(value, multiplier, EXPOSURE_DECIMALS);
  return rate === ONE ? inCurrency : timesRoundedUp(inCurrency, rate, EXPOSURE_DECIMALS);
}
const EXPOSURE_DECIMALS = 4;
const NONE: readonly Violation[] = [];

function noMark(symbol: string, maxAgeMs: number | undefined): Violation {
  const age = maxAgeMs === undefined ? '' : ` and at most ${String(maxAgeMs)} ms old`;
  return dataMissing('portfolio', symbol, `A mark of the position, above 0${age}.`);
}
