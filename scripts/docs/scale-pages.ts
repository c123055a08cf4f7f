/** The measured and computed parts of docs/PERFORMANCE.md about more workers, more shards and more orders. */
import { PARTS } from '../bench/scale/figures';
import type { Part, Point } from '../bench/scale/figures';
import { STORE_CORES, TARGET_SHARE } from '../bench/scale/model';
import type { Carried, CostModel, Prediction, ShardRate, Sizing } from '../bench/scale/model';
import { barChart } from './charts';
import { grouped, provenance, readFigures, tableOf } from './figures';
import type { FiguresHead } from './figures';

interface ScaleFigures extends FiguresHead {
  readonly short: boolean;
  readonly points: readonly Point[];
  readonly model: CostModel & { readonly reference: Pick<Point, 'workers' | 'shards'> };
  readonly predictions: readonly (Prediction & Pick<Point, 'workers' | 'shards'>)[];
  readonly shard?: ShardRate;
  readonly carriedByOne: readonly Carried[];
  readonly sizing: readonly Sizing[];
}
const NAMES: Readonly<Record<Part, string>> = {
  client: 'client',
  workers: 'workers',
  temporal: 'Temporal server',
  temporalStore: "Temporal's PostgreSQL",
  omsStore: "the OMS's PostgreSQL",
  venue: 'simulated venue',
};

const figures = (): ScaleFigures => readFigures('scale') as ScaleFigures;
const isReference = ({ model: { reference } }: ScaleFigures, { workers, shards }: Pick<Point, 'workers' | 'shards'>) =>
  workers === reference.workers && shards === reference.shards;

/** Each point beside what the model expects of it. */
export function scalePoints(): string {
  const run = figures();
  const rows = run.points.map((point, at) => {
    const { workers, shards, perSecond, doneMs, busyCores, idleCores, otherCores } = point;
    const told = run.predictions[at];
    return [
      ...[String(workers), String(shards), perSecond.toFixed(1)],
      isReference(run, point)
        ? 'the reference'
        : `${told?.perSecond.toFixed(1) ?? ''} (${told?.bound ?? ''}); ${percent(perSecond, told?.perSecond)}`,
      ...[`${grouped(doneMs.p50)} ms`, `${busyCores.toFixed(2)} · ${otherCores.toFixed(2)} · ${idleCores.toFixed(2)}`],
    ];
  });
  return [
    `${provenance(run)} ${String(run.points[0]?.atOnce ?? 0)} orders at once, medians of ${String(run.points[0]?.rounds ?? 0)} rounds.`,
    '',
    tableOf([
      ['workers', 'shards', 'orders/s', 'the model says; measured beside it', 'done, p50', 'cores: ours · else · idle'],
      ...rows,
    ]),
  ].join('\n');
}
const percent = (measured: number, told = Number.NaN): string => {
  const share = Math.round((measured / told - 1) * 100);
  return `${share > 0 ? '+' : ''}${String(share)} %`;
};

/** What an order of the reference costs each part. */
export function scaleCosts(): string {
  const { model, points, ...run } = figures();
  const reference = points.find((point) => isReference({ ...run, model, points }, point));
  if (reference === undefined) throw new Error('docs/figures/scale.json lacks its reference');
  const writes = (part: Part): readonly string[] => {
    if (part !== 'temporalStore' && part !== 'omsStore') return ['', '', ''];
    const { commits, rows, walBytes } = reference[part];
    return [commits.toFixed(0), rows.toFixed(0), (walBytes / 1_024).toFixed(0)];
  };
  return [
    tableOf([
      ['part', 'CPU ms an order', 'transactions', 'rows written', 'WAL, kB'],
      ...PARTS.map((part) => [NAMES[part], model.cpuMs[part].toFixed(1), ...writes(part)]),
    ]),
    '',
    `In all ${model.cpuMsInAll.toFixed(0)} ms. The busiest thread of a worker is busy for ${model.workerThreadMs.toFixed(1)} ms of an order; ` +
      `a history has ${grouped(reference.historyBytes)} bytes.`,
  ].join('\n');
}

/** What one of each carries, in the order in which they break. */
export function scaleBreaks(): string {
  const { carriedByOne } = figures();
  return tableOf([
    ['breaks first to last', 'carries, orders a second'],
    ...carriedByOne.map(({ what, ordersPerSecond, isAtLeast }) => [
      ...[what, `${isAtLeast === true ? 'at least ' : ''}${grouped(ordersPerSecond)}`],
    ]),
  ]);
}

/** What desks of other sizes need. */
export function scaleSizing(): string {
  const { sizing } = figures();
  const row = (name: string, of: (size: Sizing) => string): readonly string[] => [name, ...sizing.map(of)];
  const load = ({ commitsPerSecond, walMbPerSecond }: Sizing['omsStore']): string =>
    `${grouped(commitsPerSecond)} · ${grouped(walMbPerSecond)} MB`;
  const cores = PARTS.filter((part) => part !== 'venue' && part !== 'client').map((part) =>
    row(`cores: ${NAMES[part]}`, (size) => grouped(size.cores[part])),
  );
  return [
    tableOf([
      row('orders a second', ({ ordersPerSecond }) => `**${grouped(ordersPerSecond)}**`),
      row('worker processes', ({ workers }) => grouped(workers)),
      ...cores,
      row(`Temporal clusters, each with a store of ${String(STORE_CORES)} cores`, (size) =>
        grouped(size.temporalClusters),
      ),
      row('history shards in all of them', ({ shards }) => (shards === undefined ? 'not measured' : grouped(shards))),
      row(`OMS databases of ${String(STORE_CORES)} cores`, ({ omsDatabases }) => grouped(omsDatabases)),
      row("Temporal's stores: transactions and WAL a second", ({ temporalStore }) => load(temporalStore)),
      row("the OMS's: transactions and WAL a second", ({ omsStore }) => load(omsStore)),
      row('activities a second, on the queues of all venues', (size) => grouped(size.activitiesPerSecond)),
      row('closed histories, GB a day of such a rate', ({ historyGbPerDay }) => grouped(historyGbPerDay)),
    ]),
    '',
    `Nothing of it is above ${String(TARGET_SHARE * 100)} % of what it can do.`,
  ].join('\n');
}

export function scaleCharts(): Readonly<Record<string, string>> {
  const { points, predictions } = figures();
  return {
    'scale.svg': barChart({
      title: 'Orders a second on this machine, measured and as the model says',
      y: 'orders/s',
      groups: points.map(
        ({ workers, shards }) => `${String(workers)} workers, ${String(shards)} shard${shards === 1 ? '' : 's'}`,
      ),
      series: [
        { name: 'measured', values: points.map(({ perSecond }) => perSecond) },
        { name: 'the model', values: predictions.map(({ perSecond }) => Math.round(perSecond * 100) / 100) },
      ],
    }),
  };
}
