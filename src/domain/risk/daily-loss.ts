import { isAtMost, opposite } from '../amounts';
import { violation } from '../violations';
import { dataMissing, whenSet } from './configured';
import { limitOf } from './effective-limits';
import { unlessReducing } from './reducing';
import type { RiskCheck } from './risk-context';
import { withDay } from './running-day';

/** An account that has lost its share of the day only closes what it holds. */
export const dailyLoss: RiskCheck = {
  code: 'DAILY_LOSS',
  sentence: 'The account has lost no more on the market day, realised and unrealised, than it may.',
  overridable: true,
  limits: ['maxDailyLoss'],
  needs: ['exposure', 'day'],
  passesReducing: true,
  check: (context) =>
    whenSet(context, 'maxDailyLoss', (limit) =>
      unlessReducing(context, () =>
        withDay(context, ({ profit, profitUnknown }) => {
          if (profit === undefined) {
            const why = profitUnknown === undefined ? '' : ` (${profitUnknown})`;
            return [dataMissing('day', undefined, `A profit of the day that can be valued${why}.`)];
          }
          if (isAtMost(opposite(profit), limit.value)) return [];
          const rule = `A loss of at most ${limit.value} on one day; the result is ${profit} ${limitOf(limit)}.`;
          return [violation('DAILY_LOSS', 'account', context.request.account, rule)];
        }),
      ),
    ),
};
