/** Asks the order store for what the limits of an order are measured against, and for nothing else. */
import type { ActivityDependencies } from './dependencies';
import type { KnownLimits } from './limits-in-force';
import { marketDayOf } from './market-day';
import type { MarketTerms } from '../src/contracts/order-messages';
import type { Instrument } from '../src/domain/instruments';
import type { OrderRequest } from '../src/domain/order-request';
import type { ResolvedLimits } from '../src/domain/risk/limits';
import { longestWindowMs, neededData } from '../src/domain/risk/needed-data';
import type { RiskFact, RiskQuestion } from '../src/ports/risk-facts';

type Dependencies = Pick<ActivityDependencies, 'riskChecks' | 'calendars'> & Pick<KnownLimits, 'riskLimits'>;

/** The market's times of a judgement. */
export interface JudgementTimes {
  readonly session: MarketTerms['sessions'][number] | undefined;
  readonly marketTimeMs: number;
  readonly wallTimeMs: number;
}

const FACTS: readonly RiskFact[] = ['recent', 'ownOpenOrders', 'portfolio', 'day', 'peakEquity', 'borrow', 'firm'];

/** What to read for one order; an order without a limit document reads nothing more than before. */
export function riskQuestion(
  deps: Dependencies,
  request: OrderRequest,
  instrument: Instrument | undefined,
  { session, marketTimeMs, wallTimeMs }: JudgementTimes,
): RiskQuestion {
  const limits = limitsInReach(deps, request, instrument);
  const needed = new Set(neededData(deps.riskChecks, limits));
  // The day's money is put into base currency with the rates of the portfolio.
  if (needed.has('day')) needed.add('portfolio');
  // Short sales of a symbol wait for each other: nothing else may have to.
  if (request.side !== 'SELL_SHORT') needed.delete('borrow');
  const parts = FACTS.filter((part) => needed.has(part));
  const question = { parts, marketTimeMs, wallTimeMs, recentWindowMs: longestWindowMs(limits) };
  if (!needed.has('day') || instrument === undefined) return question;
  return { ...question, day: marketDayOf(deps.calendars, instrument.calendarId, session, marketTimeMs) };
}

/** The limits of the order, and of every venue that routing may choose for it. */
function limitsInReach(
  { riskLimits }: Pick<KnownLimits, 'riskLimits'>,
  { account, strategy, symbol, venue }: OrderRequest,
  instrument: Instrument | undefined,
): readonly ResolvedLimits[] {
  if (riskLimits === undefined) return [];
  const key = { account, strategy, symbol };
  const chosen = venue === undefined && riskLimits.hasVenueLimits ? (instrument?.venues ?? []) : [];
  return [venue, ...chosen].map((one) => riskLimits.limitsOf({ ...key, venue: one }));
}
