/**
 * Measures limits against what is there now, whatever let it come: a price that moved, a trade that came late or was taken
 * back, an order that was adopted. Pre-trade checks ask what could become of an order; here nothing is under judgement.
 */
import {
  absolute,
  add,
  compare,
  dec,
  divideRounded,
  isPositive,
  isZero,
  maximum,
  multiply,
  negate,
  subtract,
  ZERO,
} from '../money';
import type { DecimalString } from '../money';
import { effectiveLimit } from '../risk/effective-limits';
import { grossExposureOf } from '../risk/gross-exposures';
import type { LimitName, ResolvedLimits } from '../risk/limits';
import type { Account } from '../risk/risk-context';
import type { FirmExposure, Portfolio, PortfolioLine } from '../risk/risk-data';

/** What an account is measured by; what is absent is not known. */
export interface Measured {
  readonly account: Account;
  readonly portfolio: Portfolio;
  /** Profit of each market day that runs, base currency; undefined profit: it cannot be valued. */
  readonly days: readonly { readonly day: string; readonly profit: DecimalString | undefined }[];
  /** Highest equity ever, base currency. */
  readonly peakEquity?: DecimalString | undefined;
  readonly limitsOf: (symbol: string) => ResolvedLimits;
  readonly wallTimeMs: number;
}

/** One limit beside what it bounds. */
export interface Measure {
  readonly limit: LimitName;
  /** What is bounded, such as `alpha maxPosition AAPL`: the same in every run. */
  readonly subject: string;
  readonly account?: string;
  readonly symbol?: string;
  /** What is measured, in words. */
  readonly words: string;
  /** Undefined: it cannot be measured now. */
  readonly value: DecimalString | undefined;
  readonly bound: DecimalString;
  /** Undefined: it cannot be told now. */
  readonly isBroken: boolean | undefined;
}

const HUNDRED = dec('100');
/** Decimals of a percentage that is shown; whether a limit is exceeded is told without rounding. */
const PERCENT_DECIMALS = 4;

/** Every limit of the account that something can be measured against. */
export function measuresOf(measured: Measured): readonly Measure[] {
  const { portfolio } = measured;
  return [
    ...portfolio.lines.flatMap((line) => positionMeasures(measured, line)),
    ...symbolMeasures(measured, portfolio),
    ...accountMeasures(measured, portfolio),
    ...moneyMeasures(measured),
  ];
}

/** The limit of all accounts together. */
export function firmMeasures(firm: FirmExposure | undefined, limits: ResolvedLimits): readonly Measure[] {
  const of = measureFor('the firm', 'gross exposure of all accounts');
  return of('maxFirmExposure', firm?.grossExposure, limits.maxFirmExposure?.value);
}

/** In quantity: no price is needed. Open orders count, as the limits say. */
function positionMeasures({ account, limitsOf }: Measured, line: PortfolioLine): readonly Measure[] {
  const limits = limitsOf(line.symbol);
  const long = add(line.position, line.openBuyQuantity);
  const short = subtract(line.openSellQuantity, line.position);
  const gross = add(add(absolute(line.position), line.openBuyQuantity), line.openSellQuantity);
  const of = measureFor(account.account, 'position with open orders', line.symbol);
  return [
    ...of('maxPosition', maximum(long, short), effectiveLimit({ limits }, account, 'maxPosition').value),
    ...of('maxLongPosition', long, limits.maxLongPosition?.value),
    ...of('maxShortPosition', short, limits.maxShortPosition?.value),
    ...of('maxGrossPosition', gross, limits.maxGrossPosition?.value),
  ];
}

/** The exposure of some lines in base currency; undefined when a mark is missing or too old to say anything of now. */
function exposureOf(
  { account, limitsOf, wallTimeMs }: Omit<Measured, 'days'>,
  portfolio: Portfolio,
  lines: readonly PortfolioLine[],
): DecimalString | undefined {
  const limits = limitsOf(lines.length === 1 ? (lines[0]?.symbol ?? '') : '');
  const maxAgeMs = limits.maxMarkAgeMs?.value ?? effectiveLimit({ limits }, account, 'maxQuoteAgeMs').value;
  const used = lines.filter((line) => !isFlat(line));
  const isFresh = used.every(({ markedAtMs }) => Math.abs(wallTimeMs - markedAtMs) <= maxAgeMs);
  return isFresh ? grossExposureOf(used, portfolio) : undefined;
}
const isFlat = ({ position, openBuyQuantity, openSellQuantity }: PortfolioLine): boolean =>
  isZero(position) && isZero(openBuyQuantity) && isZero(openSellQuantity);

