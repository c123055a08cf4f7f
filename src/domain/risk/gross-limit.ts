import { absolute, add, compare } from '../money';
import { violation } from '../violations';
import { whenSet } from './configured';
import { limitOf } from './effective-limits';
import { remainingQuantity } from './known-parts';
import { unlessReducing } from './reducing';
import type { RiskCheck } from './risk-context';

/** Position and open orders of both sides together stay within what the account may have at work in one symbol. */
export const grossLimit: RiskCheck = {
  code: 'GROSS_LIMIT',
  sentence: 'The position plus this and all open orders of both sides stays within its limit.',
  overridable: true,
  limits: ['maxGrossPosition'],
  needs: ['exposure'],
  passesReducing: true,
  check: (context) =>
    whenSet(context, 'maxGrossPosition', (limit) =>
      unlessReducing(context, ({ position, reservedBuyQuantity, reservedSellQuantity }) => {
        const remaining = remainingQuantity(context);
        const gross = add(add(absolute(position), remaining), add(reservedBuyQuantity, reservedSellQuantity));
        const rule = `Position and open orders come to ${gross}; at most ${limit.value} ${limitOf(limit)}.`;
        return compare(gross, limit.value) <= 0 ? [] : [violation('GROSS_LIMIT', 'quantity', remaining, rule)];
      }),
    ),
};
