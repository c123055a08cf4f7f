/** One soak: trade for a time on the embedded profile, look from outside, then let everything come to rest and judge it. */
import { comeToRest, judge } from '../chaos/judge';
import type { Verdict } from '../chaos/judge';
import { MarketMoves } from '../chaos/load';
import { pause } from '../chaos/persistently';
import { Random } from '../chaos/random';
import { ChaosSystem } from '../chaos/system';
import { Trade } from './trade';
import { isFlat, trendOf } from './trend';
import type { Allowance, Trend } from './trend';
import { Watch } from './watch';
import type { Sample } from './watch';

export interface SoakOptions {
  readonly minutes: number;
  readonly ordersPerSecond: number;
  readonly seed: number;
  readonly stateDir: string;
  readonly signal: AbortSignal;
  /** Takes what has to be stopped when nobody waits for the run any more. */
  readonly onCut: (stop: () => Promise<unknown>) => void;
  readonly say: (line: string) => void;
}

/** What a run has found so far; whoever is interrupted still has it. */
export interface SoakFound {
  readonly options: SoakOptions;
  readonly beganMs: number;
  /** Both from when the system is up. */
  watch: Watch | undefined;
  trade: Trade | undefined;
  verdict: Verdict | undefined;
  temporalServer: string;
  readonly problems: string[];
}

/** One judged figure. */
export interface Judged extends Trend {
  readonly isFlat: boolean;
}
export interface SoakResult {
  readonly options: SoakOptions;
  readonly samples: readonly Sample[];
  readonly trends: Readonly<Partial<Record<Watched, Judged>>>;
  /** Megabytes that each further order adds, in the first and the second half: growth per order must not grow. */
  readonly mbPerOrder: Readonly<
    Record<'database' | 'temporalFiles', { readonly early: number; readonly late: number }>
  >;
  readonly modifications: number;
  /** In events, of all samples. */
  readonly longestHistory: number;
  /** How often an order that lives all along went on as a new run. */
  readonly continuations: number;
  readonly verdict: Verdict | undefined;
  readonly temporalServer: string;
  readonly problems: readonly string[];
  readonly seconds: number;
}

/** What must stay flat, and what still counts as flat: memory of a garbage collector moves by some. */
const WATCHED = {
  workerMb: { ratio: 1.15, rise: 30 },
  temporalMb: { ratio: 1.25, rise: 60 },
  openWorkflows: { ratio: 1.15, rise: 20 },
} as const satisfies Partial<Record<keyof Sample, Allowance>>;
type Watched = keyof typeof WATCHED;

/** A run ends after 200 things (workflows/run-length.ts) of seven events or so; what is under way then may take some more. */
const LONGEST_HISTORY = 2_000;

const SAMPLES = 120;
const EVERY_AT_LEAST_MS = 5_000;
const MS_PER_MINUTE = 60_000;

/** A run that has found nothing yet. */
export const nothingFound = (options: SoakOptions): SoakFound => ({
  ...{ options, beganMs: performance.now(), watch: undefined, trade: undefined, verdict: undefined },
  ...{ temporalServer: 'unknown', problems: [] },
});

/** Plays a whole run and writes what it finds into `found` as it goes; whatever happens, nothing is left running. */
export async function soak(found: SoakFound): Promise<void> {
  const { options, problems } = found;
  const { say, signal } = options;
  const random = new Random(options.seed);
  const starting = ChaosSystem.start({ stateDir: options.stateDir, say });
  options.onCut(async () => (await starting).stop());
  const system = await starting;
  const trade = new Trade(system, random.branch(1), options.ordersPerSecond);
  const durationMs = options.minutes * MS_PER_MINUTE;
  const watch = new Watch(system, Math.max(EVERY_AT_LEAST_MS, durationMs / SAMPLES), () => trade.accepted.size);
  Object.assign(found, { trade, watch });
  try {
    found.temporalServer = (await system.connection.workflowService.getSystemInfo({})).serverVersion;
    const market = new MarketMoves(system, random.branch(2));
    market.start();
    const trading = trade.run();
    watch.start(
      () => trade.longLivedWorkflows,
      (sample) => {
        if (watch.samples.length % 4 === 0) say(inWords(sample));
      },
    );
    const endMs = performance.now() + durationMs;
    while (!signal.aborted && performance.now() < endMs) await Promise.race([pause(500), trading]);
    await watch.stop();
    trade.stop();
    await trading;
    await market.stop();
    problems.push(...trade.problems, ...watch.failing);
    const stuck = await comeToRest(system, trade, say);
    found.verdict = await judge(system, trade, stuck, say);
  } finally {
    await watch.stop().catch((error: unknown) => problems.push(`the watch ended: ${String(error)}`));
    trade.stop();
    await system.stop();
  }
}

