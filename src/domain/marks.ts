/** Chooses the price at which an open position is valued. */
import type { Figure } from './figure';
import { known } from './figure';
import type { Quote } from './instruments';
import type { DecimalString } from './money';
import { add, dec, isNegative, isPositive, maximum, minimum, multiply } from './money';

/** How a position is marked. */
export const MarkPolicy = {
  /** What closing it now would trade at: the bid for a long position, the ask for a short one. */
  EXIT: 'EXIT',
  /** Halfway between bid and ask. */
  MID: 'MID',
  /** The last trade. */
  LAST: 'LAST',
} as const;
export type MarkPolicy = (typeof MarkPolicy)[keyof typeof MarkPolicy];

export interface MarkSettings {
  readonly policy: MarkPolicy;
  /** Oldest quote that counts, wall milliseconds. */
  readonly maxAgeMs: number;
}

const HALF = dec('0.5');

/**
 * The mark of a position of `quantity` (signed) from the newest quote of each venue: the best of the fresh bids or asks,
 * or the newest last trade. Without one it is unknown, with the time at which a quote was last received.
 */
export function markOf(
  symbol: string,
  quotes: readonly Quote[],
  quantity: DecimalString,
  settings: MarkSettings,
  nowMs: number,
): Figure {
  const own = quotes.filter((quote) => quote.symbol === symbol).sort((a, b) => b.receivedAtMs - a.receivedAtMs);
  const newest = own[0];
  if (newest === undefined) return { known: false, why: 'NO_QUOTE', what: symbol };
  const lastAtMs = newest.receivedAtMs;
  const fresh = own.filter((quote) => nowMs - quote.receivedAtMs <= settings.maxAgeMs);
  if (fresh.length === 0) return { known: false, why: 'STALE_QUOTE', what: symbol, lastAtMs };
  const price = priceOf(fresh, quantity, settings.policy);
  return price === undefined ? { known: false, why: 'NO_PRICE', what: symbol, lastAtMs } : known(price);
}

function priceOf(fresh: readonly Quote[], quantity: DecimalString, policy: MarkPolicy): DecimalString | undefined {
  // An empty side of a book is quoted as 0.
  const bids = fresh.map((quote) => quote.bidPrice).filter(isPositive);
  const asks = fresh.map((quote) => quote.askPrice).filter(isPositive);
  const bid = bids.length === 0 ? undefined : bids.reduce(maximum);
  const ask = asks.length === 0 ? undefined : asks.reduce(minimum);
  switch (policy) {
    case 'EXIT':
      return isNegative(quantity) ? ask : bid;
    case 'MID':
      return bid === undefined || ask === undefined ? undefined : multiply(add(bid, ask), HALF);
    case 'LAST':
      return fresh.map((quote) => quote.lastPrice).find(isPositive);
  }
}
