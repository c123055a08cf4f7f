import {
  ZERO,
  add,
  decOfInteger,
  decimalOf,
  isPositive,
  lessThan,
  maximum,
  multiply,
  roundDownTo,
  subtract,
} from '../../domain/money';
import type { DecimalString } from '../../domain/money';
import type { MarketStep } from './book-order';

/** How much of the outside market an order can reach. */
export interface LiquidityRules {
  readonly tickSize: DecimalString;
  readonly lotSize: DecimalString;
  /** Share of the outside market's sizes and volume that trades on this venue; `"1"` is all of it. */
  readonly liquidityShare: DecimalString;
  /** Ticks by which each further level of the ladder is worse than the one before. */
  readonly slippageTicks: number;
  /** Levels of the ladder, each of the quoted size. */
  readonly depthLevels: number;
}

/** A price and what is left there. */
export interface Level {
  readonly price: DecimalString;
  readonly quantity: DecimalString;
}

/**
 * The liquidity of one market step: a ladder behind each side of the quote for takers, and a share of the traded volume
 * for resting orders. Both are used up until the next step.
 */
export class OutsideLiquidity {
  private readonly taken = { bid: ZERO, ask: ZERO };
  private restingUsed = ZERO;

  constructor(
    readonly step: MarketStep,
    private readonly rules: LiquidityRules,
  ) {}

  /** What is left of the ladder that a buyer (`ask`) or a seller (`bid`) takes from, best level first. */
  levels(side: 'bid' | 'ask'): readonly Level[] {
    const levels: Level[] = [];
    for (let index = this.firstIndex(side); index < this.rules.depthLevels; index += 1) {
      const level = this.levelAt(side, index);
      if (level === undefined) break;
      levels.push(level);
    }
    return levels;
  }

  /** The best level left of a ladder. */
  best(side: 'bid' | 'ask'): Level | undefined {
    const index = this.firstIndex(side);
    return index < this.rules.depthLevels ? this.levelAt(side, index) : undefined;
  }

  take(side: 'bid' | 'ask', quantity: DecimalString): void {
    this.taken[side] = add(this.taken[side], quantity);
  }

  /** What resting orders may still trade in this step; a quote that crosses them brings at least its own size. */
  restingLeft(side: 'bid' | 'ask', crossed: boolean): DecimalString {
    const volume = this.share(this.step.volume);
    const budget = crossed ? maximum(volume, this.size(side)) : volume;
    return maximum(ZERO, subtract(budget, this.restingUsed));
  }

  useResting(quantity: DecimalString): void {
    this.restingUsed = add(this.restingUsed, quantity);
  }

  private firstIndex(side: 'bid' | 'ask'): number {
    const size = this.size(side);
    // A level index, not money: a plain number is exact here.
    return isPositive(size) ? decimalOf(this.taken[side]).dividedBy(size).floor().toNumber() : this.rules.depthLevels;
  }

  private levelAt(side: 'bid' | 'ask', index: number): Level | undefined {
    const size = this.size(side);
    const slip = multiply(decOfInteger(index * this.rules.slippageTicks), this.rules.tickSize);
    const price = side === 'ask' ? add(this.step.askPrice, slip) : subtract(this.step.bidPrice, slip);
    if (!isPositive(price)) return undefined;
    const used = maximum(ZERO, subtract(this.taken[side], multiply(decOfInteger(index), size)));
    return { price, quantity: subtract(size, used) };
  }

  private size(side: 'bid' | 'ask'): DecimalString {
    const quoted = side === 'ask' ? this.step.askQuantity : this.step.bidQuantity;
    // A thin quote still trades one lot, else a small share would turn it into no quote at all.
    return isPositive(quoted) ? maximum(this.share(quoted), this.rules.lotSize) : ZERO;
  }

  private share(quantity: DecimalString): DecimalString {
    return roundDownTo(multiply(quantity, this.rules.liquidityShare), this.rules.lotSize);
  }
}

/** The sum of what the levels offer at `limit` or better; without a limit, of all. */
export function reachable(levels: readonly Level[], buying: boolean, limit?: DecimalString): DecimalString {
  let total = ZERO;
  for (const level of levels) {
    if (limit !== undefined && lessThan(buying ? limit : level.price, buying ? level.price : limit)) break;
    total = add(total, level.quantity);
  }
  return total;
}