/** What comes of all that was found. */
export function resultOf(found: SoakFound): SoakResult {
  const { options, watch, trade, verdict, temporalServer, problems } = found;
  const samples = watch?.samples ?? [];
  const trends = trendsOf(samples);
  const longestHistory = Math.max(0, ...samples.map((sample) => sample.longestHistory));
  return {
    ...{ options, samples, trends, verdict, temporalServer, modifications: trade?.modifications ?? 0 },
    mbPerOrder: { database: perOrder(samples, 'databaseMb'), temporalFiles: perOrder(samples, 'temporalFilesMb') },
    ...{ longestHistory, continuations: watch?.continuations ?? 0 },
    problems: [...problems, ...tooLong(longestHistory), ...problemsOf(trends, verdict)],
    seconds: (performance.now() - found.beganMs) / 1_000,
  };
}

const tooLong = (events: number): readonly string[] =>
  events <= LONGEST_HISTORY ? [] : [`a history of ${String(events)} events: at most ${String(LONGEST_HISTORY)}`];

function trendsOf(samples: readonly Sample[]): SoakResult['trends'] {
  const trends: Partial<Record<Watched, Judged>> = {};
  for (const [name, allowance] of Object.entries(WATCHED) as [Watched, Allowance][]) {
    const trend = trendOf(samples.map((sample) => sample[name]));
    if (trend !== undefined) trends[name] = { ...trend, isFlat: isFlat(trend, allowance) };
  }
  return trends;
}

function perOrder(samples: readonly Sample[], name: 'databaseMb' | 'temporalFilesMb'): { early: number; late: number } {
  const middle = samples[Math.floor(samples.length / 2)];
  const growth = (from: Sample | undefined, to: Sample | undefined): number =>
    from === undefined || to === undefined ? NaN : (to[name] - from[name]) / (to.orders - from.orders);
  return { early: growth(samples[0], middle), late: growth(middle, samples.at(-1)) };
}

function problemsOf(trends: SoakResult['trends'], verdict: Verdict | undefined): readonly string[] {
  const problems = Object.entries(trends).flatMap(([name, { isFlat: flat, early, late }]) =>
    flat ? [] : [`${name} grows: ${early.toFixed(0)} in the second quarter, ${late.toFixed(0)} in the last`],
  );
  if (Object.keys(trends).length === 0) problems.push('the run was too short to see a trend');
  if (verdict === undefined) return [...problems, 'the run ended before anything could be judged'];
  return [
    ...problems,
    ...verdict.lost.map((orderId) => `lost: ${orderId}`),
    ...verdict.stuck.map((why) => `stuck: ${why}`),
    ...Object.entries(verdict.invariants).flatMap(([name, { ok, violated, violations }]) =>
      ok ? [] : [`${name}: ${String(violated)} violations`, ...violations.map((violation) => `  ${violation}`)],
    ),
  ];
}

const inWords = (sample: Sample): string =>
  `${String(sample.atS).padStart(6)} s: ${String(sample.orders)} orders, ${String(sample.openWorkflows)} workflows open, ` +
  `longest history ${String(sample.longestHistory)}, worker ${sample.workerMb.toFixed(0)} MB, ` +
  `Temporal ${sample.temporalMb.toFixed(0)} MB, venue ${sample.venueMb.toFixed(0)} MB`;
