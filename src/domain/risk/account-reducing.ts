import { compare, isZero, negate, subtract } from '../money';
import { violation } from '../violations';
import { remainingQuantity, whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

/** An account that may only reduce sends no order that could open, enlarge or turn a position. */
export const accountReducing: RiskCheck = {
  code: 'ACCOUNT_REDUCING',
  check: (context) =>
    whenKnown(context, ['account'], ({ account }) => {
      if (account.status !== 'REDUCING') return [];
      return whenKnown(context, ['exposure'], ({ exposure }) => {
        const { side } = context.request;
        const reducible =
          side === 'BUY'
            ? subtract(negate(exposure.position), exposure.reservedBuyQuantity)
            : subtract(exposure.position, exposure.reservedSellQuantity);
        const remaining = remainingQuantity(context);
        const reduces = side !== 'SELL_SHORT' && compare(remaining, reducible) <= 0;
        if (reduces || isZero(remaining)) return [];
        const rule = `The account only reduces: it holds ${exposure.position}, open orders already reduce a part of it.`;
        return [violation('ACCOUNT_REDUCING', 'side', `${side} ${remaining}`, rule)];
      });
    }),
};
