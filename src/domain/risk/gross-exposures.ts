/**
 * Values what an account could come to hold: for each symbol the larger of "all open buys fill" and "all open sales
 * fill", at its mark and in base currency. Gross: longs and shorts add up.
 */
import { absolute, add, isPositive, isZero, maximum, multiply, ONE, subtract, ZERO } from '../money';
import type { DecimalString } from '../money';
import type { Violation } from '../order-request';
import { noRate, rateOf } from './base-currency';
import { dataMissing } from './configured';
import { bestReferencePrice, noMarketPrice, remainingQuantity, usableQuotes } from './known-parts';
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

/** The sum over the lines that `isCounted` picks. */
export function exposureSum(
  context: RiskContext,
  known: Valued,
  isCounted: (line: ExposureLine) => boolean,
): ExposureSum {
  let amount = ZERO;
  const missing: Violation[] = [];
  for (const line of exposureLines(context, known)) {
    if (!isCounted(line)) continue;
    if (line.missing !== undefined) missing.push(line.missing);
    amount = add(amount, line.amount);
  }
  return missing.length > 0 ? { missing } : { amount };
}

type Holding = Pick<PortfolioLine, 'position' | 'openBuyQuantity' | 'openSellQuantity'>;
const NOTHING: Holding = { position: ZERO, openBuyQuantity: ZERO, openSellQuantity: ZERO };

function ownLine(context: RiskContext, known: Valued, held: PortfolioLine | undefined): ExposureLine {
  const { instrument, portfolio } = known;
  const { symbol, currency, sector } = instrument;
  const base = { symbol, currency, sector };
  // The market's price of now, so that a new symbol needs no mark and an old mark does not hide a jump.
  const price = bestReferencePrice(usableQuotes(context, known), context.request.side);
  if (price === undefined) return { ...base, ...NO_AMOUNT, missing: noMarketPrice(context, known) };
  const rate = rateOf(portfolio, currency);
  if (rate === undefined) return { ...base, ...NO_AMOUNT, missing: noRate(portfolio, currency) };
  const before: Holding = held ?? NOTHING;
  const remaining = remainingQuantity(context);
  const after: Holding =
    context.request.side === 'BUY'
      ? { ...before, openBuyQuantity: add(before.openBuyQuantity, remaining) }
      : { ...before, openSellQuantity: add(before.openSellQuantity, remaining) };
  const unit = unitValue(price, instrument.multiplier, rate);
  return { ...base, amount: multiply(reach(after), unit), amountBefore: multiply(reach(before), unit) };
}

function lineOf(context: RiskContext, { portfolio }: Valued, line: PortfolioLine): ExposureLine {
  const { symbol, currency, sector, markPrice, markedAtMs, multiplier } = line;
  const base = { symbol, currency, sector };
  const quantity = reach(line);
  if (isZero(quantity)) return { ...base, ...NO_AMOUNT };
  const rate = rateOf(portfolio, currency);
  if (rate === undefined) return { ...base, ...NO_AMOUNT, missing: noRate(portfolio, currency) };
  const maxAge = context.limits?.maxMarkAgeMs;
  const isTooOld = maxAge !== undefined && !(Math.abs(context.wallTimeMs - markedAtMs) <= maxAge.value);
  if (markPrice === undefined || !isPositive(markPrice) || isTooOld) {
    return { ...base, ...NO_AMOUNT, missing: noMark(symbol, isTooOld ? maxAge.value : undefined) };
  }
  const amount = multiply(quantity, unitValue(markPrice, multiplier, rate));
  return { ...base, amount, amountBefore: amount };
}

const NO_AMOUNT = { amount: ZERO, amountBefore: ZERO } as const;

/** The largest quantity, long or short, to which the open orders can lead. */
function reach({ position, openBuyQuantity, openSellQuantity }: Holding): DecimalString {
  // Most symbols have no open order: half of the work is then saved.
  if (openBuyQuantity === ZERO && openSellQuantity === ZERO) return absolute(position);
  return maximum(absolute(add(position, openBuyQuantity)), absolute(subtract(position, openSellQuantity)));
}

function unitValue(price: DecimalString, multiplier: DecimalString, rate: DecimalString): DecimalString {
  const inCurrency = multiplier === ONE ? price : multiply(price, multiplier);
  return rate === ONE ? inCurrency : multiply(inCurrency, rate);
}

function noMark(symbol: string, maxAgeMs: number | undefined): Violation {
  const age = maxAgeMs === undefined ? '' : ` and at most ${String(maxAgeMs)} ms old`;
  return dataMissing('portfolio', symbol, `A mark of the position, above 0${age}.`);
}

/** The account's gross exposure, see {@link exposureSum}; remembered, as three checks need it. */
export const accountExposure = oncePerContext((context, known: Valued): ExposureSum =>
  exposureSum(context, known, () => true),
);
