/** `npm run bench -- scale`: one, two and four workers, few and many shards, and whether a model of the cost tells their rates. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectNative } from '../../../src/temporal/connection';
import { figuresHead } from '../../figures/head';
import { HISTORY_SHARDS } from '../../production/temporal-config';
import { runBench } from '../bench-run';
import type { BenchTools } from '../bench-run';
import { startOwnProduction } from '../orders/bed';
import { NAMESPACE } from '../orders/build-settings';
import type { Point } from './figures';
import { carriedByOne, costOf, predicted, shardRateOf, sizingOf } from './model';
import { System } from './system';

export interface ScaleOptions {
  readonly short: boolean;
  readonly json?: string;
  readonly state?: string;
}

/** Workers that are measured one after the other on a Temporal server of so many shards, whose number is for ever. */
interface Servers {
  readonly shards: number;
  readonly workers: readonly number[];
}
/** The reference is measured first, so that every further point can be told beside what was expected of it. */
const REFERENCE = { workers: 2, shards: HISTORY_SHARDS } as const;
const SERVERS: readonly Servers[] = [
  { shards: REFERENCE.shards, workers: [REFERENCE.workers, 4] },
  { shards: REFERENCE.shards, workers: [1] },
  { shards: 1, workers: [REFERENCE.workers] },
  { shards: 512, workers: [REFERENCE.workers] },
];
const SHORT_SERVERS: readonly Servers[] = [{ shards: REFERENCE.shards, workers: [REFERENCE.workers, 4] }];
const SIZES = [1_000, 10_000, 100_000] as const;
const FSYNC = 'each commit, of both';

export async function benchScale(options: ScaleOptions): Promise<void> {
  const run = new ScaleRun(options);
  await runBench(
    (tools) => run.measure(tools),
    () => run.write(),
  );
}

class ScaleRun {
  private readonly points: Point[] = [];
  private head: object | undefined;

  constructor(private readonly options: ScaleOptions) {}

  async measure({ undo, undoAll, tell, folder: newFolder }: BenchTools): Promise<void> {
    const { short, state } = this.options;
    const folder = await newFolder(state);
    for (const [nth, { shards, workers }] of (short ? SHORT_SERVERS : SERVERS).entries()) {
      const stateDir = join(folder, `servers-${String(nth)}`);
      const production = await startOwnProduction(stateDir, { historyShards: shards }, undo);
      tell(`Temporal of ${String(shards)} shards, two PostgreSQL servers (all commits on disk) and a venue are up`);
      this.head ??= await headOf(production.place.address);
      const system = await System.start({ ...production, shards, stateDir, short, undo });
      for (const count of workers) {
        const point = await system.measure(count);
        this.points.push(point);
        tell(this.lineOf(point));
      }
      await undoAll();
    }
  }

  async write(): Promise<void> {
    if (this.options.json === undefined) return;
    const all = { ...this.head, short: this.options.short, points: this.points, ...this.modelled() };
    await writeFile(this.options.json, `${JSON.stringify(all, undefined, 2)}\n`);
  }

  private get reference(): Point | undefined {
    return this.points.find(({ workers, shards }) => workers === REFERENCE.workers && shards === REFERENCE.shards);
  }

  private modelled(): object {
    const { reference } = this;
    if (reference === undefined) return {};
    const model = costOf(reference);
    const shard = shardRateOf(model, this.points);
    return {
      model: { reference: REFERENCE, ...model },
      predictions: this.points.map((point) => {
        const { workers, shards } = point;
        return { workers, shards, ...predicted(model, point) };
      }),
      ...(shard === undefined ? {} : { shard }),
      carriedByOne: carriedByOne(model, shard),
      sizing: SIZES.map((rate) => sizingOf(model, reference, shard, rate)),
    };
  }

  private lineOf(point: Point): string {
    const { workers, shards, atOnce, perSecond, doneMs, busyCores, idleCores } = point;
    const { reference } = this;
    const told = reference === undefined || reference === point ? undefined : predicted(costOf(reference), point);
    return (
      `${String(workers)} workers, ${String(shards)} shards, ${String(atOnce)} orders at once: ${perSecond.toFixed(1)}/s, ` +
      `done in ${doneMs.p50.toFixed(0)} ms, ${busyCores.toFixed(2)} cores busy, ${idleCores.toFixed(2)} when nobody trades` +
      (told === undefined ? '' : `; the model says ${told.perSecond.toFixed(1)}/s, by its ${told.bound}`)
    );
  }
}

async function headOf(address: string): Promise<object> {
  const connection = await connectNative({ address, namespace: NAMESPACE });
  try {
    return await figuresHead({ connection }, 'production', FSYNC);
  } finally {
    await connection.close();
  }
}
