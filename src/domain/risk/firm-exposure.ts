import { isAboveZero, isAtMost, minus, plus, textOf, times } from '../amounts';
import { violation } from '../violations';
import { dataMissing, withData } from './configured';
import { limitOf } from './effective-limits';
import { EXPOSURE_NEEDS, whenValued } from './exposure-check';
import { ownExposure } from './gross-exposures';
import type { RiskCheck } from './risk-context';

/** What this order adds keeps the exposure of all accounts within the firm's limit. */
export const firmExposure: RiskCheck = {
  code: 'FIRM_EXPOSURE',
  sentence: 'With what this order adds, the gross exposure of all accounts stays within its limit.',
  overridable: true,
  limits: ['maxFirmExposure'],
  needs: [...EXPOSURE_NEEDS, 'firm'],
  passesReducing: true,
  check: (context) =>
    whenValued(context, 'maxFirmExposure', (known, limit) =>
      withData(context, 'firm', ({ grossExposure, rate }) => {
        if (!isAboveZero(rate)) return [dataMissing('firm', rate, "A rate into the firm's currency, above 0.")];
        const own = ownExposure(context, known);
        if (own.missing !== undefined) return [own.missing];
        const reached = plus(grossExposure, times(minus(own.amount, own.amountBefore), rate));
        if (isAtMost(reached, limit.value)) return [];
        const rule = `At most ${limit.value} in the firm's currency, not ${textOf(reached)} ${limitOf(limit)}.`;
        return [violation('FIRM_EXPOSURE', 'account', context.request.account, rule)];
      }),
    ),
};
