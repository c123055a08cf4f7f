/** How a scenario of the specification is written down: requests of ours, reports of the venue, and what must hold after each. */
import type { ExecType } from '../../src/domain/execution-report';
import type { OrdStatus } from '../../src/domain/fix-view';
import type { OrderType, TimeInForce } from '../../src/domain/order-request';

/** One scenario of FIX 4.4 specification, Appendix D. */
export interface Scenario {
  /** The specification's own id, such as `B.1.b`. */
  readonly id: string;
  readonly title: string;
  /** One per alternative that the specification leaves open. */
  readonly runs: readonly ScenarioRun[];
  /** What had to be decided to make the row's text a test. */
  readonly decided?: string;
}

/** One way through a scenario. */
export interface ScenarioRun {
  readonly name: string;
  readonly order: ScenarioOrder;
  readonly steps: readonly ScenarioStep[];
}

export interface ScenarioOrder {
  readonly quantity: number;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly limitPrice?: string;
  readonly stopPrice?: string;
}

/** OrdStatus, CumQty and LeavesQty, as the specification prints them. */
export interface Printed {
  readonly status: OrdStatus;
  readonly cum: number;
  readonly leaves: number;
}
/** What our order must show; any of the statuses where the specification is of two minds. */
export interface Expected {
  readonly statuses: readonly OrdStatus[];
  readonly cum: number;
  readonly leaves: number;
  readonly averagePrice?: string;
}

export type ScenarioStep = ReportStep | CommandStep;

export interface CommandStep {
  readonly kind: 'cancel' | 'modify';
  readonly quantity?: number;
  readonly limitPrice?: string;
  /** How many replaces of ours wait behind the one that is out after this request. */
  readonly queued?: number;
}

export interface ReportStep extends ReportDetails {
  readonly kind: 'report';
  readonly execType: ExecType;
  readonly printed: Printed;
  readonly expected: Expected;
}

/** What a report says beside its ExecType and its state. */
export interface ReportDetails {
  /** Place of its ClOrdID among X, Y, Z. */
  readonly id?: 0 | 1 | 2;
  /** Place of its OrigClOrdID. */
  readonly orig?: 0 | 1 | 2;
  /** OrderQty, where it changes. */
  readonly quantity?: number;
  /** LastQty. */
  readonly last?: number;
  /** LastPx; by default one that no other report of the run has. */
  readonly price?: string;
  /** A name for this execution, by which a later report refers to it. */
  readonly as?: string;
  /** ExecRefID: the name of the execution that is corrected or taken back. */
  readonly ref?: string;
  readonly limitPrice?: string;
  readonly stopPrice?: string;
  readonly reason?: string;
  readonly text?: string;
  /** Day of the order's life, from 1. */
  readonly day?: number;
  /** The report carries no ClOrdID, as that of an order that was telephoned. */
  readonly telephoned?: true;
  /** What must hold after the report where that is not what is printed. */
  readonly expected?: Expected;
}

export const X = 0;
export const Y = 1;
export const Z = 2;
/** A run's own price: below it a buy order fills. */
export const LIMIT_PRICE = '60';

/** A day order to buy 10000 at a limit, changed as a scenario needs it. */
export const order = (change: Partial<ScenarioOrder> = {}): ScenarioOrder => ({
  quantity: 10_000,
  type: 'LIMIT',
  timeInForce: 'DAY',
  limitPrice: LIMIT_PRICE,
  ...change,
});
export const GTC: ScenarioOrder = order({ timeInForce: 'GTC' });

/** A run of the usual day order. */
export const run = (name: string, ...steps: ScenarioStep[]): ScenarioRun => ({ name, order: order(), steps });
export const runOf = (content: ScenarioOrder, name: string, ...steps: ScenarioStep[]): ScenarioRun => ({
  name,
  order: content,
  steps,
});

export const cancel = (): CommandStep => ({ kind: 'cancel' });
export const modify = (quantity: number, queued?: number): CommandStep => ({
  kind: 'modify',
  quantity,
  ...(queued === undefined ? {} : { queued }),
});
export const reprice = (limitPrice: string): CommandStep => ({ kind: 'modify', limitPrice });

export function report(
  execType: ExecType,
  printed: Printed,
  { expected = exactly(printed), ...details }: ReportDetails = {},
): ReportStep {
  return { kind: 'report', execType, printed, expected, ...details };
}
export const exactly = ({ status, ...quantities }: Printed): Expected => ({ statuses: [status], ...quantities });

const state =
  (status: OrdStatus) =>
  (cum: number, leaves: number): Printed => ({ status, cum, leaves });
export const isNew = state('NEW');
export const partlyFilled = state('PARTIALLY_FILLED');
export const isFilled = (cum: number): Printed => ({ status: 'FILLED', cum, leaves: 0 });
export const cancelIsPending = state('PENDING_CANCEL');
export const replaceIsPending = state('PENDING_REPLACE');
export const isPendingNew = state('PENDING_NEW');
export const isDone = state('DONE_FOR_DAY');
export const isStopped = state('STOPPED');
export const isCanceled = (cum: number): Printed => ({ status: 'CANCELED', cum, leaves: 0 });
export const isRejected = (): Printed => ({ status: 'REJECTED', cum: 0, leaves: 0 });

export const accepted = (leaves = 10_000): ReportStep => report('NEW', isNew(0, leaves));
export const trade = (last: number, printed: Printed, details: ReportDetails = {}): ReportStep =>
  report('TRADE', printed, { last, ...details });
export const pendingCancel = (cum: number, leaves: number): ReportStep =>
  report('PENDING_CANCEL', cancelIsPending(cum, leaves));
export const canceled = (cum: number, details: ReportDetails = {}): ReportStep =>
  report('CANCELED', isCanceled(cum), details);
/** OrderCancelReject on a cancel. */
export const cancelRejected = (printed: Printed, reason = 'BROKER_OPTION'): ReportStep =>
  report('CANCEL_REJECTED', printed, { reason });
export const pendingReplace = (id: 1 | 2, orig: 0 | 1, cum: number, leaves: number): ReportStep =>
  report('PENDING_REPLACE', replaceIsPending(cum, leaves), { id, orig });
export const replaced = (id: 1 | 2, orig: 0 | 1, quantity: number, printed: Printed): ReportStep =>
  report('REPLACED', printed, { id, orig, quantity });
/** OrderCancelReject on a replace. */
export const replaceRejected = (id: 1 | 2, printed: Printed, reason = 'BROKER_OPTION'): ReportStep =>
  report('REPLACE_REJECTED', printed, { id, orig: X, reason });
export const rejected = (reason: string, printed: Printed = isRejected()): ReportStep =>
  report('REJECTED', printed, { reason });
export const doneForDay = (cum: number, leaves: number): ReportStep => report('DONE_FOR_DAY', isDone(cum, leaves));
