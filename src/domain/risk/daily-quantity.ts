import { isAtMost, plus, textOf } from '../amounts';
import { violation } from '../violations';
import { whenSet } from './configured';
import { limitOf } from './effective-limits';
import { remaining, remainingQuantity } from './known-parts';
import type { RiskCheck } from './risk-context';
import { withDay } from './running-day';

/** Should this order fill, the account has traded no more of the symbol than it may on one day. */
export const dailyQuantity: RiskCheck = {
  code: 'DAILY_QUANTITY',
  sentence: 'With this order filled, the account trades no more of the symbol on the market day than it may.',
  overridable: true,
  limits: ['maxDailyQuantity'],
  needs: ['day'],
  check: (context) =>
    whenSet(context, 'maxDailyQuantity', (limit) =>
      withDay(context, ({ symbolQuantity }) => {
        const reached = plus(symbolQuantity, remaining(context));
        if (isAtMost(reached, limit.value)) return [];
        const rule = `At most ${limit.value} on one day, not ${textOf(reached)} ${limitOf(limit)}.`;
        return [violation('DAILY_QUANTITY', 'quantity', remainingQuantity(context), rule)];
      }),
    ),
};
