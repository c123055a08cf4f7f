import { FEWEST_SAMPLES, isFlat, median, trendOf } from '../../../scripts/soak/trend';
import type { Trend } from '../../../scripts/soak/trend';

const ALLOWED = { ratio: 1.1, rise: 5 };
const trend = (samples: readonly number[]): Trend => trendOf(samples) ?? fail(samples);
const fail = (samples: readonly number[]): never => {
  throw new Error(`no trend of ${samples.join(', ')}`);
};
const samples = (at: (nth: number) => number): readonly number[] => Array.from({ length: 40 }, (_none, nth) => at(nth));

describe('the trend of a soak', () => {
  it('calls a figure flat that fills up first and then stays', () => {
    const filled = trend(samples((nth) => (nth < 10 ? 20 * nth : 200 + (nth % 3))));
    expect(filled).toMatchObject({ early: 201, late: 201, ratio: 1, lowest: 200, highest: 202, samples: 40 });
    expect(isFlat(filled, ALLOWED)).toBe(true);
  });

  it('sees a leak behind the teeth of a garbage collector', () => {
    const teeth = (nth: number): number => 30 * (nth % 4);
    expect(isFlat(trend(samples((nth) => 300 + teeth(nth))), ALLOWED)).toBe(true);
    expect(isFlat(trend(samples((nth) => 300 + teeth(nth) + 2 * nth)), ALLOWED)).toBe(false);
  });

  it('lets a small figure rise by a little, whatever the ratio', () => {
    const doubled = trend(samples((nth) => (nth < 20 ? 4 : 8)));
    expect(doubled.ratio).toBe(2);
    expect(isFlat(doubled, ALLOWED)).toBe(true);
    expect(isFlat(doubled, { ratio: 1.1, rise: 3 })).toBe(false);
  });

  it('grows from nothing without limit', () => {
    expect(trend(samples((nth) => (nth < 20 ? 0 : 100))).ratio).toBe(Infinity);
    expect(trend(samples(() => 0)).ratio).toBe(1);
  });

  it('has no trend of too few samples', () => {
    expect(trendOf(Array.from({ length: FEWEST_SAMPLES - 1 }, () => 1))).toBeUndefined();
  });

  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
  ])('takes the middle of %j', (values, middle) => {
    expect(median(values)).toBe(middle);
  });
});
