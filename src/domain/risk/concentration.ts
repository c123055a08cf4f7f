import { amountOf, isAtMost, larger, textOf, times } from '../amounts';
import { dec, ZERO } from '../money';
import { violation } from '../violations';
import { limitOf } from './effective-limits';
import { EXPOSURE_NEEDS, whenValued } from './exposure-check';
import { exposureSums } from './gross-exposures';
import type { RiskCheck } from './risk-context';

const HUNDRED = amountOf(dec('100'));

/**
 * No symbol becomes too large a share of what the account has at stake.
 *
 * The first order of an account is all of its exposure: `concentrationFloor` is what a share is measured against at
 * least, so that an account can begin.
 */
export const concentration: RiskCheck = {
  code: 'CONCENTRATION',
  sentence:
    "The symbol stays a small enough share of the account's gross exposure, or of the floor while that is more.",
  overridable: true,
  limits: ['maxConcentrationPercent', 'concentrationFloor'],
  needs: EXPOSURE_NEEDS,
  passesReducing: true,
  check: (context) =>
    whenValued(context, 'maxConcentrationPercent', (known, limit) => {
      const { symbol } = known.instrument;
      const { account: whole, symbol: own } = exposureSums(context, known);
      if (whole.missing.length > 0) return whole.missing;
      if (own.missing.length > 0) return own.missing;
      const measure = larger(whole.amount, context.limits?.concentrationFloor?.value ?? ZERO);
      if (isAtMost(times(own.amount, HUNDRED), times(limit.value, measure))) return [];
      const rule = `At most ${limit.value} % of ${textOf(measure)} ${known.portfolio.baseCurrency}, not ${textOf(own.amount)} ${limitOf(limit)}.`;
      return [violation('CONCENTRATION', 'symbol', symbol, rule)];
    }),
};
