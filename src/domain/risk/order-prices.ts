import type { DecimalString } from '../money';
import type { Violation } from '../order-request';
import { marketPrice, noMarketPrice } from './known-parts';
import type { Priced } from './known-parts';
import type { RiskContext } from './risk-context';

/** A price of the order and the field that it stands in. */
export interface OrderPrice {
  readonly field: 'limitPrice' | 'stopPrice' | 'type';
  readonly price: DecimalString;
}

/** Runs `check` on the order's prices; a market order has the one at which it would trade now, or is denied. */
export function eachPrice(
  context: RiskContext,
  known: Priced,
  check: (price: OrderPrice) => readonly Violation[],
): readonly Violation[] {
  const { limitPrice, stopPrice } = context.request;
  if (limitPrice === undefined && stopPrice === undefined) {
    const price = marketPrice(context, known);
    return price === undefined ? [noMarketPrice(context, known)] : check({ field: 'type', price });
  }
  return [
    ...(limitPrice === undefined ? [] : check({ field: 'limitPrice', price: limitPrice })),
    ...(stopPrice === undefined ? [] : check({ field: 'stopPrice', price: stopPrice })),
  ];
}
