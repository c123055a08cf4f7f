/** Asks the order store for what the limits of an order are measured against, and for nothing else. */
import type { ActivityDependencies } from './dependencies';
import type { MarketTerms } from '../src/contracts/order-messages';
import type { Instrument } from '../src/domain/instruments';
import type { OrderRequest } from '../src/domain/order-request';
import type { ResolvedLimits } from '../src/domain/risk/limits';
import { longestWindowMs, neededData } from '../src/domain/risk/needed-data';
import type { RiskFact, RiskQuestion } from '../src/ports/risk-facts';

type Dependencies = Pick<ActivityDependencies, 'riskChecks' | 'riskLimits'>;

/** The market's times of a judgement. */
export interface JudgementTimes {
  readonly session: MarketTerms['sessions'][number] | undefined;
  readonly marketTimeMs: number;
  readonly wallTimeMs: number;
}

const FACTS: readonly RiskFact[] = ['recent', 'ownOpenOrders', 'portfolio'];

/** What to read for one order; an order without a limit document reads nothing more than before. */
export function riskQuestion(
  deps: Dependencies,
  request: OrderRequest,
  instrument: Instrument | undefined,
  { marketTimeMs, wallTimeMs }: JudgementTimes,
): RiskQuestion {
  const limits = limitsInReach(deps, request, instrument);
  const needed = neededData(deps.riskChecks, limits);
  const parts = FACTS.filter((part) => needed.has(part));
  return { parts, marketTimeMs, wallTimeMs, recentWindowMs: longestWindowMs(limits) };
}

/** The limits of the order, and of every venue that routing may choose for it. */
function limitsInReach(
  { riskLimits }: Dependencies,
  { account, strategy, symbol, venue }: OrderRequest,
  instrument: Instrument | undefined,
): readonly ResolvedLimits[] {
  if (riskLimits === undefined) return [];
  const key = { account, strategy, symbol };
  const chosen = venue === undefined && riskLimits.hasVenueLimits ? (instrument?.venues ?? []) : [];
  return [venue, ...chosen].map((one) => riskLimits.limitsOf({ ...key, venue: one }));
}
