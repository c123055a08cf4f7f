/** Goal: the list of checks is complete, described, and can be added to but not weakened. */
import { addCheck, DEFAULT_CHECKS, judgeRisk, runChecks } from '../../../../src/domain/risk/checks';
import { LIMITS } from '../../../../src/domain/risk/limits';
import type { RiskCheck } from '../../../../src/domain/risk/risk-context';
import { context } from '../trading-fixtures';

const own: RiskCheck = {
  code: 'LUNCH',
  check: () => [{ code: 'LUNCH', field: 'account', value: 'alpha', rule: 'No orders at lunch.' }],
};
const codesOf = (checks: readonly RiskCheck[]): readonly string[] => checks.map(({ code }) => code);

test('there are many checks, each with a code of its own and a sentence', () => {
  expect(DEFAULT_CHECKS.length).toBeGreaterThanOrEqual(22);
  expect(new Set(codesOf(DEFAULT_CHECKS)).size).toBe(DEFAULT_CHECKS.length);
  expect(DEFAULT_CHECKS.filter(({ sentence }) => !/^[A-Z].+\.$/.test(sentence ?? ''))).toEqual([]);
});

test('every limit of the register is judged by a check', () => {
  const judged = new Set(DEFAULT_CHECKS.flatMap(({ limits }) => limits ?? []));
  // The age of marks bounds what the other limits are measured against; an approval is asked for after all have judged.
  expect(Object.keys(LIMITS).filter((name) => !judged.has(name as keyof typeof LIMITS))).toEqual([
    'maxMarkAgeMs',
    'approvalWithinMs',
  ]);
});

test('what can be overridden are limits of judgement, never a fact or a hard rule', () => {
  expect(DEFAULT_CHECKS.filter(({ overridable }) => overridable !== true).map(({ code }) => code)).toEqual([
    ...['ACCOUNT_UNKNOWN', 'ACCOUNT_HALTED', 'ACCOUNT_REDUCING', 'TRADING_HALTED', 'REDUCE_ONLY'],
    ...['INSTRUMENT_UNKNOWN', 'INSTRUMENT_NOT_TRADABLE', 'RESTRICTED', 'WATCHED', 'QUANTITY_INVALID', 'PRICE_INVALID'],
    ...['MARKET_CLOSED', 'MARKET_DATA_STALE', 'PRICE_LIMITS', 'SELF_TRADE', 'SHORT_NOT_ALLOWED', 'BORROW'],
    ...['BUYING_POWER', 'MARGIN'],
  ]);
});

test.each([
  [{ before: 'PRICE_COLLAR' }, 'PRICE_COLLAR', -1],
  [{ after: 'PRICE_COLLAR' }, 'PRICE_COLLAR', 1],
] as const)('a check of one’s own goes to %j in a new list', (place, beside, distance) => {
  const before = codesOf(DEFAULT_CHECKS);
  const checks = addCheck(DEFAULT_CHECKS, own, place);
  expect(codesOf(checks).indexOf('LUNCH') - codesOf(checks).indexOf(beside)).toBe(distance);
  expect(codesOf(checks).filter((code) => code !== 'LUNCH')).toEqual(before);
  expect(codesOf(DEFAULT_CHECKS)).toEqual(before);
});

test('a check of one’s own denies, in its place', () => {
  expect(runChecks(context(), addCheck(DEFAULT_CHECKS, own)).map(({ code }) => code)).toEqual(['LUNCH']);
  expect(codesOf(addCheck(DEFAULT_CHECKS, own)).at(-1)).toBe('LUNCH');
});

test.each([
  ['a code that exists', { ...own, code: 'BUYING_POWER' }, 'last', 'there is a check BUYING_POWER already'],
  ['no code', { ...own, code: '' }, 'last', 'a check needs a code'],
  ['a place that is not there', own, { after: 'BUYING_POWERS' }, 'there is no check BUYING_POWERS to stand beside'],
] as const)('%s is refused', (_name, check, place, message) => {
  expect(() => addCheck(DEFAULT_CHECKS, check, place)).toThrow(message);
});

test('a note that breaks down denies', () => {
  const broken: RiskCheck = {
    code: 'BROKEN',
    check: () => [],
    notes: () => {
      throw new Error('boom');
    },
  };
  expect(judgeRisk(context(), [broken])).toMatchObject({
    violations: [{ code: 'RISK_CHECK_FAILED', field: 'BROKEN' }],
  });
});
