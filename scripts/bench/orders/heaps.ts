/**
 * Loaded before everything else in every thread of a process (`--require`), where `--expose-gc` is given, too: collects
 * and tells the thread's heap when it is asked. Temporal's workflows live in a thread of their own, which nobody else
 * could ask.
 */
import { getHeapStatistics } from 'node:v8';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';

export const HEAPS_CHANNEL = 'bench-heaps';
export const HEAPS_ASK = 'ask';

/** What a thread answers. */
export interface HeapTold {
  readonly threadId: number;
  readonly usedBytes: number;
}

const collect = (globalThis as { readonly gc?: () => void }).gc;
if (collect !== undefined && !isMainThread) {
  const channel = new BroadcastChannel(HEAPS_CHANNEL);
  channel.onmessage = (event: unknown) => {
    if ((event as { readonly data: unknown }).data !== HEAPS_ASK) return;
    channel.postMessage({ threadId, usedBytes: usedAfterCollection() } satisfies HeapTold);
  };
  channel.unref();
}

/** Bytes of this thread's heap that are in use when what nobody needs is gone; twice, as finalizers free more. */
export function usedAfterCollection(): number {
  if (collect === undefined) throw new Error('the process was not started with --expose-gc');
  collect();
  collect();
  return getHeapStatistics().used_heap_size;
}
