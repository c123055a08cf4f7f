import type { ReconciliationReport } from '../contracts/reconciliation';
import type { ExecutionReport } from '../domain/execution-report';
import type { Finding } from '../domain/reconciliation-findings';
import type { Amounts, KnownTrade, OurOrder, TheirOrder, UnconfirmedExecution } from '../domain/reconciliation-views';

/** One venue account. */
export interface VenueAccount {
  readonly venue: string;
  readonly venueAccount: string;
}
/** What a run has to read: what came after the last run that got to its end, with some overlap. */
export interface ReconciliationWindow {
  /** Place in the venue's report stream. */
  readonly fromSequence: number;
  /** Places among our executions as they were booked. */
  readonly fromArrival: number;
  readonly throughArrival: number;
}
export type EndedRun = Omit<ReconciliationReport, 'findings' | 'startedAtMs'> & {
  readonly throughSequence: number;
  readonly throughArrival: number;
};

/** This system's view of a venue account, and the record of what reconciliations found. */
export interface ReconciliationStore {
  /** Begins a run, or goes on with it after its worker died. */
  begin(runId: string, of: VenueAccount, startedAtMs: number): Promise<ReconciliationWindow>;
  /** Open orders of the account, a page; `next` is absent on the last one. */
  openOrders(
    of: VenueAccount,
    after: string,
  ): Promise<{ readonly orders: readonly OurOrder[]; readonly next?: string }>;
  /** The orders of ours, open or not, that venue orders are. */
  ordersOf(of: VenueAccount, theirs: readonly TheirOrder[]): Promise<readonly OurOrder[]>;
  /** What is known here of trades that the venue reports, in the same order. */
  knownTrades(of: VenueAccount, trades: readonly ExecutionReport[]): Promise<readonly KnownTrade[]>;
  /** Executions in force that were booked within the window and of which the stream has brought no copy. */
  unconfirmed(of: VenueAccount, window: ReconciliationWindow): Promise<readonly UnconfirmedExecution[]>;
  /** Sums over everything that was executed through the account. */
  amounts(of: VenueAccount): Promise<{ readonly positions: Amounts; readonly cash: Amounts }>;
  /** The reports that the inbox does not have, or has not delivered. */
  undelivered(reports: readonly ExecutionReport[]): Promise<readonly ExecutionReport[]>;
  /** Records a finding, once per run; false when the run before had the same one, so that people are told once. */
  keep(runId: string, of: VenueAccount, finding: Finding): Promise<boolean>;
  end(run: EndedRun): Promise<void>;
  /** Every finding of a run, oldest first. */
  findings(runId: string): Promise<readonly Finding[]>;
}
