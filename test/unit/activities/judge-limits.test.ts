/** Goal: the limits of a document reach the judgement of an order, those of a venue also when routing chose it. */
import { judge } from '../../../activities/pre-trade';
import { dec, ZERO } from '../../../src/domain/money';
import type { OrderRequest } from '../../../src/domain/order-request';
import { DEFAULT_CHECKS } from '../../../src/domain/risk/checks';
import { createLimitResolver } from '../../../src/domain/risk/limit-document';
import type { LimitEntry } from '../../../src/domain/risk/limit-document';
import { DEFAULT_ROUTING_WEIGHTS } from '../../../src/domain/routing';
import type { VenueConnector } from '../../../src/ports/venue';
import { account, context, exposure, instrument, MARKET_MS, NOW_MS, quote, request } from '../domain/trading-fixtures';
import { riskData } from '../domain/risk/risk-fixtures';

const everyShare: LimitEntry = { scope: {}, limits: { maxConcentrationPercent: dec('100') } };

/** What becomes of an order; SIMX is the cheaper venue, so that routing prefers it. */
function verdictOf(entries: readonly LimitEntry[] | undefined, change: Partial<OrderRequest> = {}) {
  const logged: unknown[] = [];
  const venue = {
    capabilities: {
      nativeStops: true,
      orderTypes: ['LIMIT'],
      timesInForce: ['DAY'],
      clientOrderIdMaxLength: 36,
    },
  } as unknown as VenueConnector;
  const profile = (takerFeeBps: string) => ({
    ...{ venueAccount: 'own', latencyMs: 1, regulatoryFit: dec('1') },
    takerFeeBps: dec(takerFeeBps),
  });
  const verdict = judge(
    {
      instruments: new Map(),
      venues: new Map([
        ['SIMX', venue],
        ['SIMY', venue],
      ]),
      venueProfiles: new Map([
        ['SIMX', profile('1')],
        ['SIMY', profile('9')],
      ]),
      routing: { defaultPolicy: 'LOWEST_COST', weights: DEFAULT_ROUTING_WEIGHTS },
      riskChecks: DEFAULT_CHECKS,
      riskLimits: entries && createLimitResolver({ version: 'v1', entries: [everyShare, ...entries] }),
      marketData: { quote: (_symbol: string, name: string) => quote({ venue: name }) },
      log: { warn: (...line: unknown[]) => logged.push(line) },
    } as unknown as Parameters<typeof judge>[0],
    {
      ...{ request: request(change), instrument: instrument(), account: account(), exposure: exposure() },
      ...{ data: riskData(), filledQuantity: ZERO, session: context().session },
      ...{ marketTimeMs: MARKET_MS, wallTimeMs: NOW_MS },
    },
  );
  const said = verdict.kind === 'approved' ? verdict.route.venue : verdict.reasons.map(({ code }) => code);
  return { said, logged, verdict };
}

const at = (venue: string, limits: LimitEntry['limits']): LimitEntry => ({ scope: { venue }, limits });

test.each<[string, readonly LimitEntry[] | undefined, Partial<OrderRequest>, string | readonly string[]]>([
  ['no document: routing is free', undefined, {}, 'SIMX'],
  ['limits that are kept', [{ scope: {}, limits: { maxOrderQuantity: dec('100') } }], {}, 'SIMX'],
  ['a limit that is broken', [{ scope: {}, limits: { maxOrderQuantity: dec('99') } }], {}, ['ORDER_QUANTITY']],
  ['a limit of another strategy', [{ scope: { strategy: 'x' }, limits: { maxOrderQuantity: dec('99') } }], {}, 'SIMX'],
  [
    'a collar tighter than the account’s',
    [{ scope: {}, limits: { priceCollarPercent: dec('0.01') } }],
    {},
    ['PRICE_COLLAR'],
  ],
  ['a limit of the named venue', [at('SIMX', { maxOrderQuantity: dec('99') })], { venue: 'SIMX' }, ['ORDER_QUANTITY']],
  ['a limit of the venue that routing chose', [at('SIMX', { maxOrderQuantity: dec('99') })], {}, ['ORDER_QUANTITY']],
  ['a limit of a venue that routing did not choose', [at('SIMY', { maxOrderQuantity: dec('99') })], {}, 'SIMX'],
  ['a halted venue that is named', [at('SIMX', { tradingState: 'HALTED' })], { venue: 'SIMX' }, ['TRADING_HALTED']],
  ['a halted venue among two', [at('SIMX', { tradingState: 'HALTED' })], {}, 'SIMY'],
  ['a reducing venue among two', [at('SIMX', { tradingState: 'REDUCING' })], {}, 'SIMY'],
  [
    'both venues halted',
    [at('SIMX', { tradingState: 'HALTED' }), at('SIMY', { tradingState: 'HALTED' })],
    {},
    ['NO_VENUE'],
  ],
])('%s', (_name, entries, change, expected) => {
  expect(verdictOf(entries, change).said).toEqual(expected);
});

test('a limit of the chosen venue is told with its scope', () => {
  const { verdict } = verdictOf([at('SIMX', { maxOrderQuantity: dec('99') })]);
  expect(verdict).toMatchObject({ reasons: [{ rule: 'At most 99 (limit of venue SIMX in limits v1).' }] });
});

test('an order on the watch list passes and raises one alert', () => {
  const { said, logged } = verdictOf([
    { scope: { symbol: 'AAPL' }, limits: { watched: true } },
    at('SIMX', { maxOrderQuantity: dec('100') }),
  ]);
  expect(said).toBe('SIMX');
  expect(logged).toEqual([
    [
      { alert: true, orderId: 'alpha/one', code: 'WATCHED' },
      'AAPL: BUY 100 by strategy test; watched by symbol AAPL in limits v1.',
    ],
  ]);
});
