import { compare, negate } from '../money';
import { violation } from '../violations';
import { effectiveLimit } from './effective-limits';
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
      const { value: maxPosition, words } = effectiveLimit(context, account, 'maxPosition');
      const reached = positionReached(context, exposure);
      const within = compare(context.request.side === 'BUY' ? reached : negate(reached), maxPosition) <= 0;
      return within
        ? []
        : [
            violation(
              'POSITION_LIMIT',
              'quantity',
              remainingQuantity(context),
              `The position could reach ${reached}; at most ${maxPosition} long or short${words}.`,
            ),
          ];
    }),
};
