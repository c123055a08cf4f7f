/** The market as it was known at one moment, kept beside a decision or an execution. */
import type { Quote } from '../instruments';
import type { DecimalString } from '../money';

/** Prices of one venue; an empty side of its book is 0. */
export interface QuoteSnapshot {
  readonly bidPrice: DecimalString;
  readonly askPrice: DecimalString;
  readonly lastPrice: DecimalString;
  /** Market time of the quote, epoch milliseconds. */
  readonly marketTimeMs: number;
}

/** The market when an order was decided on, at the venue that was chosen for it. */
export interface Arrival {
  /** Absent: the venue had no quote. */
  readonly quote?: QuoteSnapshot;
  /** Market time of the decision, epoch milliseconds. */
  readonly marketTimeMs: number;
}

export const snapshotOf = ({ bidPrice, askPrice, lastPrice, marketTimeMs }: QuoteSnapshot): QuoteSnapshot => ({
  bidPrice,
  askPrice,
  lastPrice,
  marketTimeMs,
});

/** What is kept with a decision. */
export const arrivalOf = (quote: Quote | undefined, marketTimeMs: number): Arrival => ({
  ...(quote === undefined ? {} : { quote: snapshotOf(quote) }),
  marketTimeMs,
});
