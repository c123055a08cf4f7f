import { violation } from '../violations';
import type { RiskCheck } from './risk-context';
import { isHalted, tradingStatesOf } from './trading-states';

/** Nobody has halted trading for the order. */
export const tradingHalted: RiskCheck = {
  code: 'TRADING_HALTED',
  sentence: 'Trading is halted for none of firm, account, strategy, symbol and venue.',
  limits: ['tradingState'],
  check: (context) =>
    tradingStatesOf(context)
      .filter(({ state }) => isHalted(state))
      .map(({ state, scope }) =>
        violation('TRADING_HALTED', 'tradingState', state, `Trading is halted for ${scope}: no new order.`),
      ),
};
