/** Folds events into an order: the only code that changes one. Synchronous and pure. */
import type { ExecutionReport } from './execution-report';
import type { OrderId } from './ids';
import type { MarketClock } from './market-clock';
import { lessThan, maximum, ZERO } from './money';
import { approvalWanted } from './order-overrides';
import { brokenInvariants, deriveStatus, withExecution, withQuantities } from './order';
import type { Order } from './order';
import { CANCELED_BY_VENUE } from './order-events';
import type { Actor, OrderEvent, OrderEventDraft } from './order-events';
import { atVenue, renamed, replaceAnswered, replaced, restated, venuePending, without } from './order-fold-forms';
import { settled, withFill, withoutFill } from './order-fold-trades';
import type { Facts } from './order-fold-trades';
import { followingStatuses } from './order-lifecycle';
import type { TransitionRefused } from './order-lifecycle';
import type { OrderRequest, Violation } from './order-request';
import { inWords, reasonWithText } from './reason-words';
import { toldAfter } from './told';

/** What stamps an event: who, because of what, and when. */
export interface EventStamp {
  readonly causationId: string;
  readonly actor: Actor;
  readonly atMs: number;
  readonly wallMs: number;
}
export type Applied =
  | { readonly kind: 'applied'; readonly order: Order; readonly event: OrderEvent }
  | { readonly kind: 'refused'; readonly refusal: TransitionRefused };

/** The first event and the order that it makes. */
export function createOrder(
  orderId: OrderId,
  request: OrderRequest,
  stamp: EventStamp,
  clock?: MarketClock,
  submittedBy?: string,
): { order: Order; event: OrderEvent } {
  const submitter = submittedBy === undefined ? {} : { submittedBy };
  const facts: Facts = {
    orderId,
    version: 1,
    request,
    ...submitter,
    why: 'received',
    quantity: request.quantity,
    ...(request.limitPrice === undefined ? {} : { limitPrice: request.limitPrice }),
    ...(request.stopPrice === undefined ? {} : { stopPrice: request.stopPrice }),
    filledQuantity: ZERO,
    leavesQuantity: request.quantity,
    unfilledAtEnd: ZERO,
    overfill: ZERO,
    notional: ZERO,
    fees: {},
    submission: 'NONE',
    triggered: false,
    suspended: false,
    doneForDay: false,
    queuedReplaces: [],
    reasons: [],
    acceptedStep: 0,
    lastStep: 0,
    venueCumQuantity: ZERO,
    fillCount: 0,
    fills: [],
    executionIds: [],
    settlements: [],
    ...(clock === undefined ? {} : { clock }),
    createdAtMs: stamp.atMs,
    updatedAtMs: stamp.atMs,
  };
  const event: OrderEvent = { ...header(orderId, 1, stamp), type: 'OrderCreated', request, ...submitter };
  return { order: { ...facts, status: deriveStatus(facts) }, event };
}

/**
 * Applies one event. Refuses what the lifecycle table forbids; throws when the result breaks an invariant or leaves the
 * table, as that is a bug and the order must not go on.
 */
export function applyEvent(order: Order, draft: OrderEventDraft, stamp: EventStamp): Applied {
  const allowed = followingStatuses(order.status, draft.type);
  if ('code' in allowed) return { kind: 'refused', refusal: allowed };
  const version = order.version + 1;
  const { status: _status, ...before } = order;
  const changed = withQuantities({ ...changeFacts(before, draft), version, updatedAtMs: stamp.atMs });
  const after: Order = { ...changed, status: deriveStatus(changed) };
  if (!allowed.includes(after.status)) {
    throw new Error(`lifecycle: ${order.status} + ${draft.type} gave ${after.status}, allowed ${allowed.join(', ')}`);
  }
  const broken = brokenInvariants(after);
  if (broken.length > 0) throw new Error(`invariant of ${order.orderId} after ${draft.type}: ${broken.join('; ')}`);
  const event = { ...header(order.orderId, version, stamp), ...draft } as OrderEvent;
  return { kind: 'applied', order: after, event };
}

