/** The state of one order's workflow: the order, its queue, and what has yet to be written down. */
import { workflowInfo } from '@temporalio/workflow';
import type { TakenUp } from '../activities/contract';
import type {
  CarriedOrder,
  MarketTerms,
  OrderInput,
  OrderMessage,
  OrderView,
  WorkProgress,
} from '../src/contracts/order-messages';
import type { ExecutionReport } from '../src/domain/execution-report';
import { foreignOrderId, orderIdOfWorkflow } from '../src/domain/ids';
import type { OrderId } from '../src/domain/ids';
import { isUsableClock, marketTimeAt, wallTimeAt } from '../src/domain/market-clock';
import type { MarketClock } from '../src/domain/market-clock';
import { isZero } from '../src/domain/money';
import { isTerminal } from '../src/domain/order';
import type { Order } from '../src/domain/order';
import { decide, decideNext, decideTrigger } from '../src/domain/order-decisions';
import type { Decision } from '../src/domain/order-decisions';
import type { Actor, Fill, OrderEvent, OrderEventDraft } from '../src/domain/order-events';
import { applyEvent, createOrder } from '../src/domain/order-fold';
import { decideOverride } from '../src/domain/order-overrides';
import { interpretReport, releasedReport } from '../src/domain/order-reports';
import { readableRequest } from '../src/domain/readable-request';
import { isComplete, missesExecution } from '../src/domain/order-work';
import { checkChange, isTime } from '../src/domain/request-validation';
import type { Violation } from '../src/domain/order-request';
import { printable, violation } from '../src/domain/violations';
import { CommandAnswers } from './command-answers';
import type { Command } from './command-answers';
import type { Wait } from './order-turns';
import { asFirstRead } from './report-versions';

/** Events kept in memory for the query; the journal has all. */
const EVENTS_KEPT = 200;
/** Most events in one recording; more would make one transaction long and its payload heavy. */
const BATCH_MAX = 200;

/** What changes a position after the order had ended; people hear of each. */
const LATE_TRADES: ReadonlySet<OrderEventDraft['type']> = new Set<OrderEventDraft['type']>([
  'OrderFilled',
  'TradeBusted',
  'TradeCorrected',
]);

/** What was told by a total makes room for the trade itself: no news. */
const givesWay = (draft: OrderEventDraft): boolean =>
  (draft.type === 'TradeBusted' && draft.fill.inferred === true) ||
  (draft.type === 'TradeCorrected' && draft.before.inferred === true);

/** A thing to tell people about. */
export interface Alert {
  readonly code: string;
  readonly text: string;
}

export class OrderDesk {
  order: Order;
  market: MarketTerms;
  readonly clock: MarketClock | undefined;
  /** Kept here as it travels with the order. */
  readonly progress: WorkProgress;
  readonly firstRunId = workflowInfo().firstExecutionRunId;
  readonly workflowId = workflowInfo().workflowId;
  readonly queue: (OrderMessage | Wait)[] = [];
  readonly unrecorded: OrderEvent[] = [];
  readonly alerts: Alert[] = [];
  /** The whole input as it came, for the checks; only in the first run. */
  readonly raw: unknown;
  /** The call that started the order, if it gave its name. */
  readonly submissionId: string | undefined;
  /** The clock that the input brought, when it cannot be used. */
  readonly wrongClock: string | undefined;
  events: OrderEvent[] = [];
  eventCount = 0;
  /** The id was taken by an order of other content; whoever started this one is told. */
  private conflict: Violation | undefined;
  readonly answers: CommandAnswers;
  /** The order as it was at the end of each full batch of events that is not written yet, by version. */
  private readonly batchEnds = new Map<number, Order>();

