import type { DecimalString } from './money';

/** Why an amount is not known. */
export type UnknownReason =
  /** No quote of the symbol was ever received. */
  | 'NO_QUOTE'
  /** The newest quote is older than allowed. */
  | 'STALE_QUOTE'
  /** The side of the book that the mark needs is empty. */
  | 'NO_PRICE'
  /** No rate leads from one currency to the other. */
  | 'NO_RATE'
  /** A rate on the way is older than allowed. */
  | 'STALE_RATE'
  /** The account has no base currency to total in. */
  | 'NO_BASE_CURRENCY';

/** An amount that is known, or why it is not: unknown is never read as 0 or 1. */
export type Figure = KnownFigure | UnknownFigure;
export interface KnownFigure {
  readonly known: true;
  readonly amount: DecimalString;
}
export interface UnknownFigure {
  readonly known: false;
  readonly why: UnknownReason;
  /** What is missing: a symbol, or a pair such as `EUR/USD`. */
  readonly what: string;
  /** When it was last known, epoch milliseconds; absent when it never was. */
  readonly lastAtMs?: number;
}

export const known = (amount: DecimalString): KnownFigure => ({ known: true, amount });

/** A figure of all given ones, or the first that is unknown: a total with a hole in it is no total. */
export function combine(
  figures: readonly Figure[],
  total: (amounts: readonly DecimalString[]) => DecimalString,
): Figure {
  const amounts: DecimalString[] = [];
  for (const figure of figures) {
    if (!figure.known) return figure;
    amounts.push(figure.amount);
  }
  return known(total(amounts));
}
