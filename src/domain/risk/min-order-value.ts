import { isAtLeast, textOf } from '../amounts';
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
        needOf(context, known, ({ wholeValue }) => {
          if (isAtLeast(wholeValue, limit.value)) return [];
          const { currency } = known.instrument;
          const rule = `Worth at least ${limit.value} ${currency}, not ${textOf(wholeValue)} ${limitOf(limit)}.`;
          return [violation('MIN_ORDER_VALUE', 'quantity', context.request.quantity, rule)];
        }),
      ),
    ),
};
