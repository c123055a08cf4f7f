import { amountOf, isAtMost, textOf, times } from '../amounts';
import { dec } from '../money';
import { violation } from '../violations';
import { dataMissing } from './configured';
import { limitOf } from './effective-limits';
import { EXPOSURE_NEEDS, whenValued } from './exposure-check';
import { exposureSums } from './gross-exposures';
import { remainingQuantity } from './known-parts';
import type { RiskCheck } from './risk-context';

const HUNDRED = amountOf(dec('100'));

/** Equity covers the margin of all that the account could come to hold; short sales, which cost no cash, included. */
export const margin: RiskCheck = {
  code: 'MARGIN',
  sentence: 'The equity covers the initial margin of all positions, with this and every open order filled.',
  limits: ['initialMarginPercent'],
  needs: EXPOSURE_NEEDS,
  passesReducing: true,
  check: (context) =>
    whenValued(context, 'initialMarginPercent', (known, limit) => {
      const { equity, baseCurrency } = known.portfolio;
      const { account: whole } = exposureSums(context, known);
      if (whole.missing.length > 0) return whole.missing;
      if (equity === undefined) return [dataMissing('portfolio', undefined, 'An equity that can be valued.')];
      if (isAtMost(times(whole.amount, limit.value), times(equity, HUNDRED))) return [];
      const rule = `${limit.value} % of ${textOf(whole.amount)} ${baseCurrency} at most the equity ${equity} ${limitOf(limit)}.`;
      return [violation('MARGIN', 'quantity', remainingQuantity(context), rule)];
    }),
};
