import { OrderRequestError } from '../client/errors';
import type { OmsClient } from '../client/oms-client';
import type { OrderView } from '../contracts/order-messages';
import type { Quote } from '../domain/instruments';
import { add, isPositive, multiply, subtract, ZERO } from '../domain/money';
import type { DecimalString } from '../domain/money';
import { isTerminal } from '../domain/order';
import { Strategy } from './strategy';
import type { StrategySettings } from './strategy';

export interface CrossoverSettings extends StrategySettings {
  /** Bought when the fast average rises above the slow one, sold when it falls below. */
  readonly quantity: DecimalString;
  readonly tickSize: DecimalString;
  /** Quotes in the fast and the slow average. */
  readonly fast: number;
  readonly slow: number;
  /** How many ticks beyond the touch an order may pay. */
  readonly guardTicks: DecimalString;
}

/**
 * Holds the instrument while a fast moving average of the mid price is above a slow one, and nothing otherwise.
 *
 * One order at a time: a limit order through the touch, immediate-or-cancel, so that it never rests and never pays more
 * than the guard allows. The averages are signals and not money, so plain numbers do for them.
 */
export class MovingAverageCrossover extends Strategy {
  private readonly mids: number[] = [];
  private holding: DecimalString = ZERO;
  /** What is held is too little to be sold: it stays until more is bought. */
  private isRest = false;
  private open: { readonly orderId: string; readonly side: 'BUY' | 'SELL' } | undefined;

  constructor(
    orders: OmsClient,
    private readonly crossover: CrossoverSettings,
  ) {
    super(orders, crossover);
  }

  protected async onQuote(quote: Quote): Promise<void> {
    const { fast, slow, quantity } = this.crossover;
    this.mids.push((Number(quote.bidPrice) + Number(quote.askPrice)) / 2);
    if (this.mids.length > slow) this.mids.shift();
    if (this.mids.length < slow || this.open !== undefined) return;
    const rising = average(this.mids.slice(-fast)) > average(this.mids);
    const isLong = isPositive(this.holding) && !this.isRest;
    if (rising && !isLong) await this.trade('BUY', quantity, quote.askPrice);
    if (!rising && isLong) await this.sell(quote.bidPrice);
  }

  protected onOrder(order: OrderView): void {
    if (order.orderId !== this.open?.orderId || !isTerminal(order.status)) return;
    const change = this.open.side === 'BUY' ? add : subtract;
    if (isPositive(order.filledQuantity)) this.isRest = false;
    this.holding = change(this.holding, order.filledQuantity);
    this.open = undefined;
  }

  /** Nothing of ours rests in the market. */
  protected async onStop(): Promise<void> {
    await Promise.resolve();
  }

  private async sell(touch: DecimalString): Promise<void> {
    try {
      await this.trade('SELL', this.holding, touch);
    } catch (error) {
      if (!(error instanceof OrderRequestError) || !error.violations.every(({ code }) => TOO_LITTLE.has(code)))
        throw error;
      this.isRest = true;
    }
  }

  private async trade(side: 'BUY' | 'SELL', quantity: DecimalString, touch: DecimalString): Promise<void> {
    const guard = multiply(this.crossover.guardTicks, this.crossover.tickSize);
    const limitPrice = side === 'BUY' ? add(touch, guard) : subtract(touch, guard);
    const request = { side, type: 'LIMIT', quantity, limitPrice, timeInForce: 'IOC' } as const;
    const { orderId, order } = await this.submit(request, { wait: 'acknowledged' });
    this.open = { orderId, side };
    // The answer often tells the end already; otherwise `onOrder` will.
    if (order !== undefined) this.onOrder(order);
  }
}

/** The venue takes no order that small: nothing was started. */
const TOO_LITTLE: ReadonlySet<string> = new Set(['QUANTITY_MIN', 'NOTIONAL_MIN']);

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
