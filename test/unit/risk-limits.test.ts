/** Goal: a limit document is either understood whole or refused with everything that is wrong with it. */
import { dec } from '../../src/domain/money';
import { createLimitResolver } from '../../src/domain/risk/limit-document';
import { LIMITS } from '../../src/domain/risk/limits';
import { LimitDocumentError, parseLimitDocument } from '../../src/risk-limits';
import type { KnownNames } from '../../src/risk-limits';
import { EVERY_LIMIT } from './domain/risk/risk-fixtures';

const known: KnownNames = { accounts: ['alpha', 'beta'], symbols: ['AAPL'], venues: ['SIMX'] };
const documentOf = (...entries: readonly unknown[]): unknown => ({ version: 'v7', entries });
const firm = (limits: unknown): unknown => documentOf({ scope: {}, limits });

function problemsOf(raw: unknown): readonly string[] {
  try {
    parseLimitDocument(raw, known);
    return [];
  } catch (error) {
    return (error as LimitDocumentError).problems;
  }
}

test('a document with every limit and every part of a scope is read', () => {
  const scope = { account: 'alpha', strategy: 'any.thing', symbol: 'AAPL', venue: 'SIMX' };
  const raw = documentOf({ scope: {}, limits: EVERY_LIMIT }, { scope, limits: { maxOrderValue: '100.50' } });
  expect(parseLimitDocument(raw, known)).toEqual({
    version: 'v7',
    entries: [
      { scope: {}, limits: EVERY_LIMIT },
      { scope, limits: { maxOrderValue: '100.5' } },
    ],
  });
  expect(parseLimitDocument(documentOf())).toEqual({ version: 'v7', entries: [] });
});

test.each<[string, unknown, readonly string[]]>([
  ['no object', 7, ['(top) = 7: must be an object of version and entries']],
  ['no entries', { version: 'v1' }, ['entries = (missing): must be a list of entries']],
  ['no version', { entries: [] }, ['version = (missing): must be text: 1 to 64 of A-Z a-z 0-9 _ . -']],
  ['something nobody reads', { version: 'v1', entries: [], author: 'me' }, ['author = me: is not read by anybody']],
  ['an entry that is none', documentOf('x'), ['entries.0 = x: must be an object of scope and limits']],
  [
    'a limit that is none',
    firm({ maxOrdrValue: '5' }),
    ['entries.0.limits.maxOrdrValue = 5: is no limit; docs/RISK.md has a table of all'],
  ],
  ['a negative limit', firm({ maxDailyLoss: '-1' }), ['entries.0.limits.maxDailyLoss = -1: must not be negative']],
  ['a negative count', firm({ maxDailyOrders: -1 }), ['entries.0.limits.maxDailyOrders = -1: must not be negative']],
  ['half an order', firm({ maxDailyOrders: 1.5 }), ['entries.0.limits.maxDailyOrders = 1.5: must be a whole number']],
  ['text for a count', firm({ maxOrderRate: 'ten' }), ['entries.0.limits.maxOrderRate = ten: must be a whole number']],
  ['a window of nothing', firm({ repeatWindowMs: 0 }), ['entries.0.limits.repeatWindowMs = 0: must be above 0']],
  [
    'a number for a decimal',
    firm({ maxOrderValue: 5 }),
    ['entries.0.limits.maxOrderValue = 5: must be a plain decimal in a string, such as "0.01"'],
  ],
  [
    'text for a decimal',
    firm({ maxOrderValue: 'lots' }),
    ['entries.0.limits.maxOrderValue = lots: must be a plain decimal in a string, such as "0.01"'],
  ],
  ['text for a flag', firm({ restricted: 'yes' }), ['entries.0.limits.restricted = yes: must be true or false']],
  [
    'a state that is none',
    firm({ tradingState: 'OFF' }),
    ['entries.0.limits.tradingState = OFF: must be one of ACTIVE, REDUCING, HALTED'],
  ],
  [
    'a collar of nothing',
    firm({ priceCollarPercent: '0' }),
    ['entries.0.limits.priceCollarPercent = 0: must be above 0'],
  ],
  [
    'a share of more than all',
    firm({ maxConcentrationPercent: '101' }),
    ['entries.0.limits.maxConcentrationPercent = 101: must be 0 to 100'],
  ],
  ['no limit at all', firm({}), ['entries.0.limits = {}: must set at least one limit']],
  ['no limits', documentOf({ scope: {} }), ['entries.0.limits = (missing): must be an object of limits']],
  [
    'no scope',
    documentOf({ limits: { restricted: true } }),
    ['entries.0.scope = (missing): must be an object, {} for the whole firm'],
  ],
  [
    'a scope of something else',
    documentOf({ scope: { desk: 'x' }, limits: { restricted: true } }),
    ['entries.0.scope.desk = x: is no part of a scope: account, strategy, symbol, venue'],
  ],
  [
    'a name that cannot be',
    documentOf({ scope: { account: 'a b' }, limits: { restricted: true } }),
    ['entries.0.scope.account = a b: must be 1 to 64 of A-Z a-z 0-9 _ . -'],
  ],
  [
    'an account that nobody has',
    documentOf({ scope: { account: 'gamma' }, limits: { restricted: true } }),
    ['entries.0.scope.account = gamma: must be one of alpha, beta'],
  ],
  [
    'a symbol that nobody trades',
    documentOf({ scope: { symbol: 'APPL' }, limits: { restricted: true } }),
    ['entries.0.scope.symbol = APPL: must be one of AAPL'],
  ],
  [
    'a venue that is not there',
    documentOf({ scope: { venue: 'SIMZ' }, limits: { restricted: true } }),
    ['entries.0.scope.venue = SIMZ: must be one of SIMX'],
  ],
  [
    'a scope twice',
    documentOf(
      { scope: { account: 'alpha', symbol: 'AAPL' }, limits: { restricted: true } },
      { scope: { symbol: 'AAPL', account: 'alpha' }, limits: { restricted: false } },
    ),
    ['entries.1.scope = account alpha, symbol AAPL: is the scope of entries.0 too'],
  ],
  [
    'a least above a most',
    firm({
      minOrderValue: '10',
      maxOrderValue: '9.99',
      minOrderQuantity: '2',
      maxOrderQuantity: '1',
      lowestPrice: '5',
      highestPrice: '4',
    }),
    [
      'entries.0.limits.minOrderQuantity = 2: must not be above entries.0.limits.maxOrderQuantity = 1',
      'entries.0.limits.minOrderValue = 10: must not be above entries.0.limits.maxOrderValue = 9.99',
      'entries.0.limits.lowestPrice = 5: must not be above entries.0.limits.highestPrice = 4',
    ],
  ],
  [
    'a least above a most of a scope that it meets',
    documentOf(
      { scope: { symbol: 'AAPL' }, limits: { minOrderValue: '10' } },
      { scope: { account: 'alpha' }, limits: { maxOrderValue: '9' } },
    ),
    ['entries.0.limits.minOrderValue = 10: must not be above entries.1.limits.maxOrderValue = 9'],
  ],
  [
    'a long limit above the gross one',
    firm({ maxLongPosition: '11', maxGrossPosition: '10' }),
    ['entries.0.limits.maxLongPosition = 11: must not be above entries.0.limits.maxGrossPosition = 10'],
  ],
  [
    'a rate above the whole',
    firm({ maxStrategyOrderRate: 6, maxOrderRate: 5 }),
    ['entries.0.limits.maxStrategyOrderRate = 6: must not be above entries.0.limits.maxOrderRate = 5'],
  ],
  [
    'a limit by a name that every object has',
    firm(JSON.parse('{"__proto__x": 1, "constructor": "5"}')),
    [
      'entries.0.limits.__proto__x = 1: is no limit; docs/RISK.md has a table of all',
      'entries.0.limits.constructor = 5: is no limit; docs/RISK.md has a table of all',
    ],
  ],
])('%s is refused with its place', (_name, raw, expected) => {
  expect(problemsOf(raw)).toEqual(expected);
});

