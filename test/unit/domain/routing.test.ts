import fc from 'fast-check';
import { compare, dec, decOfInteger, isNegative, lessThan, ONE } from '../../../src/domain/money';
import type { DecimalString } from '../../../src/domain/money';
import { OrderType, RoutingPolicy, TimeInForce } from '../../../src/domain/order-request';
import type { OrderRequest } from '../../../src/domain/order-request';
import { checkRoutingWeights, DEFAULT_ROUTING_WEIGHTS, routeOrder } from '../../../src/domain/routing';
import type { RouteInput, VenueView } from '../../../src/domain/routing';
import { instrument, marketRequest, NOW_MS, quote, request } from './trading-fixtures';

const view = (
  venue: string,
  change: Partial<VenueView> = {},
  price: { ask?: string; bid?: string; size?: string } = {},
): VenueView => ({
  venue,
  quote: quote({
    venue,
    askPrice: dec(price.ask ?? '644'),
    bidPrice: dec(price.bid ?? '643.9'),
    askQuantity: dec(price.size ?? '100'),
    bidQuantity: dec(price.size ?? '100'),
  }),
  feeBps: dec('2'),
  latencyMs: 5,
  regulatoryFit: dec('1'),
  nativeStops: true,
  orderTypes: Object.values(OrderType),
  timesInForce: Object.values(TimeInForce),
  ...change,
});

const input = (
  candidates: readonly VenueView[],
  order: Partial<OrderRequest> = {},
  change: Partial<RouteInput> = {},
): RouteInput => ({
  request: request(order),
  instrument: instrument({ venues: ['SIMX', 'SIMY', 'SIMZ'] }),
  candidates,
  defaultPolicy: 'WEIGHTED',
  weights: DEFAULT_ROUTING_WEIGHTS,
  roundRobinCounter: 0,
  wallTimeMs: NOW_MS,
  maxQuoteAgeMs: 5_000,
  ...change,
});

function chosen(given: RouteInput): string | undefined {
  const answer = routeOrder(given);
  return answer.ok ? answer.decision.venue : undefined;
}
function excluded(given: RouteInput): readonly (string | undefined)[] {
  const answer = routeOrder(given);
  return (answer.ok ? answer.decision.candidates : answer.candidates).map((candidate) => candidate.excluded);
}

test('a venue whose client order ids are too short for ours takes none of our orders, and says so', () => {
  const short = view('SIMX', { clientOrderIdMaxLength: 21 });
  const fits = view('SIMY', { clientOrderIdMaxLength: 22 });
  const given = input([short, fits], {}, { clientOrderId: `${'A'.repeat(20)}-0` });
  expect(chosen(given)).toBe('SIMY');
  expect(excluded(given)).toEqual([
    expect.stringMatching(/^takes client order ids of at most 21 characters/),
    undefined,
  ]);
  const only = input([short], { venue: 'SIMX' }, { clientOrderId: `${'A'.repeat(20)}-0` });
  expect(routeOrder(only)).toMatchObject({ ok: false, violations: [{ code: 'NO_VENUE' }] });
});

const cheapSlow = view('SIMX', { feeBps: dec('0.5'), latencyMs: 20 }, { ask: '644.02', bid: '643.88', size: '50' });
const dearFast = view('SIMY', { feeBps: dec('5'), latencyMs: 1 }, { ask: '644', bid: '643.9', size: '400' });

test.each([
  ['BEST_PRICE', 'BUY', 'SIMY'],
  ['BEST_PRICE', 'SELL', 'SIMY'],
  ['LOWEST_COST', 'BUY', 'SIMX'],
  ['LOWEST_COST', 'SELL', 'SIMX'],
  ['FASTEST', 'BUY', 'SIMY'],
  ['WEIGHTED', 'BUY', 'SIMY'],
] as const)('%s of a %s goes to %s', (routing, side, expected) => {
  expect(chosen(input([cheapSlow, dearFast], { routing, side }))).toBe(expected);
});

test('a weighted decision shows each part, the total and why', () => {
  const middle = view('SIMZ', { feeBps: dec('2'), latencyMs: 4, regulatoryFit: dec('0.5') }, { size: '100' });
  expect(routeOrder(input([dearFast, middle, cheapSlow]))).toMatchObject({
    ok: true,
    decision: {
      policy: 'WEIGHTED',
      venue: 'SIMY',
      why: 'SIMY has the highest score, 0.7, of 3 venues.',
      candidates: [
        {
          venue: 'SIMX',
          scores: { liquidity: '0', fee: '1', latency: '0', regulatory: '1', price: '0' },
          total: '0.4',
        },
        {
          venue: 'SIMY',
          scores: { liquidity: '1', fee: '0', latency: '1', regulatory: '1', price: '1' },
          total: '0.7',
        },
        {
          venue: 'SIMZ',
          scores: { liquidity: '0.1429', fee: '0.6667', latency: '0.8421', regulatory: '0', price: '1' },
          total: '0.4256',
        },
      ],
    },
  });
});