  /** @param known An order that is taken up from the database, with the reports that wait for it. */
  constructor(input: OrderInput, known?: CarriedOrder) {
    const carried: CarriedOrder | undefined = known ?? trustedCarry(input);
    this.clock = known?.order.clock ?? readableClock(input);
    this.wrongClock = this.clock === undefined && known === undefined ? unreadableClock(input) : undefined;
    const submissionId: unknown = (input as OrderInput | null)?.submissionId;
    this.submissionId = typeof submissionId === 'string' ? printable(submissionId, 80) : undefined;
    this.raw = carried === undefined ? (input as { order?: unknown } | null)?.order : undefined;
    this.progress = carried?.progress ?? freshProgress();
    this.market = carried?.market ?? { sessions: [], cycleDays: 0, holdsStop: false };
    this.answers = new CommandAnswers(carried?.answered);
    if (carried === undefined) {
      const { order, event } = createOrder(
        ownOrderId(),
        readableRequest(this.raw),
        this.stamp('start', 'client'),
        this.clock,
        submitterOf(input),
      );
      this.order = order;
      this.remember(event);
      return;
    }
    this.order = carried.order;
    this.events = [...carried.events];
    this.eventCount = carried.eventCount;
    this.queue.push(...carried.queue);
    this.unrecorded.push(...carried.unrecorded);
  }

  /** Wall time of this workflow task; market time follows from it. */
  get wallMs(): number {
    return Date.now();
  }
  get marketMs(): number {
    return marketTimeAt(this.clock, this.market.sessions, this.wallMs);
  }
  wallTimeOf(marketMs: number): number {
    return wallTimeAt(this.clock, this.market.sessions, marketMs);
  }

  /** The time in force has ended, whether or not anybody has said so yet. */
  get isOver(): boolean {
    const { expiresAtMs } = this.market;
    return expiresAtMs !== undefined && this.marketMs >= expiresAtMs;
  }

  /** Applies events and notes them for the journal; an event that the lifecycle refuses becomes an alert. */
  commit(causationId: string, actor: Actor, drafts: readonly OrderEventDraft[], atMs?: number): void {
    for (const draft of drafts) {
      // A fill that the venue counted at the end is on its way, and no news.
      const wasOver = isTerminal(this.order.status) && !this.missesExecution;
      const applied = applyEvent(this.order, draft, this.stamp(causationId, actor, atMs));
      if (applied.kind === 'refused') {
        this.alerts.push({ code: applied.refusal.code, text: applied.refusal.text });
        this.commit(causationId, actor, [
          { type: 'ReportRefused', execId: causationId, code: applied.refusal.code, text: applied.refusal.text },
        ]);
        continue;
      }
      this.order = applied.order;
      this.remember(applied.event);
      const { overfill, quantity } = this.order;
      if (draft.type === 'OrderFilled' && !isZero(overfill))
        this.alerts.push({ code: 'OVERFILL', text: `${overfill} more than the ${quantity} ordered; booked` });
      if (wasOver && LATE_TRADES.has(draft.type) && !givesWay(draft))
        this.alerts.push({ code: 'LATE_TRADE', text: this.order.why });
      if (draft.type === 'ReportRefused') this.alerts.push({ code: draft.code, text: draft.text });
      if (draft.type === 'SubmissionUnknown' || draft.type === 'SettlementEscalated')
        this.alerts.push({ code: draft.type, text: draft.reason });
    }
  }

  /** Takes what waits in the queue, in order of arrival and at most so many, and what follows from it by itself. */
  drainQueue(most = Infinity): void {
    for (const message of this.queue.splice(0, most)) this.take(message);
    for (let next = decideNext(this.order); next !== undefined; next = decideNext(this.order)) {
      this.commit(next.causationId, 'client', [next.draft]);
    }
  }

  /** Applies reports from any source; each tells only what is not known yet. */
  takeReports(reports: readonly ExecutionReport[]): void {
    for (const report of reports) {
      // A signal may come from anywhere: what is not even an id or a time is not taken for one.
      const causationId = typeof report.execId === 'string' ? printable(report.execId, 80) : 'report';
      const atMs = isTime(report.transactTimeMs) ? report.transactTimeMs : this.marketMs;
      this.commit(
        causationId,
        'venue',
        interpretReport(this.order, asFirstRead(this.order, report), this.market),
        atMs,
      );
      this.takeReleased();
    }
  }

