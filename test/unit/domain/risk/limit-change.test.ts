/** Goal: a change that lets any order pass which did not is told from one that does not, whatever entries overlap. */
import fc from 'fast-check';
import { dec } from '../../../../src/domain/money';
import { compareLimits } from '../../../../src/domain/risk/limit-change';
import { createLimitResolver } from '../../../../src/domain/risk/limit-document';
import type { LimitEntry, LimitKey } from '../../../../src/domain/risk/limit-document';
import type { LimitName, LimitScope, LimitValue, LimitValues } from '../../../../src/domain/risk/limits';

const documentOf = (entries: readonly LimitEntry[]) => ({ version: 'v', entries });
const of = (scope: LimitScope, limits: LimitValues): LimitEntry => ({ scope, limits });
const compared = (before: readonly LimitEntry[], after: readonly LimitEntry[]) =>
  compareLimits(documentOf(before), documentOf(after));
const firm = (limits: LimitValues) => [of({}, limits)];
const ALPHA = { account: 'alpha' };

test.each<[string, LimitValues, LimitValues, string]>([
  ['a maximum raised', { maxOrderValue: dec('10') }, { maxOrderValue: dec('10.01') }, 'looser'],
  ['a maximum lowered', { maxOrderValue: dec('10') }, { maxOrderValue: dec('9') }, 'tighter'],
  ['a maximum taken away', { maxOrderValue: dec('10') }, {}, 'looser'],
  ['a maximum where none was', {}, { maxOrderValue: dec('10') }, 'tighter'],
  ['a minimum raised', { minOrderValue: dec('9') }, { minOrderValue: dec('10') }, 'tighter'],
  ['a minimum lowered', { minOrderValue: dec('10') }, { minOrderValue: dec('9') }, 'looser'],
  ['a minimum of 0, which needs a price, taken away', { minOrderValue: dec('0') }, {}, 'looser'],
  ['a window made longer', { orderRateWindowMs: 2_000 }, { orderRateWindowMs: 3_000 }, 'tighter'],
  ['a window made shorter', { orderRateWindowMs: 2_000 }, { orderRateWindowMs: 1_999 }, 'looser'],
  ['a window below its default', {}, { orderRateWindowMs: 999 }, 'looser'],
  ['a window above its default', {}, { repeatWindowMs: 1_001 }, 'tighter'],
  ['a window that was its default', { repeatWindowMs: 1_000 }, {}, 'none'],
  ['a share above its default', {}, { maxConcentrationPercent: dec('21') }, 'looser'],
  ['a share below its default', {}, { maxConcentrationPercent: dec('19') }, 'tighter'],
  ['a floor where none was', {}, { concentrationFloor: dec('1') }, 'looser'],
  ['a floor raised', { concentrationFloor: dec('1') }, { concentrationFloor: dec('2') }, 'looser'],
  ['a floor taken away', { concentrationFloor: dec('1') }, {}, 'tighter'],
  ['a flag set', {}, { restricted: true }, 'tighter'],
  ['a flag taken back', { restricted: true }, { restricted: false }, 'looser'],
  ['a flag that was off', { restricted: false }, {}, 'none'],
  ['a stop', { tradingState: 'REDUCING' }, { tradingState: 'HALTED' }, 'tighter'],
  ['a stop taken back', { tradingState: 'HALTED' }, { tradingState: 'REDUCING' }, 'looser'],
  ['a state that stopped nothing', { tradingState: 'ACTIVE' }, {}, 'none'],
  ['approvals where none were', {}, { approvalWithinMs: 1_000 }, 'looser'],
  ['approvals no more', { approvalWithinMs: 1_000 }, {}, 'tighter'],
  ['fewer quotes that count', { maxQuoteAgeMs: 9 }, { maxQuoteAgeMs: 8 }, 'unclear'],
])('%s', (_name, before, after, effect) => {
  // A limit beside it keeps the entry from being empty.
  const { changes, loosens } = compared(firm({ ...before, watched: true }), firm({ ...after, watched: true }));
  const [limit] = Object.keys({ ...before, ...after }) as [LimitName];
  const row = { scope: {}, limit, before: before[limit], after: after[limit], effect };
  expect(changes).toEqual([JSON.parse(JSON.stringify(row))]);
  expect(loosens).toBe(effect === 'looser' || effect === 'unclear');
});

