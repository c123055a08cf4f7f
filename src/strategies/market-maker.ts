import { OrderClosedError, OrderNotFoundError } from '../client/errors';
import type { OmsClient } from '../client/oms-client';
import type { OrderView } from '../contracts/order-messages';
import type { OrderId } from '../domain/ids';
import type { Quote } from '../domain/instruments';
import { absolute, add, greaterThan, isPositive, lessThan, multiply, subtract, ZERO } from '../domain/money';
import type { DecimalString } from '../domain/money';
import { isTerminal } from '../domain/order';
import { Strategy } from './strategy';
import type { StrategySettings } from './strategy';

export interface MarketMakerSettings extends StrategySettings {
  readonly quantity: DecimalString;
  readonly tickSize: DecimalString;
  /** How far behind the touch both quotes stand; "0" joins it. */
  readonly distanceTicks: DecimalString;
  /** A quote moves when the market has moved away from it by more than this. */
  readonly toleranceTicks: DecimalString;
  /** No more bids above this holding, no more asks below its negative. */
  readonly inventoryMax: DecimalString;
  /** After so many moves a quote is taken back and set anew, at the end of the queue. */
  readonly movesPerOrder: number;
}

/** One of our two quotes. */
interface Standing {
  readonly orderId: OrderId;
  price: DecimalString;
  moves: number;
  leaving: boolean;
}
type Which = 'bid' | 'ask';

/**
 * Keeps a bid and an ask around the market: sets them, moves them along, takes them back, and stops on the side where it
 * holds too much.
 */
export class MarketMaker extends Strategy {
  private readonly standing: Record<Which, Standing | undefined> = { bid: undefined, ask: undefined };
  private readonly filled = new Map<OrderId, DecimalString>();
  private inventory: DecimalString = ZERO;

  constructor(
    orders: OmsClient,
    private readonly maker: MarketMakerSettings,
  ) {
    super(orders, maker);
  }

  protected async onQuote(quote: Quote): Promise<void> {
    const distance = multiply(this.maker.distanceTicks, this.maker.tickSize);
    await this.quoteSide('bid', subtract(quote.bidPrice, distance));
    await this.quoteSide('ask', add(quote.askPrice, distance));
  }

  protected onOrder(order: OrderView): void {
    const before = this.filled.get(order.orderId) ?? ZERO;
    const gained = subtract(order.filledQuantity, before);
    this.filled.set(order.orderId, order.filledQuantity);
    this.inventory = (order.request.side === 'BUY' ? add : subtract)(this.inventory, gained);
    for (const which of ['bid', 'ask'] as const) {
      if (this.standing[which]?.orderId === order.orderId && isTerminal(order.status)) this.standing[which] = undefined;
    }
  }

  protected async onStop(): Promise<void> {
    for (const quote of [this.standing.bid, this.standing.ask]) {
      if (quote !== undefined) await this.orders.cancel(quote.orderId, 'the market maker goes home').catch(ignoreEnded);
    }
  }

  private async quoteSide(which: Which, price: DecimalString): Promise<void> {
    const standing = this.standing[which];
    if (standing === undefined) await this.set(which, price);
    else if (!standing.leaving && this.isAway(standing.price, price)) await this.move(which, standing, price);
  }

  private async set(which: Which, price: DecimalString): Promise<void> {
    const { quantity, inventoryMax, venue } = this.maker;
    const tooMuch =
      which === 'bid' ? greaterThan(this.inventory, inventoryMax) : lessThan(add(this.inventory, inventoryMax), ZERO);
    if (tooMuch || !isPositive(price)) return;
    // Selling more than we hold is a short sale and must be called one.
    const sell = lessThan(this.inventory, quantity) ? 'SELL_SHORT' : 'SELL';
    const request = {
      type: 'LIMIT',
      quantity,
      limitPrice: price,
      timeInForce: 'DAY',
      routing: 'VENUE',
      venue,
    } as const;
    const { orderId } = await this.submit({ ...request, side: which === 'bid' ? 'BUY' : sell });
    this.standing[which] = { orderId, price, moves: 0, leaving: false };
  }

  private async move(which: Which, standing: Standing, price: DecimalString): Promise<void> {
    if (standing.moves >= this.maker.movesPerOrder) {
      standing.leaving = true;
      await this.orders.signalCancel(standing.orderId, 'a fresh quote takes its place').catch(ignoreEnded);
      return;
    }
    standing.moves += 1;
    standing.price = price;
    // The answer tells also when the quote has traded meanwhile; then `onOrder` forgets it, and the next quote sets anew.
    const answer = await this.orders.modify(standing.orderId, { limitPrice: price }).catch(ignoreEnded);
    if (answer !== undefined) this.onOrder(answer.order);
  }

  private isAway(price: DecimalString, wanted: DecimalString): boolean {
    return greaterThan(absolute(subtract(price, wanted)), multiply(this.maker.toleranceTicks, this.maker.tickSize));
  }
}

/** A quote may have traded and ended while we made up our mind; the next `onOrder` tells. */
function ignoreEnded(error: unknown): undefined {
  if (error instanceof OrderClosedError || error instanceof OrderNotFoundError) return undefined;
  throw error;
}