function header(orderId: OrderId, version: number, stamp: EventStamp) {
  return { id: `${orderId}#${String(version)}`, orderId, version, ...stamp };
}

type Change<T extends OrderEventDraft['type']> = (facts: Facts, event: Extract<OrderEventDraft, { type: T }>) => Facts;

/** How each event changes the facts; quantities and status follow by themselves. */
const CHANGES: { readonly [T in OrderEventDraft['type']]: Change<T> } = {
  OrderCreated: () => {
    throw new Error('an order is created once');
  },
  OrderAdopted: (facts, { venue, venueAccount, venueOrderId, clientOrderId }) => {
    const why = `${venue} reported an order that nobody here sent`;
    return {
      ...facts,
      ...{ venueAccount, venueOrderId, adopted: { clientOrderId }, clientOrderIdBase: clientOrderId },
      route: { policy: 'VENUE', venue, why, candidates: [] },
      submission: 'ACKNOWLEDGED',
      why: `adopted: ${why}`,
    };
  },
  OrderDenied: (facts, event) => ({
    ...ended(facts, 'DENIED', `denied: ${event.reasons.map(told).join('; ')}`),
    reasons: event.reasons,
  }),
  OrderApproved: (facts, event) => ({
    ...facts,
    route: event.route,
    clientOrderIdBase: event.clientOrderIdBase,
    venueAccount: event.venueAccount,
    why: `risk passed${exceptWaived(event)}, routed to ${event.route.venue}: ${event.route.why}`,
  }),
  OrderHeld: (facts, event) => {
    if (event.why === 'TRIGGER')
      return { ...facts, held: event.why, why: `waits for the market to reach ${facts.stopPrice ?? 'its trigger'}` };
    const override = { reasons: event.reasons, approveByMs: event.approveByMs };
    return { ...facts, held: event.why, override, why: approvalWanted(override, facts.submittedBy) };
  },
  OverrideApproved: (facts, { commandId, by, reason, waived }) => ({
    ...without(facts, 'held'),
    ...(facts.override && { override: { ...facts.override, approval: { commandId, by, reason, waived } } }),
    why: `${by} waived ${waived.join(', ')}: ${reason}; all other checks run again`,
  }),
  OrderTriggered: (facts, event) => ({
    ...without(facts, 'held'),
    triggered: true,
    why: `triggered at ${event.price}`,
  }),
  SubmissionStarted: (facts) => ({
    ...facts,
    submission: 'SENDING',
    why: `being sent to ${facts.route?.venue ?? 'the venue'}`,
  }),
  SubmissionUnknown: (facts, event) => ({
    ...facts,
    // A report that came meanwhile is better knowledge than a lost answer.
    submission: facts.submission === 'ACKNOWLEDGED' ? 'ACKNOWLEDGED' : 'UNKNOWN',
    why: `outcome of sending unknown (${event.reason}); asking the venue`,
  }),
  OrderSubmitted: (facts, event) => ({
    ...facts,
    submission: facts.submission === 'ACKNOWLEDGED' ? 'ACKNOWLEDGED' : 'SENT',
    ...(event.venueOrderId === undefined ? {} : { venueOrderId: event.venueOrderId }),
    why: 'sent, not yet acknowledged',
  }),
  OrderAccepted: (facts, event) => ({
    ...facts,
    submission: 'ACKNOWLEDGED',
    venueOrderId: event.venueOrderId,
    why: facts.end === undefined ? `working at ${facts.route?.venue ?? 'the venue'}` : facts.why,
  }),
  OrderRejected: (facts, event) =>
    ended(facts, 'REJECTED', `rejected by the venue: ${reasonWithText(event.reason, event.text)}`),
  OrderFilled: (facts, event) =>
    withFill(event.resumes === true ? { ...facts, suspended: false, doneForDay: false } : facts, event.fill),
  TradeBusted: (facts, { execId, fill, settleAtMs }) => ({
    ...reopened(withoutFill(facts, fill, settleAtMs)),
    executionIds: withExecution(facts.executionIds, execId),
    fillCount: facts.fillCount - 1,
    heldReports: withoutHeld(facts, execId),
    why: `the venue took the trade of ${fill.quantity} at ${fill.price} back`,
  }),
  TradeCorrected: (facts, { before, fill, settleAtMs }) => ({
    ...reopened(withFill({ ...withoutFill(facts, before, settleAtMs), fillCount: facts.fillCount - 1 }, fill)),
    heldReports: withoutHeld(facts, fill.execId),
    why: `the venue corrected the trade of ${before.quantity} at ${before.price} to ${fill.quantity} at ${fill.price}`,
  }),
  ReportHeld: (facts, { report }) => ({
    ...facts,
    heldReports: [...(facts.heldReports ?? []), report],
    why: `a correction of execution ${report.execRefId ?? ''} waits for that execution`,
  }),
  CancelPending: (facts) => venuePending(facts, { cancel: true }),
  ReplacePending: (facts, { step, clientOrderId }) => ({
    ...venuePending(renamed(facts, step, clientOrderId), {
      replaceSteps: [...(facts.venuePending?.replaceSteps ?? []).filter((open) => open !== step), step],
    }),
    lastStep: Math.max(facts.lastStep, step),
  }),
  ReplaceHalfDone: (facts, { step }) => venuePending(facts, { halfDoneStep: step }),
  OrderSuspended: (facts, { reason }) => ({
    ...atVenue(facts),
    suspended: true,
    why: `suspended: ${reasonWithText(reason, '')}`,
  }),
  OrderStopped: (facts, { quantity, price }) => ({
    ...atVenue(facts),
    stopped: true,
    why: `the venue guarantees ${quantity ?? 'a part'} at ${price ?? 'its price'}`,
  }),
  OrderDoneForDay: (facts) => ({
    ...atVenue(facts),
    doneForDay: true,
    why: `done for the day, ${facts.filledQuantity} of ${facts.quantity} filled`,
  }),
  OrderRestated: (facts, event) => restated(facts, event),
  CancelRequested: (facts, event) => ({
    ...facts,
    pendingCancel: { commandId: event.commandId, reason: event.reason },
    why: `cancel asked: ${event.reason}`,
  }),
  CancelRejected: (facts, event) => ({
    ...venuePending(without(facts, 'pendingCancel'), { cancel: false }),
    // An order that has ended meanwhile is what it is for another reason.
    ...(facts.end === undefined ? { why: `cancel refused: ${reasonWithText(event.reason, event.text)}` } : {}),
  }),
  OrderCanceled: (facts, event) => endedOpen(facts, 'CANCELED', whyCanceled(facts, event.reason)),
  ReplaceQueued: (facts, event) => ({
    ...facts,
    queuedReplaces: [...facts.queuedReplaces, { commandId: event.commandId, change: event.change }],
  }),
  ReplaceRequested: (facts, event) => ({
    ...facts,
    lastStep: event.step,
    pendingReplace: { commandId: event.commandId, step: event.step, change: event.change },
    queuedReplaces: facts.queuedReplaces.filter((queued) => queued.commandId !== event.commandId),
    why: `replace asked: ${Object.entries(event.change)
      .map(([field, value]) => `${field} ${String(value)}`)
      .join(', ')}`,
  }),
  ReplaceRejected: (facts, event) => ({
    ...replaceAnswered(facts, (step) => step === event.step),
    why: `replace refused: ${reasonWithText(event.reason, event.text)}`,
  }),
  OrderReplaced: (facts, event) => replaced(facts, event),
  OrderExpired: (facts, event) => endedOpen(facts, 'EXPIRED', inWords(event.reason)),
  TradeSettled: (facts, event) => settled(facts, event.settleAtMs, { status: 'SETTLED' }),
  SettlementFailed: (facts, event) => settled(facts, event.settleAtMs, { status: 'FAILED', attempts: event.attempt }),
  SettlementEscalated: (facts, event) => settled(facts, event.settleAtMs, { status: 'ESCALATED' }),
  CommandRefused: (facts, event) => ({
    ...facts,
    queuedReplaces: facts.queuedReplaces.filter((queued) => queued.commandId !== event.commandId),
  }),
  RequestUnknown: (facts, { request, reason }) => ({
    ...facts,
    why: `whether the venue has the ${request} is unknown: ${reason}; it is asked`,
  }),
  ReportRefused: (facts, { execId, text }) => {
    const held = facts.heldReports?.find((report) => report.execId === execId);
    return held === undefined
      ? facts
      : {
          ...facts,
          heldReports: withoutHeld(facts, execId),
          why: `a correction of execution ${held.execRefId ?? ''} was refused: ${text}`,
        };
  },
};

