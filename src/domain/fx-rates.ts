/** Converts money between currencies by rates that are known, directly or through a pivot currency. */
import type { Figure, UnknownFigure } from './figure';
import { known } from './figure';
import type { DecimalString } from './money';
import { divideRounded, isPositive, multiply, ONE } from './money';

/** Decimal places of a converted amount; finer than the smallest unit of any currency or coin. */
export const CONVERTED_DECIMALS = 18;

/** One rate: an amount of `from` is worth `rate` times as much of `to`. */
export interface FxRate {
  readonly from: string;
  readonly to: string;
  /** Above 0. */
  readonly rate: DecimalString;
  /** Wall time at which it was received, epoch milliseconds. */
  readonly atMs: number;
}

export interface FxSettings {
  /** Currencies to cross through when no rate joins two currencies, the best first. */
  readonly pivots: readonly string[];
  /** Oldest rate that counts, milliseconds. */
  readonly maxAgeMs: number;
}

/** One step of a conversion: times `rate`, or divided by it when only the opposite rate is there. */
interface Step {
  readonly rate: FxRate;
  readonly inverse: boolean;
}

/** The rates of one moment. A pair that is not there, or too old, makes the amount unknown, never 0 and never 1:1. */
export class FxRates {
  private readonly newest = new Map<string, FxRate>();

  /** Throws on a rate that is not above 0 or from a currency to itself: whoever feeds rates has to check them. */
  constructor(
    rates: readonly FxRate[],
    private readonly settings: FxSettings,
  ) {
    for (const rate of rates) {
      if (!isPositive(rate.rate)) throw new Error(`the rate ${rate.from}/${rate.to} is ${rate.rate}, not above 0`);
      if (rate.from === rate.to) throw new Error(`a rate from ${rate.from} to itself`);
      const pair = `${rate.from}/${rate.to}`;
      const other = this.newest.get(pair);
      if (other === undefined || other.atMs < rate.atMs) this.newest.set(pair, rate);
    }
  }

  /** The amount in another currency, rounded half-even once to {@link CONVERTED_DECIMALS} when a division is on the way. */
  convert(amount: DecimalString, from: string, to: string, nowMs: number): Figure {
    if (from === to) return known(amount);
    let stale: UnknownFigure | undefined;
    for (const way of this.ways(from, to)) {
      const oldestMs = Math.min(...way.map((step) => step.rate.atMs));
      if (nowMs - oldestMs <= this.settings.maxAgeMs) return known(along(way, amount));
      if (stale?.lastAtMs === undefined || stale.lastAtMs < oldestMs)
        stale = { known: false, why: 'STALE_RATE', what: `${from}/${to}`, lastAtMs: oldestMs };
    }
    return stale ?? { known: false, why: 'NO_RATE', what: `${from}/${to}` };
  }

  /** Every way that there is, the most direct first. */
  private ways(from: string, to: string): readonly (readonly Step[])[] {
    const direct = this.step(from, to).map((step) => [step]);
    const crossed = this.settings.pivots
      .filter((pivot) => pivot !== from && pivot !== to)
      .flatMap((pivot) =>
        this.step(from, pivot).flatMap((first) => this.step(pivot, to).map((second) => [first, second])),
      );
    return [...direct, ...crossed];
  }

  /** The rate as quoted, then the opposite one. */
  private step(from: string, to: string): readonly Step[] {
    const straight = this.newest.get(`${from}/${to}`);
    const opposite = this.newest.get(`${to}/${from}`);
    return [
      ...(straight === undefined ? [] : [{ rate: straight, inverse: false }]),
      ...(opposite === undefined ? [] : [{ rate: opposite, inverse: true }]),
    ];
  }
}

/** All multiplications first and one division last: one rounding however long the way. */
function along(way: readonly Step[], amount: DecimalString): DecimalString {
  let product = amount;
  let divisor = ONE;
  for (const { rate, inverse } of way) {
    if (inverse) divisor = multiply(divisor, rate.rate);
    else product = multiply(product, rate.rate);
  }
  return divisor === ONE ? product : divideRounded(product, divisor, CONVERTED_DECIMALS);
}
