/** Tells orders that only bring a position nearer to zero from those that open, enlarge or turn one. */
import { isAtMost, isNothing, minus, opposite, plus } from '../amounts';
import type { Amount } from '../amounts';
import type { Violation } from '../order-request';
import { remaining, whenKnown } from './known-parts';
import { oncePerContext } from './once-per-context';
import type { Exposure, RiskContext } from './risk-context';

/** Says whether the order can only bring the position nearer to zero, with every open order of its side filled. */
export const isReducing = oncePerContext((context, exposure: Exposure): boolean => {
  const quantity = remaining(context);
  if (isNothing(quantity)) return true;
  const { side } = context.request;
  // A short sale says of itself that it sells what is not held.
  return side !== 'SELL_SHORT' && isAtMost(quantity, reducibleQuantity(side, exposure));
});

function reducibleQuantity(side: 'BUY' | 'SELL', exposure: Exposure): Amount {
  return side === 'BUY'
    ? minus(opposite(exposure.position), exposure.reservedBuyQuantity)
    : minus(exposure.position, exposure.reservedSellQuantity);
}

/** Runs `check` unless the order is known to reduce: a breach must never keep a desk from closing what it holds. */
export function unlessReducing(
  context: RiskContext,
  check: (exposure: Exposure) => readonly Violation[],
): readonly Violation[] {
  return whenKnown(context, ['exposure'], ({ exposure }) => (isReducing(context, exposure) ? [] : check(exposure)));
}

/** The position when this order and every open order of its side are filled. */
export const positionReached = oncePerContext((context, exposure: Exposure): Amount => {
  const quantity = remaining(context);
  return context.request.side === 'BUY'
    ? plus(plus(exposure.position, exposure.reservedBuyQuantity), quantity)
    : minus(minus(exposure.position, exposure.reservedSellQuantity), quantity);
});
