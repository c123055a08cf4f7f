/** Payloads of a reconciliation: plain JSON that any Temporal client can write and read. Types only. */
import type { Finding, FindingAction } from '../domain/reconciliation-findings';
import type { ReconciliationSettings } from '../domain/reconciliation-views';

/** Input of workflows `reconciliation` and `scheduledReconciliation`. */
export interface ReconciliationInput {
  readonly venue: string;
  readonly venueAccount: string;
  /** What differs from the defaults. */
  readonly settings?: Partial<ReconciliationSettings> & {
    /** Pause between the two readings of both sides: what is on its way has this long to arrive. */
    readonly confirmAfterMs?: number;
  };
}

/** What a run has found and done; the tables `reconciliation_runs` and `reconciliation_findings` have all of it. */
export interface ReconciliationReport {
  readonly runId: string;
  readonly venue: string;
  readonly venueAccount: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly compared: { readonly ourOrders: number; readonly theirOrders: number; readonly reports: number };
  /** Whether each part of the venue's view was told. */
  readonly sources: Readonly<Record<string, 'answered' | 'unavailable' | 'unsupported'>>;
  readonly counts: Readonly<Record<FindingAction, number>>;
  /** The first 200 of them. */
  readonly findings: readonly Finding[];
}
