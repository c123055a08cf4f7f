import type { Instrument, Quote } from '../instruments';
import type { DecimalString } from '../money';
import { add, dec, maximum, multiply, ONE, roundUpTo, ZERO } from '../money';
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
const ONE_PERCENT = dec('0.01');
const ONE_BASIS_POINT = dec('0.0001');

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
  const { currency, currencyDecimals, multiplier } = instrument;
  const quantity = remainingOf({ request, filledQuantity });
  const priceBasis = priceBasisOf(request, instrument, quotes, allowance.priceCollarPercent);
  if (request.side !== 'BUY') return { side: 'SELL', quantity, cash: ZERO, currency, priceBasis };
  const notional = multiply(multiply(quantity, priceBasis), multiplier);
  const withFee = multiply(notional, add(ONE, multiply(maximum(ZERO, allowance.feeBps), ONE_BASIS_POINT)));
  return { side: 'BUY', quantity, cash: roundUpTo(withFee, leastAmount(currencyDecimals)), currency, priceBasis };
}

function priceBasisOf(
  request: OrderRequest,
  instrument: Instrument,
  quotes: readonly Quote[],
  priceCollarPercent: DecimalString,
): DecimalString {
  if (request.limitPrice !== undefined) return request.limitPrice;
  const raised = (price: DecimalString): DecimalString =>
    roundUpTo(multiply(price, add(ONE, multiply(priceCollarPercent, ONE_PERCENT))), instrument.tickSize);
  if (request.stopPrice !== undefined) return request.side === 'BUY' ? raised(request.stopPrice) : request.stopPrice;
  if (request.side === 'BUY') {
    const asks = quotes.map((quote) => touchPrice(quote, 'BUY')).filter((price) => price !== undefined);
    const [first, ...rest] = asks;
    if (first !== undefined) return raised(rest.reduce(maximum, first));
  } else {
    const bid = bestReferencePrice(quotes, request.side);
    if (bid !== undefined) return bid;
  }
  throw new Error(`MARKET_DATA_MISSING: symbol=${request.symbol} type=${request.type} quotes=${String(quotes.length)}`);
}

/** The least amount of a currency: 0.01 for two decimals. */
function leastAmount(decimals: number): DecimalString {
  return decimals === 0 ? ONE : dec(`0.${'1'.padStart(decimals, '0')}`);
}
