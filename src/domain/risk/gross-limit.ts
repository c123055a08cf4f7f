import { isAtMost, magnitude, plus, textOf } from '../amounts';
import { violation } from '../violations';
import { whenSet } from './configured';
import { limitOf } from './effective-limits';
import { remaining, remainingQuantity } from './known-parts';
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
        const gross = plus(
          plus(magnitude(position), remaining(context)),
          plus(reservedBuyQuantity, reservedSellQuantity),
        );
        if (isAtMost(gross, limit.value)) return [];
        const rule = `Position and open orders come to ${textOf(gross)}; at most ${limit.value} ${limitOf(limit)}.`;
        return [violation('GROSS_LIMIT', 'quantity', remainingQuantity(context), rule)];
      }),
    ),
};