/** " but MAX_ORDER_VALUE, which was waived", or nothing. */
export const exceptWaived = ({ waived = [] }: { readonly waived?: readonly Violation[] }): string =>
  waived.length === 0 ? '' : ` but ${waived.map(({ code }) => code).join(', ')}, which was waived`;

/** "symbol XX: An instrument that exists here." */
const told = ({ field, value, rule }: Violation): string => `${[field, value].filter(Boolean).join(' ')}: ${rule}`;

function changeFacts(facts: Facts, draft: OrderEventDraft): Facts {
  // The table's type ties each key to its own event; TypeScript cannot follow that through an index.
  const change = CHANGES[draft.type] as (facts: Facts, event: OrderEventDraft) => Facts;
  const changed = change(facts, draft);
  const told = 'cumQuantity' in draft ? draft.cumQuantity : undefined;
  const known = maximum(changed.venueCumQuantity, changed.filledQuantity);
  return { ...newestTold(changed, draft), venueCumQuantity: told === undefined ? known : maximum(known, told) };
}
/** Remembers how new what the venue told of state and quantity is. */
function newestTold(facts: Facts, draft: OrderEventDraft): Facts {
  const isFromReport = 'sequence' in draft || 'venueTimeMs' in draft;
  if (!isFromReport) return facts;
  const quantity = draft.type === 'OrderReplaced' || draft.type === 'OrderRestated';
  const split = draft.type === 'OrderRestated' && draft.filledAdjustment !== undefined;
  return { ...facts, told: toldAfter(facts.told, draft, { state: true, quantity, split }) };
}

