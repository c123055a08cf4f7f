import { isAtLeast, isAtMost } from '../amounts';
import { violation } from '../violations';
import { whenSet } from './configured';
import { limitOf } from './effective-limits';
import type { RiskCheck } from './risk-context';

/** The whole quantity lies within what may be sent at once. */
export const orderQuantity: RiskCheck = {
  code: 'ORDER_QUANTITY',
  sentence: 'The whole quantity, filled part included, lies within the least and the most for one order.',
  overridable: true,
  limits: ['minOrderQuantity', 'maxOrderQuantity'],
  check: (context) => {
    const { quantity } = context.request;
    return [
      ...whenSet(context, 'minOrderQuantity', (limit) =>
        isAtLeast(quantity, limit.value)
          ? []
          : [violation('ORDER_QUANTITY', 'quantity', quantity, `At least ${limit.value} ${limitOf(limit)}.`)],
      ),
      ...whenSet(context, 'maxOrderQuantity', (limit) =>
        isAtMost(quantity, limit.value)
          ? []
          : [violation('ORDER_QUANTITY', 'quantity', quantity, `At most ${limit.value} ${limitOf(limit)}.`)],
      ),
    ];
  },
};
