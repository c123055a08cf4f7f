import type { Violation } from '../order-request';
import { noMarketPrice, touchPrice, usableQuotes } from './known-parts';
import type { Priced } from './known-parts';
import { oncePerContext } from './once-per-context';
import { DEFAULT_FEE_ALLOWANCE_BPS, reservationNeed } from './reservation-need';
import type { ReservationNeed, RiskContext } from './risk-context';

/** Runs `check` with what the order would reserve, or denies a market order that no quote can price. */
export function needOf(
  context: RiskContext,
  known: Priced,
  check: (need: ReservationNeed) => readonly Violation[],
): readonly Violation[] {
  const found = findNeed(context, known);
  return 'denied' in found ? found.denied : check(found.need);
}

type Found = { readonly need: ReservationNeed } | { readonly denied: readonly Violation[] };

const findNeed = oncePerContext((context, known: Priced): Found => {
  const { request } = context;
  const quotes = usableQuotes(context, known);
  if (request.type === 'MARKET' && quotes.every((quote) => touchPrice(quote, request.side) === undefined)) {
    return { denied: [noMarketPrice(context, known)] };
  }
  const need = reservationNeed(request, known.instrument, quotes, context.filledQuantity, {
    // The account's own collar: what a document tightens must not make the reservation smaller.
    priceCollarPercent: known.account.limits.priceCollarPercent,
    feeBps: context.feeAllowanceBps ?? DEFAULT_FEE_ALLOWANCE_BPS,
  });
  return { need };
});
