import { isAtMost, textOf } from '../amounts';
import type { Instrument } from '../instruments';
import type { DecimalString } from '../money';
import type { Violation } from '../order-request';
import { violation } from '../violations';
import type { ViolationCode } from '../violations';
import { whenSet, withData } from './configured';
import { limitOf } from './effective-limits';
import { exposureSums } from './gross-exposures';
import type { ExposureSums, Valued } from './gross-exposures';
import { whenKnown } from './known-parts';
import type { Limit } from './limits';
import { unlessReducing } from './reducing';
import type { RiskCheck, RiskContext } from './risk-context';

/** The parts that every check of exposure needs. */
export const EXPOSURE_NEEDS = ['account', 'instrument', 'exposure', 'quotes', 'portfolio'] as const;

type DecimalLimit = 'maxSymbolExposure' | 'maxSectorExposure' | 'maxCurrencyExposure' | 'maxAccountExposure';
type ValuedLimit = DecimalLimit | 'maxFirmExposure' | 'maxConcentrationPercent' | 'initialMarginPercent';

/** Runs `check` with the limit and all that values the account, unless the order reduces. */
export function whenValued(
  context: RiskContext,
  name: ValuedLimit,
  check: (known: Valued, limit: Limit<DecimalString>) => readonly Violation[],
): readonly Violation[] {
  return whenSet(context, name, (limit) =>
    unlessReducing(context, () =>
      withData(context, 'portfolio', (portfolio) =>
        whenKnown(context, ['account', 'instrument'], ({ account, instrument }) =>
          check({ account, instrument, portfolio }, limit),
        ),
      ),
    ),
  );
}

/** A check of the exposure over some of the account's symbols against one limit in base currency. */
export function exposureCheck(about: {
  readonly code: ViolationCode;
  readonly limit: DecimalLimit;
  readonly sentence: string;
  /** Which of the account's sums is bounded. */
  readonly over: keyof ExposureSums;
  /** The field that is shown, and what of the instrument it shows; undefined denies. */
  readonly field: string;
  shownOf(instrument: Instrument, context: RiskContext): string | undefined;
}): RiskCheck {
  const { code, limit: name, sentence, field } = about;
  return {
    ...{ code, sentence, limits: [name], needs: EXPOSURE_NEEDS, passesReducing: true, overridable: true },
    check: (context) =>
      whenValued(context, name, (known, limit) => {
        const { instrument, portfolio } = known;
        const shown = about.shownOf(instrument, context);
        if (shown === undefined) {
          return [violation('RISK_DATA_MISSING', field, shown, `The ${field} of ${instrument.symbol}.`)];
        }
        const sum = exposureSums(context, known)[about.over];
        if (sum.missing.length > 0) return sum.missing;
        if (isAtMost(sum.amount, limit.value)) return [];
        const rule = `At most ${limit.value} ${portfolio.baseCurrency}, not ${textOf(sum.amount)} ${limitOf(limit)}.`;
        return [violation(code, field, shown, rule)];
      }),
  };
}
