import { noMarketPrice, referencePrice, touchPrice, usableQuotes, whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

/** A recent price is known on a venue where the order may go; without one nothing can be judged, so the order is denied. */
export const quoteFresh: RiskCheck = {
  code: 'MARKET_DATA_STALE',
  sentence: 'A recent price is known on a venue where the order may go.',
  limits: ['maxQuoteAgeMs'],
  needs: ['account', 'instrument', 'quotes'],
  check: (context) =>
    whenKnown(context, ['account', 'instrument'], (known) => {
      const { type, side } = context.request;
      // A market order trades with what is on the other side; the last trade does not fill it.
      const priceOf = type === 'MARKET' ? touchPrice : referencePrice;
      const priced = usableQuotes(context, known).some((quote) => priceOf(quote, side) !== undefined);
      return priced ? [] : [noMarketPrice(context, known)];
    }),
};
