import { violation } from '../violations';
import { whenSet } from './configured';
import { limitOf } from './effective-limits';
import type { RiskCheck } from './risk-context';
import { withDay } from './running-day';

/** With this order the account has sent no more than its number for the day. */
export const dailyOrders: RiskCheck = {
  code: 'DAILY_ORDERS',
  sentence: 'With this order, the account has sent no more orders on the market day than it may.',
  overridable: true,
  limits: ['maxDailyOrders'],
  needs: ['day'],
  check: (context) =>
    whenSet(context, 'maxDailyOrders', (limit) =>
      withDay(context, ({ orders }) =>
        // Written so that a NaN denies.
        orders < limit.value
          ? []
          : [
              violation(
                'DAILY_ORDERS',
                'account',
                String(orders + 1),
                `At most ${String(limit.value)} orders on one day ${limitOf(limit)}.`,
              ),
            ],
      ),
    ),
};
