/** Chooses the venue of an order: pure, deterministic, and every candidate is kept with its scores or why it was out. */
import type { Instrument, Quote } from './instruments';
import type { DecimalString } from './money';
import {
  add,
  compare,
  dec,
  decOfInteger,
  divideRounded,
  equal,
  isNegative,
  isPositive,
  multiply,
  ONE,
  roundHalfEven,
  subtract,
  sum,
  ZERO,
} from './money';
import type { OrderRequest, OrderType, RoutingPolicy, TimeInForce, Violation } from './order-request';
import { violation } from './violations';

/** One venue considered, with what was known of it and how it scored; kept with the decision. */
export interface RouteCandidate {
  readonly venue: string;
  /** Price at which the order would trade there now (ask for buys, bid for sells). */
  readonly price: DecimalString;
  readonly liquidity: DecimalString;
  readonly feeBps: DecimalString;
  readonly latencyMs: number;
  /** 0 to 1, four decimals, per part and in total. */
  readonly scores: Readonly<Record<string, DecimalString>>;
  readonly total: DecimalString;
  /** Why it could not be chosen; absent when it could. */
  readonly excluded?: string;
}

/** Where an order goes and why. */
export interface RouteDecision {
  readonly policy: RoutingPolicy;
  readonly venue: string;
  readonly why: string;
  readonly candidates: readonly RouteCandidate[];
}

/** A venue as routing sees it at one moment. */
export interface VenueView {
  readonly venue: string;
  /** The newest quote of the instrument there, fresh or not. */
  readonly quote: Quote | undefined;
  /** The fee of an order that takes liquidity, in basis points of the notional. */
  readonly feeBps: DecimalString;
  /** Expected time to the venue and back. */
  readonly latencyMs: number;
  /** 0 to 1: how well the venue fits our duties. */
  readonly regulatoryFit: DecimalString;
  readonly nativeStops: boolean;
  readonly orderTypes: readonly OrderType[];
  readonly timesInForce: readonly TimeInForce[];
  /** Longest client order id that the venue takes; absent when it sets no bound. */
  readonly clientOrderIdMaxLength?: number;
}

/** What each part counts in the total score; the parts sum to 1. */
export interface RoutingWeights {
  readonly liquidity: DecimalString;
  readonly fee: DecimalString;
  readonly latency: DecimalString;
  readonly regulatory: DecimalString;
}
export const DEFAULT_ROUTING_WEIGHTS: RoutingWeights = {
  liquidity: dec('0.4'),
  fee: dec('0.3'),
  latency: dec('0.2'),
  regulatory: dec('0.1'),
};

/** How orders are routed that name neither a policy nor a venue. */
export interface RoutingSettings {
  readonly defaultPolicy: RoutingPolicy;
  readonly weights: RoutingWeights;
}

export interface RouteInput {
  readonly request: OrderRequest;
  readonly instrument: Instrument;
  readonly candidates: readonly VenueView[];
  /** Under which the venue would get the order; absent when it has it already. */
  readonly clientOrderId?: string;
  /** Used when the request names neither a policy nor a venue. */
  readonly defaultPolicy: RoutingPolicy;
  readonly weights: RoutingWeights;
  /** Whole number that moves on by one per order, or a hash of the order's id: what ROUND_ROBIN turns by. */
  readonly roundRobinCounter: number;
  readonly wallTimeMs: number;
  readonly maxQuoteAgeMs: number;
}

export type RouteAnswer =
  | { readonly ok: true; readonly decision: RouteDecision }
  | { readonly ok: false; readonly violations: readonly Violation[]; readonly candidates: readonly RouteCandidate[] };

const SCORE_DECIMALS = 4;
const ONE_BASIS_POINT = dec('0.0001');

/** Chooses a venue by the request's policy; ties go to the venue whose name sorts first. */
export function routeOrder(input: RouteInput): RouteAnswer {
  const { request, weights } = input;
  const wrongWeights = checkRoutingWeights(weights);
  if (wrongWeights.length > 0) return { ok: false, violations: wrongWeights, candidates: [] };
  const policy = request.routing ?? (request.venue === undefined ? input.defaultPolicy : 'VENUE');
  const sorted = [...input.candidates].sort((a, b) => compareText(a.venue, b.venue));
  const assessed = sorted.map((view): Assessed => ({ view, excluded: exclusion(view, input) }));
  const eligible = assessed.filter(({ excluded }) => excluded === undefined).map(({ view }) => view);
  const scores = scoresOf(eligible, request, weights);
  const candidates = assessed.map(({ view, excluded }) => candidateOf(view, request, scores.get(view), excluded));
  const chosen =
    policy === 'VENUE' && request.venue === undefined ? undefined : choose(policy, eligible, scores, input);
  if (chosen === undefined) return { ok: false, violations: [noVenue(policy, request, assessed)], candidates };
  const why = whyChosen(policy, candidateOf(chosen, request, scores.get(chosen), undefined), eligible.length, request);
  return { ok: true, decision: { policy, venue: chosen.venue, why, candidates } };
}