function symbolMeasures(measured: Measured, portfolio: Portfolio): readonly Measure[] {
  const { account, limitsOf } = measured;
  const whole = exposureOf(measured, portfolio, portfolio.lines);
  return portfolio.lines.flatMap((line) => {
    const limits = limitsOf(line.symbol);
    const own = exposureOf(measured, portfolio, [line]);
    const of = measureFor(account.account, 'exposure', line.symbol);
    const floor = limits.concentrationFloor?.value ?? ZERO;
    const measure = whole === undefined ? undefined : maximum(whole, floor);
    return [
      ...of('maxSymbolExposure', own, limits.maxSymbolExposure?.value),
      ...shareMeasure(account.account, line.symbol, 'maxConcentrationPercent', own, measure, limits),
    ];
  });
}

function accountMeasures(measured: Measured, portfolio: Portfolio): readonly Measure[] {
  const { account, limitsOf } = measured;
  const { lines, equity } = portfolio;
  const limits = limitsOf('');
  const over = (name: LimitName, what: string, part: string | undefined, own: readonly PortfolioLine[]) =>
    measureFor(
      account.account,
      `exposure${what}`,
      undefined,
      part,
    )(name, exposureOf(measured, portfolio, own), limits[name]?.value as DecimalString | undefined);
  const sectors = [...new Set(lines.map(({ sector }) => sector))].filter((sector) => sector !== undefined);
  const currencies = [...new Set(lines.map(({ currency }) => currency))];
  const whole = exposureOf(measured, portfolio, lines);
  const margin = limits.initialMarginPercent?.value;
  const needed = margin === undefined || whole === undefined ? undefined : multiply(whole, margin);
  const of = measureFor(account.account, 'margin in hundredths, against equity in hundredths');
  return [
    ...sectors.flatMap((sector) =>
      // A line of no known sector counts in every one.
      over(
        'maxSectorExposure',
        ` in sector ${sector}`,
        sector,
        lines.filter((line) => (line.sector ?? sector) === sector),
      ),
    ),
    ...currencies.flatMap((currency) =>
      over(
        'maxCurrencyExposure',
        ` in ${currency}`,
        currency,
        lines.filter((line) => line.currency === currency),
      ),
    ),
    ...over('maxAccountExposure', '', undefined, lines),
    ...(margin === undefined
      ? []
      : equity === undefined
        ? of('initialMarginPercent', undefined, ZERO)
        : of('initialMarginPercent', needed, multiply(equity, HUNDRED))),
  ];
}

/** The equity when every mark is of now: one of old marks is none. */
export const valuedEquity = (measured: Omit<Measured, 'days'>): DecimalString | undefined =>
  isValued(measured) ? measured.portfolio.equity : undefined;
const isValued = (measured: Omit<Measured, 'days'>): boolean =>
  exposureOf(measured, measured.portfolio, measured.portfolio.lines) !== undefined;

function moneyMeasures(measured: Measured): readonly Measure[] {
  const { account, days, peakEquity: peak, limitsOf } = measured;
  const limits = limitsOf('');
  const equity = valuedEquity(measured);
  const fall = equity === undefined || peak === undefined ? undefined : subtract(peak, equity);
  const { maxDailyLoss } = limits;
  return [
    ...days.flatMap(({ day, profit }) =>
      measureFor(
        account.account,
        'loss of the day',
        undefined,
        day,
      )('maxDailyLoss', profit === undefined || !isValued(measured) ? undefined : negate(profit), maxDailyLoss?.value),
    ),
    ...shareMeasure(account.account, undefined, 'maxDrawdownPercent', fall, peak, limits),
  ];
}

/** A share in percent of a whole. */
function shareMeasure(
  account: string,
  symbol: string | undefined,
  name: 'maxConcentrationPercent' | 'maxDrawdownPercent',
  own: DecimalString | undefined,
  whole: DecimalString | undefined,
  limits: ResolvedLimits,
): readonly Measure[] {
  const bound = limits[name]?.value;
  const words = name === 'maxDrawdownPercent' ? 'percent below the peak equity' : 'percent of the gross exposure';
  const of = measureFor(account, words, symbol);
  if (bound === undefined) return [];
  if (own === undefined || whole === undefined || !isPositive(whole)) return of(name, undefined, bound);
  const isBroken = compare(multiply(own, HUNDRED), multiply(bound, whole)) > 0;
  return of(name, divideRounded(multiply(own, HUNDRED), whole, PERCENT_DECIMALS), bound, isBroken);
}

const measureFor =
  (account: string, words: string, symbol?: string, part = symbol) =>
  (
    limit: LimitName,
    value: DecimalString | undefined,
    bound: DecimalString | undefined,
    isBroken = value === undefined || bound === undefined ? undefined : compare(value, bound) > 0,
  ): readonly Measure[] => {
    if (bound === undefined) return [];
    const subject = [account, limit, ...(part === undefined ? [] : [part])].join(' ');
    return [{ limit, subject, account, ...(symbol === undefined ? {} : { symbol }), words, value, bound, isBroken }];
  };
