import { times } from '../amounts';
import type { Amount } from '../amounts';
import type { Violation } from '../order-request';
import { noMarketPrice, remaining, touchPrice, usableQuotes } from './known-parts';
import type { Priced } from './known-parts';
import { oncePerContext } from './once-per-context';
import { DEFAULT_FEE_ALLOWANCE_BPS, neededAmounts } from './reservation-need';
import type { NeededAmounts } from './reservation-need';
import type { RiskContext } from './risk-context';

/** What the order under judgement would reserve, in its instrument's currency. */
export interface OrderNeed extends NeededAmounts {
  /** Worth of the whole order, filled part included. */
  readonly wholeValue: Amount;
}

/** Runs `check` with what the order would reserve, or denies a market order that no quote can price. */
export function needOf(
  context: RiskContext,
  known: Priced,
  check: (need: OrderNeed) => readonly Violation[],
): readonly Violation[] {
  const { need, denied } = findNeed(context, known);
  return need === undefined ? denied : check(need);
}

interface Found {
  readonly need?: OrderNeed;
  readonly denied: readonly Violation[];
}

const findNeed = oncePerContext((context, known: Priced): Found => {
  const { request } = context;
  const quotes = usableQuotes(context, known);
  if (request.type === 'MARKET' && quotes.every((quote) => touchPrice(quote, request.side) === undefined)) {
    return { denied: [noMarketPrice(context, known)] };
  }
  const amounts = neededAmounts(request, known.instrument, quotes, remaining(context), {
    // The account's own collar: what a document tightens must not make the reservation smaller.
    priceCollarPercent: known.account.limits.priceCollarPercent,
    feeBps: context.feeAllowanceBps ?? DEFAULT_FEE_ALLOWANCE_BPS,
  });
  const wholeValue = times(times(request.quantity, amounts.priceBasis), known.instrument.multiplier);
  return { need: { ...amounts, wholeValue }, denied: [] };
});