  /** Corrections whose execution is here now, also one that the database had to recall. */
  takeReleased(recalled: readonly Fill[] = []): void {
    for (const fill of recalled) {
      const held = this.order.heldReports?.find(({ execRefId }) => execRefId === fill.execId);
      if (held !== undefined)
        this.commit(
          held.execId,
          'venue',
          interpretReport(this.order, asFirstRead(this.order, held), this.market, recalled),
          held.transactTimeMs,
        );
    }
    for (let held = releasedReport(this.order); held !== undefined; held = releasedReport(this.order))
      this.commit(
        held.execId,
        'venue',
        interpretReport(this.order, asFirstRead(this.order, held), this.market),
        held.transactTimeMs,
      );
  }

  view(): OrderView {
    const { executionIds: _keys, ...order } = this.order;
    const reasons = this.conflict === undefined ? order.reasons : [...order.reasons, this.conflict];
    return { ...order, reasons, finalized: isComplete(this.order), runId: workflowInfo().runId };
  }

  carry(): CarriedOrder {
    return {
      order: this.order,
      market: this.market,
      events: this.events.slice(-50),
      eventCount: this.eventCount,
      unrecorded: this.unrecorded,
      progress: this.progress,
      queue: this.queue.filter((message) => message.kind !== 'wait'),
      answered: this.answers.carry(),
    };
  }

  /** Shows an order of an earlier life under the same id, of which Temporal had forgotten the workflow (rule 5). */
  takeUp({ order, market }: { readonly order: Order; readonly market?: MarketTerms }): void {
    const { request, orderId } = this.order;
    if (JSON.stringify(request) !== JSON.stringify(order.request)) {
      const rule = `An id that no other order has; ${orderId} is shown as it was, nothing of this content was done.`;
      this.conflict = violation('ORDER_CONFLICT', 'clientOrderId', request.clientOrderId, rule);
    }
    this.order = order;
    this.market = market ?? this.market;
    this.unrecorded.length = 0;
    this.batchEnds.clear();
  }

  /** The oldest events that are not written, and the order as they left it: the journal takes both or neither. */
  nextBatch(): { readonly order: Order; readonly events: readonly OrderEvent[] } {
    const endVersion = Math.ceil((this.unrecorded[0]?.version ?? 0) / BATCH_MAX) * BATCH_MAX;
    const events = this.unrecorded.filter((event) => event.version <= endVersion);
    return { order: this.batchEnds.get(events.at(-1)?.version ?? 0) ?? withoutKeys(this.order), events };
  }
  batchWritten(events: readonly OrderEvent[]): void {
    this.unrecorded.splice(0, events.length);
    this.batchEnds.delete(events.at(-1)?.version ?? 0);
  }

  /** The checks have spoken, or the order ended before them: from here on it is written down. */
  get isDecided(): boolean {
    const { clientOrderIdBase, override, end } = this.order;
    return clientOrderIdBase !== undefined || override !== undefined || end !== undefined;
  }

  /** The venue told something of an execution that has not come yet. */
  get missesExecution(): boolean {
    return missesExecution(this.order);
  }

  private take(message: OrderMessage | Wait): void {
    switch (message.kind) {
      case 'wait':
        message.begin();
        return;
      case 'cancel':
        this.resolve(message.actor, message, (order) => decide(order, message));
        return;
      case 'modify':
        this.modify(message);
        return;
      case 'approve':
      case 'reject':
        this.resolve('operator', message, (order) => decideOverride(order, message, this.wallMs));
        return;
      case 'reports':
        this.takeReports(message.reports);
        return;
      case 'trigger':
        this.commit(
          'market',
          'market',
          decideTrigger(this.order, message.price, this.isOver),
          isTime(message.marketTimeMs) ? message.marketTimeMs : undefined,
        );
        return;
      default:
        message satisfies never;
    }
  }

