import { isAtMost, opposite, textOf } from '../amounts';
import { violation } from '../violations';
import { effectiveLimit, wordsOf } from './effective-limits';
import { remainingQuantity, whenKnown } from './known-parts';
import { positionReached } from './reducing';
import type { RiskCheck } from './risk-context';

/** Should this and every open order of its side fill, the position stays within the limit, long and short. */
export const positionLimit: RiskCheck = {
  code: 'POSITION_LIMIT',
  sentence: 'With this and every open order of its side filled, the position stays within its limit, long and short.',
  overridable: true,
  limits: ['maxPosition'],
  needs: ['account', 'exposure'],
  check: (context) =>
    whenKnown(context, ['account', 'exposure'], ({ account, exposure }) => {
      const limit = effectiveLimit(context, account, 'maxPosition');
      const reached = positionReached(context, exposure);
      if (isAtMost(context.request.side === 'BUY' ? reached : opposite(reached), limit.value)) return [];
      const rule = `The position could reach ${textOf(reached)}; at most ${limit.value} long or short${wordsOf(limit)}.`;
      return [violation('POSITION_LIMIT', 'quantity', remainingQuantity(context), rule)];
    }),
};
