import { isAtMost, opposite, textOf } from '../amounts';
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
        if (isAtMost(opposite(reached), limit.value)) return [];
        const rule = `The position could reach ${textOf(reached)}; at most ${limit.value} short ${limitOf(limit)}.`;
        return [violation('SHORT_LIMIT', 'quantity', remainingQuantity(context), rule)];
      });
    }),
};
