import type { Violation } from '../order-request';
import { dataMissing, withData } from './configured';
import type { Limit } from './limits';
import type { RiskContext } from './risk-context';
import type { RecentOrder } from './risk-data';

/** Counts the recent orders of a rolling window that ends now, or denies where the window reaches back too far. */
export function withRecent(
  context: RiskContext,
  window: Limit<number> | undefined,
  isCounted: (order: RecentOrder) => boolean,
  check: (count: number, windowMs: number) => readonly Violation[],
): readonly Violation[] {
  return withData(context, 'recent', ({ completeFromMs, orders }) => {
    // Limits come with their window from the resolver; a hand-made set without one denies.
    if (window === undefined || !(completeFromMs <= context.wallTimeMs - window.value)) {
      return [dataMissing('recent', String(completeFromMs))];
    }
    const fromMs = context.wallTimeMs - window.value;
    let count = 0;
    // What seems to come from the future (a skewed clock) counts as well.
    for (const order of orders) if (order.approvedAtMs > fromMs && isCounted(order)) count += 1;
    return check(count, window.value);
  });
}
