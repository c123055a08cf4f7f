/** An order as its venue sees it, in FIX terms: what was asked and is not answered yet is no part of it. */
import { isZero } from './money';
import type { Order } from './order';

/** FIX OrdStatus (tag 39), spelled out. */
export const OrdStatus = {
  PENDING_NEW: 'PENDING_NEW',
  NEW: 'NEW',
  PARTIALLY_FILLED: 'PARTIALLY_FILLED',
  FILLED: 'FILLED',
  DONE_FOR_DAY: 'DONE_FOR_DAY',
  CANCELED: 'CANCELED',
  PENDING_CANCEL: 'PENDING_CANCEL',
  PENDING_REPLACE: 'PENDING_REPLACE',
  STOPPED: 'STOPPED',
  REJECTED: 'REJECTED',
  SUSPENDED: 'SUSPENDED',
  CALCULATED: 'CALCULATED',
  EXPIRED: 'EXPIRED',
} as const;
export type OrdStatus = (typeof OrdStatus)[keyof typeof OrdStatus];

/**
 * The OrdStatus by precedence (FIX 4.4 Appendix D): pending cancel, pending replace, done for day, filled, stopped,
 * suspended, canceled, expired, partially filled, new.
 */
export function ordStatusOf(order: Order): OrdStatus {
  if (order.venuePending?.cancel === true) return 'PENDING_CANCEL';
  if ((order.venuePending?.replaceSteps.length ?? 0) > 0) return 'PENDING_REPLACE';
  if (order.end === 'DENIED') return 'REJECTED';
  if (order.end !== undefined) return order.end;
  if (order.doneForDay) return 'DONE_FOR_DAY';
  if (order.stopped === true) return 'STOPPED';
  if (order.suspended) return 'SUSPENDED';
  if (!isZero(order.filledQuantity)) return 'PARTIALLY_FILLED';
  return order.submission === 'ACKNOWLEDGED' ? 'NEW' : 'PENDING_NEW';
}
