import { amountOf, isAboveZero, isAtMost, minus, times } from '../amounts';
import { dec } from '../money';
import { violation } from '../violations';
import { dataMissing, whenSet, withData } from './configured';
import { limitOf } from './effective-limits';
import { unlessReducing } from './reducing';
import type { RiskCheck } from './risk-context';

const HUNDRED = amountOf(dec('100'));

/** An account that has fallen too far from its best only closes what it holds. */
export const drawdown: RiskCheck = {
  code: 'DRAWDOWN',
  sentence: "The account's equity is near enough to its peak.",
  overridable: true,
  limits: ['maxDrawdownPercent'],
  needs: ['exposure', 'portfolio', 'peakEquity'],
  passesReducing: true,
  check: (context) =>
    whenSet(context, 'maxDrawdownPercent', (limit) =>
      unlessReducing(context, () =>
        withData(context, 'portfolio', ({ equity }) => {
          if (equity === undefined) return [dataMissing('portfolio', undefined, 'An equity that can be valued.')];
          return withData(context, 'peakEquity', (peak) => {
            if (!isAboveZero(peak)) return [dataMissing('peakEquity', peak, 'A peak equity above 0.')];
            if (isAtMost(times(minus(peak, equity), HUNDRED), times(limit.value, peak))) return [];
            const rule = `At most ${limit.value} % below the peak ${peak}; the equity is ${equity} ${limitOf(limit)}.`;
            return [violation('DRAWDOWN', 'account', context.request.account, rule)];
          });
        }),
      ),
    ),
};
