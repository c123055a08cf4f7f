import { priceViolations } from '../request-validation';
import { whenKnown } from './known-parts';
import type { RiskCheck } from './risk-context';

/** Both prices are above zero and whole numbers of ticks. */
export const priceValidity: RiskCheck = {
  code: 'PRICE_INVALID',
  sentence: 'Limit and stop price are above zero and whole numbers of ticks.',
  needs: ['instrument'],
  check: (context) =>
    whenKnown(context, ['instrument'], ({ instrument }) => priceViolations(context.request, instrument)),
};
