/** What the bench and a process of one of the builds tell each other. */

/** The builds that are compared. */
export const BUILDS = ['ours', 'floor', 'plain'] as const;
export type Build = (typeof BUILDS)[number];

/** What a process does: all of it, as in the embedded profile, or a client's part or a worker's, as in production. */
export type Part = 'whole' | 'client' | 'worker';

export interface ProcessSetup {
  readonly kind: 'setup';
  readonly build: Build;
  readonly part: Part;
  /** Of several workers of a build one is the first. */
  readonly isFirst: boolean;
  /** `host:port` of the Temporal server. */
  readonly address: string;
  readonly database: { readonly databaseUrl: string } | { readonly dataDir: string };
  readonly venueUrl: string;
  readonly maxCachedWorkflows: number;
  readonly logFile: string;
}

/**
 * `accept`: submit, then wait for the end. `acknowledge`: submit and wait for the venue's acknowledge, then for the end.
 * `start`: the start of an empty workflow, then its end.
 */
export type Life = 'accept' | 'acknowledge' | 'start';

export interface RunTask {
  readonly kind: 'run';
  readonly life: Life;
  /** Of the order ids, never used before. */
  readonly prefix: string;
  readonly orders: number;
  readonly atOnce: number;
  /** After this time no further order begins. */
  readonly forMs: number;
}
export interface RunTold {
  readonly kind: 'ran';
  /** Until the start was durable, or the acknowledge was there. */
  readonly firstMs: readonly number[];
  readonly doneMs: readonly number[];
  /** From the first call to the last end. */
  readonly seconds: number;
}

/** Of one order's history. */
export interface HistoryCounts {
  readonly events: number;
  readonly bytes: number;
  readonly workflowTasks: number;
  readonly activities: number;
  readonly signals: number;
}

export interface MemoryTold {
  readonly kind: 'memory';
  /** Used by the heaps of all threads after a collection, and of the whole process; bytes. */
  readonly heapBytes: number;
  /** That told their heaps. */
  readonly threads: number;
  readonly residentBytes: number;
}

export type ToProcess =
  | ProcessSetup
  | RunTask
  | { readonly kind: 'histories'; readonly prefix: string; readonly count: number }
  | { readonly kind: 'memory' };

export type FromProcess =
  | { readonly kind: 'ready' }
  | RunTold
  | MemoryTold
  | { readonly kind: 'histories'; readonly counts: readonly HistoryCounts[] }
  | { readonly kind: 'failed'; readonly why: string };
