import type { SettleInput, SettleResult } from './contract';
import type { ActivityDependencies } from './dependencies';
import type { ExecutionReport } from '../src/domain/execution-report';
import type { ExecutionRow } from '../src/ports/stores';
import { add, equal, ZERO } from '../src/domain/money';
import { OPPOSITE } from '../src/domain/settlement';

/**
 * Confirms the open trades of an order that settle at one time: each execution that we booked for that time must be at the
 * venue with the same quantity, price and fee (trade affirmation). Money and positions move when the workflow records
 * `TradeSettled`; a difference is a failed settlement and moves nothing.
 */
export async function settleTrades(
  deps: Pick<ActivityDependencies, 'orders' | 'venues'>,
  input: SettleInput,
): Promise<SettleResult> {
  const connector = deps.venues.get(input.venue);
  if (connector === undefined) return { kind: 'failed', reason: `no connector for venue ${input.venue}` };
  const booked = (await deps.orders.executions(input.orderId)).filter(
    (execution) => execution.settleAtMs === input.settleAtMs && !execution.settled,
  );
  const bookedQuantity = booked.reduce((sum, execution) => add(sum, execution.quantity), ZERO);
  if (!equal(bookedQuantity, input.quantity)) {
    // The recording of the last fills may still be on its way; the retry finds it done.
    return { kind: 'failed', reason: `${bookedQuantity} booked of ${input.quantity} due` };
  }
  const found = await connector.findOrder(input.venueAccount, input.clientOrderId);
  if (found.kind !== 'found')
    return { kind: 'failed', reason: found.kind === 'notFound' ? 'the venue knows no such order' : found.reason };
  const theirs = new Map(found.reports.map((report) => [report.execId, report]));
  const different = withoutPairs(booked).find((execution) => !affirms(theirs, execution));
  return different === undefined
    ? { kind: 'settled' }
    : { kind: 'failed', reason: `execution ${different.execId} differs from the venue's` };
}

/** A trade and its opposite that settle together settle nothing. */
function withoutPairs(booked: readonly ExecutionRow[]): readonly ExecutionRow[] {
  const here = new Set(booked.map(({ execId }) => execId));
  const undone = new Set(booked.map(({ reverses }) => reverses));
  return booked.filter(({ execId, reverses }) =>
    reverses === undefined ? !undone.has(execId) : !here.has(reverses) && !undone.has(execId),
  );
}

/** A trade is at the venue as it is here; the opposite of one is what the venue took back or corrected. */
function affirms(
  reports: ReadonlyMap<string, ExecutionReport>,
  ours: Pick<ExecutionRow, 'execId' | 'quantity' | 'price' | 'fee' | 'reverses'>,
): boolean {
  if (ours.reverses !== undefined) {
    const undone = reports.get(ours.execId.replace(OPPOSITE, ''));
    return undone?.execRefId !== undefined && ['TRADE_CORRECT', 'TRADE_CANCEL'].includes(undone.execType);
  }
  const theirs = reports.get(ours.execId);
  if (theirs?.lastQuantity === undefined || theirs.lastPrice === undefined) return false;
  return (
    equal(theirs.lastQuantity, ours.quantity) &&
    equal(theirs.lastPrice, ours.price) &&
    equal(theirs.fee ?? ZERO, ours.fee)
  );
}
