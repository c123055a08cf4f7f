/**
 * Price-time priority matching of one instrument on one venue.
 *
 * Pure and deterministic: time comes as an argument, nothing is read from outside, and the same calls give the same
 * events. Client orders trade with each other at the resting order's price and with the outside market's liquidity; at
 * one price client orders come first.
 */
import { ZERO, add, equal, greaterThan, isPositive, lessThan, maximum, minimum } from '../../domain/money';
import type { DecimalString } from '../../domain/money';
import { Side, TimeInForce } from '../../domain/order-request';
import { better, currentId, leaves, oppositeOf, priceOf, samePrice } from './book-order';
import type { BookChange, BookEvent, BookOrder, BookSide, MarketStep } from './book-order';
import { OrderQueues } from './order-queues';
import { OutsideLiquidity, reachable } from './outside-liquidity';
import type { Level, LiquidityRules } from './outside-liquidity';

/** A price-time priority book with its stop orders and the outside market. */
export class MatchingEngine {
  private readonly queues = new OrderQueues();
  private outside: OutsideLiquidity | undefined;
  private lastPrice: DecimalString | undefined;
  private nextPriority = 1;
  private events: BookEvent[] = [];
  private halted = false;

  constructor(private readonly rules: LiquidityRules) {}

  /** Nothing trades now; orders may still be canceled and expire. */
  get isHalted(): boolean {
    return this.halted;
  }

  /** Puts open orders of an earlier run back in their place without any event. */
  restore(orders: readonly BookOrder[], halted = false): void {
    this.halted = halted;
    for (const order of orders) {
      this.nextPriority = Math.max(this.nextPriority, order.priority + 1);
      if (order.status === 'OPEN') this.queues.place(order);
    }
  }

  /** Takes a new order; `priority`, `cumQuantity`, `status` and `triggered` are set here. */
  submit(draft: Omit<BookOrder, 'priority' | 'cumQuantity' | 'status' | 'triggered'>, nowMs: number): BookEvent[] {
    const order: BookOrder = {
      ...draft,
      cumQuantity: ZERO,
      status: 'OPEN',
      triggered: draft.stopPrice === undefined && !waitsForSession(draft.timeInForce),
      priority: this.nextPriority++,
    };
    this.queues.note(order);
    this.emit({ kind: 'NEW', order, timeMs: nowMs });
    this.enter(order, nowMs);
    return this.settle(nowMs);
  }

  /** Cancels an open order; no event when it is not open. */
  cancel(venueOrderId: string, nowMs: number): BookEvent[] {
    const order = this.queues.find(venueOrderId);
    if (order !== undefined) this.close(order, 'CANCELED', nowMs);
    return this.drain();
  }

