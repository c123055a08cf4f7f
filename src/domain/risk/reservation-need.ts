import { amountOf, inOrder, larger, NOTHING, plus, textOf, times, timesRoundedUp } from '../amounts';
import type { Amount } from '../amounts';
import type { Instrument, Quote } from '../instruments';
import type { DecimalString } from '../money';
import { dec, ONE, roundUpTo } from '../money';
import type { OrderRequest } from '../order-request';
import { bestReferencePrice, remainingOf, touchPrice } from './known-parts';
import type { ReservationNeed } from './risk-context';

/** How much dearer than its price basis an order may become. */
export interface ReservationAllowance {
  /** Added to the price of orders without a limit, in percent: the account's price collar. */
  readonly priceCollarPercent: DecimalString;
  /** Added for fees, in basis points of the notional. */
  readonly feeBps: DecimalString;
}

/** Fees reserved when the caller knows none: above every taker fee of the catalog that ships. */
export const DEFAULT_FEE_ALLOWANCE_BPS = dec('10');
const ONE_PERCENT = amountOf(dec('0.01'));
const ONE_BASIS_POINT = amountOf(dec('0.0001'));
const WHOLE = amountOf(ONE);

/** The amounts of a {@link ReservationNeed}, for code that goes on computing with them. */
export interface NeededAmounts {
  readonly quantity: Amount;
  readonly priceBasis: Amount;
  /** Quantity × price basis × multiplier. */
  readonly notional: Amount;
  readonly cash: Amount;
}

/**
 * What an order promises: the quantity left to trade and, for a buy, the cash that it can cost at most.
 *
 * The price basis is the limit price where there is one; for a market buy the highest ask of `quotes` (give only those of
 * the route's venue once it is chosen) and for a stop its stop price, both raised by the price collar and then rounded up
 * to the tick. Cash is rounded up to the currency's decimals: a reservation is never short by a rounding.
 * Throws on a market order without a quote, as {@link runChecks} denies that order first.
 */
export function reservationNeed(
  request: OrderRequest,
  instrument: Instrument,
  quotes: readonly Quote[],
  filledQuantity: DecimalString,
  allowance: ReservationAllowance,
): ReservationNeed {
  const remaining = remainingOf({ request, filledQuantity });
  const { quantity, cash, priceBasis } = neededAmounts(request, instrument, quotes, remaining, allowance);
  return {
    side: request.side === 'BUY' ? 'BUY' : 'SELL',
    quantity: textOf(quantity),
    cash: textOf(cash),
    currency: instrument.currency,
    priceBasis: textOf(priceBasis),
  };
}

/** The amounts of {@link reservationNeed} for what is left to trade. */
export function neededAmounts(
  request: OrderRequest,
  instrument: Instrument,
  quotes: readonly Quote[],
  quantity: Amount,
  { priceCollarPercent, feeBps }: ReservationAllowance,
): NeededAmounts {
  const priceBasis = priceBasisOf(request, instrument, quotes, priceCollarPercent);
  const notional = times(times(quantity, priceBasis), instrument.multiplier);
  if (request.side !== 'BUY') return { quantity, priceBasis, notional, cash: NOTHING };
  const withFee = plus(WHOLE, times(larger(NOTHING, feeBps), ONE_BASIS_POINT));
  return { quantity, priceBasis, notional, cash: timesRoundedUp(notional, withFee, instrument.currencyDecimals) };
}

function priceBasisOf(
  request: OrderRequest,
  instrument: Instrument,
  quotes: readonly Quote[],
  priceCollarPercent: DecimalString,
): Amount {
  const { side, limitPrice, stopPrice } = request;
  if (limitPrice !== undefined) return amountOf(limitPrice);
  if (stopPrice !== undefined) {
    return side === 'BUY' ? raised(stopPrice, instrument, priceCollarPercent) : amountOf(stopPrice);
  }
  const price = side === 'BUY' ? highestAsk(quotes) : bestReferencePrice(quotes, side);
  if (price !== undefined) return side === 'BUY' ? raised(price, instrument, priceCollarPercent) : amountOf(price);
  throw new Error(`MARKET_DATA_MISSING: symbol=${request.symbol} type=${request.type} quotes=${String(quotes.length)}`);
}

/** The price and the collar on top, up to the tick. */
function raised(price: DecimalString, { tickSize }: Instrument, priceCollarPercent: DecimalString): Amount {
  const highest = times(price, plus(WHOLE, times(priceCollarPercent, ONE_PERCENT)));
  return amountOf(roundUpTo(textOf(highest), tickSize));
}

function highestAsk(quotes: readonly Quote[]): DecimalString | undefined {
  let highest: DecimalString | undefined;
  for (const quote of quotes) {
    const ask = touchPrice(quote, 'BUY');
    if (ask !== undefined && (highest === undefined || inOrder(ask, highest) > 0)) highest = ask;
  }
  return highest;
}
