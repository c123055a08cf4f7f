import { log } from '@temporalio/workflow';
import { orderActivities } from './activity-options';
import type { OrderDesk } from './order-desk';

/** Most alerts of one turn that are sent; a venue gone wild shall not flood people with the same thing. */
const ALERTS_MAX = 5;

/** Tells people what they should know, without waiting for it. */
export function raiseAlerts(desk: OrderDesk): void {
  for (const alert of desk.alerts.splice(0).slice(0, ALERTS_MAX)) {
    log.warn(alert.text, { code: alert.code, orderId: desk.order.orderId });
    void orderActivities.raiseAlert
      .executeWithOptions({ summary: alert.code, retry: { maximumAttempts: 3 } }, [
        { orderId: desk.order.orderId, ...alert },
      ])
      .catch(() => {
        // The log line above is the alert's second way; an order never waits for either.
      });
  }
}
