import { isAtLeast, isAtMost } from '../amounts';
import { violation } from '../violations';
import { whenSet } from './configured';
import { limitOf } from './effective-limits';
import { whenKnown } from './known-parts';
import { eachPrice } from './order-prices';
import type { RiskCheck } from './risk-context';

/** Prices lie between limit down and limit up. */
export const priceLimits: RiskCheck = {
  code: 'PRICE_LIMITS',
  sentence: 'Limit and stop price, or the market price of a market order, lie between limit down and limit up.',
  limits: ['lowestPrice', 'highestPrice'],
  needs: ['account', 'instrument'],
  check: (context) => {
    if (context.limits?.lowestPrice === undefined && context.limits?.highestPrice === undefined) return [];
    return whenKnown(context, ['account', 'instrument'], (known) =>
      eachPrice(context, known, ({ field, price }) => [
        ...whenSet(context, 'lowestPrice', (limit) =>
          isAtLeast(price, limit.value)
            ? []
            : [violation('PRICE_LIMITS', field, price, `At least ${limit.value} ${limitOf(limit)}.`)],
        ),
        ...whenSet(context, 'highestPrice', (limit) =>
          isAtMost(price, limit.value)
            ? []
            : [violation('PRICE_LIMITS', field, price, `At most ${limit.value} ${limitOf(limit)}.`)],
        ),
      ]),
    );
  },
};