/** The rules that routing weights break: each is 0 to 1 and together they are exactly 1. */
export function checkRoutingWeights(weights: RoutingWeights): readonly Violation[] {
  const parts = (['liquidity', 'fee', 'latency', 'regulatory'] as const).map((name) => [name, weights[name]] as const);
  const broken = parts
    .filter(([, weight]) => isNegative(weight))
    .map(([name, weight]) => violation('ROUTING_WEIGHTS', name, weight, 'A weight is not negative.'));
  const total = sum(parts.map(([, weight]) => weight));
  if (!equal(total, ONE)) broken.push(violation('ROUTING_WEIGHTS', 'weights', total, 'The weights sum to exactly 1.'));
  return broken;
}

interface Assessed {
  readonly view: VenueView;
  readonly excluded: string | undefined;
}
interface Scores {
  readonly parts: Readonly<Record<string, DecimalString>>;
  readonly total: DecimalString;
}

/** Why a venue cannot take the order, or undefined when it can. */
function exclusion(view: VenueView, input: RouteInput): string | undefined {
  const { request, instrument, wallTimeMs, maxQuoteAgeMs } = input;
  if (request.venue !== undefined && request.venue !== view.venue) return `the order names ${request.venue}`;
  if (!instrument.venues.includes(view.venue)) return `${instrument.symbol} is not listed`;
  const type = sentType(request.type, view.nativeStops);
  if (!view.orderTypes.includes(type)) return `takes no ${type} orders`;
  if (!view.timesInForce.includes(request.timeInForce)) return `takes no ${request.timeInForce} orders`;
  const { clientOrderId = '' } = input;
  const { clientOrderIdMaxLength = Infinity } = view;
  if (clientOrderId.length > clientOrderIdMaxLength)
    return `takes client order ids of at most ${String(clientOrderIdMaxLength)} characters, ${clientOrderId} is longer`;
  if (view.quote === undefined) return 'no quote';
  const ageMs = wallTimeMs - view.quote.receivedAtMs;
  // Written so that a missing or NaN limit excludes.
  if (!(Math.abs(ageMs) <= maxQuoteAgeMs))
    return `its quote is ${String(ageMs)} ms old, at most ${String(maxQuoteAgeMs)}`;
  return priceAt(view, request) === undefined ? 'its quote has no price for this side' : undefined;
}

/** What the venue will see: without native stops we hold the stop ourselves and send the order when it triggers. */
function sentType(type: OrderType, nativeStops: boolean): OrderType {
  if (nativeStops) return type;
  if (type === 'STOP') return 'MARKET';
  return type === 'STOP_LIMIT' ? 'LIMIT' : type;
}

/** The touch that the order would trade with; for orders that can rest, the last trade on an empty book. */
function priceAt({ quote }: VenueView, { side, type }: OrderRequest): DecimalString | undefined {
  if (quote === undefined) return undefined;
  const touch = side === 'BUY' ? quote.askPrice : quote.bidPrice;
  if (isPositive(touch)) return touch;
  return type !== 'MARKET' && isPositive(quote.lastPrice) ? quote.lastPrice : undefined;
}

function liquidityAt({ quote }: VenueView, { side }: OrderRequest): DecimalString {
  if (quote === undefined) return ZERO;
  return side === 'BUY' ? quote.askQuantity : quote.bidQuantity;
}

/** Price per unit with the venue's fee: what a buy costs or a sell brings. */
function priceWithFee(view: VenueView, request: OrderRequest): DecimalString {
  const fee = multiply(view.feeBps, ONE_BASIS_POINT);
  return multiply(priceAt(view, request) ?? ZERO, request.side === 'BUY' ? add(ONE, fee) : subtract(ONE, fee));
}

function choose(
  policy: RoutingPolicy,
  eligible: readonly VenueView[],
  scores: ReadonlyMap<VenueView, Scores>,
  { request, roundRobinCounter }: RouteInput,
): VenueView | undefined {
  const cheaper = (price: (view: VenueView) => DecimalString) => (a: VenueView, b: VenueView) =>
    request.side === 'BUY' ? compare(price(a), price(b)) : compare(price(b), price(a));
  switch (policy) {
    case 'VENUE':
      return eligible.find(({ venue }) => venue === request.venue);
    case 'BEST_PRICE':
      return first(
        eligible,
        cheaper((view) => priceAt(view, request) ?? ZERO),
      );
    case 'LOWEST_COST':
      return first(
        eligible,
        cheaper((view) => priceWithFee(view, request)),
      );
    case 'FASTEST':
      return first(eligible, (a, b) => a.latencyMs - b.latencyMs);
    case 'ROUND_ROBIN':
      return eligible.at(turn(roundRobinCounter, eligible.length));
    case 'WEIGHTED':
      return first(eligible, (a, b) => compare(scores.get(b)?.total ?? ZERO, scores.get(a)?.total ?? ZERO));
  }
}

