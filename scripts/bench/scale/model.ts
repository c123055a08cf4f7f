/**
 * What an order costs, and what follows from it: the rate of other points, and what a desk of another size needs. All of it
 * comes from one measured point, the reference; what limits a system is the least of what its parts can do.
 */
import { mapParts, PARTS } from './figures';
import type { Part, Point } from './figures';

/** Of a core, a thread or a disk: above it, what waits grows faster than what is done. */
export const TARGET_SHARE = 0.6;
/** The largest server that a plan counts on for one database. */
export const STORE_CORES = 32;
const MS_PER_S = 1_000;
const SECONDS_PER_DAY = 86_400;
const SHARDS_LEAST = 64;

export interface CostModel {
  /** CPU of an order by part, without what the parts use while nobody trades. */
  readonly cpuMs: Readonly<Record<Part, number>>;
  readonly cpuMsInAll: number;
  /** Cores of the machine that the reference kept busy. */
  readonly usableCores: number;
  readonly workerThreadMs: number;
}

/** The cost of an order, by the reference. */
export function costOf(reference: Point): CostModel {
  const { cpuMsPerOrder, perSecond, busyCores, idleCores, otherCores } = reference;
  const inAll = PARTS.reduce((sum, part) => sum + cpuMsPerOrder[part], 0);
  const idleMs = (idleCores * MS_PER_S) / perSecond;
  const share = Math.max(0, inAll - idleMs) / inAll;
  const cpuMs = mapParts((part) => cpuMsPerOrder[part] * share);
  return {
    ...{ cpuMs, cpuMsInAll: inAll * share, usableCores: busyCores + otherCores },
    workerThreadMs: reference.workerThreadMsPerOrder,
  };
}

/** What limits a point: the machine's cores, or a thread that every order of a worker passes. */
export type Bound = 'cores' | 'worker threads';
export interface Prediction {
  readonly perSecond: number;
  readonly bound: Bound;
}

/** The rate that the model expects of a point; what else runs on the machine meanwhile is taken off its cores. */
export function predicted(
  model: CostModel,
  { workers, idleCores, otherCores }: Pick<Point, 'workers' | 'idleCores' | 'otherCores'>,
): Prediction {
  const cores = Math.max(0, model.usableCores - idleCores - otherCores);
  const byCores = (cores * MS_PER_S) / model.cpuMsInAll;
  const byThreads = (workers * MS_PER_S) / model.workerThreadMs;
  return byCores <= byThreads
    ? { perSecond: byCores, bound: 'cores' }
    : { perSecond: byThreads, bound: 'worker threads' };
}

/** What a history shard carries: it writes one transaction after another (`history.shardIOConcurrency` is 1). */
export interface ShardRate {
  readonly ordersPerSecond: number;
  /** Whether the shards were the limit; else it is at least so much. */
  readonly isLimit: boolean;
}
/** Slower than the model says by more than this, a point with few shards is limited by them. */
const LIMITED_SHARE = 0.8;

export function shardRateOf(model: CostModel, points: readonly Point[]): ShardRate | undefined {
  const [fewest] = [...points].sort((a, b) => a.shards - b.shards);
  if (fewest === undefined || fewest.shards >= SHARDS_LEAST) return undefined;
  const isLimit = fewest.perSecond < LIMITED_SHARE * predicted(model, fewest).perSecond;
  return { ordersPerSecond: fewest.perSecond / fewest.shards, isLimit };
}

/** What so many orders a second need, with no part above {@link TARGET_SHARE} of what it can do. */
export interface Sizing {
  readonly ordersPerSecond: number;
  readonly cores: Readonly<Record<Part, number>>;
  readonly workers: number;
  /** In all clusters together, a power of two in each; absent where few shards were not measured. */
  readonly shards?: number;
  /** Temporal clusters, each with a store of its own, and databases of the OMS: as one server holds no more. */
  readonly temporalClusters: number;
  readonly omsDatabases: number;
  readonly temporalStore: StoreLoad;
  readonly omsStore: StoreLoad;
  /** Of closed histories, in Temporal's store until the retention ends. */
  readonly historyGbPerDay: number;
  readonly activitiesPerSecond: number;
}
export interface StoreLoad {
  readonly commitsPerSecond: number;
  readonly walMbPerSecond: number;
}

const MB = 1024 ** 2;
const GB = 1024 ** 3;

export function sizingOf(
  model: CostModel,
  reference: Point,
  shard: ShardRate | undefined,
  ordersPerSecond: number,
): Sizing {
  const cores = mapParts((part) => (ordersPerSecond * model.cpuMs[part]) / MS_PER_S / TARGET_SHARE);
  const load = (of: 'temporalStore' | 'omsStore'): StoreLoad => ({
    commitsPerSecond: ordersPerSecond * reference[of].commits,
    walMbPerSecond: (ordersPerSecond * reference[of].walBytes) / MB,
  });
  const temporalClusters = Math.ceil(cores.temporalStore / STORE_CORES);
  return {
    ...{ ordersPerSecond, cores, temporalClusters },
    workers: Math.ceil((ordersPerSecond * model.workerThreadMs) / MS_PER_S / TARGET_SHARE),
    ...(shard === undefined ? {} : { shards: temporalClusters * shardsFor(shard, ordersPerSecond / temporalClusters) }),
    omsDatabases: Math.ceil(cores.omsStore / STORE_CORES),
    ...{ temporalStore: load('temporalStore'), omsStore: load('omsStore') },
    historyGbPerDay: (ordersPerSecond * reference.historyBytes * SECONDS_PER_DAY) / GB,
    activitiesPerSecond: ordersPerSecond * reference.activities,
  };
}

const shardsFor = (shard: ShardRate, ordersPerSecond: number): number =>
  Math.max(SHARDS_LEAST, 2 ** Math.ceil(Math.log2(ordersPerSecond / (shard.ordersPerSecond * TARGET_SHARE))));

/** What one of each part carries, the least first: what breaks first as the rate grows. */
export interface Carried {
  readonly what: 'one worker process' | 'one Temporal store' | 'one OMS database' | '64 shards';
  readonly ordersPerSecond: number;
  /** It carries more; how much is not known. */
  readonly isAtLeast?: true;
}

export function carriedByOne(model: CostModel, shard: ShardRate | undefined): readonly Carried[] {
  const store = (part: Part): number => (STORE_CORES * TARGET_SHARE * MS_PER_S) / model.cpuMs[part];
  const carried: readonly Carried[] = [
    { what: 'one worker process', ordersPerSecond: (TARGET_SHARE * MS_PER_S) / model.workerThreadMs },
    { what: 'one Temporal store', ordersPerSecond: store('temporalStore') },
    { what: 'one OMS database', ordersPerSecond: store('omsStore') },
    ...(shard === undefined
      ? []
      : [
          {
            ...{ what: '64 shards' as const, ordersPerSecond: SHARDS_LEAST * shard.ordersPerSecond * TARGET_SHARE },
            ...(shard.isLimit ? {} : { isAtLeast: true as const }),
          },
        ]),
  ];
  return [...carried].sort((a, b) => a.ordersPerSecond - b.ordersPerSecond);
}
