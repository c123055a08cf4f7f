/** What changes of an order's form do to its facts: replaces, done or on their way, and restatements of the venue. */
import { venueClientOrderId } from './ids';
import { add, isPositive, lessThan, maximum, ZERO } from './money';
import type { DecimalString } from './money';
import { RENAMES_KEPT, withExecution } from './order';
import type { OrderEventDraft } from './order-events';
import type { Facts } from './order-fold-trades';
import { inWords } from './reason-words';

/** What the venue says is pending, changed; absent when nothing is. */
export function venuePending(facts: Facts, change: Partial<NonNullable<Facts['venuePending']>>): Facts {
  const { venuePending: before, ...rest } = facts;
  const { halfDoneStep, ...after } = { cancel: false, replaceSteps: [], ...before, ...change };
  if (!after.cancel && after.replaceSteps.length === 0 && halfDoneStep === undefined) return rest;
  return { ...rest, venuePending: { ...after, ...(halfDoneStep === undefined ? {} : { halfDoneStep }) } };
}
/** Replaces are answered, the one of `step` or all up to it: neither we nor the venue wait for them any more. */
export function replaceAnswered(facts: Facts, isAnswered: (step: number) => boolean): Facts {
  const { replaceSteps = [], halfDoneStep, ...pending } = facts.venuePending ?? {};
  const { venuePending: _before, ...rest } = facts;
  const half = halfDoneStep === undefined || isAnswered(halfDoneStep) ? {} : { halfDoneStep };
  const left = venuePending(rest, {
    ...pending,
    ...half,
    replaceSteps: replaceSteps.filter((open) => !isAnswered(open)),
  });
  return facts.pendingReplace !== undefined && isAnswered(facts.pendingReplace.step)
    ? without(left, 'pendingReplace')
    : left;
}
/** The venue has it, whatever it said before. */
export const atVenue = (facts: Facts): Facts => ({
  ...facts,
  submission: facts.submission === 'NONE' ? 'NONE' : 'ACKNOWLEDGED',
});

export function without(facts: Facts, key: 'held' | 'pendingCancel' | 'pendingReplace' | 'end'): Facts {
  const { [key]: _dropped, ...rest } = facts;
  return rest;
}
export function replaced(facts: Facts, event: Extract<OrderEventDraft, { type: 'OrderReplaced' }>): Facts {
  // A later one in the chain that is done says that the earlier ones are; somebody else's says nothing of ours.
  const isOthers = event.clientOrderId !== undefined && facts.adopted === undefined;
  const isAnswered = (step: number): boolean => (isOthers ? step === event.step : step <= event.step);
  const step = event.workedAsStep ?? event.step;
  const id = event.workedAsStep === undefined ? event.clientOrderId : ownId(facts, event.step);
  const base = atVenue(replaceAnswered(renamed(facts, step, id), isAnswered));
  const after = resized(base, event);
  const isFilledNow = after.end === 'FILLED' && facts.end === undefined;
  const form = `quantity ${event.quantity}${event.limitPrice === undefined ? '' : `, limit ${event.limitPrice}`}`;
  return {
    ...after,
    ...(event.venueOrderId === undefined ? {} : { venueOrderId: event.venueOrderId }),
    acceptedStep: Math.max(base.acceptedStep, step),
    lastStep: Math.max(base.lastStep, step),
    // Told after the end, it is not the last word.
    why:
      after.end !== undefined && after.end === facts.end && after.end !== 'FILLED'
        ? facts.why
        : `replaced${isOthers ? ' by somebody else at the venue' : ''}: ${form}${isFilledNow ? ', which is filled' : ''}${notAllTold(event)}`,
  };
}
/** "; the venue has filled 4, of which not all is told yet", or nothing. */
export const notAllTold = ({ cumQuantity }: { readonly cumQuantity?: DecimalString }): string =>
  cumQuantity === undefined ? '' : `; the venue has filled ${cumQuantity}, of which not all is told yet`;
const ownId = ({ clientOrderIdBase }: Facts, step: number): string | undefined =>
  clientOrderIdBase === undefined ? undefined : venueClientOrderId(clientOrderIdBase, step);
/** The client order id under which the venue has it from a step on, where that is none of ours. */
export function renamed(facts: Facts, step: number, clientOrderId: string | undefined): Facts {
  if (clientOrderId === undefined) return facts;
  if (facts.adopted !== undefined) return { ...facts, adopted: { clientOrderId } };
  const others = (facts.renamed ?? []).filter((given) => given.clientOrderId !== clientOrderId);
  return { ...facts, renamed: [...others, { step, clientOrderId }].slice(-RENAMES_KEPT) };
}
export function restated(facts: Facts, event: Extract<OrderEventDraft, { type: 'OrderRestated' }>): Facts {
  const adjustment = event.filledAdjustment ?? ZERO;
  const base: Facts = {
    ...atVenue(facts),
    executionIds: withExecution(facts.executionIds, event.execId),
    filledQuantity: add(facts.filledQuantity, adjustment),
    // A total that was told after the split counts the new shares already: of more shares the greater total is right.
    venueCumQuantity:
      event.cumQuantity !== undefined && isPositive(adjustment)
        ? facts.venueCumQuantity
        : maximum(ZERO, add(facts.venueCumQuantity, adjustment)),
  };
  if (event.isStale === true) return { ...base, why: `an earlier restatement: ${inWords(event.reason)}` };
  return {
    ...resized({ ...base, suspended: false, doneForDay: false }, event),
    why: `restated by the venue, ${inWords(event.reason)}: quantity ${event.quantity}`,
  };
}
/** The new working quantity and prices; what is filled may now be all of it, or not any more (C.1.c, C.3.b). */
function resized(
  facts: Facts,
  {
    quantity,
    limitPrice,
    stopPrice,
  }: { quantity: DecimalString; limitPrice?: DecimalString; stopPrice?: DecimalString },
): Facts {
  const isFilled = !lessThan(facts.filledQuantity, quantity);
  const open = facts.end === 'FILLED' && !isFilled ? without(facts, 'end') : facts;
  return {
    ...open,
    quantity,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(isFilled && open.end === undefined ? { end: 'FILLED' as const } : {}),
  };
}
