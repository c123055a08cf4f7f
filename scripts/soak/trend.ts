/** Says of a figure that was sampled over a run whether it stayed flat or grew. */

/** What a run shows of one figure. */
export interface Trend {
  /** Median of the second quarter: the first one is filling caches and is not looked at. */
  readonly early: number;
  /** Median of the last quarter. */
  readonly late: number;
  /** `late` divided by `early`. */
  readonly ratio: number;
  /** Least and greatest after the first quarter. */
  readonly lowest: number;
  readonly highest: number;
  readonly samples: number;
}

/** Fewer leave no quarter with a median worth the name. */
export const FEWEST_SAMPLES = 8;

/** The trend of samples taken at even intervals; undefined for fewer than {@link FEWEST_SAMPLES}. */
export function trendOf(samples: readonly number[]): Trend | undefined {
  if (samples.length < FEWEST_SAMPLES) return undefined;
  const quarter = Math.floor(samples.length / 4);
  const settled = samples.slice(quarter);
  const early = median(samples.slice(quarter, 2 * quarter));
  const late = median(samples.slice(-quarter));
  return {
    ...{ early, late, ratio: early === 0 ? (late === 0 ? 1 : Infinity) : late / early },
    ...{ lowest: Math.min(...settled), highest: Math.max(...settled), samples: samples.length },
  };
}

/** How far a figure may rise and still count as flat. */
export interface Allowance {
  /** `late` divided by `early`, at most. */
  readonly ratio: number;
  /** A rise of no more than this is flat whatever the ratio: a small figure doubles easily. */
  readonly rise: number;
}

export const isFlat = ({ early, late, ratio }: Trend, allowed: Allowance): boolean =>
  ratio <= allowed.ratio || late - early <= allowed.rise;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
