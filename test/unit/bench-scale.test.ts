import { threadsCpuMs } from '../../scripts/bench/orders/cpu-time';
import type { Point } from '../../scripts/bench/scale/figures';
import { carriedByOne, costOf, predicted, shardRateOf, sizingOf } from '../../scripts/bench/scale/model';
import { writesPerOrder } from '../../scripts/bench/scale/store-counters';

/** 10 orders a second of 190 ms each on two cores that are full, 0.1 of them by what goes on without orders. */
const REFERENCE: Point = {
  ...{ workers: 2, shards: 64, atOnce: 50, rounds: 3, perSecond: 10, doneMs: { p50: 5_000, p99: 9_000 } },
  cpuMsPerOrder: { client: 10, workers: 90, temporal: 50, temporalStore: 24, omsStore: 12, venue: 4 },
  ...{ workerThreadMsPerOrder: 40, busyCores: 1.9, otherCores: 0.1, idleCores: 0.1 },
  temporalStore: { commits: 100, rows: 80, walBytes: 1024 ** 2 },
  omsStore: { commits: 15, rows: 30, walBytes: 1024 },
  ...{ historyBytes: 13_000, activities: 4 },
};
const model = costOf(REFERENCE);

describe('the cost of an order', () => {
  test('is what the parts used, without what they use while nobody trades', () => {
    // 0.1 cores for a tenth of a second are 10 ms of the 190.
    expect(model.cpuMsInAll).toBeCloseTo(180);
    expect(model.cpuMs.workers).toBeCloseTo((90 * 180) / 190);
    expect(model.usableCores).toBeCloseTo(2);
  });

  test('tells the reference itself', () => {
    expect(predicted(model, REFERENCE)).toEqual({ perSecond: expect.closeTo(10) as number, bound: 'cores' });
  });

  test('takes what is idle or somebody else\u2019s off the cores', () => {
    expect(predicted(model, { ...REFERENCE, idleCores: 0.2, otherCores: 1 }).perSecond).toBeCloseTo(800 / 180);
  });

  test('a worker carries no more than its busiest thread does', () => {
    const busy = costOf({ ...REFERENCE, workerThreadMsPerOrder: 150 });
    expect(predicted(busy, { ...REFERENCE, workers: 1 })).toEqual({
      ...{ perSecond: expect.closeTo(1_000 / 150) as number, bound: 'worker threads' },
    });
    expect(predicted(busy, { ...REFERENCE, workers: 4 }).bound).toBe('cores');
  });
});

describe('what a shard carries', () => {
  const one = (perSecond: number): Point => ({ ...REFERENCE, shards: 1, perSecond });

  test('is not known where few shards were not measured', () => {
    expect(shardRateOf(model, [REFERENCE])).toBeUndefined();
    expect(sizingOf(model, REFERENCE, undefined, 1_000)).not.toHaveProperty('shards');
  });

  test('is at least what it did when it was not the limit, and exactly that when it was', () => {
    expect(shardRateOf(model, [REFERENCE, one(9)])).toEqual({ ordersPerSecond: 9, isLimit: false });
    expect(shardRateOf(model, [REFERENCE, one(4)])).toEqual({ ordersPerSecond: 4, isLimit: true });
  });
});

describe('sizing', () => {
  const shard = { ordersPerSecond: 4, isLimit: true };

  test('leaves two fifths of everything free, and counts a cluster for each store that is full', () => {
    const size = sizingOf(model, REFERENCE, shard, 1_000);
    expect(size.cores.workers).toBeCloseTo((1_000 * model.cpuMs.workers) / 1_000 / 0.6);
    // 40 ms of a thread: 15 orders a second at 60 %.
    expect(size.workers).toBe(67);
    // 24 × 180 / 190 ms are 37.9 cores, more than one server of 32 has.
    expect(size.temporalClusters).toBe(2);
    // 500 orders a second of each cluster by 2.4 of a shard are 208.3, so 256.
    expect(size.shards).toBe(512);
    expect(size.temporalStore).toEqual({ commitsPerSecond: 100_000, walMbPerSecond: 1_000 });
    expect(size.historyGbPerDay).toBeCloseTo((13_000 * 86_400 * 1_000) / 1024 ** 3);
    expect(size.activitiesPerSecond).toBe(4_000);
  });

  test('a small desk has one of each, and no fewer than 64 shards', () => {
    expect(sizingOf(model, REFERENCE, shard, 10)).toMatchObject({
      ...{ workers: 1, temporalClusters: 1, omsDatabases: 1, shards: 64 },
    });
  });

  test('what breaks first comes first', () => {
    const carried = carriedByOne(model, { ordersPerSecond: 9, isLimit: false });
    expect(carried.map(({ what }) => what)).toEqual([
      ...['one worker process', '64 shards', 'one Temporal store', 'one OMS database'],
    ]);
    expect(carried[0]?.ordersPerSecond).toBeCloseTo(15);
    expect(carried[1]).toMatchObject({ ordersPerSecond: expect.closeTo(345.6) as number, isAtLeast: true });
    expect(carriedByOne(model, shard).find(({ what }) => what === '64 shards')).not.toHaveProperty('isAtLeast');
  });
});

describe('what is counted', () => {
  test('writes of an order are what happened between two looks', () => {
    const before = { commits: 100, rows: 10, walBytes: 1_000 };
    const after = { commits: 300, rows: 110, walBytes: 5_000 };
    expect(writesPerOrder(before, after, 4)).toEqual({ commits: 50, rows: 25, walBytes: 1_000 });
  });

  test('the threads of a process are told apart, and this one works', () => {
    const own = String(process.pid);
    const before = threadsCpuMs(process.pid);
    const used = (thread: string): number => (threadsCpuMs(process.pid).get(thread) ?? 0) - (before.get(thread) ?? 0);
    const endMs = performance.now() + 60_000;
    // Looking is work enough.
    while (used(own) < 50 && performance.now() < endMs);
    expect(before.size).toBeGreaterThan(1);
    expect(used(own)).toBeGreaterThanOrEqual(50);
    for (const thread of before.keys()) expect(used(thread)).toBeLessThanOrEqual(used(own));
  });
});