/** The least by an order of preference; the views come sorted by name and the sort is stable, so a tie goes by name. */
function first(views: readonly VenueView[], preference: (a: VenueView, b: VenueView) => number): VenueView | undefined {
  return [...views].sort(preference)[0];
}

function turn(counter: number, venues: number): number {
  const whole = Number.isFinite(counter) ? Math.trunc(counter) : 0;
  return venues === 0 ? 0 : ((whole % venues) + venues) % venues;
}

/** Scores of the eligible venues against each other; excluded ones have no say in what best and worst are. */
function scoresOf(views: readonly VenueView[], request: OrderRequest, weights: RoutingWeights): Map<VenueView, Scores> {
  const latencyOf = (view: VenueView): DecimalString => decOfInteger(Math.round(view.latencyMs * 1000));
  const liquidity = normalised(
    views.map((view) => liquidityAt(view, request)),
    'more',
  );
  const fee = normalised(
    views.map((view) => view.feeBps),
    'less',
  );
  const latency = normalised(views.map(latencyOf), 'less');
  const regulatory = normalised(
    views.map((view) => view.regulatoryFit),
    'more',
  );
  const price = normalised(
    views.map((view) => priceAt(view, request) ?? ZERO),
    request.side === 'BUY' ? 'less' : 'more',
  );
  return new Map(
    views.map((view, index) => {
      const at = (values: readonly DecimalString[]): DecimalString => values[index] ?? ZERO;
      const parts = { liquidity: at(liquidity), fee: at(fee), latency: at(latency), regulatory: at(regulatory) };
      const total = sum([
        multiply(parts.liquidity, weights.liquidity),
        multiply(parts.fee, weights.fee),
        multiply(parts.latency, weights.latency),
        multiply(parts.regulatory, weights.regulatory),
      ]);
      // The price is shown beside the weighted parts: BEST_PRICE goes by it, the total does not.
      return [view, { parts: { ...parts, price: at(price) }, total: roundHalfEven(total, SCORE_DECIMALS) }];
    }),
  );
}

/** Min-max to 0 … 1, half-even to four decimals; 1 for all when they are equal. */
function normalised(values: readonly DecimalString[], better: 'more' | 'less'): readonly DecimalString[] {
  const ordered = [...values].sort(compare);
  const worst = better === 'more' ? ordered.at(0) : ordered.at(-1);
  const best = better === 'more' ? ordered.at(-1) : ordered.at(0);
  if (worst === undefined || best === undefined || equal(worst, best)) return values.map(() => ONE);
  const span = subtract(best, worst);
  return values.map((value) => divideRounded(subtract(value, worst), span, SCORE_DECIMALS));
}

function candidateOf(
  view: VenueView,
  request: OrderRequest,
  scores: Scores | undefined,
  excluded: string | undefined,
): RouteCandidate {
  return {
    venue: view.venue,
    price: priceAt(view, request) ?? ZERO,
    liquidity: liquidityAt(view, request),
    feeBps: view.feeBps,
    latencyMs: view.latencyMs,
    scores: scores?.parts ?? {},
    total: scores?.total ?? ZERO,
    ...(excluded === undefined ? {} : { excluded }),
  };
}

function noVenue(policy: RoutingPolicy, request: OrderRequest, assessed: readonly Assessed[]): Violation {
  if (policy === 'VENUE' && request.venue === undefined) {
    return violation('NO_VENUE', 'venue', undefined, 'Routing VENUE needs the order to name a venue.');
  }
  const unknown = request.venue !== undefined && assessed.every(({ view }) => view.venue !== request.venue);
  const reasons = assessed.flatMap(({ view, excluded }) =>
    excluded === undefined ? [] : [`${view.venue}: ${excluded}`],
  );
  const rule =
    unknown || reasons.length === 0
      ? 'A venue that is connected.'
      : `A venue that can take the order (${reasons.join('; ')}).`;
  return violation('NO_VENUE', 'venue', request.venue ?? request.symbol, rule);
}

function whyChosen(policy: RoutingPolicy, chosen: RouteCandidate, eligible: number, request: OrderRequest): string {
  const { venue, price, feeBps, latencyMs, total } = chosen;
  const among = eligible === 1 ? 'the only venue that can take the order' : `of ${String(eligible)} venues`;
  switch (policy) {
    case 'VENUE':
      return `The order names ${venue}.`;
    case 'BEST_PRICE':
      return `${venue} has the best ${request.side === 'BUY' ? 'ask' : 'bid'}, ${price}, ${among}.`;
    case 'LOWEST_COST':
      return `${venue} has the best price after fees, ${price} and ${feeBps} bps, ${among}.`;
    case 'FASTEST':
      return `${venue} answers fastest, in ${String(latencyMs)} ms, ${among}.`;
    case 'ROUND_ROBIN':
      return `It is the turn of ${venue}, ${among}.`;
    case 'WEIGHTED':
      return `${venue} has the highest score, ${total}, ${among}.`;
  }
}

// By code units: the same on every machine, whatever its locale.
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