  private modify(message: Extract<OrderMessage, { kind: 'modify' }>): void {
    const checked = checkChange(message.change);
    if (checked.ok) {
      const { change } = checked;
      this.resolve('client', message, (order) => decide(order, { ...message, change }));
      return;
    }
    const text = checked.violations.map((broken) => `${broken.field} ${broken.value}: ${broken.rule}`).join('; ');
    this.refuse('client', message, 'CHANGE_INVALID', text);
  }

  /** Decides on a command and answers; the same command again has its answer already. */
  private resolve(actor: Actor, command: Command, decideOn: (order: Order) => Decision): void {
    if (!this.answers.isNew(command)) return;
    const decision = decideOn(this.order);
    if (decision.kind === 'refused') {
      this.refuse(actor, command, decision.refusal.code, decision.refusal.text);
      return;
    }
    this.commit(command.commandId, actor, decision.events);
    this.answers.note(command, { accepted: true });
  }

  private refuse(actor: Actor, command: Command, code: string, text: string): void {
    const { kind, commandId } = command;
    this.commit(commandId, actor, [{ type: 'CommandRefused', commandId, command: `${kind}Order`, code, text }]);
    this.answers.note(command, { accepted: false, code, text });
  }

  private remember(event: OrderEvent): void {
    this.unrecorded.push(event);
    if (event.version % BATCH_MAX === 0) this.batchEnds.set(event.version, withoutKeys(this.order));
    this.eventCount += 1;
    this.events.push(event);
    if (this.events.length > EVENTS_KEPT) this.events.splice(0, this.events.length - EVENTS_KEPT);
  }

  private stamp(causationId: string, actor: Actor, atMs: number = this.marketMs) {
    return { causationId, actor, atMs, wallMs: this.wallMs };
  }
}

/** An order that is taken up anew: everything about it but its facts begins here. */
export function carriedOrder(
  { order, market, events = [] }: TakenUp,
  unrecorded: readonly OrderEvent[] = [],
): CarriedOrder {
  return {
    ...{ order, market, events: [...events, ...unrecorded], eventCount: order.version, unrecorded },
    ...{ queue: [], answered: [], progress: freshProgress() },
  };
}
const freshProgress = (): WorkProgress => ({
  notBefore: {},
  attempts: {},
  cancelDelivered: false,
  cancelWaitsForSubmission: false,
  askFromMs: 0,
});

/** The deduplication keys stay in the workflow: the executions table has its own. */
const withoutKeys = (order: Order): Order => ({ ...order, executionIds: [] });

/**
 * The id under which this workflow runs decides which order it is. A start under a foreign id is denied by the checks and
 * must not write into the books of the order that its content names.
 */
function ownOrderId(): OrderId {
  return orderIdOfWorkflow(workflowInfo().workflowId) ?? foreignOrderId(printable(workflowInfo().workflowId, 1_000));
}

/** Only this workflow's own continue-as-new may bring state along. */
function trustedCarry(input: OrderInput): CarriedOrder | undefined {
  return workflowInfo().continuedFromExecutionRunId === undefined ? undefined : input.carried;
}

function submitterOf(input: OrderInput): string | undefined {
  const submittedBy: unknown = (input as OrderInput | null)?.submittedBy;
  return typeof submittedBy === 'string' && submittedBy !== '' ? printable(submittedBy, 64) : undefined;
}

function readableClock(input: OrderInput): MarketClock | undefined {
  const clock: unknown = (input as OrderInput | null)?.clock;
  return isUsableClock(clock, Date.now()) ? clock : undefined;
}

function unreadableClock(input: OrderInput): string | undefined {
  const clock: unknown = (input as OrderInput | null)?.clock;
  return clock === undefined || clock === null ? undefined : printable(JSON.stringify(clock), 200);
}
