/** Decides what a command does to an order: events, or a refusal as a value. Synchronous and pure. */
import { equal, greaterThan, isDecimalString, isPositive, lessThan } from './money';
import type { DecimalString } from './money';
import { awaitsApproval, isTerminal } from './order';
import type { Order } from './order';
import type { OrderEventDraft } from './order-events';
import type { OrderChange, Side } from './order-request';

/** Replaces that may wait behind the one outstanding; a strategy that queues more is out of control. */
export const QUEUED_REPLACES_MAX = 16;

export interface CancelCommand {
  readonly kind: 'cancel';
  /** The caller's id of this request; the same id again is the same request. */
  readonly commandId: string;
  readonly reason: string;
}
export interface ModifyCommand {
  readonly kind: 'modify';
  readonly commandId: string;
  readonly change: OrderChange;
}
export type OrderCommand = CancelCommand | ModifyCommand;

/** Why a command cannot be taken. */
export interface CommandRefusal {
  readonly code:
    | 'ORDER_CLOSED'
    | 'CANCEL_PENDING'
    | 'TOO_MANY_REPLACES'
    | 'NOTHING_CHANGES'
    | 'BELOW_FILLED'
    | 'FIELD_NOT_ALLOWED'
    | 'AWAITS_APPROVAL'
    | 'NOT_WAITING'
    | 'TOO_LATE'
    | 'ACTOR_MISSING'
    | 'REASON_MISSING'
    | 'SAME_PERSON'
    | 'COMMAND_ID_USED';
  readonly text: string;
}
export type Decision =
  | { readonly kind: 'events'; readonly events: readonly OrderEventDraft[] }
  | { readonly kind: 'refused'; readonly refusal: CommandRefusal };

const events = (...drafts: OrderEventDraft[]): Decision => ({ kind: 'events', events: drafts });
const refused = (code: CommandRefusal['code'], text: string): Decision => ({
  kind: 'refused',
  refusal: { code, text },
});

/** The decision on one command; `events` may be empty when the command asks for what is already under way. */
export function decide(order: Order, command: OrderCommand): Decision {
  if (isTerminal(order.status)) {
    return refused(
      'ORDER_CLOSED',
      `${command.kind} refused: the order is ${order.status} (${order.filledQuantity} of ${order.quantity} filled)`,
    );
  }
  return command.kind === 'cancel' ? decideCancel(order, command) : decideModify(order, command);
}

function decideCancel(order: Order, command: CancelCommand): Decision {
  if (order.pendingCancel !== undefined) return events();
  if (order.submission === 'NONE') {
    return events({ type: 'OrderCanceled', reason: `canceled before anything was sent: ${command.reason}` });
  }
  return events({ type: 'CancelRequested', commandId: command.commandId, reason: command.reason });
}

function decideModify(order: Order, command: ModifyCommand): Decision {
  const refusal = refusalOfChange(order, command.change);
  if (refusal !== undefined) return { kind: 'refused', refusal };
  if (order.queuedReplaces.length >= QUEUED_REPLACES_MAX) {
    return refused('TOO_MANY_REPLACES', `modify refused: ${String(QUEUED_REPLACES_MAX)} replaces wait already`);
  }
  if (!canReplaceNow(order))
    return events({ type: 'ReplaceQueued', commandId: command.commandId, change: command.change });
  return events(replaceRequest(order, command));
}

/** Why a change is not the one that was decided on under its command id; undefined when it is, or that is not known. */
export function refusalOfReuse(decided: OrderChange | undefined, asked: OrderChange): CommandRefusal | undefined {
  if (decided === undefined || CHANGED.every((field) => isSame(decided[field], asked[field]))) return undefined;
  const first = CHANGED.flatMap((field) => (decided[field] === undefined ? [] : `${field} ${decided[field]}`)).join(
    ', ',
  );
  return {
    code: 'COMMAND_ID_USED',
    text: `modify refused: its command id was used for another change (${first}); use a new id`,
  };
}
const CHANGED = ['quantity', 'limitPrice', 'stopPrice'] as const;
const isSame = (one: DecimalString | undefined, other: DecimalString | undefined): boolean =>
  one === undefined || other === undefined ? one === other : equal(one, other);

