/**
 * Goal: the quick way through short decimals never gives another result than decimal.js. Method: every function on texts
 * around the bounds of the quick way, against the same function on decimals in memory, which only decimal.js computes.
 */
import fc from 'fast-check';
import {
  absolute,
  add,
  canonical,
  compare,
  decimalOf,
  equal,
  greaterThan,
  isMultipleOf,
  isNegative,
  isPositive,
  isZero,
  lessThan,
  maximum,
  minimum,
  multiply,
  multiplyRoundedUp,
  negate,
  roundDownTo,
  roundUpTo,
  subtract,
  sum,
} from '../../../src/domain/money';
import type { DecimalString, Numeric } from '../../../src/domain/money';

const RUNS = 4_000;

/** Decimals as they come: short and long, whole and broken, with zeros at both ends and values at the bound of a double. */
const decimals = fc.oneof(
  fc
    .tuple(fc.boolean(), fc.stringMatching(/^[0-9]{1,17}$/), fc.stringMatching(/^[0-9]{0,17}$/))
    .map(([minus, whole, part]) => `${minus ? '-' : ''}${whole}${part === '' ? '' : `.${part}`}`),
  fc.tuple(fc.integer({ min: -9_999_999, max: 9_999_999 }), fc.integer({ min: 0, max: 9 })).map(([units, places]) =>
    decimalOf(String(units) as DecimalString)
      .times(`1e-${String(places)}`)
      .toFixed(),
  ),
  fc.constantFrom('0', '-0', '-0.00', '1', '0.1', '1.50', '007', '999999999999999', '-999999999999999'),
  fc.constantFrom(
    '9007199254740991',
    '9007199254740993',
    '0.00000000000001',
    '900719925474.0993',
    '94906267',
    '94906266',
  ),
) as fc.Arbitrary<DecimalString>;

/** What decimal.js says, in decimal.js's own words where the function answers with a number. */
const inMemory = (value: DecimalString): Numeric => decimalOf(value);

test.each(
  Object.entries({
    add,
    subtract,
    multiply,
    minimum,
    maximum,
    compare,
    equal,
    lessThan,
    greaterThan,
  }) as [string, (a: Numeric, b: Numeric) => unknown][],
)('%s is what decimal.js says', (_name, work) => {
  fc.assert(
    fc.property(decimals, decimals, (a, b) => {
      expect(work(a, b)).toBe(work(inMemory(a), inMemory(b)));
    }),
    { numRuns: RUNS },
  );
});

test.each(
  Object.entries({ negate, absolute, canonical, isZero, isPositive, isNegative }) as [
    string,
    (a: Numeric) => unknown,
  ][],
)('%s is what decimal.js says', (_name, work) => {
  fc.assert(
    fc.property(decimals, (a) => {
      expect(work(a)).toBe(work(inMemory(a)));
    }),
    { numRuns: RUNS },
  );
});

test.each(
  Object.entries({ isMultipleOf, roundDownTo, roundUpTo }) as [string, (a: Numeric, step: Numeric) => unknown][],
)('%s is what decimal.js says for every step that a tick or a lot can be', (_name, work) => {
  const steps = fc.constantFrom('0.01', '0.05', '1', '10', '0.000001', '0.25', '3', '0.00000003') as typeof decimals;
  fc.assert(
    fc.property(decimals, steps, (a, step) => {
      // Past 40 digits decimal.js rounds the quotient; amounts are shorter.
      expect(work(a, step)).toBe(work(inMemory(a), inMemory(step)));
    }),
    { numRuns: RUNS },
  );
});

test('a rounded product is what decimal.js says, at every number of places', () => {
  fc.assert(
    fc.property(decimals, decimals, fc.integer({ min: 0, max: 15 }), (a, b, places) => {
      expect(multiplyRoundedUp(a, b, places)).toBe(multiplyRoundedUp(inMemory(a), inMemory(b), places));
      expect(compare(multiplyRoundedUp(a, b, places), multiply(a, b))).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: RUNS },
  );
});

test('a sum of many is what decimal.js says', () => {
  fc.assert(
    fc.property(fc.array(decimals, { maxLength: 12 }), (values) => {
      expect(sum(values)).toBe(sum(values.map(inMemory)));
    }),
    { numRuns: RUNS },
  );
});

test('sums and products are those of whole numbers of any size', () => {
  const places = 8;
  const scaled = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
  const spell = (units: bigint, decimalPlaces: number): DecimalString => {
    const digits = String(units < 0n ? -units : units).padStart(decimalPlaces + 1, '0');
    return `${units < 0n ? '-' : ''}${digits.slice(0, -decimalPlaces)}.${digits.slice(-decimalPlaces)}` as DecimalString;
  };
  fc.assert(
    fc.property(scaled, scaled, (a, b) => {
      const [left, right] = [spell(a, places), spell(b, places)];
      expect(equal(add(left, right), spell(a + b, places))).toBe(true);
      expect(equal(subtract(left, right), spell(a - b, places))).toBe(true);
      expect(equal(multiply(left, right), spell(a * b, 2 * places))).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

test.each(['', '-', '.', '1.', '.5', '1e3', '+1', ' 1', '1 ', '١', 'NaN', 'Infinity', '--1', '1.2.3', '0x10'])(
  'text that is no plain decimal (%j) is treated as decimal.js treats it',
  (text) => {
    const outcome = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return String(error);
      }
    };
    const odd = text as DecimalString;
    const one = '1' as DecimalString;
    expect(outcome(() => add(odd, one))).toBe(outcome(() => add(decimalOf(odd), decimalOf(one))));
    expect(outcome(() => compare(one, odd))).toEqual(outcome(() => compare(decimalOf(one), decimalOf(odd))));
    expect(outcome(() => multiply(odd, odd))).toBe(outcome(() => multiply(decimalOf(odd), decimalOf(odd))));
  },
);

test.each([undefined, null, 1, {}])('what is no text (%p) breaks down instead of passing a limit', (value) => {
  const odd = value as DecimalString;
  const one = '1' as DecimalString;
  const passes = (work: () => number): boolean => {
    try {
      return work() <= 0;
    } catch {
      return false;
    }
  };
  expect(passes(() => compare('2' as DecimalString, odd))).toBe(false);
  expect(passes(() => compare(odd, one))).toBe(false);
});
