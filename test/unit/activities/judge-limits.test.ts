/** Goal: the limits of a document reach the judgement of an order, those of a venue also when routing chose it. */
import type { Overriding } from '../../../activities/override';
import { judge } from '../../../activities/pre-trade';
import { dec, ZERO } from '../../../src/domain/money';
import type { OrderRequest } from '../../../src/domain/order-request';
import { DEFAULT_CHECKS } from '../../../src/domain/risk/checks';
import { createLimitResolver } from '../../../src/domain/risk/limit-document';
import type { LimitEntry } from '../../../src/domain/risk/limit-document';
import { mayBeOverridden } from '../../../src/domain/risk/overrides';
import { DEFAULT_ROUTING_WEIGHTS } from '../../../src/domain/routing';
import type { VenueConnector } from '../../../src/ports/venue';
import { account, context, exposure, instrument, MARKET_MS, NOW_MS, quote, request } from '../domain/trading-fixtures';
import { riskData } from '../domain/risk/risk-fixtures';

const everyShare: LimitEntry = { scope: {}, limits: { maxConcentrationPercent: dec('100') } };

/** What becomes of an order; SIMX is the cheaper venue, so that routing prefers it. */
function verdictOf(
  entries: readonly LimitEntry[] | undefined,
  change: Partial<OrderRequest> = {},
  override?: Overriding,
) {
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
      ...(override === undefined ? {} : { override }),
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

describe('an order over a limit of judgement', () => {
  const within: LimitEntry = { scope: {}, limits: { approvalWithinMs: 60_000 } };
  const tooMuch: LimitEntry = { scope: {}, limits: { maxOrderQuantity: dec('99') } };
  const halted: LimitEntry = { scope: {}, limits: { tradingState: 'HALTED' } };
  const approval = { commandId: 'k', by: 'kim', reason: 'a hedge', waived: ['ORDER_QUANTITY'] };

  test.each<[string, readonly LimitEntry[], Partial<OrderRequest>, Overriding | undefined, string]>([
    ['waits for a person', [within, tooMuch], {}, 'askable', 'needsApproval'],
    [
      'of the venue that routing chose waits as well',
      [within, at('SIMX', tooMuch.limits)],
      {},
      'askable',
      'needsApproval',
    ],
    ['is denied where no time is given', [tooMuch], {}, 'askable', 'denied'],
    ['is denied where the time is given to others', [at('SIMY', within.limits), tooMuch], {}, 'askable', 'denied'],
    ['is denied when a hard rule is broken, too', [within, tooMuch, halted], {}, 'askable', 'denied'],
    ['is denied when it is a replace', [within, tooMuch], {}, undefined, 'denied'],
    ['passes when that was waived', [within, tooMuch], {}, approval, 'approved'],
    ['passes at the venue that routing chose', [within, at('SIMX', tooMuch.limits)], {}, approval, 'approved'],
    [
      'is denied when another check fails after the approval',
      [within, tooMuch],
      { quantity: dec('1000000') },
      approval,
      'denied',
    ],
    ['is denied when trading was halted after the approval', [within, tooMuch, halted], {}, approval, 'denied'],
  ])('%s', (_name, entries, change, override, kind) => {
    expect(verdictOf(entries, change, override).verdict.kind).toBe(kind);
  });

  test('waits until the strictest time is over, for the reasons that would deny it', () => {
    const strict: LimitEntry = { scope: { account: 'alpha' }, limits: { approvalWithinMs: 5_000 } };
    expect(verdictOf([within, strict, tooMuch], {}, 'askable').verdict).toEqual({
      ...{ kind: 'needsApproval', approveByMs: NOW_MS + 5_000 },
      reasons: [expect.objectContaining({ code: 'ORDER_QUANTITY', value: '100' })],
    });
  });

  test('keeps in its decision who let it pass, why, and what it breaks', () => {
    expect(verdictOf([tooMuch], {}, approval).verdict).toMatchObject({
      override: { by: 'kim', reason: 'a hedge', waived: [{ code: 'ORDER_QUANTITY', value: '100' }] },
    });
    expect(verdictOf([], {}, 'askable').verdict).not.toHaveProperty('override');
  });

  test('a waiver of what is no limit of judgement counts for nothing', () => {
    const all = { ...approval, waived: ['TRADING_HALTED', 'ORDER_QUANTITY'] };
    expect(verdictOf([tooMuch, halted], {}, all).said).toEqual(['TRADING_HALTED']);
  });

  test.each(['RISK_DATA_MISSING', 'RISK_CHECK_FAILED', 'MARKET_DATA_STALE'])('%s is no judgement', (code) => {
    const tooLarge = { code: 'ORDER_QUANTITY', field: 'quantity', value: '100', rule: 'At most 99.' };
    expect(mayBeOverridden(DEFAULT_CHECKS, [tooLarge])).toBe(true);
    expect(mayBeOverridden(DEFAULT_CHECKS, [tooLarge, { ...tooLarge, code }])).toBe(false);
    expect(mayBeOverridden(DEFAULT_CHECKS, [])).toBe(false);
  });
});
