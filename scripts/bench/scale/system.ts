/** Servers, a client and as many workers as a point asks for, and what orders on them cost. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Undo } from '../bench-run';
import type { Place, StoreAt } from '../orders/bed';
import { BuildProcess } from '../orders/build-process-handle';
import { cpuMsOf, machineCpuMs, threadsCpuMs } from '../orders/cpu-time';
import { median, medianOf, spreadOf } from '../orders/figures';
import { roundTo } from '../rates';
import { mapParts, PARTS } from './figures';
import type { Part, Point, PointRound, Writes } from './figures';
import { StoreCounters, writesPerOrder } from './store-counters';

/** Above what the machine can work on at once, so that it is the machine that is measured. */
const AT_ONCE = 50;
const CACHED_WORKFLOWS = 1_000;
const ROUNDS = 3;
const ROUND = { orders: 100_000, forMs: 20_000 } as const;
const SHORT_ROUND = { orders: 100_000, forMs: 6_000 } as const;
/** Code that has not run yet is slow. */
const WARM_UP = { orders: 60, forMs: 15_000, atOnce: 10 } as const;
const IDLE_MS = 5_000;
const HISTORIES = 10;

interface SystemOptions {
  readonly place: Place;
  readonly stores: Readonly<Record<'temporal' | 'oms', StoreAt>>;
  readonly shards: number;
  readonly stateDir: string;
  readonly short: boolean;
  readonly undo: Undo;
}
/** Everything that is counted, at one moment. */
interface Look {
  readonly atMs: number;
  readonly cpuMs: Readonly<Record<Part, number>>;
  readonly machineMs: number;
  readonly threads: readonly ReadonlyMap<string, number>[];
  readonly temporalStore: Writes;
  readonly omsStore: Writes;
}

export class System {
  private readonly workers: BuildProcess[] = [];
  private runs = 0;

  private constructor(
    private readonly options: SystemOptions,
    private readonly client: BuildProcess,
    private readonly counters: Readonly<Record<'temporal' | 'oms', StoreCounters>>,
  ) {}

  static async start(options: SystemOptions): Promise<System> {
    const { stores, undo } = options;
    const counters = {
      temporal: await StoreCounters.connect(stores.temporal.databaseUrl),
      oms: await StoreCounters.connect(stores.oms.databaseUrl),
    };
    undo(() => counters.temporal.close());
    undo(() => counters.oms.close());
    return new System(options, await startProcess(options, 'client', 1), counters);
  }

  /** With so many workers; there are never fewer than before. */
  async measure(workers: number): Promise<Point> {
    const { short, shards } = this.options;
    while (this.workers.length < workers)
      this.workers.push(await startProcess(this.options, 'worker', this.workers.length + 1));
    await this.run(WARM_UP.atOnce, WARM_UP);
    const idleCores = await this.idleCores();
    const first = await this.round();
    const rounds: [PointRound, ...PointRound[]] = [first];
    while (rounds.length < (short ? 1 : ROUNDS)) rounds.push(await this.round());
    const histories = await this.client.histories(this.prefix, HISTORIES);
    return {
      ...{ workers, shards, atOnce: AT_ONCE, rounds: rounds.length, idleCores },
      ...medianOf(rounds),
      historyBytes: median(histories.map(({ bytes }) => bytes)),
      activities: median(histories.map(({ activities }) => activities)),
    };
  }

  private get prefix(): string {
    return `scale-${String(this.runs)}`;
  }
  private async run(atOnce: number, size: { readonly orders: number; readonly forMs: number }) {
    this.runs += 1;
    return this.client.run({ life: 'accept', prefix: this.prefix, atOnce, orders: size.orders, forMs: size.forMs });
  }

  private async round(): Promise<PointRound> {
    const before = await this.look();
    const told = await this.run(AT_ONCE, this.options.short ? SHORT_ROUND : ROUND);
    const after = await this.look();
    const orders = told.doneMs.length;
    const { busy, other } = coresBetween(before, after);
    return {
      ...{ perSecond: orders / told.seconds, doneMs: spreadOf(told.doneMs), busyCores: busy, otherCores: other },
      cpuMsPerOrder: mapParts((part) => (after.cpuMs[part] - before.cpuMs[part]) / orders),
      workerThreadMsPerOrder: busiestThreadMs(before, after) / (orders / this.workers.length),
      temporalStore: writesPerOrder(before.temporalStore, after.temporalStore, orders),
      omsStore: writesPerOrder(before.omsStore, after.omsStore, orders),
    };
  }

  private async idleCores(): Promise<number> {
    const before = await this.look();
    await delay(IDLE_MS);
    return roundTo(coresBetween(before, await this.look()).busy, 2);
  }

  private async look(): Promise<Look> {
    const { place, stores } = this.options;
    const pids: Readonly<Record<Part, readonly number[]>> = {
      client: [this.client.pid],
      workers: this.workers.map(({ pid }) => pid),
      temporal: place.pids.temporal,
      temporalStore: [stores.temporal.pid],
      omsStore: [stores.oms.pid],
      venue: [place.pids.venue],
    };
    return {
      ...{ temporalStore: await this.counters.temporal.read(), omsStore: await this.counters.oms.read() },
      cpuMs: mapParts((part) => cpuMsOf(pids[part])),
      threads: this.workers.map(({ pid }) => threadsCpuMs(pid)),
      ...{ machineMs: machineCpuMs(), atMs: performance.now() },
    };
  }
}

function startProcess(
  { place, stateDir, undo }: SystemOptions,
  part: 'client' | 'worker',
  nth: number,
): Promise<BuildProcess> {
  const { address, database, venueUrl } = place;
  return BuildProcess.start(
    {
      ...{ build: 'ours', part, isFirst: nth === 1, address, database, venueUrl },
      ...{ maxCachedWorkflows: CACHED_WORKFLOWS, logFile: `${stateDir}/${part}-${String(nth)}.log` },
    },
    (started) => {
      undo(() => started.kill());
    },
  );
}

function coresBetween(before: Look, after: Look): { readonly busy: number; readonly other: number } {
  const ms = after.atMs - before.atMs;
  const busy = PARTS.reduce((sum, part) => sum + after.cpuMs[part] - before.cpuMs[part], 0) / ms;
  return { busy, other: Math.max(0, (after.machineMs - before.machineMs) / ms - busy) };
}

/** Of all threads of all workers. */
function busiestThreadMs(before: Look, after: Look): number {
  const used = after.threads.flatMap((threads, nth) =>
    [...threads].map(([thread, ms]) => ms - (before.threads[nth]?.get(thread) ?? 0)),
  );
  return Math.max(...used);
}
