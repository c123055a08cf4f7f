/** Hands a check the parts of the context that it needs, and denies where one is missing: each check fails closed by itself. */
import { inOrder, isAboveZero, larger, minus, NOTHING, textOf } from '../amounts';
import type { Amount } from '../amounts';
import type { Instrument, Quote } from '../instruments';
import type { DecimalString } from '../money';
import type { Side, Violation } from '../order-request';
import { violation } from '../violations';
import { effectiveLimit, wordsOf } from './effective-limits';
import { oncePerContext } from './once-per-context';
import type { Account, Exposure, RiskContext } from './risk-context';

export interface KnownParts {
  readonly account: Account;
  readonly instrument: Instrument;
  readonly exposure: Exposure;
}

/** What it takes to price an order. */
export type Priced = Pick<KnownParts, 'account' | 'instrument'>;

/** Runs `check` with the parts, or answers one violation for each part that is missing. */
export function whenKnown<P extends keyof KnownParts>(
  context: RiskContext,
  parts: readonly P[],
  check: (known: Pick<KnownParts, P>) => readonly Violation[],
): readonly Violation[] {
  for (const part of parts) if (context[part] === undefined) return missingParts(context, parts);
  // Sound: every asked part was just seen to be there.
  return check(context as unknown as Pick<KnownParts, P>);
}

function missingParts(context: RiskContext, parts: readonly (keyof KnownParts)[]): readonly Violation[] {
  // Exposure cannot be read of what is not known: that is one thing to say, not two.
  const isCause = context.account === undefined || context.instrument === undefined;
  const said = parts.filter((part) => context[part] === undefined && (part !== 'exposure' || !isCause));
  if (said.length > 0) return said.map((part) => missingPart(context, part));
  return [missingPart(context, context.account === undefined ? 'account' : 'instrument')];
}

function missingPart({ request }: RiskContext, part: keyof KnownParts): Violation {
  if (part === 'account')
    return violation('ACCOUNT_UNKNOWN', 'account', request.account, 'An account that exists here.');
  if (part === 'instrument')
    return violation('INSTRUMENT_UNKNOWN', 'symbol', request.symbol, 'An instrument that exists here.');
  return violation('EXPOSURE_UNKNOWN', 'account', request.account, 'An account whose positions and cash can be read.');
}

/** What is left to trade of the whole form of the order under judgement. */
export const remaining = (context: RiskContext): Amount => remainingOnce(context, undefined);
const remainingOnce = oncePerContext((context, _none: undefined) => remainingOf(context));
/** The same written down, for a sentence or a record. */
export const remainingQuantity = (context: RiskContext): DecimalString => textOf(remaining(context));

/** What is left to trade of a whole form of which a part is filled. */
export function remainingOf({ request, filledQuantity }: Pick<RiskContext, 'request' | 'filledQuantity'>): Amount {
  return larger(NOTHING, minus(request.quantity, filledQuantity));
}

/** The quotes of the venues where the order may go: the named one, else all where the instrument trades. */
export const quotesInReach = oncePerContext((context, instrument: Instrument): readonly Quote[] => {
  const { venue } = context.request;
  return context.quotes.filter(
    (quote) =>
      quote.symbol === instrument.symbol &&
      instrument.venues.includes(quote.venue) &&
      (venue === undefined || venue === quote.venue),
  );
});

/** Says whether a quote counts: received within `maxQuoteAgeMs` before now, or as little ahead (a skewed clock). */
export function isFresh(quote: Quote, wallTimeMs: number, maxQuoteAgeMs: number): boolean {
  // Written so that a missing or NaN limit is never fresh.
  return Math.abs(wallTimeMs - quote.receivedAtMs) <= maxQuoteAgeMs;
}

/** The quotes that count for this order. */
export const usableQuotes = oncePerContext((context, { account, instrument }: Priced): readonly Quote[] => {
  const { value: maxQuoteAgeMs } = effectiveLimit(context, account, 'maxQuoteAgeMs');
  return quotesInReach(context, instrument).filter((quote) => isFresh(quote, context.wallTimeMs, maxQuoteAgeMs));
});

/** The price at which a side trades now: ask for buys, bid for sells; undefined on an empty side of the book. */
export function touchPrice(quote: Quote, side: Side): DecimalString | undefined {
  const price = side === 'BUY' ? quote.askPrice : quote.bidPrice;
  return isAboveZero(price) ? price : undefined;
}

/** The touch, or the last trade when that side of the book is empty. */
export function referencePrice(quote: Quote, side: Side): DecimalString | undefined {
  return touchPrice(quote, side) ?? (isAboveZero(quote.lastPrice) ? quote.lastPrice : undefined);
}

/** The best of the reference prices: lowest for a buy, highest for a sell; undefined without any. */
export function bestReferencePrice(quotes: readonly Quote[], side: Side): DecimalString | undefined {
  const worse = side === 'BUY' ? 1 : -1;
  let best: DecimalString | undefined;
  for (const quote of quotes) {
    const price = referencePrice(quote, side);
    if (price !== undefined && (best === undefined || inOrder(best, price) === worse)) best = price;
  }
  return best;
}

/** The best price at which the order's side trades now, on the quotes that count. */
export const marketPrice = (context: RiskContext, known: Priced): DecimalString | undefined =>
  marketOnce(context, known).price;
const marketOnce = oncePerContext((context, known: Priced): { readonly price: DecimalString | undefined } => ({
  price: bestReferencePrice(usableQuotes(context, known), context.request.side),
}));

/** Why no quote can price the order: none came, the newest is too old, or the side it trades with is empty. */
export function noMarketPrice(context: RiskContext, known: Priced): Violation {
  const { symbol } = context.request;
  const inReach = quotesInReach(context, known.instrument);
  if (inReach.length === 0 || usableQuotes(context, known).length > 0) {
    return violation(
      'MARKET_DATA_MISSING',
      'symbol',
      symbol,
      'A quote with a price on the side that the order trades with.',
    );
  }
  const newest = String(Math.max(...inReach.map((quote) => quote.receivedAtMs)));
  const oldest = effectiveLimit(context, known.account, 'maxQuoteAgeMs');
  return violation(
    'MARKET_DATA_STALE',
    'symbol',
    symbol,
    `A quote at most ${String(oldest.value)} ms old; the newest was received at ${newest}${wordsOf(oldest)}.`,
  );
}
