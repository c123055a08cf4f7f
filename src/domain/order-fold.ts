/** Folds events into an order: the only code that changes one. Synchronous and pure. */
import type { OrderId } from './ids';
import { add, lessThan, maximum, multiply, ZERO } from './money';
import type { DecimalString } from './money';
import { brokenInvariants, deriveStatus, FILLS_KEPT, withExecution, withQuantities } from './order';
import type { Order, SettlementDue } from './order';
import type { Actor, Fill, OrderEvent, OrderEventDraft } from './order-events';
import { followingStatuses } from './order-lifecycle';
import type { TransitionRefused } from './order-lifecycle';
import type { OrderRequest } from './order-request';

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
type Facts = Omit<Order, 'status'>;

/** The first event and the order that it makes. */
export function createOrder(
  orderId: OrderId,
  request: OrderRequest,
  stamp: EventStamp,
): { order: Order; event: OrderEvent } {
  const facts: Facts = {
    orderId,
    version: 1,
    request,
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
    createdAtMs: stamp.atMs,
    updatedAtMs: stamp.atMs,
  };
  const event: OrderEvent = { ...header(orderId, 1, stamp), type: 'OrderCreated', request };
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
const same = (facts: Facts): Facts => facts;

/** How each event changes the facts; quantities and status follow by themselves. */
const CHANGES: { readonly [T in OrderEventDraft['type']]: Change<T> } = {
  OrderCreated: () => {
    throw new Error('an order is created once');
  },
  OrderDenied: (facts, event) => ({
    ...ended(facts, 'DENIED', `denied: ${event.reasons.map((reason) => reason.rule).join('; ')}`),
    reasons: event.reasons,
  }),
  OrderApproved: (facts, event) => ({
    ...facts,
    route: event.route,
    clientOrderIdBase: event.clientOrderIdBase,
    venueAccount: event.venueAccount,
    why: `risk passed, routed to ${event.route.venue}: ${event.route.why}`,
  }),
  OrderHeld: (facts, event) => ({
    ...facts,
    held: event.why,
    why:
      event.why === 'TRIGGER'
        ? `waits for the market to reach ${facts.stopPrice ?? 'its trigger'}`
        : 'waits for approval',
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
    ended(facts, 'REJECTED', `rejected by the venue: ${event.reason} ${event.text}`.trim()),
  OrderFilled: (facts, event) => withFill(facts, event.fill),
  CancelRequested: (facts, event) => ({
    ...facts,
    pendingCancel: { commandId: event.commandId, reason: event.reason },
    why: `cancel asked: ${event.reason}`,
  }),
  CancelRejected: (facts, event) => ({
    ...without(facts, 'pendingCancel'),
    why: `cancel refused: ${event.reason} ${event.text}`.trim(),
  }),
  OrderCanceled: (facts, event) => (facts.end === 'FILLED' ? cleared(facts) : ended(facts, 'CANCELED', event.reason)),
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
    ...(facts.pendingReplace?.step === event.step ? without(facts, 'pendingReplace') : facts),
    why: `replace refused: ${event.reason} ${event.text}`.trim(),
  }),
  OrderReplaced: (facts, event) => replaced(facts, event),
  OrderExpired: (facts, event) => ended(facts, 'EXPIRED', event.reason),
  TradeSettled: (facts, event) => settled(facts, event.settleAtMs, { status: 'SETTLED' }),
  SettlementFailed: (facts, event) => settled(facts, event.settleAtMs, { status: 'FAILED', attempts: event.attempt }),
  SettlementEscalated: (facts, event) => settled(facts, event.settleAtMs, { status: 'ESCALATED' }),
  CommandRefused: (facts, event) => ({
    ...facts,
    queuedReplaces: facts.queuedReplaces.filter((queued) => queued.commandId !== event.commandId),
  }),
  ReportRefused: same,
};

function changeFacts(facts: Facts, draft: OrderEventDraft): Facts {
  // The table's type ties each key to its own event; TypeScript cannot follow that through an index.
  const change = CHANGES[draft.type] as (facts: Facts, event: OrderEventDraft) => Facts;
  const changed = change(facts, draft);
  const told = 'cumQuantity' in draft ? draft.cumQuantity : undefined;
  const known = maximum(changed.venueCumQuantity, changed.filledQuantity);
  return { ...changed, venueCumQuantity: told === undefined ? known : maximum(known, told) };
}

function without(facts: Facts, key: 'held' | 'pendingCancel' | 'pendingReplace' | 'end'): Facts {
  const { [key]: _dropped, ...rest } = facts;
  return rest;
}
const cleared = (facts: Facts): Facts => without(without(without(facts, 'pendingCancel'), 'pendingReplace'), 'held');
function ended(facts: Facts, end: NonNullable<Facts['end']>, why: string): Facts {
  // What the venue ended, the venue had.
  const submission = facts.submission === 'NONE' ? 'NONE' : 'ACKNOWLEDGED';
  return { ...cleared(facts), submission, end, why };
}

function withFill(facts: Facts, fill: Fill): Facts {
  const filledQuantity = add(facts.filledQuantity, fill.quantity);
  const complete = !lessThan(filledQuantity, facts.quantity);
  return {
    ...facts,
    submission: 'ACKNOWLEDGED',
    filledQuantity,
    notional: add(facts.notional, multiply(fill.quantity, fill.price)),
    fees: { ...facts.fees, [fill.feeCurrency]: add(facts.fees[fill.feeCurrency] ?? ZERO, fill.fee) },
    fillCount: facts.fillCount + 1,
    fills: [...facts.fills, fill].slice(-FILLS_KEPT),
    executionIds: withExecution(facts.executionIds, fill.execId),
    settlements: withDue(facts.settlements, fill),
    ...(complete && facts.end === undefined ? { end: 'FILLED' as const } : {}),
    why: fillSentence(facts, fill, filledQuantity),
  };
}
function fillSentence(facts: Facts, fill: Fill, filled: DecimalString): string {
  if (facts.end !== undefined) return `late fill of ${fill.quantity} at ${fill.price} booked after ${facts.end}`;
  return `${filled} of ${facts.quantity} filled, last ${fill.quantity} at ${fill.price}`;
}
function withDue(dues: readonly SettlementDue[], fill: Fill): readonly SettlementDue[] {
  const due = dues.find((candidate) => candidate.settleAtMs === fill.settleAtMs && candidate.status !== 'SETTLED');
  if (due === undefined) {
    const fresh: SettlementDue = {
      settleAtMs: fill.settleAtMs,
      trades: 1,
      quantity: fill.quantity,
      status: 'BOOKED',
      attempts: 0,
    };
    // What is settled needs no place in the order any more, the newest excepted, which people like to see.
    return [
      ...dues
        .filter((old) => old.status !== 'SETTLED')
        .concat(dues.filter((old) => old.status === 'SETTLED').slice(-5)),
      fresh,
    ];
  }
  return dues.map((old) =>
    old === due ? { ...old, trades: old.trades + 1, quantity: add(old.quantity, fill.quantity) } : old,
  );
}
function settled(facts: Facts, settleAtMs: number, change: Partial<SettlementDue>): Facts {
  return {
    ...facts,
    settlements: facts.settlements.map((due) =>
      due.settleAtMs === settleAtMs && due.status !== 'SETTLED' ? { ...due, ...change } : due,
    ),
  };
}

function replaced(facts: Facts, event: Extract<OrderEventDraft, { type: 'OrderReplaced' }>): Facts {
  const base = facts.pendingReplace?.step === event.step ? without(facts, 'pendingReplace') : facts;
  const open = lessThan(base.filledQuantity, event.quantity);
  const reopened = base.end === 'FILLED' && open ? without(base, 'end') : base;
  return {
    ...reopened,
    submission: base.submission === 'NONE' ? 'NONE' : 'ACKNOWLEDGED',
    acceptedStep: Math.max(base.acceptedStep, event.step),
    lastStep: Math.max(base.lastStep, event.step),
    quantity: event.quantity,
    ...(event.limitPrice === undefined ? {} : { limitPrice: event.limitPrice }),
    ...(event.stopPrice === undefined ? {} : { stopPrice: event.stopPrice }),
    ...(!open && reopened.end === undefined ? { end: 'FILLED' as const } : {}),
    why: `replaced: quantity ${event.quantity}${event.limitPrice === undefined ? '' : `, limit ${event.limitPrice}`}`,
  };
}
