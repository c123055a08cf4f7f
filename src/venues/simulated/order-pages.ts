import type { LedgerOrder } from './ledger';

/** Which orders, and which part of their list. */
export interface OrderListQuery {
  readonly account?: string;
  readonly open?: 'true' | 'false';
  /** The venue order id behind which the page begins; absent: the first page. */
  readonly after?: string;
  readonly limit: number;
}
/** A part of a list of orders, in the order in which they were booked. */
export interface OrderPage {
  readonly orders: readonly LedgerOrder[];
  /** What the next page comes after; null on the last one, so that an answer that lost it is not taken for the last. */
  readonly next: string | null;
}

/**
 * Cuts a page out of all orders. An order keeps its place for ever, so whatever opens or ends between two pages, what is
 * open all the time is on one of them, once. Undefined when there is no order `after`: there is no place to go on from.
 */
export function pageOfOrders(all: readonly LedgerOrder[], query: OrderListQuery): OrderPage | undefined {
  const { account, open, after, limit } = query;
  const from = after === undefined ? 0 : all.findIndex(({ venueOrderId }) => venueOrderId === after) + 1;
  if (after !== undefined && from === 0) return undefined;
  const orders: LedgerOrder[] = [];
  for (let at = from; at < all.length; at += 1) {
    const order = all[at];
    if (order === undefined || (account !== undefined && order.venueAccount !== account)) continue;
    if (open === 'true' && order.status !== 'OPEN') continue;
    // One more than fits: this page is not the last.
    if (orders.length === limit) return { orders, next: orders.at(-1)?.venueOrderId ?? null };
    orders.push(order);
  }
  return { orders, next: null };
}