  /** Replaces an open order; a new price or a larger quantity costs its place in the queue. */
  replace(venueOrderId: string, change: BookChange, nowMs: number): BookEvent[] {
    const before = this.queues.find(venueOrderId);
    if (before === undefined) return [];
    this.queues.displace(before);
    const quantity = maximum(change.quantity, before.cumQuantity);
    const limitPrice = change.limitPrice ?? before.limitPrice;
    const stopPrice = change.stopPrice ?? before.stopPrice;
    const keepsPlace =
      !greaterThan(quantity, before.quantity) &&
      samePrice(limitPrice, before.limitPrice) &&
      samePrice(stopPrice, before.stopPrice);
    const order: BookOrder = {
      ...before,
      quantity,
      ...(limitPrice === undefined ? {} : { limitPrice }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
      clientOrderIds: [...before.clientOrderIds, change.clientOrderId],
      status: equal(quantity, before.cumQuantity) ? 'FILLED' : 'OPEN',
      priority: keepsPlace ? before.priority : this.nextPriority++,
    };
    this.emit({ kind: 'REPLACED', order, timeMs: nowMs, origClientOrderId: currentId(before) });
    if (order.status === 'FILLED') this.queues.remove(order);
    else if (keepsPlace) this.queues.place(order);
    else {
      this.queues.note(order);
      this.enter(order, nowMs);
    }
    return this.settle(nowMs);
  }

  /** Sets how much of an order has traded, as a trade of it was changed; one that is open again works again. */
  amend(changed: Extract<BookEvent, { kind: 'TRADE_CANCEL' | 'TRADE_CORRECT' }>): BookEvent[] {
    const { order, timeMs } = changed;
    const known = this.queues.find(order.venueOrderId);
    if (known !== undefined) this.queues.remove(known);
    this.emit(changed);
    if (order.status === 'OPEN' && known !== undefined) this.queues.place(order);
    else if (order.status === 'OPEN') this.reopen(order, timeMs);
    return this.settle(timeMs);
  }

  /** Stops all trading; every open order is told. */
  halt(nowMs: number): BookEvent[] {
    if (!this.halted) this.tellAll('SUSPENDED', 'HALTED', nowMs);
    this.halted = true;
    return this.drain();
  }

  /** Lets everything trade again, with the market as it is now. */
  resume(nowMs: number): BookEvent[] {
    if (!this.halted) return [];
    this.halted = false;
    this.tellAll('RESTATED', 'RESUMED', nowMs);
    return this.trade(nowMs);
  }

  /** Moves the outside market: waiting market orders first, then resting orders, then stops. */
  onMarket(step: MarketStep, nowMs: number): BookEvent[] {
    this.outside = new OutsideLiquidity(step, this.rules);
    this.lastPrice = step.lastPrice;
    return this.halted ? [] : this.trade(nowMs);
  }

  private trade(nowMs: number): BookEvent[] {
    this.runMarketRemainders(nowMs);
    this.fillResting('bid', nowMs);
    this.fillResting('ask', nowMs);
    return this.settle(nowMs);
  }

  /** The session's opening: orders for it trade with the quote of now, and what is left of them is canceled. */
  openSession(nowMs: number): BookEvent[] {
    const ids = this.queues.waitingFor(TimeInForce.AT_THE_OPEN);
    for (const id of ids) this.release(this.queues.open(id), nowMs);
    for (const id of ids) {
      const left = this.queues.find(id);
      if (left !== undefined) this.close(left, 'CANCELED', nowMs, 'OPENING_REMAINDER');
    }
    return this.settle(nowMs);
  }

  /** Expires the orders whose end has come, each at its own end; orders for the close trade first. */
  expire(nowMs: number): BookEvent[] {
    const events: BookEvent[] = [];
    while (this.queues.nextExpiryMs <= nowMs) {
      const endMs = this.queues.nextExpiryMs;
      const ends = (order: BookOrder): boolean => order.expireAtMs === endMs;
      for (const id of this.queues.waitingFor(TimeInForce.AT_THE_CLOSE)) {
        if (!this.halted && ends(this.queues.open(id))) this.release(this.queues.open(id), endMs);
      }
      for (const order of this.queues.all().filter(ends)) this.close(order, 'EXPIRED', endMs);
      this.queues.countExpiryAnew();
      events.push(...this.settle(endMs));
    }
    return events;
  }

  /** Says whether an order would trade at once instead of coming to rest. */
  wouldTake(order: Pick<BookOrder, 'side' | 'limitPrice'>): boolean {
    return isPositive(this.available(order));
  }

  /** Best bid and ask, client orders included, and the last trade; undefined before the first step. */
  top(): { readonly bid: Level; readonly ask: Level; readonly lastPrice: DecimalString } | undefined {
    if (this.outside === undefined || this.lastPrice === undefined) return undefined;
    const { bidPrice, askPrice } = this.outside.step;
    // An emptied side keeps showing the outside price, with nothing to trade there.
    const bid = this.bestOf('bid') ?? { price: bidPrice, quantity: ZERO };
    const ask = this.bestOf('ask') ?? { price: askPrice, quantity: ZERO };
    return { bid, ask, lastPrice: this.lastPrice };
  }

  private enter(order: BookOrder, nowMs: number): void {
    if (!order.triggered && !this.stopReached(order)) {
      this.queues.place(order);
      return;
    }
    if (order.triggered) this.execute(order, nowMs);
    else this.trigger(order, nowMs);
  }

  /** Lets an order trade that waited for the opening or the close. */
  private release(order: BookOrder, nowMs: number): void {
    this.queues.displace(order);
    this.execute({ ...order, triggered: true }, nowMs);
  }

  private trigger(order: BookOrder, nowMs: number): void {
    // Its place in the queue dates from the trigger, as nobody could trade with it before.
    const triggered: BookOrder = { ...order, triggered: true, priority: this.nextPriority++ };
    this.queues.note(triggered);
    this.emit({ kind: 'TRIGGERED', order: triggered, timeMs: nowMs });
    this.execute(triggered, nowMs);
  }

  /** A filled order of which a trade was changed: what cannot come to rest any more is over. */
  private reopen(order: BookOrder, nowMs: number): void {
    if ((order.expireAtMs ?? Infinity) <= nowMs) this.close(order, 'EXPIRED', nowMs);
    else if (order.limitPrice === undefined || !RESTS.has(order.timeInForce))
      this.close(order, 'CANCELED', nowMs, 'TRADE_CHANGED');
    else if (this.halted) this.queues.place({ ...order, priority: this.nextPriority++ });
    else this.execute({ ...order, priority: this.nextPriority++ }, nowMs);
  }

  private tellAll(kind: 'SUSPENDED' | 'RESTATED', reason: string, timeMs: number): void {
    for (const order of this.queues.all()) this.emit({ kind, order, timeMs, reason });
  }

  private execute(order: BookOrder, nowMs: number): void {
    if (order.timeInForce === TimeInForce.FOK && lessThan(this.available(order), leaves(order))) {
      this.close(order, 'CANCELED', nowMs, 'FOK_NOT_FILLABLE');
      return;
    }
    const left = this.take(order, nowMs);
    if (left === undefined) return;
    if (left.timeInForce === TimeInForce.IOC || left.timeInForce === TimeInForce.FOK) {
      this.close(left, 'CANCELED', nowMs, 'IOC_REMAINDER');
      return;
    }
    this.queues.place(left);
    // A market order that found no liquidity may trade with what has just come to rest.
    if (left.limitPrice !== undefined) this.runMarketRemainders(nowMs);
  }

  /** Trades an aggressive order as far as it goes; gives what is left of it, or undefined when it is done. */
  private take(order: BookOrder, nowMs: number): BookOrder | undefined {
    let taker = order;
    const from = oppositeOf(taker.side);
    for (;;) {
      const client = this.queues.best(from);
      const outside = this.outside?.best(from);
      const clientFirst =
        client !== undefined && (outside === undefined || !better(from, outside.price, priceOf(client)));
      const price = clientFirst ? priceOf(client) : outside?.price;
      if (price === undefined || !accepts(taker, price)) return taker;
      const offered = clientFirst ? leaves(client) : (outside?.quantity ?? ZERO);
      const quantity = minimum(leaves(taker), offered);
      const matchId = clientFirst ? matchIdOf(client, taker, quantity) : undefined;
      if (clientFirst) this.fill(client, quantity, price, 'MAKER', nowMs, matchId);
      else this.outside?.take(from, quantity);
      const left = this.fill(taker, quantity, price, 'TAKER', nowMs, matchId);
      this.lastPrice = price;
      if (left === undefined) return undefined;
      taker = left;
    }
  }

  /** What an order could take at once at its price or better. */
  private available(order: Pick<BookOrder, 'side' | 'limitPrice'>): DecimalString {
    const from = oppositeOf(order.side);
    const clients = this.queues.restingOn(from).map(levelOf);
    const buying = order.side === Side.BUY;
    const limit = order.limitPrice;
    return add(reachable(clients, buying, limit), reachable(this.outside?.levels(from) ?? [], buying, limit));
  }

  /** Resting orders trade when the outside market is at or through their price, within the step's volume. */
  private fillResting(side: BookSide, nowMs: number): void {
    const outside = this.outside;
    if (outside === undefined) return;
    const { lastPrice, askPrice, bidPrice, askQuantity, bidQuantity } = outside.step;
    for (;;) {
      const order = this.queues.best(side);
      if (order === undefined) return;
      const price = priceOf(order);
      const crossed =
        side === 'bid'
          ? isPositive(askQuantity) && !greaterThan(askPrice, price)
          : isPositive(bidQuantity) && !lessThan(bidPrice, price);
      const traded = side === 'bid' ? !greaterThan(lastPrice, price) : !lessThan(lastPrice, price);
      if (!crossed && !traded) return;
      const quantity = minimum(leaves(order), outside.restingLeft(side === 'bid' ? 'ask' : 'bid', crossed));
      if (!isPositive(quantity)) return;
      outside.useResting(quantity);
      // Still partly open after this means that the volume is used up.
      if (this.fill(order, quantity, price, 'MAKER', nowMs) !== undefined) return;
    }
  }

  private runMarketRemainders(nowMs: number): void {
    for (const id of this.queues.marketRemainders()) {
      const order = this.queues.find(id);
      if (order !== undefined) this.take(order, nowMs);
    }
  }

  /** Triggers every stop whose price was reached, also by the trades of the stops before it. */
  private settle(nowMs: number): BookEvent[] {
    while (!this.halted) {
      const order = this.queues.firstWaiting((stop) => this.stopReached(stop));
      if (order === undefined) return this.drain();
      this.queues.displace(order);
      this.trigger(order, nowMs);
    }
    return this.drain();
  }

  private stopReached(order: BookOrder): boolean {
    if (order.stopPrice === undefined || this.lastPrice === undefined) return false;
    const step = this.outside?.step;
    if (order.side === Side.BUY) {
      return (
        !lessThan(this.lastPrice, order.stopPrice) || (step !== undefined && !lessThan(step.bidPrice, order.stopPrice))
      );
    }
    return (
      !greaterThan(this.lastPrice, order.stopPrice) ||
      (step !== undefined && !greaterThan(step.askPrice, order.stopPrice))
    );
  }

  private fill(
    order: BookOrder,
    quantity: DecimalString,
    price: DecimalString,
    liquidity: 'MAKER' | 'TAKER',
    nowMs: number,
    matchId?: string,
  ): BookOrder | undefined {
    const cumQuantity = add(order.cumQuantity, quantity);
    const filled = equal(cumQuantity, order.quantity);
    const after: BookOrder = { ...order, cumQuantity, status: filled ? 'FILLED' : 'OPEN' };
    if (filled) this.queues.remove(order);
    else this.queues.note(after);
    const match = matchId === undefined ? {} : { matchId };
    this.emit({ kind: 'TRADE', order: after, timeMs: nowMs, quantity, price, liquidity, ...match });
    return filled ? undefined : after;
  }

  private close(order: BookOrder, status: 'CANCELED' | 'EXPIRED', timeMs: number, reason?: string): void {
    this.queues.remove(order);
    const closed: BookOrder = { ...order, status };
    this.emit({ kind: status, order: closed, timeMs, ...(reason === undefined ? {} : { reason }) });
  }

  private bestOf(side: BookSide): Level | undefined {
    const client = this.queues.best(side);
    const outside = this.outside?.best(side);
    if (client === undefined) return outside;
    const level = levelOf(client);
    return outside === undefined || !better(side, outside.price, level.price) ? level : outside;
  }

  private emit(event: BookEvent): void {
    this.events.push(event);
  }

  private drain(): BookEvent[] {
    const events = this.events;
    this.events = [];
    return events;
  }
}

const levelOf = (order: BookOrder): Level => ({ price: priceOf(order), quantity: leaves(order) });
/** One match of two client orders: the part of the resting one that it fills tells it from their others. */
const matchIdOf = (maker: BookOrder, taker: BookOrder, quantity: DecimalString): string =>
  `${maker.venueOrderId}:${taker.venueOrderId}:${add(maker.cumQuantity, quantity)}`;

const RESTS: ReadonlySet<TimeInForce> = new Set<TimeInForce>([
  ...[TimeInForce.DAY, TimeInForce.GTC, TimeInForce.GTD, TimeInForce.GTX],
]);
const waitsForSession = (timeInForce: TimeInForce): boolean =>
  timeInForce === TimeInForce.AT_THE_OPEN || timeInForce === TimeInForce.AT_THE_CLOSE;
function accepts(order: BookOrder, price: DecimalString): boolean {
  const limit = order.limitPrice;
  if (limit === undefined) return true;
  return order.side === Side.BUY ? !greaterThan(price, limit) : !lessThan(price, limit);
}
