/**
 * Sums and products that are written down only at their end.
 *
 * {@link Amount} keeps a short decimal as a number between two steps, so that a chain of them neither prints nor reads
 * texts; a longer one stays a text and goes through money.ts. Results are exactly those of money.ts.
 */
import { add, canonical, compare, multiply, multiplyRoundedUp, subtract } from './money';
import type { DecimalString } from './money';
import {
  addUnits,
  compareUnits,
  multiplyUnits,
  multiplyUnitsUp,
  readShort,
  ShortDecimal,
  spellUnits,
  subtractUnits,
} from './short-decimals';

/** A decimal on its way through a computation; every {@link DecimalString} is one. */
export type Amount = DecimalString | ShortDecimal;

/** No amount at all. */
export const NOTHING: Amount = new ShortDecimal(0, 0);

/** The decimal, read once for all that follows. */
export const amountOf = (value: DecimalString): Amount => readShort(value) ?? value;
/** The decimal written down, in its shortest spelling. */
export const textOf = (amount: Amount): DecimalString =>
  typeof amount === 'string' ? canonical(amount) : (spellUnits(amount) as DecimalString);

const shortOf = (amount: Amount): ShortDecimal | undefined => (typeof amount === 'string' ? readShort(amount) : amount);

export function plus(a: Amount, b: Amount): Amount {
  const left = shortOf(a);
  const right = shortOf(b);
  return (left && right && addUnits(left, right)) ?? add(textOf(a), textOf(b));
}
export function minus(a: Amount, b: Amount): Amount {
  const left = shortOf(a);
  const right = shortOf(b);
  return (left && right && subtractUnits(left, right)) ?? subtract(textOf(a), textOf(b));
}
export function times(a: Amount, b: Amount): Amount {
  const left = shortOf(a);
  const right = shortOf(b);
  return (left && right && multiplyUnits(left, right)) ?? multiply(textOf(a), textOf(b));
}
/** The product rounded up (towards plus infinity) to `decimals` places, at most 15. */
export function timesRoundedUp(a: Amount, b: Amount, decimals: number): Amount {
  const left = shortOf(a);
  const right = shortOf(b);
  return (left && right && multiplyUnitsUp(left, right, decimals)) ?? multiplyRoundedUp(textOf(a), textOf(b), decimals);
}

/** Below zero when `a` is less than `b`, above when it is more. */
export function inOrder(a: Amount, b: Amount): -1 | 0 | 1 {
  const left = shortOf(a);
  const right = shortOf(b);
  return (left && right && compareUnits(left, right)) ?? compare(textOf(a), textOf(b));
}
export const isAtMost = (a: Amount, b: Amount): boolean => inOrder(a, b) <= 0;
export const isAtLeast = (a: Amount, b: Amount): boolean => inOrder(a, b) >= 0;
export const isAboveZero = (a: Amount): boolean => inOrder(a, NOTHING) > 0;
export const isNothing = (a: Amount): boolean => inOrder(a, NOTHING) === 0;

export const opposite = (a: Amount): Amount => minus(NOTHING, a);
export const magnitude = (a: Amount): Amount => (inOrder(a, NOTHING) < 0 ? opposite(a) : a);
export const larger = (a: Amount, b: Amount): Amount => (inOrder(a, b) >= 0 ? a : b);