test('other weights choose otherwise', () => {
  const weights = { liquidity: dec('0'), fee: dec('1'), latency: dec('0'), regulatory: dec('0') };
  expect(chosen(input([cheapSlow, dearFast], {}, { weights }))).toBe('SIMX');
});

test('a named venue is taken, and restricts other policies', () => {
  expect(chosen(input([cheapSlow, dearFast], { venue: 'SIMX' }))).toBe('SIMX');
  expect(chosen(input([cheapSlow, dearFast], { venue: 'SIMX', routing: 'FASTEST' }))).toBe('SIMX');
  expect(routeOrder(input([cheapSlow, dearFast], { venue: 'SIMX' }))).toMatchObject({ decision: { policy: 'VENUE' } });
});

test('round robin goes through the venues by name, whatever the counter', () => {
  const turns = [0, 1, 2, 3, -1, 2.9, Number.NaN, Number.MAX_SAFE_INTEGER];
  const venues = [view('SIMZ'), view('SIMX'), view('SIMY')];
  expect(
    turns.map((roundRobinCounter) => chosen(input(venues, { routing: 'ROUND_ROBIN' }, { roundRobinCounter }))),
  ).toEqual(['SIMX', 'SIMY', 'SIMZ', 'SIMX', 'SIMZ', 'SIMZ', 'SIMX', 'SIMY']);
});

test.each(Object.values(RoutingPolicy).filter((policy) => policy !== 'VENUE' && policy !== 'ROUND_ROBIN'))(
  '%s: equal venues go by name, in whatever order they come',
  (routing) => {
    const venues = [view('SIMY'), view('SIMX'), view('SIMZ')];
    expect([venues, venues.toReversed()].map((given) => chosen(input(given, { routing })))).toEqual(['SIMX', 'SIMX']);
  },
);

test.each<[string, VenueView, Partial<OrderRequest>, string]>([
  ['not listed', view('SIMQ'), {}, 'AAPL is not listed'],
  ['no quote', view('SIMX', { quote: undefined }), {}, 'no quote'],
  [
    'an old quote',
    view('SIMX', { quote: quote({ receivedAtMs: NOW_MS - 5_001 }) }),
    {},
    'its quote is 5001 ms old, at most 5000',
  ],
  [
    'no ask and a market order',
    view('SIMX', {}, { ask: '0' }),
    { type: 'MARKET' },
    'its quote has no price for this side',
  ],
  ['a type', view('SIMX', { orderTypes: ['MARKET'] }), {}, 'takes no LIMIT orders'],
  ['a time in force', view('SIMX', { timesInForce: ['GTC'] }), {}, 'takes no DAY orders'],
  [
    'an auction',
    view('SIMX', { timesInForce: ['DAY', 'AT_THE_OPEN'] }),
    { timeInForce: 'AT_THE_CLOSE' },
    'takes no AT_THE_CLOSE orders',
  ],
  ['another venue is named', view('SIMX'), { venue: 'SIMY' }, 'the order names SIMY'],
])('a venue is left out and kept with its reason: %s', (_name, out, order, reason) => {
  expect(excluded(input([view('SIMY'), out], order))).toContain(reason);
  expect(chosen(input([view('SIMY'), out], order))).toBe('SIMY');
});

test('a venue without native stops takes stops, as we hold them', () => {
  const plain = view('SIMX', { nativeStops: false, orderTypes: ['MARKET', 'LIMIT'] });
  const native = view('SIMX', { nativeStops: true, orderTypes: ['MARKET', 'LIMIT'] });
  const stop = { type: 'STOP_LIMIT', stopPrice: dec('650') } as const;
  expect([plain, native].map((given) => chosen(input([given], stop)))).toEqual(['SIMX', undefined]);
});

test.each([
  ['STOP', ['MARKET'], true],
  ['STOP', ['LIMIT'], false],
  ['STOP_LIMIT', ['LIMIT'], true],
  ['STOP_LIMIT', ['MARKET'], false],
  ['LIMIT', ['LIMIT'], true],
] as const)('%s on a venue without native stops that takes %j: %s', (type, orderTypes, taken) => {
  const order = { type, stopPrice: dec('650') };
  expect(chosen(input([view('SIMX', { nativeStops: false, orderTypes })], order)) === 'SIMX').toBe(taken);
});

test('liquidity is that of the side which the order trades with', () => {
  const lopsided = view('SIMX', { quote: quote({ askQuantity: dec('7'), bidQuantity: dec('3') }) });
  const liquidity = (['BUY', 'SELL', 'SELL_SHORT'] as const).map((side) => {
    const answer = routeOrder(input([lopsided], { side }));
    return answer.ok ? answer.decision.candidates[0]?.liquidity : undefined;
  });
  expect(liquidity).toEqual(['7', '3', '3']);
});

