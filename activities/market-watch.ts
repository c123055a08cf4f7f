/** Watches quotes for stop orders that are held here, and wakes them when the market reaches their price. */
import { cancellationSignal, heartbeat } from '@temporalio/activity';
import type { ActivityDependencies } from './dependencies';
import type { Quote } from '../src/domain/instruments';
import { isTriggered } from '../src/domain/order-decisions';
import type { HeldStop } from '../src/ports/stores';

/** How soon a newly held order is watched; the database is asked this often. */
const REFRESH_EVERY_MS = 500;

/** Runs until cancelled. The held orders are read again and again, so that a new worker needs no memory. */
export async function runMarketWatch(
  deps: Pick<ActivityDependencies, 'orders' | 'marketData' | 'signals' | 'log'>,
): Promise<void> {
  const cancel = cancellationSignal();
  let held: readonly HeldStop[] = [];
  const check = (quote: Quote): void => {
    for (const stop of held) {
      if (stop.symbol !== quote.symbol || !isTriggered(stop, quote.lastPrice)) continue;
      held = held.filter((other) => other !== stop);
      // A signal that fails is sent again: the order is still held at the next refresh.
      deps.signals.sendTrigger(stop.orderId, quote.lastPrice, quote.marketTimeMs).catch((error: unknown) => {
        deps.log.warn({ error, orderId: stop.orderId }, 'the trigger could not be signaled');
      });
    }
  };
  const unsubscribe = deps.marketData.subscribe(check);
  try {
    while (!cancel.aborted) {
      heartbeat();
      try {
        held = await deps.orders.heldStops();
      } catch (error) {
        deps.log.warn({ error }, 'held stop orders could not be read');
      }
      await new Promise<void>((resolve) => setTimeout(resolve, REFRESH_EVERY_MS));
    }
  } finally {
    unsubscribe();
  }
}
