import type { RiskCheck } from './risk-context';
import { whenKnown } from './known-parts';

/** The account exists here. */
export const accountKnown: RiskCheck = {
  code: 'ACCOUNT_UNKNOWN',
  sentence: 'The account exists.',
  needs: ['account'],
  check: (context) => whenKnown(context, ['account'], () => []),
};
