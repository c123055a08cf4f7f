/** Decides on a new order: request, risk, reservation, route. Any re-execution returns the stored decision. */
import { createHash } from 'node:crypto';
import type { PreTradeInput, PreTradeResult } from './contract';
import type { ActivityDependencies } from './dependencies';
import { decideByLimitsInForce } from './limits-in-force';
import type { KnownLimits } from './limits-in-force';
import { holdsStop, marketTerms } from './market-terms';
import { afterOverride, overrideOf } from './override';
import type { Overriding } from './override';
import { riskDataOf } from './risk-data';
import { riskQuestion } from './risk-question';
import { takeUp } from './take-up';
import type { MarketTerms } from '../src/contracts/order-messages';
import type { Instrument, Quote } from '../src/domain/instruments';
import { orderIdOf, orderWorkflowId, venueClientOrderId } from '../src/domain/ids';
import { ZERO } from '../src/domain/money';
import type { DecimalString } from '../src/domain/money';
import type { OrderRequest, Violation } from '../src/domain/order-request';
import { APPROVED_STEP } from '../src/domain/order-overrides';
import { arrivalOf } from '../src/domain/post-trade/quote-snapshot';
import { checkRequest } from '../src/domain/request-validation';
import { judgeRisk } from '../src/domain/risk/checks';
import { effectiveLimit } from '../src/domain/risk/effective-limits';
import { matches } from '../src/domain/risk/limit-document';
import { DEFAULT_FEE_ALLOWANCE_BPS, reservationNeed } from '../src/domain/risk/reservation-need';
import type { Account, Exposure } from '../src/domain/risk/risk-context';
import type { RiskData } from '../src/domain/risk/risk-data';
import { routeOrder } from '../src/domain/routing';
import { violation } from '../src/domain/violations';
import type { PreTradeVerdict } from '../src/ports/stores';

/** Characters of the venue client order id that come from the order's identity; 100 bits. */
const ID_BASE_LENGTH = 20;

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
type JudgeDependencies = Omit<Dependencies, 'orders' | 'calendars' | 'clock' | 'limitsInForce'> &
  Pick<KnownLimits, 'riskLimits'>;

/** Runs every pre-trade step for one new order. */
export async function preTrade(deps: Dependencies, input: PreTradeInput): Promise<PreTradeResult> {
  if (input.wrongClock !== undefined) {
    const rule = 'The clock of a replayed market, {realOriginMs, simOriginMs, speed} with a speed above 0, or none.';
    return { kind: 'denied', reasons: [violation('CLOCK_UNUSABLE', 'clock', input.wrongClock, rule)] };
  }
  const checked = checkRequest(input.raw);
  if (!checked.ok) return { kind: 'denied', reasons: checked.violations };
  const { request } = checked;
  const orderId = orderIdOf(request.account, request.clientOrderId);
  if (orderWorkflowId(orderId) !== input.workflowId) {
    const rule = `The workflow id of this order is ${orderWorkflowId(orderId)}.`;
    return { kind: 'denied', reasons: [violation('WORKFLOW_ID', 'clientOrderId', request.clientOrderId, rule)] };
  }
  const instrument = deps.instruments.get(request.symbol);
  await firstQuotes(deps, request, instrument);
  const market = marketTerms(deps, request, instrument, input.clock);
  const { approval } = input;
  // Decided anew after an approval; the first decision stands as it was.
  const key = { orderId, step: approval === undefined ? 0 : APPROVED_STEP, firstRunId: input.firstRunId };
  const override = approval ?? 'askable';
  const decision = await decideByLimitsInForce(deps, (limits) => {
    const limited = { ...deps, riskLimits: limits.riskLimits };
    return deps.orders.decideOnce(
      key,
      request,
      instrument?.currency,
      (account, exposure, facts) => {
        const data = riskDataOf(deps, facts, instrument, market.now.wallTimeMs);
        const judged = { request, instrument, account, exposure, data, filledQuantity: ZERO, ...market.now };
        return limits.denial ?? judge(limited, { ...judged, override });
      },
      { ...riskQuestion(limited, request, instrument, market.now), limitsVersion: limits.version },
    );
  });
  if (decision.kind === 'existing') return { kind: 'existing', ...(await takeUp(deps, decision.order)) };
  const { verdict } = decision;
  if (verdict.kind === 'denied') return verdict;
  if (verdict.kind === 'needsApproval') return { ...verdict, market: { ...market.terms, holdsStop: false } };
  const { venue } = verdict.route;
  const venueAccount = deps.venueProfiles.get(venue)?.venueAccount ?? '';
  return {
    kind: 'approved',
    route: verdict.route,
    venueAccount,
    clientOrderIdBase: clientOrderIdBase(orderId),
    ...(verdict.override === undefined ? {} : { waived: verdict.override.waived }),
    market: { ...market.terms, holdsStop: holdsStop(deps, request, venue) },
  };
}

/** Waits for the quotes of a worker that has just begun: an order is not to blame for them. */
export async function firstQuotes(
  { marketData }: Pick<Dependencies, 'marketData'>,
  { symbol, venue }: Pick<OrderRequest, 'symbol' | 'venue'>,
  instrument: Instrument | undefined,
): Promise<void> {
  const venues = instrument?.venues ?? [];
  await marketData.arrival(symbol, venue === undefined ? venues : venues.filter((one) => one === venue));
}

/** The first part of every venue client order id of an order: stable, short, safe in any venue's charset. */
export function clientOrderIdBase(orderId: string): string {
  return createHash('sha256').update(orderId).digest('hex').slice(0, ID_BASE_LENGTH).toUpperCase();
}

