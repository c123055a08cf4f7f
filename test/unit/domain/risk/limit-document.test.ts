/** Goal: of all entries that match an order, the strictest value of each limit is in force, under the name of its scope. */
import fc from 'fast-check';
import { dec } from '../../../../src/domain/money';
import { createLimitResolver, stricter } from '../../../../src/domain/risk/limit-document';
import type { LimitEntry, LimitKey } from '../../../../src/domain/risk/limit-document';
import { LIMITS } from '../../../../src/domain/risk/limits';
import type { LimitName, LimitScope } from '../../../../src/domain/risk/limits';

const key: LimitKey = { account: 'alpha', strategy: 'cross', symbol: 'AAPL', venue: 'SIMX' };
const resolverOf = (...entries: readonly LimitEntry[]) => createLimitResolver({ version: 'v1', entries });
const quantity = (scope: LimitScope, maximum: string): LimitEntry => ({
  scope,
  limits: { maxOrderQuantity: dec(maximum) },
});

test.each<[string, LimitName, unknown, unknown]>([
  ['a maximum: the lowest', 'maxOrderValue', dec('9.9'), dec('10')],
  ['a minimum: the highest', 'minOrderValue', dec('10'), dec('9.9')],
  ['a count: the lowest', 'maxOpenOrders', 9, 10],
  ['a window: the longest', 'orderRateWindowMs', 2_000, 1_999],
  ['an age: the youngest', 'maxQuoteAgeMs', 1_999, 2_000],
  ['a floor: the lowest', 'concentrationFloor', dec('1'), dec('2')],
  ['a flag: true', 'restricted', true, false],
  ['a state: HALTED before REDUCING', 'tradingState', 'HALTED', 'REDUCING'],
  ['a state: REDUCING before ACTIVE', 'tradingState', 'REDUCING', 'ACTIVE'],
])('the stricter of two values of %s', (_name, name, strict, loose) => {
  expect(stricter(name, strict as never, loose as never)).toBe(strict);
  expect(stricter(name, loose as never, strict as never)).toBe(strict);
  const both = (first: unknown, second: unknown) =>
    resolverOf(
      { scope: {}, limits: { [name]: first } },
      { scope: { account: 'alpha' }, limits: { [name]: second } },
    ).limitsOf(key)[name];
  expect(both(strict, loose)).toEqual({ value: strict, scope: 'the firm in limits v1' });
  expect(both(loose, strict)).toEqual({ value: strict, scope: 'account alpha in limits v1' });
});

test.each<[LimitScope, Partial<LimitKey>, boolean]>([
  [{}, {}, true],
  [{ account: 'alpha', strategy: 'cross', symbol: 'AAPL', venue: 'SIMX' }, {}, true],
  [{ account: 'alpha' }, { account: 'beta' }, false],
  [{ strategy: 'cross' }, { strategy: 'other' }, false],
  [{ symbol: 'AAPL' }, { symbol: 'MSFT' }, false],
  [{ venue: 'SIMX' }, { venue: 'SIMY' }, false],
  [{ venue: 'SIMX' }, { venue: undefined }, false],
  [{ account: 'alpha', symbol: 'AAPL' }, { symbol: 'MSFT' }, false],
])('the scope %j for an order of %j', (scope, change, isInForce) => {
  const limits = resolverOf(quantity(scope, '5')).limitsOf({ ...key, ...change });
  expect(limits.maxOrderQuantity !== undefined).toBe(isInForce);
});

test('a limit that nobody sets is not in force, except those with a default', () => {
  const withDefault = Object.entries(LIMITS).filter(([, rule]) => 'fallback' in rule);
  expect(resolverOf().limitsOf(key)).toEqual(
    Object.fromEntries(
      withDefault.map(([name, rule]) => [
        name,
        { value: (rule as { fallback: unknown }).fallback, scope: 'every account by default' },
      ]),
    ),
  );
  expect(resolverOf().limitsOf(key).maxConcentrationPercent?.value).toBe('20');
  const wider = resolverOf({ scope: {}, limits: { maxConcentrationPercent: dec('50') } }).limitsOf(key);
  expect(wider.maxConcentrationPercent).toEqual({ value: '50', scope: 'the firm in limits v1' });
});

test('asking again gives the same object, and unheard-of names share theirs', () => {
  const resolver = resolverOf(quantity({ strategy: 'cross' }, '5'), quantity({}, '9'));
  expect(resolver.limitsOf({ ...key })).toBe(resolver.limitsOf({ ...key, account: 'beta' }));
  const others = Array.from({ length: 100 }, (_none, index) =>
    resolver.limitsOf({ ...key, strategy: `s${String(index)}` }),
  );
  expect(new Set(others).size).toBe(1);
  expect(others[0]).not.toBe(resolver.limitsOf(key));
  expect(others[0]?.maxOrderQuantity?.value).toBe('9');
  expect(resolver.limitsOf(key).maxOrderQuantity?.value).toBe('5');
});

test('a resolver says whether a venue can change its answers', () => {
  expect(resolverOf(quantity({ symbol: 'AAPL' }, '5')).hasVenueLimits).toBe(false);
  expect(resolverOf(quantity({ venue: 'SIMX' }, '5')).hasVenueLimits).toBe(true);
});

test('an entry more never makes a limit looser', () => {
  const names = { account: ['alpha', 'beta'], strategy: ['cross'], symbol: ['AAPL'], venue: ['SIMX'] };
  const part = (values: readonly string[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  const scopes = fc
    .record({
      account: part(names.account),
      strategy: part(names.strategy),
      symbol: part(names.symbol),
      venue: part(names.venue),
    })
    .map((scope) => Object.fromEntries(Object.entries(scope).filter(([, name]) => name !== undefined)) as LimitScope);
  const entries = fc.record({
    scope: scopes,
    limits: fc.record({
      maxOrderQuantity: fc.integer({ min: 0, max: 9 }).map((value) => dec(String(value))),
      minOrderQuantity: fc.integer({ min: 0, max: 9 }).map((value) => dec(String(value))),
      restricted: fc.boolean(),
    }),
  });
  fc.assert(
    fc.property(fc.array(entries, { minLength: 1, maxLength: 6 }), (list) => {
      const before = resolverOf(...list.slice(1)).limitsOf(key);
      const after = resolverOf(...list).limitsOf(key);
      for (const name of ['maxOrderQuantity', 'minOrderQuantity', 'restricted'] as const) {
        const [was, is] = [before[name]?.value, after[name]?.value];
        const isLooser = was !== undefined && (is === undefined || stricter(name, was, is) !== is);
        expect(isLooser).toBe(false);
      }
    }),
    { numRuns: 300 },
  );
});