/** Why a change cannot be made to the order as it is now; undefined when it can. */
function refusalOfChange(order: Order, change: OrderChange): CommandRefusal | undefined {
  if (order.pendingCancel !== undefined) return { code: 'CANCEL_PENDING', text: 'modify refused: a cancel is pending' };
  // What is approved is what was seen.
  if (awaitsApproval(order))
    return {
      code: 'AWAITS_APPROVAL',
      text: 'modify refused: the order waits for approval as it is; cancel it instead',
    };
  const { quantity, limitPrice, stopPrice } = change;
  if (quantity !== undefined && !greaterThan(quantity, order.filledQuantity)) {
    return {
      code: 'BELOW_FILLED',
      text: `modify refused: ${order.filledQuantity} already filled, cancel the rest instead`,
    };
  }
  if (limitPrice !== undefined && order.limitPrice === undefined) {
    return { code: 'FIELD_NOT_ALLOWED', text: `modify refused: a ${order.request.type} order has no limitPrice` };
  }
  if (stopPrice !== undefined && (order.stopPrice === undefined || order.triggered)) {
    return { code: 'FIELD_NOT_ALLOWED', text: 'modify refused: the order has no stopPrice that could still trigger' };
  }
  const same =
    (quantity ?? order.quantity) === order.quantity &&
    (limitPrice ?? order.limitPrice) === order.limitPrice &&
    (stopPrice ?? order.stopPrice) === order.stopPrice;
  // Compared with what works now: with another replace out, "the same as now" may undo that one.
  if (same && order.pendingReplace === undefined && order.queuedReplaces.length === 0) {
    return { code: 'NOTHING_CHANGES', text: 'modify refused: nothing would change' };
  }
  return undefined;
}

/** One replace outstanding at a time, and only of an order that the venue acknowledged or that is held here. */
function canReplaceNow(order: Order): boolean {
  return (
    order.pendingReplace === undefined &&
    order.pendingCancel === undefined &&
    (order.submission === 'ACKNOWLEDGED' || (order.held !== undefined && order.submission === 'NONE'))
  );
}
function replaceRequest(order: Order, command: { commandId: string; change: OrderChange }): OrderEventDraft {
  return { type: 'ReplaceRequested', commandId: command.commandId, step: order.lastStep + 1, change: command.change };
}

/** A buy stop triggers at or above its price, a sell stop at or below, on the last trade. */
export function isTriggered(
  stop: { readonly side: Side; readonly stopPrice: DecimalString },
  lastPrice: DecimalString,
): boolean {
  return stop.side === 'BUY' ? !lessThan(lastPrice, stop.stopPrice) : !lessThan(stop.stopPrice, lastPrice);
}

/**
 * What a trigger of the market does: nothing when the order is not held any more, has moved its stop price on or is about
 * to. The market watch looks again at whatever is still held.
 *
 * @param isOver The order's time in force has ended: the next day's price must not send a DAY order of yesterday, even
 *   when its trigger is looked at before its expiry.
 */
export function decideTrigger(order: Order, price: string, isOver: boolean): readonly OrderEventDraft[] {
  if (
    isOver ||
    order.status !== 'HELD' ||
    order.held !== 'TRIGGER' ||
    order.stopPrice === undefined ||
    !isDecimalString(price) ||
    !isPositive(price)
  )
    return [];
  return isTriggered({ side: order.request.side, stopPrice: order.stopPrice }, price)
    ? [{ type: 'OrderTriggered', price }]
    : [];
}

/** What follows by itself from where the order stands: the next queued replace, or its refusal after the end. */
export function decideNext(
  order: Order,
): { readonly causationId: string; readonly draft: OrderEventDraft } | undefined {
  const [next] = order.queuedReplaces;
  if (next === undefined) return undefined;
  const refuse = (code: string, text: string) => ({
    causationId: next.commandId,
    draft: { type: 'CommandRefused', commandId: next.commandId, command: 'modifyOrder', code, text } as const,
  });
  if (isTerminal(order.status)) return refuse('ORDER_CLOSED', `modify refused: the order is ${order.status}`);
  if (!canReplaceNow(order)) return undefined;
  const refusal = refusalOfChange({ ...order, queuedReplaces: [] }, next.change);
  if (refusal !== undefined) return refuse(refusal.code, refusal.text);
  return { causationId: next.commandId, draft: replaceRequest(order, next) };
}
