import { violation } from '../violations';
import { whenSet } from './configured';
import { limitOf } from './effective-limits';
import { withRecent } from './recent-window';
import type { RiskCheck } from './risk-context';

/** The account sends no faster than it may: a rolling window, not a clock's second. */
export const orderRate: RiskCheck = {
  code: 'ORDER_RATE',
  sentence: 'With this order, the account has sent no more orders within the rolling window than it may.',
  overridable: true,
  limits: ['maxOrderRate', 'orderRateWindowMs'],
  needs: ['recent'],
  check: (context) =>
    whenSet(context, 'maxOrderRate', (limit) =>
      withRecent(
        context,
        context.limits?.orderRateWindowMs,
        () => true,
        (count, windowMs) =>
          // Written so that a NaN denies.
          count < limit.value
            ? []
            : [
                violation(
                  'ORDER_RATE',
                  'account',
                  String(count + 1),
                  `At most ${String(limit.value)} orders in ${String(windowMs)} ms ${limitOf(limit)}.`,
                ),
              ],
      ),
    ),
};