test('everything that is wrong is said at once', () => {
  const raw = {
    version: 'v 1',
    entries: [
      { scope: {}, limits: { maxDailyLoss: '-1', maxOrderRate: 'x' } },
      { scope: { account: 'alpha' }, limits: { minOrderValue: '10', maxOrderValue: '9' } },
      { scope: { account: 'alpha' }, limits: { unheardOf: 1 } },
      { scope: { account: 'alpha' }, limits: { restricted: true } },
    ],
  };
  expect(problemsOf(raw).map((problem) => problem.split(' = ')[0])).toEqual([
    'version',
    'entries.0.limits.maxOrderRate',
    'entries.0.limits.maxDailyLoss',
    'entries.2.limits.unheardOf',
    'entries.3.scope',
    'entries.1.limits.minOrderValue',
  ]);
});

test('a least and a most of scopes that no order is in together do not contradict', () => {
  const raw = documentOf(
    { scope: { account: 'alpha' }, limits: { minOrderValue: '10' } },
    { scope: { account: 'beta' }, limits: { maxOrderValue: '9' } },
  );
  expect(problemsOf(raw)).toEqual([]);
});

test('the message names the source and every problem on a line of its own', () => {
  expect(() => parseLimitDocument(firm({ maxDailyLoss: '-1' }), known, 'limits.json')).toThrow(
    'the limits limits.json are not usable:\n  entries.0.limits.maxDailyLoss = -1: must not be negative',
  );
  expect(() => parseLimitDocument(firm({}))).toThrow(LimitDocumentError);
});

test('what is read can be put in force', () => {
  const resolver = createLimitResolver(parseLimitDocument(firm({ maxOrderValue: '5' })));
  expect(resolver.limitsOf({ account: 'alpha', strategy: 's', symbol: 'AAPL' }).maxOrderValue).toEqual({
    value: dec('5'),
    scope: 'the firm in limits v7',
  });
  expect(Object.keys(LIMITS)).toContain('maxOrderValue');
});
