import { isAtMost, minus, textOf } from '../amounts';
import { violation } from '../violations';
import { remaining, remainingQuantity, whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

/** A SELL sells what the account holds and has not promised; selling more is SELL_SHORT, where the account may. */
export const shortSelling: RiskCheck = {
  code: 'SHORT_NOT_ALLOWED',
  sentence: 'A sale sells what is held and not promised; more is a short sale, where the account may sell short.',
  needs: ['account', 'exposure'],
  check: (context) =>
    whenKnown(context, ['account', 'exposure'], ({ account, exposure }) => {
      const { side } = context.request;
      if (side === 'BUY') return [];
      if (side === 'SELL_SHORT') {
        return account.shortSellingAllowed
          ? []
          : [violation('SHORT_NOT_ALLOWED', 'side', side, 'The account may not sell short.')];
      }
      const free = minus(exposure.position, exposure.reservedSellQuantity);
      if (isAtMost(remaining(context), free)) return [];
      const more = account.shortSellingAllowed ? ' A sale of more is the side SELL_SHORT.' : '';
      const rule = `At most ${textOf(free)}: held and not promised to another order.${more}`;
      return [violation('SHORT_NOT_ALLOWED', 'quantity', remainingQuantity(context), rule)];
    }),
};
