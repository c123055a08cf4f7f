import { isAtMost, textOf } from '../amounts';
import { violation } from '../violations';
import { effectiveLimit, wordsOf } from './effective-limits';
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
      needOf(context, known, ({ wholeValue }) => {
        const limit = effectiveLimit(context, known.account, 'maxOrderValue');
        if (isAtMost(wholeValue, limit.value)) return [];
        const { currency } = known.instrument;
        const rule = `Worth at most ${limit.value} ${currency}, not ${textOf(wholeValue)}${wordsOf(limit)}.`;
        return [violation('MAX_ORDER_VALUE', 'quantity', context.request.quantity, rule)];
      }),
    ),
};
