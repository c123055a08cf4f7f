import { quantityViolations } from '../request-validation';
import { bestReferencePrice, quotesInReach, whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

/** The quantity fits the instrument's lot, least, most and least notional; for a market order at the market's price. */
export const quantityValidity: RiskCheck = {
  code: 'QUANTITY_INVALID',
  sentence: "The quantity fits the instrument's lot, least, most and least notional.",
  needs: ['instrument'],
  check: (context) =>
    whenKnown(context, ['instrument'], ({ instrument }) => {
      const { request } = context;
      const price =
        request.limitPrice ?? request.stopPrice ?? bestReferencePrice(quotesInReach(context, instrument), request.side);
      return quantityViolations(request, instrument, price);
    }),
};
