/** The least that an order could cost: what any order of this engine does, without business and without a database. */
import {
  allHandlersFinished,
  condition,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import { FloorMessage } from './contract';
import type { FloorActivities } from './contract';

/** What a venue's report is to an order. */
const toldSignal = defineSignal(FloorMessage.told);
/** What the wait for the acknowledge is to an order. */
const actedUpdate = defineUpdate(FloorMessage.acted);

const { act } = proxyActivities<FloorActivities>({ startToCloseTimeout: '10s' });

/** One start, one activity that does nothing, one signal: two workflow tasks. */
export async function floorOrder(): Promise<void> {
  let isTold = false;
  let hasActed = false;
  setHandler(toldSignal, () => {
    isTold = true;
  });
  setHandler(actedUpdate, () => condition(() => hasActed));
  await act();
  hasActed = true;
  await condition(() => isTold && allHandlersFinished());
}

/** Nothing at all: what a start alone costs. */
export async function emptyOrder(): Promise<void> {
  return Promise.resolve();
}