function cleared(facts: Facts): Facts {
  const { venuePending: _pending, ...rest } = facts;
  return without(without(without(rest, 'pendingCancel'), 'pendingReplace'), 'held');
}
function ended(facts: Facts, end: NonNullable<Facts['end']>, why: string): Facts {
  // What the venue ended, the venue had.
  const submission = facts.submission === 'NONE' ? 'NONE' : 'ACKNOWLEDGED';
  return { ...cleared(facts), submission, end, why };
}

/** What is filled has ended with that; nothing that was asked is answered any more. */
const endedOpen = (facts: Facts, end: 'CANCELED' | 'EXPIRED', why: string): Facts =>
  facts.end === 'FILLED' ? cleared(facts) : ended(facts, end, why);

const whyCanceled = ({ pendingCancel }: Facts, reason: string): string =>
  pendingCancel !== undefined && reason === CANCELED_BY_VENUE
    ? `canceled as asked (${pendingCancel.reason})`
    : inWords(reason);

/** After a trade was taken back: a filled order works again, one that could only trade at once is over. */
function reopened(facts: Facts): Facts {
  if (facts.end !== 'FILLED' || !lessThan(facts.filledQuantity, facts.quantity)) return facts;
  const { timeInForce } = facts.request;
  return timeInForce === 'IOC' || timeInForce === 'FOK' ? { ...facts, end: 'CANCELED' } : without(facts, 'end');
}
const withoutHeld = (facts: Facts, execId: string): readonly ExecutionReport[] =>
  (facts.heldReports ?? []).filter((report) => report.execId !== execId);
