/** What an order's earlier steps say of a later one. Synchronous and pure. */
import type { DecimalString } from './money';
import type { OrderEvent, OrderEventType } from './order-events';
import type { TimeInForce } from './order-request';

/** Whether anybody here asked to cancel; `unknown` when the steps that are known begin later than the order. */
export type CancelAsked =
  | { readonly kind: 'unknown' | 'nobody' }
  | {
      /** Waits for its outcome, or the venue refused it. */
      readonly kind: 'asked' | 'refused';
      readonly reason: string;
    };

export interface StepsBefore {
  readonly cancel: CancelAsked;
  /** What the order was for by the last step that told it. */
  readonly quantity?: DecimalString;
  readonly timeInForce?: TimeInForce;
  /** Replaces without an outcome by their command, with their step once they are out. */
  readonly openReplaces: ReadonlyMap<string, number>;
  /** Executions that the venue took back. */
  readonly takenBack: ReadonlySet<string>;
}

/** Before the first step that is known. */
export const NO_STEPS: StepsBefore = { cancel: { kind: 'unknown' }, openReplaces: new Map(), takenBack: new Set() };

const NOBODY: CancelAsked = { kind: 'nobody' };

/** What ends an order before it is filled. */
export const ENDS: ReadonlySet<OrderEventType> = new Set<OrderEventType>([
  'OrderCanceled',
  'OrderExpired',
  'OrderRejected',
]);

/** The steps with one more. */
export function withStep(before: StepsBefore, event: OrderEvent): StepsBefore {
  // A trade taken back may open the order again: what was asked before its end does not count any more.
  if (ENDS.has(event.type)) return { ...before, cancel: NOBODY, openReplaces: NO_STEPS.openReplaces };
  return {
    ...before,
    cancel: cancelAfter(before.cancel, event),
    openReplaces: replacesAfter(before.openReplaces, event),
    ...formAfter(event),
    ...(event.type === 'TradeBusted' ? { takenBack: new Set([...before.takenBack, event.fill.execId]) } : {}),
  };
}

function cancelAfter(before: CancelAsked, event: OrderEvent): CancelAsked {
  if (event.type === 'OrderCreated') return NOBODY;
  if (event.type === 'CancelRequested') return { kind: 'asked', reason: event.reason };
  // The venue may also refuse the cancel of somebody else.
  if (event.type === 'CancelRejected' && before.kind === 'asked') return { ...before, kind: 'refused' };
  return before;
}

function formAfter(event: OrderEvent): Pick<StepsBefore, 'quantity' | 'timeInForce'> {
  if (event.type === 'OrderCreated') {
    const { quantity, timeInForce } = event.request;
    return { quantity, timeInForce };
  }
  const isResized = event.type === 'OrderReplaced' || (event.type === 'OrderRestated' && event.isStale !== true);
  return isResized ? { quantity: event.quantity } : {};
}

function replacesAfter(before: ReadonlyMap<string, number>, event: OrderEvent): ReadonlyMap<string, number> {
  if (event.type === 'ReplaceQueued') return new Map(before).set(event.commandId, Infinity);
  if (event.type === 'ReplaceRequested') return new Map(before).set(event.commandId, event.step);
  if (event.type === 'CommandRefused') return without(before, (commandId) => commandId === event.commandId);
  if (event.type === 'OrderReplaced') {
    // Under an id that is not ours somebody else replaced it, which says nothing of ours before.
    const isOthers = event.clientOrderId !== undefined;
    return without(before, (_, step) => (isOthers ? step === event.step : step <= event.step));
  }
  if (event.type === 'ReplaceRejected') return without(before, (_, step) => step === event.step);
  return before;
}
const without = (
  replaces: ReadonlyMap<string, number>,
  isAnswered: (commandId: string, step: number) => boolean,
): ReadonlyMap<string, number> => new Map([...replaces].filter(([commandId, step]) => !isAnswered(commandId, step)));
