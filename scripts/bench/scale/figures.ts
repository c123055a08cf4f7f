/** What a point of the bench of scale tells: one number of workers on a Temporal server of one number of shards. */
import type { Spread } from '../orders/figures';

/** The processes that an order passes through; workers together. */
export const PARTS = ['client', 'workers', 'temporal', 'temporalStore', 'omsStore', 'venue'] as const;
export type Part = (typeof PARTS)[number];

export function mapParts(of: (part: Part) => number): Readonly<Record<Part, number>> {
  // Sound: an entry for each part.
  return Object.fromEntries(PARTS.map((part) => [part, of(part)])) as Record<Part, number>;
}

/** What a PostgreSQL server is asked to do for one order. */
export interface Writes {
  /** Transactions, those that only read as well. */
  readonly commits: number;
  /** Rows inserted, updated and deleted. */
  readonly rows: number;
  readonly walBytes: number;
}

/** One round of a point. */
export interface PointRound {
  readonly perSecond: number;
  /** From the client's call until the order is filled, recorded and settled. */
  readonly doneMs: Spread;
  readonly cpuMsPerOrder: Readonly<Record<Part, number>>;
  /** Of the busiest thread of a worker, for an order of its own: one thread uses no more than one core. */
  readonly workerThreadMsPerOrder: number;
  /** Cores that these parts used, and all else on the machine. */
  readonly busyCores: number;
  readonly otherCores: number;
  readonly temporalStore: Writes;
  readonly omsStore: Writes;
}

export interface Point extends PointRound {
  readonly workers: number;
  readonly shards: number;
  readonly atOnce: number;
  readonly rounds: number;
  /** Cores that the parts use while nobody trades. */
  readonly idleCores: number;
  readonly historyBytes: number;
  readonly activities: number;
}
