import { whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

/** The instrument exists here. */
export const instrumentKnown: RiskCheck = {
  code: 'INSTRUMENT_UNKNOWN',
  check: (context) => whenKnown(context, ['instrument'], () => []),
};
