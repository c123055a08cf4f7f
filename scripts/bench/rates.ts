/** How sections of a bench sum up what they timed. */

/** A rate, and the time within which 99 of 100 were done. */
export interface Rate {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** The value that `share` of the sorted values do not exceed. */
export const percentile = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;

/** Of each figure the middle one of the rounds. */
export function medians<F extends { readonly [K in keyof F]: number }>(rounds: readonly F[]): F {
  const [first] = rounds;
  if (first === undefined) throw new Error('a bench without rounds has no figures');
  const middle = (name: keyof F): number =>
    rounds.map((round) => round[name]).sort((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? Number.NaN;
  // Sound: every figure of the first round, by the same name.
  return Object.fromEntries(Object.keys(first).map((name) => [name, middle(name as keyof F)])) as unknown as F;
}

export const roundTo = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals;
