/**
 * Values what an account could come to hold: for each symbol the larger of "all open buys fill" and "all open sales
 * fill", at its mark and in base currency. Gross: longs and shorts add up.
 */
import { absolute, add, compare, isPositive, isZero, multiplyRoundedUp, ONE, subtract, sum, ZERO } from '../money';
import type { DecimalString } from '../money';
import type { Violation } from '../order-request';
import { noRate, rateOf } from './base-currency';
import { dataMissing } from './configured';
import { marketPrice, noMarketPrice, remainingQuantity } from './known-parts';
import type { Priced } from './known-parts';
import { oncePerContext } from './once-per-context';
import type { RiskContext } from './risk-context';
import type { Portfolio, PortfolioLine } from './risk-data';

/** What it takes to value an account. */
export interface Valued extends Priced {
  readonly portfolio: Portfolio;
}

/** One symbol of the account, valued; `missing` says why it has no value. */
export interface ExposureLine {
  readonly symbol: string;
  readonly currency: string;
  readonly sector: string | undefined;
  /** In base currency, with the order under judgement; 0 when `missing`. */
  readonly amount: DecimalString;
  /** The same without it. */
  readonly amountBefore: DecimalString;
  readonly missing?: Violation;
}

/** A sum of exposures in base currency, or why there is none. */
export type ExposureSum = { readonly amount: DecimalString } | { readonly missing: readonly Violation[] };

/** Every symbol of the account, the order's among them. */
export const exposureLines = oncePerContext((context, known: Valued): readonly ExposureLine[] => {
  const { symbol } = known.instrument;
  const own = known.portfolio.lines.find((line) => line.symbol === symbol);
  const others = known.portfolio.lines.filter((line) => line !== own).map((line) => lineOf(context, known, line));
  return [ownLine(context, known, own), ...others];
});

/** The sums that limits bound, each over its part of the account's symbols. */
export interface ExposureSums {
  readonly symbol: ExposureSum;
  readonly sector: ExposureSum;
  readonly currency: ExposureSum;
  readonly account: ExposureSum;
}

/** All sums in one pass; a line of no known sector counts in every one. */
export const exposureSums = oncePerContext((context, known: Valued): ExposureSums => {
  const { symbol, sector, currency } = known.instrument;
  const sums = { symbol: new Sum(), sector: new Sum(), currency: new Sum(), account: new Sum() };
  for (const line of exposureLines(context, known)) {
    sums.account.add(line);
    if (line.symbol === symbol) sums.symbol.add(line);
    if (line.sector === undefined || line.sector === sector) sums.sector.add(line);
    if (line.currency === currency) sums.currency.add(line);
  }
  return {
    symbol: sums.symbol.result(),
    sector: sums.sector.result(),
    currency: sums.currency.result(),
    account: sums.account.result(),
  };
});

/** What open orders can lead to of all lines, in base currency; undefined when a part has no mark or no rate. */
export function grossExposureOf(
  lines: readonly PortfolioLine[],
  into: Pick<Portfolio, 'baseCurrency' | 'rates'>,
): DecimalString | undefined {
  const amounts: DecimalString[] = [];
  for (const line of lines) {
    const rate = rateOf(into, line.currency);
    if (line.markPrice === undefined || !isPositive(line.markPrice) || rate === undefined) return undefined;
    amounts.push(worth(reach(line), line.markPrice, line.multiplier, rate));
  }
  return sum(amounts);
}

class Sum {
  private readonly amounts: DecimalString[] = [];
  private readonly missing: Violation[] = [];

  add(line: ExposureLine): void {
    if (line.missing !== undefined) this.missing.push(line.missing);
    this.amounts.push(line.amount);
  }
  result(): ExposureSum {
    return this.missing.length > 0 ? { missing: this.missing } : { amount: sum(this.amounts) };
  }
}

