import { TradingState } from './limits';
import { violation } from '../violations';
import { remainingQuantity } from './known-parts';
import { unlessReducing } from './reducing';
import type { RiskCheck } from './risk-context';
import { tradingStatesOf } from './trading-states';

/** Where only reducing is allowed, the order can neither open, enlarge nor turn the position. */
export const reduceOnly: RiskCheck = {
  code: 'REDUCE_ONLY',
  sentence: 'Where a limit or a trading state allows only reducing, the order brings the position nearer to zero.',
  limits: ['reduceOnly', 'tradingState'],
  needs: ['exposure'],
  check: (context) => {
    const states = tradingStatesOf(context).filter(({ state }) => state === TradingState.REDUCING);
    const flagged = context.limits?.reduceOnly;
    const scopes = [...states, ...(flagged?.value === true ? [flagged] : [])].map(({ scope }) => scope);
    if (scopes.length === 0) return [];
    return unlessReducing(context, ({ position }) => {
      const value = `${context.request.side} ${remainingQuantity(context)}`;
      const rule = `Only orders that reduce the position, which is ${position} (limit of ${scopes.join('; ')}).`;
      return [violation('REDUCE_ONLY', 'side', value, rule)];
    });
  },
};
