/** The measured parts of docs/RELIABILITY.md, from docs/figures. */
import { FAULTS, WAITS_FOR } from '../chaos/matrix';
import { barChart, lineChart } from './charts';
import { grouped, provenance, readFigures, tableOf } from './figures';
import type { FiguresHead } from './figures';

interface ChaosFigures extends FiguresHead {
  readonly orders: number;
  readonly seed: number;
  readonly timeScale: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly duplicates: number;
  readonly conservationErrors: number;
  readonly stuck: number;
  readonly historiesReplayed: number;
  readonly replayFailures: number;
  readonly recoveryMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly invariants: Readonly<Record<string, { readonly ok: boolean; readonly checked: number }>>;
  readonly problems: readonly string[];
  readonly seconds: number;
}

interface SoakFigures extends FiguresHead {
  readonly minutes: number;
  readonly ordersPerSecond: number;
  readonly orders: number;
  readonly modifications: number;
  readonly continuations: number;
  readonly longestHistory: number;
  readonly stuck: number;
  readonly trends: Readonly<
    Record<string, { readonly early: number; readonly late: number; readonly ratio: number; readonly isFlat: boolean }>
  >;
  readonly samples: readonly Readonly<Record<string, number>>[];
  readonly problems: readonly string[];
}

const chaosRuns = (): readonly ChaosFigures[] =>
  ['chaos-embedded', 'chaos-production'].map((name) => readFigures(name) as ChaosFigures);
const soakRun = (): SoakFigures => readFigures('soak') as SoakFigures;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What each run of chaos came to. */
export function chaosResults(): string {
  const runs = chaosRuns();
  const row = (name: string, of: (run: ChaosFigures) => string): readonly string[] => [name, ...runs.map(of)];
  return [
    ...runs.map((run) => `- ${run.profile}: ${provenance(run)}`),
    '',
    tableOf([
      row('', ({ profile }) => profile),
      row('orders', ({ orders }) => grouped(orders)),
      row('faults injected', ({ faults }) => grouped(sum(Object.values(faults)))),
      row('lost', ({ lost }) => String(lost)),
      row('duplicates at the venue', ({ duplicates }) => String(duplicates)),
      row('errors of quantities, prices, money', ({ conservationErrors }) => String(conservationErrors)),
      row('stuck', ({ stuck }) => String(stuck)),
      row(
        'histories replayed, failures',
        ({ historiesReplayed, replayFailures }) => `${grouped(historiesReplayed)}, ${String(replayFailures)}`,
      ),
      row(
        'until an order is acknowledged again: p50, p99, max',
        ({ recoveryMs: { p50, p99, max } }) => `${grouped(p50)}, ${grouped(p99)}, ${grouped(max)} ms`,
      ),
      row(
        'seed, time scale, duration',
        (run) => `${String(run.seed)}, ${String(run.timeScale)}, ${grouped(run.seconds)} s`,
      ),
      row('problems', ({ problems }) => (problems.length === 0 ? 'none' : problems.join('; '))),
    ]),
  ].join('\n');
}

/** How often each fault was played on each profile. */
export function chaosFaults(): string {
  const runs = chaosRuns();
  const rows = FAULTS.map(({ id, title }) => [
    ...[id, title, ...runs.map(({ faults }) => String(faults[id] ?? 0))],
    WAITS_FOR[id] ?? '',
  ]);
  return tableOf([['fault', 'what happens', ...runs.map(({ profile }) => profile), 'not yet'], ...rows]);
}

/** What was compared at the end of the runs, and how often. */
export function chaosInvariants(): string {
  const runs = chaosRuns();
  const names = [...new Set(runs.flatMap(({ invariants }) => Object.keys(invariants)))];
  const cell = ({ invariants }: ChaosFigures, name: string): string => {
    const found = invariants[name];
    if (found === undefined) return 'not checked';
    return `${found.ok ? 'holds' : 'BROKEN'}, ${grouped(found.checked)} checked`;
  };
  return tableOf([
    ['invariant', ...runs.map(({ profile }) => profile)],
    ...names.map((name) => [name, ...runs.map((run) => cell(run, name))]),
  ]);
}

/** What hours of trading changed. */
export function soakResults(): string {
  const run = soakRun();
  const rows = Object.entries(run.trends).map(([name, { early, late, ratio, isFlat }]) => [
    ...[name, grouped(early), grouped(late), ratio.toFixed(2), isFlat ? 'flat' : 'GROWS'],
  ]);
  return [
    provenance(run),
    '',
    `${grouped(run.minutes)} minutes at ${String(run.ordersPerSecond)} orders a second: ${grouped(run.orders)} orders and ` +
      `${grouped(run.modifications)} modifications of orders that lived all along, which went on as a new run ` +
      `${grouped(run.continuations)} times; the longest history had ${grouped(run.longestHistory)} events; ` +
      `${String(run.stuck)} stuck; problems: ${run.problems.length === 0 ? 'none' : run.problems.join('; ')}.`,
    '',
    tableOf([['', 'second quarter', 'last quarter', 'ratio', ''], ...rows]),
  ].join('\n');
}

/** The drawings of the page, by file name in docs. */
export function reliabilityCharts(): Readonly<Record<string, string>> {
  const { samples } = soakRun();
  const points = (name: string): (readonly [number, number])[] =>
    samples.map((sample) => [(sample['atS'] ?? 0) / 60, sample[name] ?? 0]);
  const runs = chaosRuns();
  return {
    'soak-memory.svg': lineChart({
      ...{ title: 'Soak: memory of each process', x: 'minutes', y: 'MB' },
      series: [
        { name: 'worker', points: points('workerMb') },
        { name: 'Temporal server', points: points('temporalMb') },
        { name: 'simulated venue', points: points('venueMb') },
      ],
    }),
    'soak-histories.svg': lineChart({
      ...{ title: 'Soak: longest history of what runs on', x: 'minutes', y: 'events' },
      series: [{ name: 'longest history', points: points('longestHistory') }],
    }),
    'chaos-recovery.svg': barChart({
      ...{ title: 'Chaos: until an order is acknowledged again', y: 'ms', groups: ['p50', 'p99', 'max'] },
      series: runs.map(({ profile, recoveryMs: { p50, p99, max } }) => ({ name: profile, values: [p50, p99, max] })),
    }),
  };
}
