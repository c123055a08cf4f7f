import { compare, dec, maximum, multiply, ZERO } from '../money';
import { violation } from '../violations';
import { limitOf } from './effective-limits';
import { EXPOSURE_NEEDS, whenValued } from './exposure-check';
import { exposureSums } from './gross-exposures';
import type { RiskCheck } from './risk-context';

const HUNDRED = dec('100');

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
      if ('missing' in whole) return whole.missing;
      if ('missing' in own) return own.missing;
      const measure = maximum(whole.amount, context.limits?.concentrationFloor?.value ?? ZERO);
      const rule = `At most ${limit.value} % of ${measure} ${known.portfolio.baseCurrency}, not ${own.amount} ${limitOf(limit)}.`;
      return compare(multiply(own.amount, HUNDRED), multiply(limit.value, measure)) <= 0
        ? []
        : [violation('CONCENTRATION', 'symbol', symbol, rule)];
    }),
};
