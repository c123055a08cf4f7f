import { compare, multiply } from '../money';
import { violation } from '../violations';
import { whenSet } from './configured';
import { limitOf } from './effective-limits';
import { whenKnown } from './known-parts';
import { needOf } from './need-of';
import type { RiskCheck } from './risk-context';

/** The whole order is worth sending. */
export const minOrderValue: RiskCheck = {
  code: 'MIN_ORDER_VALUE',
  sentence: 'The whole order is worth at least the least that may be sent.',
  overridable: true,
  limits: ['minOrderValue'],
  needs: ['account', 'instrument', 'quotes'],
  check: (context) =>
    whenSet(context, 'minOrderValue', (limit) =>
      whenKnown(context, ['account', 'instrument'], (known) =>
        needOf(context, known, ({ priceBasis, currency }) => {
          const { quantity } = context.request;
          const value = multiply(multiply(quantity, priceBasis), known.instrument.multiplier);
          const rule = `Worth at least ${limit.value} ${currency}, not ${value} ${limitOf(limit)}.`;
          return compare(value, limit.value) >= 0 ? [] : [violation('MIN_ORDER_VALUE', 'quantity', quantity, rule)];
        }),
      ),
    ),
};
