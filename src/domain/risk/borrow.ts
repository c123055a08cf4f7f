import { isAtMost, plus } from '../amounts';
import { violation } from '../violations';
import { whenSet, withData } from './configured';
import { limitOf } from './effective-limits';
import { remaining, remainingQuantity } from './known-parts';
import type { RiskCheck } from './risk-context';

/** A short sale sells what can be borrowed. */
export const borrow: RiskCheck = {
  code: 'BORROW',
  sentence: 'A short sale, with every open one of all accounts, sells no more than the firm can still borrow.',
  limits: ['locateRequired'],
  needs: ['borrow'],
  check: (context) => {
    if (context.request.side !== 'SELL_SHORT') return [];
    return whenSet(context, 'locateRequired', (limit) => {
      if (!limit.value) return [];
      return withData(context, 'borrow', ({ availableQuantity, openShortQuantity }) => {
        if (isAtMost(plus(openShortQuantity, remaining(context)), availableQuantity)) return [];
        const rule = `At most ${availableQuantity} to borrow, ${openShortQuantity} of it for open orders ${limitOf(limit)}.`;
        return [violation('BORROW', 'quantity', remainingQuantity(context), rule)];
      });
    });
  },
};