/** What a judgement looks at. */
export interface Judged {
  readonly request: OrderRequest;
  readonly instrument: Instrument | undefined;
  readonly account: Account | undefined;
  readonly exposure: Exposure | undefined;
  readonly data: RiskData;
  readonly filledQuantity: DecimalString;
  /** Whether a second person may be asked, or has spoken; absent: what is broken denies, as of a replace. */
  readonly override?: Overriding;
  readonly session: MarketTerms['sessions'][number] | undefined;
  readonly marketTimeMs: number;
  readonly wallTimeMs: number;
}

/** Risk checks, then the route, then what to reserve; it reads the newest quotes and tells people what a check notes. */
export function judge(deps: JudgeDependencies, judged: Judged): PreTradeVerdict {
  const { request, instrument, account } = judged;
  const quotes = quotesOf(deps, instrument);
  const context = { ...judged.data, ...judged, quotes, ...limitsAt(deps, request, request.venue) };
  const { violations, notes } = judgeRisk(context, deps.riskChecks);
  const orderId = orderIdOf(request.account, request.clientOrderId);
  for (const { code, value, rule } of notes) deps.log.warn({ alert: true, orderId, code }, `${value}: ${rule}`);
  const first = afterOverride(deps.riskChecks, judged, violations, context.limits);
  if (first.denial !== undefined) return first.denial;
  let { waived } = first;
  if (instrument === undefined || account === undefined) return { kind: 'denied', reasons: [missing(request)] };
  const routed = routeOrder({
    request,
    instrument,
    candidates: instrument.venues
      .filter((venue) => mayGoTo(deps, venue, judged))
      .flatMap((venue) => venueView(deps, instrument, venue)),
    clientOrderId: venueClientOrderId(clientOrderIdBase(orderId), 0),
    defaultPolicy: deps.routing.defaultPolicy,
    weights: deps.routing.weights,
    // A hash spreads orders evenly without a counter that every worker would have to share.
    roundRobinCounter: createHash('sha256').update(orderId).digest().readUInt32BE(0),
    wallTimeMs: judged.wallTimeMs,
    maxQuoteAgeMs: effectiveLimit(context, account, 'maxQuoteAgeMs').value,
  });
  if (!routed.ok) return { kind: 'denied', reasons: routed.violations };
  const { venue } = routed.decision;
  // Limits of one venue could not be asked for before it was chosen.
  if (request.venue === undefined && deps.riskLimits?.hasVenueLimits === true) {
    const there = { ...context, request: { ...request, venue }, ...limitsAt(deps, request, venue) };
    const second = afterOverride(deps.riskChecks, judged, judgeRisk(there, deps.riskChecks).violations, there.limits);
    if (second.denial !== undefined) return second.denial;
    ({ waived } = second);
  }
  const allowance = { priceCollarPercent: account.limits.priceCollarPercent, feeBps: DEFAULT_FEE_ALLOWANCE_BPS };
  const atVenue = quotes.filter((quote) => quote.venue === venue);
  const reservation = reservationNeed(request, instrument, atVenue, judged.filledQuantity, allowance);
  const arrival = arrivalOf(atVenue[0], judged.marketTimeMs);
  return { kind: 'approved', route: routed.decision, reservation, arrival, ...overrideOf(judged.override, waived) };
}

/** A venue that somebody stopped, wholly or for new exposure, gets no order: which it would be, the checks cannot know. */
function mayGoTo(deps: Pick<KnownLimits, 'riskLimits'>, venue: string, { request, data }: Judged): boolean {
  const configured = limitsAt(deps, request, venue).limits?.tradingState?.value;
  // A state of a wider scope has been judged already: reducing orders have passed there.
  const general = limitsAt(deps, request, request.venue).limits?.tradingState?.value;
  return (
    (configured === undefined || configured === 'ACTIVE' || configured === general) &&
    (data.tradingStates ?? []).every(
      ({ scope, state }) => scope.venue === undefined || state === 'ACTIVE' || !matches(scope, { ...request, venue }),
    )
  );
}

/** The limits of the document for an order at a venue; no document sets none. */
function limitsAt({ riskLimits }: Pick<KnownLimits, 'riskLimits'>, request: OrderRequest, venue: string | undefined) {
  const { account, strategy, symbol } = request;
  return riskLimits === undefined ? {} : { limits: riskLimits.limitsOf({ account, strategy, symbol, venue }) };
}

const missing = (request: OrderRequest): Violation =>
  violation('RISK_CHECK_FAILED', 'account', request.account, 'Account and instrument must be known to route an order.');

function quotesOf(deps: Pick<Dependencies, 'marketData'>, instrument: Instrument | undefined): readonly Quote[] {
  return (instrument?.venues ?? [])
    .map((venue) => deps.marketData.quote(instrument?.symbol ?? '', venue))
    .filter((quote) => quote !== undefined);
}
function venueView(
  deps: Pick<Dependencies, 'venues' | 'venueProfiles' | 'marketData'>,
  instrument: Instrument,
  venue: string,
) {
  const connector = deps.venues.get(venue);
  const profile = deps.venueProfiles.get(venue);
  if (connector === undefined || profile === undefined) return [];
  const { nativeStops, orderTypes, timesInForce, clientOrderIdMaxLength } = connector.capabilities;
  const { takerFeeBps: feeBps, latencyMs, regulatoryFit } = profile;
  const quote = deps.marketData.quote(instrument.symbol, venue);
  const takes = { nativeStops, orderTypes, timesInForce, clientOrderIdMaxLength };
  return [{ venue, quote, feeBps, latencyMs, regulatoryFit, ...takes }];
}
