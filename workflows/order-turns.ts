/**
 * What a turn of an order's loop takes. Which messages and results Temporal brings at once differs between a run and its
 * replay: a worker that lost its cache may see them together and replay apart, or the other way round
 * (temporalio/sdk-rust#1146, and queries that are answered before a workflow task). What a turn takes must not depend on it,
 * or the same order of commands is not found again.
 */
import { allHandlersFinished, condition, patched } from '@temporalio/workflow';
import type { CancellationScope } from '@temporalio/workflow';
import type { OrderDesk } from './order-desk';
import type { OrderRecorder } from './order-recorder';
import type { OrderWorks } from './order-works';
import type { WakeTimer } from './wake-timer';

export interface Turn {
  readonly results: number;
  readonly messages: number;
}
export const EVERYTHING: Turn = { results: Infinity, messages: Infinity };
/** A caller who begins to wait, in the queue of messages. */
export interface Wait {
  readonly kind: 'wait';
  readonly begin: () => void;
}
/** Takes what came in, to be applied in a turn of its own. */
export type Arrive = (apply: () => void) => void;

/** Each thing that comes in, timers and what was written down included, has a turn of its own: so from this version on. */
export const takesOneThingATurn = (): boolean => patched('each-thing-a-turn');

interface Parts {
  readonly works: OrderWorks;
  readonly desk: OrderDesk;
  readonly recorder: OrderRecorder;
  readonly timer: WakeTimer;
}

/**
 * What is started in a scope, as it is: a promise of the scope itself is later by some steps of the machine, and what came
 * first would not be the first to arrive.
 */
export function directlyIn<T>(scope: CancellationScope, start: () => Promise<T>): Promise<T> {
  let started: Promise<T> | undefined;
  scope
    .run(() => (started = start()))
    .catch(() => {
      // Whoever has the promise itself hears of it.
    });
  if (started === undefined) throw new Error('a scope did not start what it was given');
  return started;
}

/** The first thing that came in, messages last: as if each had come alone, and all that was waiting for it had gone on. */
export async function nextThing({ works }: Pick<Parts, 'works'>): Promise<Turn> {
  await settled();
  // A caller who was woken together with this has its answer when conditions are looked at again.
  if (!allHandlersFinished()) await settled();
  return works.arrivals > 0 ? { results: 1, messages: 0 } : { results: 0, messages: 1 };
}

/** As an earlier version of the loop took turns: one result or one message, results first. */
export async function nextTurn({ works, desk, recorder, timer }: Parts): Promise<Turn> {
  const before = { results: works.arrivals, messages: desk.queue.length };
  recorder.hold();
  await settled();
  const things = works.arrivals + desk.queue.length + (timer.hasFired ? 1 : 0) + (recorder.hasWritten ? 1 : 0);
  // The turns of earlier versions took what had come when the loop woke.
  if (things > 1 && !patched('one-thing-a-turn')) return before;
  recorder.resume();
  if (timer.hasFired) return { results: 0, messages: 0 };
  return works.arrivals > 0 ? { results: 1, messages: 0 } : { results: 0, messages: 1 };
}

/** Until all that this activation brings has been handed out: conditions are looked at when nothing else is left to run. */
export function settled(): Promise<void> {
  let isLater = false;
  const wait = condition(() => isLater);
  isLater = true;
  return wait;
}