test.each<[string, readonly LimitEntry[], readonly LimitEntry[], boolean]>([
  ['the same', firm({ maxOrderRate: 5 }), firm({ maxOrderRate: 5 }), false],
  [
    'one account more',
    firm({ maxOrderRate: 5 }),
    [...firm({ maxOrderRate: 5 }), of(ALPHA, { maxOrderRate: 9 })],
    false,
  ],
  ['moved to one account', firm({ maxOrderRate: 5 }), [of(ALPHA, { maxOrderRate: 5 })], true],
  ['moved to the firm', [of(ALPHA, { maxOrderRate: 5 })], firm({ maxOrderRate: 5 }), false],
  ['moved to the firm, and higher', [of(ALPHA, { maxOrderRate: 5 })], firm({ maxOrderRate: 6 }), true],
  ['an exception to a default', [], [of(ALPHA, { maxConcentrationPercent: dec('50') })], true],
  [
    'an exception where a stricter one of the firm counts',
    firm({ maxConcentrationPercent: dec('10') }),
    [...firm({ maxConcentrationPercent: dec('10') }), of(ALPHA, { maxConcentrationPercent: dec('50') })],
    false,
  ],
  ['one side for another', firm({ maxOrderRate: 5 }), firm({ maxDailyOrders: 1 }), true],
])('%s', (_name, before, after, loosens) => {
  expect(compared(before, after).loosens).toBe(loosens);
});

test('the first document bounds what nothing has bounded', () => {
  const first = documentOf(firm({ concentrationFloor: dec('9'), restricted: false, maxQuoteAgeMs: 5 }));
  expect(compareLimits(undefined, first)).toMatchObject({ loosens: false });
});

/** How much a value lets pass: the oracle, written down once more and by numbers. */
const LETS_PASS: Readonly<Partial<Record<LimitName, (value: LimitValue | undefined) => number>>> = {
  maxOrderQuantity: (value) => (value === undefined ? Infinity : Number(value)),
  minOrderQuantity: (value) => (value === undefined ? Infinity : -Number(value)),
  restricted: (value) => (value === true ? 0 : 1),
  tradingState: (value) => (value === 'HALTED' ? 0 : value === 'REDUCING' ? 1 : 2),
  orderRateWindowMs: (value) => -Number(value ?? 1_000),
  maxConcentrationPercent: (value) => Number(value ?? 20),
  concentrationFloor: (value) => Number(value ?? -1),
  approvalWithinMs: (value) => Number(value ?? 0),
};

const PARTS = ['account', 'strategy', 'symbol', 'venue'] as const;
const NAMES = ['a', 'b'];
const part = fc.option(fc.constantFrom(...NAMES), { nil: undefined });
const defined = (parts: { readonly [P in keyof LimitScope]: string | undefined }): LimitScope =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
const anyScope = fc.record({ account: part, strategy: part, symbol: part, venue: part }).map(defined);
const VALUES: Readonly<Partial<Record<LimitName, readonly LimitValue[]>>> = {
  maxOrderQuantity: [dec('1'), dec('2'), dec('3')],
  minOrderQuantity: [dec('0'), dec('1')],
  restricted: [false, true],
  tradingState: ['ACTIVE', 'REDUCING', 'HALTED'],
  orderRateWindowMs: [500, 1_000, 2_000],
  maxConcentrationPercent: [dec('10'), dec('20'), dec('30')],
  concentrationFloor: [dec('0'), dec('5')],
  approvalWithinMs: [1, 2],
};
/** Entries of one limit, so that none of the others hides what is wrong with it; no scope twice, as that is refused. */
const anyEntries = (limit: LimitName) =>
  fc.uniqueArray(
    fc
      .record({ scope: anyScope, value: fc.constantFrom(...(VALUES[limit] ?? [])) })
      .map(({ scope, value }) => of(scope, { [limit]: value })),
    { maxLength: 4, selector: ({ scope }) => PARTS.map((name) => scope[name] ?? '').join() },
  );
const withOther = [...NAMES, 'other'];
const KEYS: readonly LimitKey[] = withOther.flatMap((account) =>
  withOther.flatMap((strategy) =>
    withOther.flatMap((symbol) => [...withOther, undefined].map((venue) => ({ account, strategy, symbol, venue }))),
  ),
);

test.each(Object.entries(LETS_PASS) as [LimitName, (value: LimitValue | undefined) => number][])(
  'of %s it says "looser" exactly when some order may do more than before',
  (limit, letsPass) => {
    const answers = new Set<boolean>();
    fc.assert(
      fc.property(anyEntries(limit), anyEntries(limit), fc.integer({ min: 0, max: 4 }), (before, other, kept) => {
        // Most changes leave most entries alone.
        const isKept = ({ scope }: LimitEntry): boolean =>
          before.slice(0, kept).some((one) => isSame(one.scope, scope));
        const after = [...before.slice(0, kept), ...other.filter((entry) => !isKept(entry))];
        const old = createLimitResolver(documentOf(before));
        const now = createLimitResolver(documentOf(after));
        const isLooser = KEYS.some(
          (key) => letsPass(now.limitsOf(key)[limit]?.value) > letsPass(old.limitsOf(key)[limit]?.value),
        );
        answers.add(isLooser);
        expect(compared(before, after).loosens).toBe(isLooser);
      }),
      { numRuns: 600 },
    );
    expect(answers.size).toBe(2);
  },
);
const isSame = (one: LimitScope, other: LimitScope): boolean => PARTS.every((name) => one[name] === other[name]);
