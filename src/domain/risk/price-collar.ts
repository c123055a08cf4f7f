import { absolute, compare, dec, multiply, subtract } from '../money';
import { violation } from '../violations';
import { effectiveLimit } from './effective-limits';
import { marketPrice, noMarketPrice, whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

const HUNDRED = dec('100');

/** Limit and stop price lie within the account's collar around the market: against wrong digits and runaway strategies. */
export const priceCollar: RiskCheck = {
  code: 'PRICE_COLLAR',
  sentence: 'Limit and stop price lie near the market.',
  overridable: true,
  limits: ['priceCollarPercent'],
  needs: ['account', 'instrument', 'quotes'],
  check: (context) =>
    whenKnown(context, ['account', 'instrument'], (known) => {
      const { request } = context;
      const { value: priceCollarPercent, words } = effectiveLimit(context, known.account, 'priceCollarPercent');
      const market = marketPrice(context, known);
      return (['limitPrice', 'stopPrice'] as const).flatMap((field) => {
        const price = request[field];
        if (price === undefined) return [];
        if (market === undefined) return [noMarketPrice(context, known)];
        // Multiplied out, as a quotient would have to be rounded.
        const distance = multiply(absolute(subtract(price, market)), HUNDRED);
        return compare(distance, multiply(priceCollarPercent, market)) <= 0
          ? []
          : [
              violation(
                'PRICE_COLLAR',
                field,
                price,
                `Within ${priceCollarPercent} % of the market price ${market}${words}.`,
              ),
            ];
      });
    }),
};
