import { whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

/** The instrument exists here. */
export const instrumentKnown: RiskCheck = {
  code: 'INSTRUMENT_UNKNOWN',
  sentence: 'The instrument exists.',
  needs: ['instrument'],
  check: (context) => whenKnown(context, ['instrument'], () => []),
};
