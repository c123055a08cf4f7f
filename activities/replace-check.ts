import type { ReplaceInput } from './contract';
import type { ActivityDependencies } from './dependencies';
import { decideByLimitsInForce } from './limits-in-force';
import { marketTerms } from './market-terms';
import { firstQuotes, judge } from './pre-trade';
import { riskDataOf } from './risk-data';
import { riskQuestion } from './risk-question';
import type { OrderRequest, Violation } from '../src/domain/order-request';

type Dependencies = Pick<
  ActivityDependencies,
  | 'orders'
  | 'instruments'
  | 'venues'
  | 'venueProfiles'
  | 'routing'
  | 'riskChecks'
  | 'calendars'
  | 'marketData'
  | 'clock'
  | 'limitsInForce'
  | 'fxRates'
  | 'log'
>;

/** Risk on the whole new form of an order; the reservation grows before the venue can fill the new form. */
export async function checkReplace(
  deps: Dependencies,
  input: ReplaceInput,
): Promise<{ readonly kind: 'approved' } | { readonly kind: 'denied'; readonly reasons: readonly Violation[] }> {
  const instrument = deps.instruments.get(input.symbol);
  const request: OrderRequest = {
    ...input.order,
    quantity: input.quantity,
    ...(input.limitPrice === undefined ? {} : { limitPrice: input.limitPrice }),
    ...(input.stopPrice === undefined ? {} : { stopPrice: input.stopPrice }),
    // The order is at its venue: a replace does not move it.
    routing: 'VENUE',
    venue: input.venue,
  };
  await firstQuotes(deps, request, instrument);
  const { now } = marketTerms(deps, request, instrument, input.clock);
  const key = { orderId: input.orderId, step: input.step, firstRunId: input.firstRunId };
  const { filledQuantity } = input;
  const decision = await decideByLimitsInForce(deps, (limits) => {
    const limited = { ...deps, riskLimits: limits.riskLimits };
    return deps.orders.decideOnce(
      key,
      request,
      instrument?.currency,
      (account, exposure, facts) => {
        const data = riskDataOf(deps, facts, instrument, now.wallTimeMs);
        const judged = { request, instrument, account, exposure, data, filledQuantity, ...now };
        return limits.denial ?? judge(limited, judged);
      },
      { ...riskQuestion(limited, request, instrument, now), limitsVersion: limits.version },
    );
  });
  // The order itself is the "first" of its id here; only its verdict matters.
  if (decision.kind === 'existing' || decision.verdict.kind === 'approved') return { kind: 'approved' };
  return { kind: 'denied', reasons: decision.verdict.reasons };
}
