import type { Violation } from '../order-request';
import { noMarketPrice, touchPrice, usableQuotes } from './known-parts';
import type { KnownParts } from './known-parts';
import { DEFAULT_FEE_ALLOWANCE_BPS, reservationNeed } from './reservation-need';
import type { ReservationNeed, RiskContext } from './risk-context';

/** Runs `check` with what the order would reserve, or denies a market order that no quote can price. */
export function needOf(
  context: RiskContext,
  known: Pick<KnownParts, 'account' | 'instrument'>,
  check: (need: ReservationNeed) => readonly Violation[],
): readonly Violation[] {
  const { request } = context;
  const quotes = usableQuotes(context, known);
  if (request.type === 'MARKET' && quotes.every((quote) => touchPrice(quote, request.side) === undefined)) {
    return [noMarketPrice(context, known)];
  }
  return check(
    reservationNeed(request, known.instrument, quotes, context.filledQuantity, {
      priceCollarPercent: known.account.limits.priceCollarPercent,
      feeBps: context.feeAllowanceBps ?? DEFAULT_FEE_ALLOWANCE_BPS,
    }),
  );
}
