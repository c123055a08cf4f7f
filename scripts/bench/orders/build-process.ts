/** One process of a build: starts its part, plays lives when it is asked, and ends with the bench. */
import { setTimeout as delay } from 'node:timers/promises';
import { createWriteStream } from 'node:fs';
import { BroadcastChannel } from 'node:worker_threads';
import { makeLogger } from '../../../src/logging';
import { installTemporalRuntime } from '../../../workers/temporal-runtime';
import { startFloor } from './floor-build';
import { HEAPS_ASK, HEAPS_CHANNEL, usedAfterCollection } from './heaps';
import type { HeapTold } from './heaps';
import { countsOf } from './history-counts';
import type { FromProcess, HistoryCounts, MemoryTold, ProcessSetup, RunTask, RunTold, ToProcess } from './messages';
import type { Orders, RunningBuild } from './order-life';
import { startOurs } from './our-build';
import { startPlain } from './plain-build';

/** Threads answer when their turn is over; a turn of a busy one takes long. */
const HEAPS_WITHIN_MS = 3_000;
const MS_PER_S = 1_000;

let build: RunningBuild | undefined;

// Ctrl-C is for the bench, which ends this process in good order.
process.on('SIGINT', () => undefined);
// Nobody is left to measure for.
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToProcess) => {
  answerTo(message).then(tell, (error: unknown) => {
    tell({ kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});

function tell(message: FromProcess): void {
  process.send?.(message);
}

async function answerTo(message: ToProcess): Promise<FromProcess> {
  switch (message.kind) {
    case 'setup':
      build = await start(message);
      return { kind: 'ready' };
    case 'run':
      return run(orders(), message);
    case 'histories':
      return { kind: 'histories', counts: await histories(orders(), message.prefix, message.count) };
    case 'memory':
      return memory();
  }
}

function orders(): Orders {
  if (build?.orders === undefined) throw new Error('this process has no client');
  return build.orders;
}

async function start(setup: ProcessSetup): Promise<RunningBuild> {
  const log = makeLogger({
    level: 'warn',
    readable: false,
    destination: createWriteStream(setup.logFile, { flags: 'a' }),
  });
  installTemporalRuntime(log);
  if (setup.build === 'floor') return startFloor(setup);
  return setup.build === 'plain' ? startPlain(setup) : startOurs(setup, log);
}

async function run(of: Orders, { life, prefix, orders: most, atOnce, forMs }: RunTask): Promise<RunTold> {
  const firstMs: number[] = [];
  const doneMs: number[] = [];
  const startedMs = performance.now();
  let begun = 0;
  const one = async (): Promise<void> => {
    while (begun < most && performance.now() - startedMs < forMs) {
      const nth = begun;
      begun += 1;
      const beganMs = performance.now();
      const { done } = await of.begin(life, idOf(prefix, nth), nth);
      firstMs.push(performance.now() - beganMs);
      await done;
      doneMs.push(performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return { kind: 'ran', firstMs, doneMs, seconds: (performance.now() - startedMs) / MS_PER_S };
}

const idOf = (prefix: string, nth: number): string => `${prefix}-${String(nth)}`;

async function histories(
  { client, workflowId }: Orders,
  prefix: string,
  count: number,
): Promise<readonly HistoryCounts[]> {
  const counts: HistoryCounts[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const handle = client.workflow.getHandle(workflowId(idOf(prefix, nth), nth));
    const { historySize = 0 } = await handle.describe();
    counts.push({ ...countsOf(await handle.fetchHistory()), bytes: historySize });
  }
  return counts;
}

/** Collects in every thread, then looks at heaps and process. */
async function memory(): Promise<MemoryTold> {
  const channel = new BroadcastChannel(HEAPS_CHANNEL);
  const told = new Map<number, number>();
  channel.onmessage = (event: unknown) => {
    const { threadId, usedBytes } = (event as { readonly data: HeapTold }).data;
    told.set(threadId, usedBytes);
  };
  channel.postMessage(HEAPS_ASK);
  await delay(HEAPS_WITHIN_MS);
  channel.close();
  const heapBytes = [...told.values()].reduce((sum, bytes) => sum + bytes, usedAfterCollection());
  return { kind: 'memory', heapBytes, threads: 1 + told.size, residentBytes: process.memoryUsage.rss() };
}
