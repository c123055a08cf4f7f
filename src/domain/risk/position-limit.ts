import { add, compare, negate, subtract } from '../money';
import { violation } from '../violations';
import { remainingQuantity, whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

/** Should this and every open order of its side fill, the position stays within the limit, long and short. */
export const positionLimit: RiskCheck = {
  code: 'POSITION_LIMIT',
  check: (context) =>
    whenKnown(context, ['account', 'exposure'], ({ account, exposure }) => {
      const { maxPosition } = account.limits;
      const remaining = remainingQuantity(context);
      const buys = context.request.side === 'BUY';
      const reached = buys
        ? add(add(exposure.position, exposure.reservedBuyQuantity), remaining)
        : subtract(subtract(exposure.position, exposure.reservedSellQuantity), remaining);
      const within = compare(buys ? reached : negate(reached), maxPosition) <= 0;
      return within
        ? []
        : [
            violation(
              'POSITION_LIMIT',
              'quantity',
              remaining,
              `The position could reach ${reached}; at most ${maxPosition} long or short.`,
            ),
          ];
    }),
};
