/** What a run has measured, and how rounds become figures. */
import { percentile, roundTo } from '../rates';
import type { Build } from './messages';
import type { Profile } from './options';

export interface Spread {
  readonly p50: number;
  readonly p99: number;
}
export interface BuildFigures {
  readonly perSecond: number;
  readonly acceptMs: Spread;
  readonly acknowledgedMs: Spread;
  readonly doneMs: Spread;
  readonly cpuMsPerOrder: {
    readonly node: number;
    readonly temporal: number;
    readonly database: number;
    readonly venue: number;
  };
  readonly events: number;
  readonly historyBytes: number;
  readonly workflowTasks: number;
  readonly activities: number;
  readonly signals: number;
}
export interface Ratios {
  readonly rateToFloor: number;
  readonly rateToPlain: number;
  readonly acceptToBareStart: number;
  readonly acknowledgedToPlain: number;
}
/** Everything of one round of one cell. */
export interface Round extends Readonly<Record<Build, BuildFigures>> {
  readonly bareStart: Spread;
}
export interface Cell extends Round {
  readonly profile: Profile;
  readonly concurrency: number;
  readonly rounds: number;
  readonly ratios: Ratios;
}

const DECIMALS = 2;

/** The middle and the slow end of some times. */
export function spreadOf(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  return { p50: roundTo(percentile(sorted, 0.5), DECIMALS), p99: roundTo(percentile(sorted, 0.99), DECIMALS) };
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

type Figures = number | { readonly [name: string]: Figures };

/** Of each figure the median over the rounds. */
export function medianOf<F extends object>(rounds: readonly [F, ...F[]]): F {
  const of = (all: readonly Figures[]): Figures => {
    const [first] = all;
    if (typeof first === 'number') return roundTo(median(all as readonly number[]), DECIMALS);
    const objects = all as readonly Readonly<Record<string, Figures>>[];
    return Object.fromEntries(
      Object.keys(first ?? {}).map((name) => [name, of(objects.map((each) => each[name] ?? Number.NaN))]),
    );
  };
  // Sound: every figure of the first round, by the same name.
  return of(rounds as unknown as readonly Figures[]) as unknown as F;
}

/** Ours divided by what it is compared with; each the median of the rounds' own, as the two of a round shared the machine. */
export function ratiosOf(rounds: readonly Round[]): Ratios {
  const ratio = (of: (round: Round) => number): number => roundTo(median(rounds.map(of)), DECIMALS);
  return {
    rateToFloor: ratio(({ ours, floor }) => ours.perSecond / floor.perSecond),
    rateToPlain: ratio(({ ours, plain }) => ours.perSecond / plain.perSecond),
    acceptToBareStart: ratio(({ ours, bareStart }) => ours.acceptMs.p50 / bareStart.p50),
    acknowledgedToPlain: ratio(({ ours, plain }) => ours.acknowledgedMs.p50 / plain.acknowledgedMs.p50),
  };
}

export function cellOf(profile: Profile, concurrency: number, rounds: readonly [Round, ...Round[]]): Cell {
  return { profile, concurrency, rounds: rounds.length, ...medianOf(rounds), ratios: ratiosOf(rounds) };
}

/** How much `y` grows with each unit of `x`, by least squares. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