test('an excluded venue has no say in the scores of the others', () => {
  const others = [cheapSlow, dearFast];
  const scores = (given: readonly VenueView[]): unknown => {
    const answer = routeOrder(input(given));
    return answer.ok ? answer.decision.candidates.slice(0, 2).map((candidate) => candidate.scores) : undefined;
  };
  const outlier = view('SIMZ', { latencyMs: 9_999, timesInForce: [] }, { size: '999999' });
  expect(scores([...others, outlier])).toEqual(scores(others));
});

test.each<[string, RouteInput, string]>([
  ['no venue at all', input([]), 'A venue that is connected.'],
  ['a named venue that is not there', input([view('SIMX')], { venue: 'SIMY' }), 'A venue that is connected.'],
  [
    'VENUE by default and none named',
    input([view('SIMX')], {}, { defaultPolicy: 'VENUE' }),
    'Routing VENUE needs the order to name a venue.',
  ],
  ['none that can', input([view('SIMX', { quote: undefined })]), 'A venue that can take the order (SIMX: no quote).'],
])('%s: NO_VENUE', (_name, given, rule) => {
  expect(routeOrder(given)).toMatchObject({ ok: false, violations: [{ code: 'NO_VENUE', rule }] });
});

test.each([
  [{ liquidity: '0.4', fee: '0.3', latency: '0.2', regulatory: '0.1000001' }, ['weights']],
  [{ liquidity: '1.1', fee: '-0.1', latency: '0', regulatory: '0' }, ['fee']],
  [{ liquidity: '0', fee: '0', latency: '0', regulatory: '0' }, ['weights']],
])('weights %j are refused', (given, fields) => {
  const weights = given as unknown as typeof DEFAULT_ROUTING_WEIGHTS;
  expect(checkRoutingWeights(weights).map(({ field }) => field)).toEqual(fields);
  expect(routeOrder(input([view('SIMX')], {}, { weights }))).toMatchObject({
    ok: false,
    violations: [{ code: 'ROUTING_WEIGHTS' }],
  });
});

test('scores lie in 0 … 1, the choice is eligible and best, and the order of the venues does not matter', () => {
  const anyView = fc.record({
    venue: fc.constantFrom('SIMX', 'SIMY', 'SIMZ', 'SIMQ'),
    feeBps: fc.integer({ min: -20, max: 50 }),
    latencyMs: fc.double({ min: 0, max: 500, noNaN: true }),
    size: fc.integer({ min: 0, max: 10_000 }),
    ask: fc.integer({ min: 0, max: 700 }),
    ageMs: fc.integer({ min: 0, max: 6_000 }),
  });
  const viewOf = (given: {
    venue: string;
    feeBps: number;
    latencyMs: number;
    size: number;
    ask: number;
    ageMs: number;
  }): VenueView => ({
    ...view(given.venue, { feeBps: decOfInteger(given.feeBps), latencyMs: given.latencyMs }),
    quote: quote({
      venue: given.venue,
      askPrice: decOfInteger(given.ask),
      askQuantity: decOfInteger(given.size),
      receivedAtMs: NOW_MS - given.ageMs,
    }),
  });
  const isUnit = (score: DecimalString): boolean => !isNegative(score) && !lessThan(ONE, score);
  let routed = 0;
  fc.assert(
    fc.property(
      fc.uniqueArray(anyView, { selector: ({ venue }) => venue, maxLength: 4 }),
      fc.constantFrom(...Object.values(RoutingPolicy)),
      fc.nat(),
      (given, routing, roundRobinCounter) => {
        const views = given.map(viewOf);
        const make = (candidates: readonly VenueView[]): RouteInput => ({
          ...input(candidates, {}, { roundRobinCounter }),
          request: marketRequest({ routing }),
        });
        const answer = routeOrder(make(views));
        expect(routeOrder(make(views.toReversed()))).toEqual(answer);
        const candidates = answer.ok ? answer.decision.candidates : answer.candidates;
        expect(candidates).toHaveLength(views.length);
        expect(
          candidates
            .flatMap(({ scores, total }) => [...Object.values(scores), total])
            .filter((score) => !isUnit(score)),
        ).toEqual([]);
        if (!answer.ok) return;
        routed += 1;
        const eligible = candidates.filter((candidate) => candidate.excluded === undefined);
        const taken = eligible.find(({ venue }) => venue === answer.decision.venue);
        const beaten = {
          VENUE: () => true,
          ROUND_ROBIN: () => false,
          LOWEST_COST: () => false,
          BEST_PRICE: () => eligible.some(({ price }) => compare(price, taken!.price) < 0),
          FASTEST: () => eligible.some(({ latencyMs }) => latencyMs < taken!.latencyMs),
          WEIGHTED: () => eligible.some(({ total }) => compare(total, taken!.total) > 0),
        }[routing]();
        expect({ taken: taken !== undefined, beaten }).toEqual({ taken: true, beaten: false });
      },
    ),
  );
  expect(routed).toBeGreaterThan(0);
});
