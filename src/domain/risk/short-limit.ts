import { compare, negate } from '../money';
import { violation } from '../violations';
import { whenSet } from './configured';
import { limitOf } from './effective-limits';
import { remainingQuantity } from './known-parts';
import { positionReached, unlessReducing } from './reducing';
import type { RiskCheck } from './risk-context';

/** Should this and every open sale fill, the account is not too short. */
export const shortLimit: RiskCheck = {
  code: 'SHORT_LIMIT',
  sentence: 'With this order and every open sale filled, the short position stays within its limit.',
  overridable: true,
  limits: ['maxShortPosition'],
  needs: ['exposure'],
  passesReducing: true,
  check: (context) =>
    whenSet(context, 'maxShortPosition', (limit) => {
      if (context.request.side === 'BUY') return [];
      return unlessReducing(context, (exposure) => {
        const reached = positionReached(context, exposure);
        const rule = `The position could reach ${reached}; at most ${limit.value} short ${limitOf(limit)}.`;
        return compare(negate(reached), limit.value) <= 0
          ? []
          : [violation('SHORT_LIMIT', 'quantity', remainingQuantity(context), rule)];
      });
    }),
};