type Holding = Pick<PortfolioLine, 'position' | 'openBuyQuantity' | 'openSellQuantity'>;
const NOTHING: Holding = { position: ZERO, openBuyQuantity: ZERO, openSellQuantity: ZERO };

function ownLine(context: RiskContext, known: Valued, held: PortfolioLine | undefined): ExposureLine {
  const { instrument, portfolio } = known;
  const { symbol, currency, sector } = instrument;
  const base = { symbol, currency, sector };
  // The market's price of now, so that a new symbol needs no mark and an old mark does not hide a jump.
  const price = marketPrice(context, known);
  if (price === undefined) return { ...base, ...NO_AMOUNT, missing: noMarketPrice(context, known) };
  const rate = rateOf(portfolio, currency);
  if (rate === undefined) return { ...base, ...NO_AMOUNT, missing: noRate(portfolio, currency) };
  const before: Holding = held ?? NOTHING;
  const remaining = remainingQuantity(context);
  const after: Holding =
    context.request.side === 'BUY'
      ? { ...before, openBuyQuantity: add(before.openBuyQuantity, remaining) }
      : { ...before, openSellQuantity: add(before.openSellQuantity, remaining) };
  const worthOf = (holding: Holding): DecimalString => worth(reach(holding), price, instrument.multiplier, rate);
  return { ...base, amount: worthOf(after), amountBefore: worthOf(before) };
}

function lineOf(context: RiskContext, { portfolio }: Valued, line: PortfolioLine): ExposureLine {
  const { symbol, currency, sector, markPrice, markedAtMs, multiplier } = line;
  const base = { symbol, currency, sector };
  const quantity = reach(line);
  if (quantity === ZERO || isZero(quantity)) return { ...base, ...NO_AMOUNT };
  const rate = rateOf(portfolio, currency);
  if (rate === undefined) return { ...base, ...NO_AMOUNT, missing: noRate(portfolio, currency) };
  const maxAge = context.limits?.maxMarkAgeMs;
  const isTooOld = maxAge !== undefined && !(Math.abs(context.wallTimeMs - markedAtMs) <= maxAge.value);
  if (markPrice === undefined || !isPositive(markPrice) || isTooOld) {
    return { ...base, ...NO_AMOUNT, missing: noMark(symbol, isTooOld ? maxAge.value : undefined) };
  }
  const amount = worth(quantity, markPrice, multiplier, rate);
  return { symbol, currency, sector, amount, amountBefore: amount };
}

const NO_AMOUNT = { amount: ZERO, amountBefore: ZERO } as const;

/** The largest quantity, long or short, to which the open orders can lead. */
function reach({ position, openBuyQuantity, openSellQuantity }: Holding): DecimalString {
  // Most symbols have no open order: most of the work is then saved.
  if (openBuyQuantity === ZERO && openSellQuantity === ZERO) return absolute(position);
  const long = add(position, openBuyQuantity);
  const short = subtract(openSellQuantity, position);
  // Open quantities are not negative, so that the larger of the two is neither, and no other reach is larger.
  return compare(long, short) >= 0 ? long : short;
}

/** In base currency, rounded up after each factor: never short by a rounding, and sums stay short. */
function worth(
  quantity: DecimalString,
  price: DecimalString,
  multiplier: DecimalString,
  rate: DecimalString,
): DecimalString {
  const value = multiplyRoundedUp(quantity, price, EXPOSURE_DECIMALS);
  const inCurrency = multiplier === ONE ? value : multiplyRoundedUp(value, multiplier, EXPOSURE_DECIMALS);
  return rate === ONE ? inCurrency : multiplyRoundedUp(inCurrency, rate, EXPOSURE_DECIMALS);
}
const EXPOSURE_DECIMALS = 4;

function noMark(symbol: string, maxAgeMs: number | undefined): Violation {
  const age = maxAgeMs === undefined ? '' : ` and at most ${String(maxAgeMs)} ms old`;
  return dataMissing('portfolio', symbol, `A mark of the position, above 0${age}.`);
}
