/** What the judge and a worker process tell each other. */
import type { Beginning } from './chaos-process';
import type { Coverage } from './coverage';
import type { KillPoint } from './kill-points';

/** All that a worker process needs. */
export interface WorkerSetup {
  readonly kind: 'setup';
  readonly address: string;
  readonly namespace: string;
  readonly database: { readonly databaseUrl: string } | { readonly dataDir: string };
  /** Where the venue answers, through the network that can be cut. */
  readonly venueUrl: string;
  readonly maxCachedWorkflows: number;
  /** Runs a workflow code that no recorded history fits. */
  readonly wrongCode: boolean;
  /** What this process's clock is ahead of the true one. */
  readonly clockOffsetMs: number;
  readonly logFile: string;
}

export type ToWorker =
  | WorkerSetup
  | { readonly kind: 'arm'; readonly point: KillPoint | null }
  /** Who sends an order within the first time sleeps for the second one, between intent and send: alone, or the whole process. */
  | { readonly kind: 'hold sends'; readonly forMs: number; readonly eachMs: number; readonly who: 'sender' | 'process' }
  /** Stops the whole process for a while, as the system's scheduler or a suspended machine does. */
  | { readonly kind: 'sleep'; readonly ms: number }
  /** Computes for so long that nothing else of the process runs. */
  | { readonly kind: 'stall'; readonly ms: number }
  /** Cuts the process off from what it asks the database (a regular expression over statements), or no longer. */
  | { readonly kind: 'database'; readonly away: string | null }
  | { readonly kind: 'clock'; readonly offsetMs: number }
  | { readonly kind: 'stop' };

export type FromWorker =
  | Beginning
  /** What was reserved did or did not cover what might still trade, at one moment. */
  | { readonly kind: 'coverage'; readonly coverage: Coverage };
