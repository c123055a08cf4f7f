/** Tells orders that only bring a position nearer to zero from those that open, enlarge or turn one. */
import { add, compare, isZero, negate, subtract } from '../money';
import type { DecimalString } from '../money';
import type { Violation } from '../order-request';
import { remainingQuantity, whenKnown } from './known-parts';
import { oncePerContext } from './once-per-context';
import type { Exposure, RiskContext } from './risk-context';

/** Says whether the order can only bring the position nearer to zero, with every open order of its side filled. */
export const isReducing = oncePerContext((context, exposure: Exposure): boolean => {
  const remaining = remainingQuantity(context);
  if (isZero(remaining)) return true;
  const { side } = context.request;
  // A short sale says of itself that it sells what is not held.
  return side !== 'SELL_SHORT' && compare(remaining, reducibleQuantity(side, exposure)) <= 0;
});

function reducibleQuantity(side: 'BUY' | 'SELL', exposure: Exposure): DecimalString {
  return side === 'BUY'
    ? subtract(negate(exposure.position), exposure.reservedBuyQuantity)
    : subtract(exposure.position, exposure.reservedSellQuantity);
}

/** Runs `check` unless the order is known to reduce: a breach must never keep a desk from closing what it holds. */
export function unlessReducing(
  context: RiskContext,
  check: (exposure: Exposure) => readonly Violation[],
): readonly Violation[] {
  return whenKnown(context, ['exposure'], ({ exposure }) => (isReducing(context, exposure) ? [] : check(exposure)));
}

/** The position when this order and every open order of its side are filled. */
export const positionReached = oncePerContext((context, exposure: Exposure): DecimalString => {
  const remaining = remainingQuantity(context);
  return context.request.side === 'BUY'
    ? add(add(exposure.position, exposure.reservedBuyQuantity), remaining)
    : subtract(subtract(exposure.position, exposure.reservedSellQuantity), remaining);
});
