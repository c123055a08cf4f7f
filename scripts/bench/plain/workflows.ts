/**
 * An order as a competent first build has it: every step an activity with the defaults of the SDK, each with a database
 * transaction of its own. Fills come with the venue's answer or by its stream, and each counts once.
 */
import {
  allHandlersFinished,
  condition,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import { PlainMessage } from './contract';
import type { PlainActivities, PlainFill, PlainOrder } from './contract';

const fillsSignal = defineSignal<[readonly PlainFill[]]>(PlainMessage.fills);
const acknowledgedUpdate = defineUpdate(PlainMessage.acknowledged);

const activities = proxyActivities<PlainActivities>({ startToCloseTimeout: '30s' });

export async function plainOrder(order: PlainOrder): Promise<'SETTLED' | 'DENIED'> {
  const known = new Set<string>();
  const toBook: PlainFill[] = [];
  let filled = 0;
  let isAcknowledged = false;
  let isOver = false;
  const take = (fill: PlainFill): boolean => {
    if (known.has(fill.execId)) return false;
    known.add(fill.execId);
    filled += fill.quantity;
    return true;
  };
  setHandler(fillsSignal, (fills) => {
    toBook.push(...fills.filter(take));
  });
  setHandler(acknowledgedUpdate, () => condition(() => isAcknowledged || isOver));

  const verdict = await activities.checkRisk(order);
  if (verdict.kind === 'denied') {
    isOver = true;
    await condition(allHandlersFinished);
    return 'DENIED';
  }
  const venue = await activities.chooseRoute(order);
  // What the answer tells is booked with it.
  for (const fill of await activities.submitOrder(order, venue)) {
    if (take(fill)) continue;
    const waiting = toBook.findIndex(({ execId }) => execId === fill.execId);
    if (waiting >= 0) toBook.splice(waiting, 1);
  }
  isAcknowledged = true;
  for (;;) {
    const fills = toBook.splice(0);
    if (fills.length > 0) await activities.bookFills(order, fills);
    else if (filled >= order.quantity) break;
    else await condition(() => toBook.length > 0);
  }
  await activities.settleTrades(order);
  await condition(allHandlersFinished);
  return 'SETTLED';
}
