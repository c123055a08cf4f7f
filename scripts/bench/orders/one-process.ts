/** What one process of the product holds and survives: recovery after a kill, memory per resting order. */
import { Client } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import type { OmsClient } from '../../../src/client/oms-client';
import { SearchAttribute } from '../../../src/contracts/names';
import type { OrderId } from '../../../src/domain/ids';
import { connectNative } from '../../../src/temporal/connection';
import { roundTo } from '../rates';
import type { Undo } from '../bench-run';
import type { Place } from './bed';
import { NAMESPACE } from './build-settings';
import { BuildProcess } from './build-process-handle';
import { restingOrder } from './catalog';
import { slopeOf } from './figures';
import { ourClient } from './our-build';

export interface RecoveryFigures {
  readonly openOrders: number;
  /** From the start of the new process until every order had answered a query and a cancel. */
  readonly seconds: number;
  /** Until the first order had answered a query. */
  readonly firstAnswerSeconds: number;
  readonly canceled: number;
}
export interface MemoryFigures {
  readonly cachedOrders: number;
  /** Growth of the whole process per resting order in the cache, by least squares. */
  readonly mbPerCachedOrder: number;
  /** Of it, what the heaps of all threads hold after a collection. */
  readonly heapMbPerCachedOrder: number;
  readonly evictedOrders: number;
  /** The same for orders that have left the cache. */
  readonly mbPerEvictedOrder: number;
  readonly heapMbPerEvictedOrder: number;
}

export interface OneProcessOptions {
  readonly place: Place;
  readonly stateDir: string;
  readonly short: boolean;
  readonly undo: Undo;
  readonly tell: (line: string) => void;
}

const RECOVERED = { full: 1_000, short: 200 } as const;
const CACHED = { full: 2_000, short: 400 } as const;
const EVICTED = { full: 8_000, short: 800 } as const;
/** More than any section rests. */
const CACHE_FOR_ALL = 10_000;
/** So few that what is evicted is nearly all. */
const SMALL_CACHE = 50;
/** Looks at the memory per section; the first is behind what a process makes once. */
const LOOKS = 4;
const AT_ONCE = 50;
const LOOK_EVERY_MS = 100;
const AT_REST_WITHIN_MS = 600_000;
const MB = 1024 ** 2;
const MS_PER_S = 1_000;

/** Kills a process with open orders and starts it anew. */
export async function measureRecovery(options: OneProcessOptions): Promise<RecoveryFigures> {
  const { short, tell } = options;
  const count = RECOVERED[short ? 'short' : 'full'];
  const trader = await Trader.start(options);
  const start = (): Promise<BuildProcess> => startOurs(options, CACHE_FOR_ALL, false);
  const first = await start();
  const resting = await trader.rest('recovery', 0, count);
  await trader.atRest(count);
  await first.kill();
  tell(`recovery: ${String(count)} orders are open, their process is killed`);
  const startedMs = performance.now();
  const seconds = (): number => roundTo((performance.now() - startedMs) / MS_PER_S, 2);
  let firstAnswerSeconds: number | undefined;
  // Asked while the process still starts: how soon an order answers is what a desk waits for.
  const asking = atOnce(resting, async (orderId) => {
    const order = await untilAnswered(() => trader.orders.get(orderId));
    firstAnswerSeconds ??= seconds();
    if (order.status !== 'ACCEPTED') throw new Error(`${orderId} is ${order.status} after the kill: ${order.why}`);
    await untilAnswered(() => trader.orders.cancel(orderId, 'the bench is over', 'bench'));
  });
  const [second] = await Promise.all([start(), asking]);
  const figures = { openOrders: count, seconds: seconds(), firstAnswerSeconds: firstAnswerSeconds ?? Number.NaN };
  const canceled = await trader.canceled(count);
  await second.kill();
  tell(
    `recovery: first answer after ${String(figures.firstAnswerSeconds)} s, all ${String(count)} queried and canceled ` +
      `after ${String(figures.seconds)} s`,
  );
  return { ...figures, canceled };
}

/** Rests orders in a cache that holds all, and in one that holds few. */
export async function measureMemory(options: OneProcessOptions): Promise<MemoryFigures> {
  const size = options.short ? 'short' : 'full';
  const cached = await growth(options, CACHED[size], CACHE_FOR_ALL, 'cached');
  const evicted = await growth(options, EVICTED[size], SMALL_CACHE, 'evicted');
  return {
    ...{ cachedOrders: CACHED[size], mbPerCachedOrder: cached.mb, heapMbPerCachedOrder: cached.heapMb },
    ...{ evictedOrders: EVICTED[size], mbPerEvictedOrder: evicted.mb, heapMbPerEvictedOrder: evicted.heapMb },
  };
}

