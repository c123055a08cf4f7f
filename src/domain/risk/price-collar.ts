import { amountOf, isAtMost, magnitude, minus, times } from '../amounts';
import { dec } from '../money';
import type { Violation } from '../order-request';
import { violation } from '../violations';
import { effectiveLimit, wordsOf } from './effective-limits';
import { marketPrice, noMarketPrice, whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

const HUNDRED = amountOf(dec('100'));
const FIELDS = ['limitPrice', 'stopPrice'] as const;

/** Limit and stop price lie within the account's collar around the market: against wrong digits and runaway strategies. */
export const priceCollar: RiskCheck = {
  code: 'PRICE_COLLAR',
  sentence: 'Limit and stop price lie near the market.',
  overridable: true,
  limits: ['priceCollarPercent'],
  needs: ['account', 'instrument', 'quotes'],
  check: (context) =>
    whenKnown(context, ['account', 'instrument'], (known) => {
      const limit = effectiveLimit(context, known.account, 'priceCollarPercent');
      const market = marketPrice(context, known);
      const broken: Violation[] = [];
      for (const field of FIELDS) {
        const price = context.request[field];
        if (price === undefined) continue;
        // Multiplied out, as a quotient would have to be rounded.
        if (market === undefined) broken.push(noMarketPrice(context, known));
        else if (!isAtMost(times(magnitude(minus(price, market)), HUNDRED), times(limit.value, market))) {
          const rule = `Within ${limit.value} % of the market price ${market}${wordsOf(limit)}.`;
          broken.push(violation('PRICE_COLLAR', field, price, rule));
        }
      }
      return broken;
    }),
};
