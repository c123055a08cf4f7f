import { compare, multiply } from '../money';
import { violation } from '../violations';
import { effectiveLimit } from './effective-limits';
import { whenKnown } from './known-parts';
import { needOf } from './need-of';
import type { RiskCheck } from './risk-context';

/** The whole order, filled part included, is worth no more than the account may send at once. */
export const maxOrderValue: RiskCheck = {
  code: 'MAX_ORDER_VALUE',
  sentence: 'The whole order, filled part included, is worth no more than may be sent at once.',
  overridable: true,
  limits: ['maxOrderValue'],
  needs: ['account', 'instrument', 'quotes'],
  check: (context) =>
    whenKnown(context, ['account', 'instrument'], (known) =>
      needOf(context, known, ({ priceBasis, currency }) => {
        const { value: limit, words } = effectiveLimit(context, known.account, 'maxOrderValue');
        const value = multiply(multiply(context.request.quantity, priceBasis), known.instrument.multiplier);
        return compare(value, limit) <= 0
          ? []
          : [
              violation(
                'MAX_ORDER_VALUE',
                'quantity',
                context.request.quantity,
                `Worth at most ${limit} ${currency}, not ${value}${words}.`,
              ),
            ];
      }),
    ),
};
