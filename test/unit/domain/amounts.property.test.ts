/**
 * Goal: a chain of sums in memory ends at what decimal.js says. Method: each step on numbers around the bound of what a
 * double holds, once as numbers in memory and once as decimals that only decimal.js computes.
 */
import fc from 'fast-check';
import * as amounts from '../../../src/domain/amounts';
import type { Amount } from '../../../src/domain/amounts';
import { add, canonical, compare, decimalOf, multiply, multiplyRoundedUp, subtract } from '../../../src/domain/money';
import type { DecimalString, Numeric } from '../../../src/domain/money';

const RUNS = 1_500;
const decimals = fc.oneof(
  fc
    .tuple(fc.constantFrom('', '-'), fc.stringMatching(/^[1-9][0-9]{0,15}$/), fc.stringMatching(/^[0-9]{0,13}$/))
    .map(([minus, whole, part]) => `${minus}${whole}${part === '' ? '' : `.${part}`}`),
  fc
    .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.stringMatching(/^[0-9]{1,4}$/))
    .map(([whole, part]) => `${String(whole)}.${part}`),
  fc.constantFrom('0', '0.00000001', '999999999999999', '9007199254740991', '-9007199254740993', '0.00000000000001'),
) as fc.Arbitrary<DecimalString>;
const longWay = (value: DecimalString): Numeric => decimalOf(value);
const read = (value: DecimalString): Amount => amounts.amountOf(value);

test.each([
  ['plus', amounts.plus, add],
  ['minus', amounts.minus, subtract],
  ['times', amounts.times, multiply],
  ['inOrder', amounts.inOrder, compare],
] as const)('%s is what decimal.js says, of texts and of amounts', (_name, quick, sure) => {
  fc.assert(
    fc.property(decimals, decimals, (a, b) => {
      const expected = sure(longWay(a), longWay(b));
      expect(written(quick(a, b))).toBe(expected);
      expect(written(quick(read(a), read(b)))).toBe(expected);
    }),
    { numRuns: RUNS },
  );
});

test('a product rounded up is what decimal.js says, and never less than the product', () => {
  fc.assert(
    fc.property(decimals, decimals, fc.integer({ min: 0, max: 12 }), (a, b, places) => {
      const product = amounts.timesRoundedUp(read(a), read(b), places);
      expect(amounts.textOf(product)).toBe(multiplyRoundedUp(longWay(a), longWay(b), places));
      expect(compare(amounts.textOf(product), multiply(longWay(a), longWay(b)))).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: RUNS },
  );
});

test('a chain of steps ends at what decimal.js says', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(decimals, decimals), { maxLength: 12 }), (products) => {
      let quick = amounts.NOTHING;
      let sure = '0' as DecimalString;
      for (const [a, b] of products) {
        quick = amounts.plus(quick, amounts.timesRoundedUp(a, b, 4));
        sure = add(longWay(sure), longWay(multiplyRoundedUp(longWay(a), longWay(b), 4)));
      }
      expect(amounts.textOf(quick)).toBe(sure);
      expect(amounts.textOf(amounts.opposite(quick))).toBe(subtract('0' as DecimalString, longWay(sure)));
    }),
    { numRuns: RUNS },
  );
});

test('the larger and the magnitude are of the values, whatever their spelling', () => {
  fc.assert(
    fc.property(decimals, decimals, (a, b) => {
      const more = compare(longWay(a), longWay(b)) >= 0 ? a : b;
      expect(amounts.textOf(amounts.larger(read(a), b))).toBe(canonical(more));
      expect(amounts.textOf(amounts.magnitude(read(a)))).toBe(canonical(longWay(a)).replace('-', ''));
    }),
    { numRuns: RUNS },
  );
});

test('what is no decimal throws, in place of counting as something', () => {
  for (const odd of ['abc', '', '1.2.3', undefined, null, 5] as unknown[] as DecimalString[]) {
    expect(() => amounts.isAtMost(amounts.NOTHING, odd)).toThrow();
    expect(() => amounts.plus(odd, amounts.NOTHING)).toThrow();
  }
});

const written = (result: Amount | number): string | number =>
  typeof result === 'number' ? result : amounts.textOf(result);
