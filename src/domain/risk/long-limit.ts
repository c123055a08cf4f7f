import { isAtMost, textOf } from '../amounts';
import { violation } from '../violations';
import { whenSet } from './configured';
import { limitOf } from './effective-limits';
import { remainingQuantity } from './known-parts';
import { positionReached, unlessReducing } from './reducing';
import type { RiskCheck } from './risk-context';

/** Should this and every open buy fill, the account is not too long. */
export const longLimit: RiskCheck = {
  code: 'LONG_LIMIT',
  sentence: 'With this order and every open buy filled, the long position stays within its limit.',
  overridable: true,
  limits: ['maxLongPosition'],
  needs: ['exposure'],
  passesReducing: true,
  check: (context) =>
    whenSet(context, 'maxLongPosition', (limit) => {
      if (context.request.side !== 'BUY') return [];
      return unlessReducing(context, (exposure) => {
        const reached = positionReached(context, exposure);
        if (isAtMost(reached, limit.value)) return [];
        const rule = `The position could reach ${textOf(reached)}; at most ${limit.value} long ${limitOf(limit)}.`;
        return [violation('LONG_LIMIT', 'quantity', remainingQuantity(context), rule)];
      });
    }),
};
