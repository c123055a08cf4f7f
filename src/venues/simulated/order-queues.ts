import type { TimeInForce } from '../../domain/order-request';
import { better, ownSideOf, priceOf, samePrice } from './book-order';
import type { BookOrder, BookSide } from './book-order';

/** The open orders of a book, each in the queue in which it waits: best price first where that counts, then earliest. */
export class OrderQueues {
  private readonly orders = new Map<string, BookOrder>();
  private readonly resting = { bid: [] as string[], ask: [] as string[] };
  /** Orders that may not trade yet: stops, and orders for the opening or the close. */
  private readonly waiting: string[] = [];
  private readonly remainders: string[] = [];
  private firstEndMs = Infinity;

  /** When the next order may end by itself; no order ends earlier. */
  get nextExpiryMs(): number {
    return this.firstEndMs;
  }

  /** To be called when orders have ended by themselves. */
  countExpiryAnew(): void {
    this.firstEndMs = Infinity;
    for (const { expireAtMs = Infinity } of this.orders.values())
      this.firstEndMs = Math.min(this.firstEndMs, expireAtMs);
  }

  find(venueOrderId: string): BookOrder | undefined {
    return this.orders.get(venueOrderId);
  }

  /** One that is known to be open. */
  open(venueOrderId: string): BookOrder {
    const order = this.orders.get(venueOrderId);
    if (order === undefined) throw new Error(`the book queues an order that is not open: ${venueOrderId}`);
    return order;
  }

  /** In the order in which they came. */
  all(): readonly BookOrder[] {
    return [...this.orders.values()];
  }

  /** The first to trade on a side. */
  best(side: BookSide): BookOrder | undefined {
    const [id] = this.resting[side];
    return id === undefined ? undefined : this.open(id);
  }

  restingOn(side: BookSide): readonly BookOrder[] {
    return this.resting[side].map((id) => this.open(id));
  }

  /** Ids of orders for the opening or the close, as they are now. */
  waitingFor(session: TimeInForce): readonly string[] {
    return this.waiting.filter((id) => this.open(id).timeInForce === session);
  }

  firstWaiting(isWanted: (order: BookOrder) => boolean): BookOrder | undefined {
    const id = this.waiting.find((each) => isWanted(this.open(each)));
    return id === undefined ? undefined : this.open(id);
  }

  /** Ids of what is left of market orders, as they are now. */
  marketRemainders(): readonly string[] {
    return [...this.remainders];
  }

  /** Keeps an order as it is now; its place in a queue stays as it is. */
  note(order: BookOrder): void {
    this.orders.set(order.venueOrderId, order);
  }

  /** Puts an open order where it waits: among those that may not trade yet, the market remainders or the resting limits. */
  place(order: BookOrder): void {
    this.note(order);
    this.firstEndMs = Math.min(this.firstEndMs, order.expireAtMs ?? Infinity);
    const queue = this.queueOf(order);
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comesBefore(this.open(queue[middle] ?? ''), order)) low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, order.venueOrderId);
  }

  /** Takes an order out of its queue, which is that of the order as it is given. */
  displace(order: BookOrder): void {
    const queue = this.queueOf(order);
    const index = queue.indexOf(order.venueOrderId);
    if (index >= 0) queue.splice(index, 1);
  }

  /** Takes an order out altogether. */
  remove(order: BookOrder): void {
    this.displace(order);
    this.orders.delete(order.venueOrderId);
  }

  private queueOf(order: BookOrder): string[] {
    if (!order.triggered) return this.waiting;
    return order.limitPrice === undefined ? this.remainders : this.resting[ownSideOf(order.side)];
  }
}

function comesBefore(a: BookOrder, b: BookOrder): boolean {
  if (a.triggered && a.limitPrice !== undefined && !samePrice(a.limitPrice, b.limitPrice)) {
    return better(ownSideOf(a.side), priceOf(a), priceOf(b));
  }
  return a.priority < b.priority;
}
