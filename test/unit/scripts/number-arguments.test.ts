import { numberAboveZero, wholeNumber, wholeNumberAboveZero } from '../../../scripts/number-arguments';

const refusals = (read: (text: string) => number, texts: readonly string[]): readonly string[] =>
  texts.filter((text) => {
    try {
      read(text);
      return false;
    } catch {
      return true;
    }
  });

test('numbers of a command are taken as they are, and nothing else is taken for one', () => {
  expect(['0', '7', '2147483647'].map(wholeNumber)).toEqual([0, 7, 2_147_483_647]);
  expect(refusals(wholeNumber, ['', '-1', '1.5', '1e3', 'x', '12345678901'])).toHaveLength(6);
  expect(['1', '300'].map(wholeNumberAboveZero)).toEqual([1, 300]);
  expect(refusals(wholeNumberAboveZero, ['', '0', '-1', '1.5', '1234567890'])).toHaveLength(5);
  expect(['0.5', '10000'].map(numberAboveZero)).toEqual([0.5, 10_000]);
  expect(refusals(numberAboveZero, ['', '0', '-1', '10001', 'Infinity', 'x'])).toHaveLength(6);
});
