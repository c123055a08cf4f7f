import { violation } from '../violations';
import { whenSet } from './configured';
import { limitOf } from './effective-limits';
import { withRecent } from './recent-window';
import type { RiskCheck } from './risk-context';

/** One strategy in a loop does not use up what the account may send. */
export const strategyOrderRate: RiskCheck = {
  code: 'STRATEGY_ORDER_RATE',
  sentence: 'With this order, the strategy has sent no more orders within the rolling window than it may.',
  overridable: true,
  limits: ['maxStrategyOrderRate', 'orderRateWindowMs'],
  needs: ['recent'],
  check: (context) =>
    whenSet(context, 'maxStrategyOrderRate', (limit) =>
      withRecent(
        context,
        context.limits?.orderRateWindowMs,
        ({ strategy }) => strategy === context.request.strategy,
        (count, windowMs) =>
          // Written so that a NaN denies.
          count < limit.value
            ? []
            : [
                violation(
                  'STRATEGY_ORDER_RATE',
                  'strategy',
                  String(count + 1),
                  `At most ${String(limit.value)} orders in ${String(windowMs)} ms ${limitOf(limit)}.`,
                ),
              ],
      ),
    ),
};