async function growth(
  options: OneProcessOptions,
  count: number,
  cache: number,
  name: string,
): Promise<{ readonly mb: number; readonly heapMb: number }> {
  const trader = await Trader.start(options);
  const before = await trader.open();
  const process = await startOurs(options, cache, true);
  const points: { readonly orders: number; readonly resident: number; readonly heap: number }[] = [];
  const step = count / LOOKS;
  for (let look = 1; look <= LOOKS; look += 1) {
    await trader.rest(`memory-${name}`, (look - 1) * step, step);
    await trader.atRest(before + look * step);
    const { heapBytes, residentBytes, threads } = await process.memory();
    if (threads < 2) throw new Error('the thread of the workflows told no heap');
    points.push({ orders: look * step, resident: residentBytes / MB, heap: heapBytes / MB });
    options.tell(
      `memory: ${String(look * step)} orders, ${name}: process ${(residentBytes / MB).toFixed(0)} MB, ` +
        `heaps ${(heapBytes / MB).toFixed(0)} MB`,
    );
  }
  await process.kill();
  const perOrder = (of: 'resident' | 'heap'): number =>
    roundTo(slopeOf(points.map((point) => [point.orders, point[of]] as const)), 3);
  return { mb: perOrder('resident'), heapMb: perOrder('heap') };
}

function startOurs(
  { place, stateDir, undo }: OneProcessOptions,
  maxCachedWorkflows: number,
  tellsMemory: boolean,
): Promise<BuildProcess> {
  const { address, database, venueUrl } = place;
  return BuildProcess.start(
    {
      ...{ build: 'ours', part: 'whole', isFirst: true, address, database, venueUrl, maxCachedWorkflows },
      logFile: join(stateDir, 'ours.log'),
    },
    (started) => {
      undo(() => started.kill());
    },
    tellsMemory,
  );
}

/** A client of its own process: what it holds is not the measured process's. */
class Trader {
  private constructor(
    readonly orders: OmsClient,
    private readonly client: Client,
  ) {}

  static async start({ place, undo }: Pick<OneProcessOptions, 'place' | 'undo'>): Promise<Trader> {
    const connection = await connectNative({ address: place.address, namespace: NAMESPACE });
    undo(() => connection.close());
    const client = new Client({ connection, namespace: NAMESPACE });
    return new Trader(ourClient(client, false), client);
  }

  /** Submits orders that rest at the venue. */
  async rest(prefix: string, from: number, count: number): Promise<readonly OrderId[]> {
    const resting: OrderId[] = [];
    const numbers = Array.from({ length: count }, (_none, index) => from + index);
    await atOnce(numbers, async (nth) => {
      const { orderId } = await this.orders.submit(restingOrder(`${prefix}-${String(nth)}`, nth));
      resting.push(orderId);
    });
    return resting;
  }

  /** Until so many orders are open, and none is on its way. */
  async atRest(count: number): Promise<void> {
    const endMs = Date.now() + AT_REST_WITHIN_MS;
    while ((await this.open()) < count) {
      if (Date.now() > endMs) throw new Error(`${String(await this.open())} of ${String(count)} orders came to rest`);
      await delay(LOOK_EVERY_MS);
    }
  }
  open(): Promise<number> {
    return this.count(`${SearchAttribute.state} = 'ACCEPTED' AND ExecutionStatus = 'Running'`);
  }

  /** Until so many are canceled; how many they are. */
  async canceled(count: number): Promise<number> {
    const query = `${SearchAttribute.state} = 'CANCELED'`;
    const endMs = Date.now() + AT_REST_WITHIN_MS;
    while ((await this.count(query)) < count && Date.now() < endMs) await delay(LOOK_EVERY_MS);
    return this.count(query);
  }

  private async count(query: string): Promise<number> {
    return (await this.client.workflow.count(query)).count;
  }
}

async function atOnce<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  const one = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await act(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

/** A process that is not up yet answers nothing: asked until it does. */
async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  const endMs = Date.now() + AT_REST_WITHIN_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > endMs) throw error;
      await delay(LOOK_EVERY_MS);
    }
  }
}
