/**
 * Builds, rounds and compares every decimal number of the product.
 *
 * Amounts travel and rest as {@link DecimalString} (plain JSON, exact); arithmetic is decimal.js with 40 significant
 * digits, enough for the product of two 18-digit amounts; sums of short decimals take a quicker way to the same result
 * (short-decimals.ts). Nothing rounds unless a function here says so in its name.
 */
import { Decimal as DecimalJs } from 'decimal.js';
import {
  addShort,
  compareShort,
  isMultipleShort,
  multiplyShort,
  multiplyUpShort,
  negateShort,
  roundDownShort,
  roundUpShort,
  signShort,
  spellShort,
  subtractShort,
  sumShort,
} from './short-decimals';

// A clone keeps our precision apart from any other user of decimal.js in the same process.
const D = DecimalJs.clone({ precision: 40, rounding: DecimalJs.ROUND_HALF_EVEN, toExpNeg: -40, toExpPos: 60 });

/** An exact decimal number in plain notation, such as `"644.10"`; never `NaN`, an infinity or an exponent. */
export type DecimalString = string & { readonly __brand: 'DecimalString' };
/** A decimal in memory; only this file makes one. */
export type Decimal = DecimalJs;
/** What the arithmetic below accepts. */
export type Numeric = DecimalString | Decimal;

export const ZERO = '0' as DecimalString;
export const ONE = '1' as DecimalString;

/** Longest decimal accepted from outside, in characters; an int64 with 18 decimals fits twice over. */
export const DECIMAL_TEXT_MAX = 40;
const DECIMAL_TEXT = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** Says whether a value of unknown origin is a decimal in plain notation, within {@link DECIMAL_TEXT_MAX}. */
export function isDecimalString(value: unknown): value is DecimalString {
  return typeof value === 'string' && value.length <= DECIMAL_TEXT_MAX && DECIMAL_TEXT.test(value);
}

/** Reads a decimal written in the code or already validated; throws on anything else, as that is a bug. */
export function dec(text: string): DecimalString {
  if (!isDecimalString(text)) throw new Error(`not a plain decimal: ${text.slice(0, 60)}`);
  return text;
}

/** The exact decimal of a safe integer, such as a count of bars or basis points. */
export function decOfInteger(value: number): DecimalString {
  if (!Number.isSafeInteger(value)) throw new Error(`not a safe integer: ${String(value)}`);
  return String(value) as DecimalString;
}

function big(value: Numeric): Decimal {
  return typeof value === 'string' ? new D(value) : value;
}
function text(value: Decimal): DecimalString {
  // -0 would make two spellings of one amount.
  return (value.isZero() ? '0' : value.toFixed()) as DecimalString;
}

/** The short way, exact or undefined; decimals in memory have been read already and take the long one. */
function ofTexts(
  a: Numeric,
  b: Numeric,
  work: (a: string, b: string) => string | undefined,
): DecimalString | undefined {
  return typeof a === 'string' && typeof b === 'string' ? (work(a, b) as DecimalString | undefined) : undefined;
}
function ofText(a: Numeric, work: (a: string) => string | undefined): DecimalString | undefined {
  return typeof a === 'string' ? (work(a) as DecimalString | undefined) : undefined;
}

/** A decimal in memory, for code that computes much before it writes the result down. */
export const decimalOf = (value: Numeric): Decimal => big(value);

export const add = (a: Numeric, b: Numeric): DecimalString => ofTexts(a, b, addShort) ?? text(big(a).plus(big(b)));
export const subtract = (a: Numeric, b: Numeric): DecimalString =>
  ofTexts(a, b, subtractShort) ?? text(big(a).minus(big(b)));
export const multiply = (a: Numeric, b: Numeric): DecimalString =>
  ofTexts(a, b, multiplyShort) ?? text(big(a).times(big(b)));
