import { isAtMost, plus, textOf, times } from '../amounts';
import { violation } from '../violations';
import { noRate, rateOf } from './base-currency';
import { dataMissing, whenSet, withData } from './configured';
import { limitOf } from './effective-limits';
import { whenKnown } from './known-parts';
import { needOf } from './need-of';
import type { RiskCheck } from './risk-context';
import { withDay } from './running-day';

/** Should this order fill, the account has traded for no more money than it may on one day. */
export const dailyTurnover: RiskCheck = {
  code: 'DAILY_TURNOVER',
  sentence: 'With this order filled, the account trades for no more money on the market day than it may.',
  overridable: true,
  limits: ['maxDailyTurnover'],
  needs: ['account', 'instrument', 'quotes', 'day', 'portfolio'],
  check: (context) =>
    whenSet(context, 'maxDailyTurnover', (limit) =>
      withDay(context, ({ turnover }) =>
        withData(context, 'portfolio', (portfolio) =>
          whenKnown(context, ['account', 'instrument'], (known) =>
            needOf(context, known, ({ notional, quantity }) => {
              const { currency } = known.instrument;
              const rate = rateOf(portfolio, currency);
              if (rate === undefined) return [noRate(portfolio, currency)];
              if (turnover === undefined) return [dataMissing('day', undefined, TURNOVER_RULE)];
              const reached = plus(turnover, times(notional, rate));
              if (isAtMost(reached, limit.value)) return [];
              const unit = portfolio.baseCurrency;
              const rule = `At most ${limit.value} ${unit} on one day, not ${textOf(reached)} ${limitOf(limit)}.`;
              return [violation('DAILY_TURNOVER', 'quantity', textOf(quantity), rule)];
            }),
          ),
        ),
      ),
    ),
};

const TURNOVER_RULE = 'A turnover of the day that can be valued.';
