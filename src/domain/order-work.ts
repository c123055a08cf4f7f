/** What an order's facts call for next: the decisions of the order's loop, pure, so that they can be tested by table. */
import { lessThan } from './money';
import { awaitsApproval, hasExecution, isTerminal } from './order';
import type { Order } from './order';

/** One kind of work; at most one of each kind is in flight per order. */
export type Work = 'preTrade' | 'submit' | 'abandon' | 'cancel' | 'replace' | 'ask' | 'recall' | 'settle' | 'sessions';

/** What the loop knows beside the order. */
export interface WorkFacts {
  readonly inFlight: ReadonlySet<Work>;
  /** Wall time before which a kind of work is not tried again. */
  readonly notBefore: Readonly<Partial<Record<Work, number>>>;
  /** The venue has the cancel and owes the outcome. */
  readonly cancelDelivered: boolean;
  /** The venue knew no such order when the cancel came, and the submission is not resolved yet. */
  readonly cancelWaitsForSubmission: boolean;
  /** Wall time from which the venue may be asked for what it owes: a fill that it counted, the outcome of a cancel. */
  readonly askFromMs: number;
  /** Sessions that the order knows and that are not over; few left means that more must be loaded. */
  readonly sessionsAhead: number;
  readonly wallMs: number;
  /** Wall time at which the time in force ends. */
  readonly expiresAtWallMs?: number;
  /** Wall time of the next settlement that is due. */
  readonly settleAtWallMs?: number;
}

/** How long after the end of its time in force an order waits for the venue's own report before it asks. */
export const EXPIRY_GRACE_MS = 3_000;
/** How long a venue may owe the outcome of a cancel that it took before the order asks. */
export const CANCEL_OVERDUE_MS = 5_000;
/** How long a fill that the venue counted may stay away before the order asks. */
export const MISSING_FILL_GRACE_MS = 1_000;

/** T+2 needs three sessions ahead of a fill: its own and two more. */
export const SESSIONS_AHEAD_MIN = 4;

const RETRY_FIRST_MS = 250;
const RETRY_LAST_MS = 30_000;
/** Wait before try `attempt` (1, 2, …) of an unresolved question: doubling, so that a venue that is down is not flooded. */
export const retryDelayMs = (attempt: number): number =>
  Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 2 ** Math.min(attempt - 1, 10));

/** A fill that the venue has counted is still missing here. */
export const missesFill = (order: Order): boolean => lessThan(order.filledQuantity, order.venueCumQuantity);
/** The venue told something of an execution that is not here: it is asked for what is missing. */
export const missesExecution = (order: Order): boolean => missesFill(order) || (order.heldReports?.length ?? 0) > 0;
/** Executions that a correction means and that the order has booked and does not carry any more: the database has them. */
export const forgottenExecutions = (order: Order): readonly string[] =>
  (order.heldReports ?? []).flatMap(({ execRefId = '' }) => (hasExecution(order, execRefId) ? [execRefId] : []));

/** The order is done: terminal, nothing missing, all trades settled. */
export function isComplete(order: Order): boolean {
  return (
    isTerminal(order.status) && !missesExecution(order) && order.settlements.every((due) => due.status === 'SETTLED')
  );
}

/** Every kind of work that the order wants, with the wall time from which on; those in the future set the next timer. */
export function wantedWork(order: Order, facts: WorkFacts): readonly { readonly work: Work; readonly atMs: number }[] {
  const wanted: { work: Work; atMs: number }[] = [];
  const want = (work: Work, atMs: number = facts.wallMs): void => {
    if (!facts.inFlight.has(work)) wanted.push({ work, atMs: Math.max(atMs, facts.notBefore[work] ?? 0) });
  };
  if (!isTerminal(order.status)) wantAtVenue(order, facts, want);
  if (missesExecution(order) && order.submission !== 'NONE') want('ask', facts.askFromMs);
  if (forgottenExecutions(order).length > 0) want('recall');
  if (facts.sessionsAhead < SESSIONS_AHEAD_MIN && order.clientOrderIdBase !== undefined) want('sessions');
  if (facts.settleAtWallMs !== undefined) want('settle', facts.settleAtWallMs);
  return wanted;
}

function wantAtVenue(order: Order, facts: WorkFacts, want: (work: Work, atMs?: number) => void): void {
  if (order.clientOrderIdBase === undefined) {
    if (!awaitsApproval(order)) want('preTrade');
    return;
  }
  const canceling = order.pendingCancel !== undefined;
  if (order.submission === 'SENDING' && !facts.inFlight.has('abandon')) want('submit');
  if (order.submission === 'UNKNOWN' && !facts.inFlight.has('submit')) want(canceling ? 'abandon' : 'submit');
  if (canceling && !facts.cancelWaitsForSubmission) {
    if (facts.cancelDelivered) want('ask', facts.askFromMs);
    else want('cancel');
  }
  const replaceable = order.submission === 'ACKNOWLEDGED' || order.held !== undefined;
  if (order.pendingReplace !== undefined && !canceling && replaceable) want('replace');
  if (facts.expiresAtWallMs !== undefined && order.submission === 'ACKNOWLEDGED') {
    want('ask', facts.expiresAtWallMs + EXPIRY_GRACE_MS);
  }
}