export const negate = (a: Numeric): DecimalString => ofText(a, negateShort) ?? text(big(a).negated());
export const absolute = (a: Numeric): DecimalString => (isNegative(a) ? negate(a) : canonical(a));
export const minimum = (a: Numeric, b: Numeric): DecimalString =>
  typeof a === 'string' && typeof b === 'string' ? canonical(compare(a, b) <= 0 ? a : b) : text(D.min(big(a), big(b)));
export const maximum = (a: Numeric, b: Numeric): DecimalString =>
  typeof a === 'string' && typeof b === 'string' ? canonical(compare(a, b) >= 0 ? a : b) : text(D.max(big(a), big(b)));
export const sum = (values: readonly Numeric[]): DecimalString =>
  (values.every((value) => typeof value === 'string') ? (sumShort(values) as DecimalString | undefined) : undefined) ??
  text(values.reduce<Decimal>((total, value) => total.plus(big(value)), new D(0)));

/** Product rounded up (towards plus infinity) to `decimals` places, at most 15: for what must not come out too small. */
export function multiplyRoundedUp(a: Numeric, b: Numeric, decimals: number): DecimalString {
  const quick = typeof a === 'string' && typeof b === 'string' ? multiplyUpShort(a, b, decimals) : undefined;
  if (quick !== undefined) return quick as DecimalString;
  return text(big(a).times(big(b)).toDecimalPlaces(decimals, DecimalJs.ROUND_CEIL));
}

/** Quotient rounded half-even to `decimals` places: the caller says the places, as no quotient is exact by nature. */
export function divideRounded(a: Numeric, b: Numeric, decimals: number): DecimalString {
  return text(big(a).dividedBy(big(b)).toDecimalPlaces(decimals, DecimalJs.ROUND_HALF_EVEN));
}
/** Rounds half-even to `decimals` places, for money that is booked (fees, cash). */
export function roundHalfEven(a: Numeric, decimals: number): DecimalString {
  return text(big(a).toDecimalPlaces(decimals, DecimalJs.ROUND_HALF_EVEN));
}
/** The nearest multiple of `step` at or below `a`. */
export const roundDownTo = (a: Numeric, step: Numeric): DecimalString =>
  ofTexts(a, step, roundDownShort) ?? text(big(a).dividedBy(big(step)).floor().times(big(step)));
/** The nearest multiple of `step` at or above `a`. */
export const roundUpTo = (a: Numeric, step: Numeric): DecimalString =>
  ofTexts(a, step, roundUpShort) ?? text(big(a).dividedBy(big(step)).ceil().times(big(step)));
/** Says whether `a` is a whole multiple of `step` (tick or lot). */
export const isMultipleOf = (a: Numeric, step: Numeric): boolean =>
  (typeof a === 'string' && typeof step === 'string' ? isMultipleShort(a, step) : undefined) ??
  big(a).modulo(big(step)).isZero();

export const compare = (a: Numeric, b: Numeric): -1 | 0 | 1 =>
  (typeof a === 'string' && typeof b === 'string' ? compareShort(a, b) : undefined) ??
  (big(a).comparedTo(big(b)) as -1 | 0 | 1);
export const isZero = (a: Numeric): boolean => sign(a) === 0;
export const isPositive = (a: Numeric): boolean => sign(a) === 1;
export const isNegative = (a: Numeric): boolean => sign(a) === -1;
export const equal = (a: Numeric, b: Numeric): boolean => compare(a, b) === 0;
export const lessThan = (a: Numeric, b: Numeric): boolean => compare(a, b) < 0;
export const greaterThan = (a: Numeric, b: Numeric): boolean => compare(a, b) > 0;

function sign(a: Numeric): -1 | 0 | 1 {
  return (typeof a === 'string' ? signShort(a) : undefined) ?? (big(a).comparedTo(0) as -1 | 0 | 1);
}

/** Spells a number with the fewest digits, so that "1.50" and "1.5" are one content when hashed or compared. */
export const canonical = (a: Numeric): DecimalString => ofText(a, spellShort) ?? text(big(a));
