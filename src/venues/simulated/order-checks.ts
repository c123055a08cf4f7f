import type { Instrument } from '../../domain/instruments';
import { greaterThan, isMultipleOf, isPositive, lessThan, multiply } from '../../domain/money';
import type { DecimalString } from '../../domain/money';
import { OrderType, TYPES_OF_TIME, TimeInForce } from '../../domain/order-request';
import type { VenueOrder } from '../../ports/venue';
import type { SimulatedVenueConfig } from './venue-config';

/** Why the venue does not take a request. */
export interface Refusal {
  readonly reason: string;
  readonly text: string;
}

const refusal = (reason: string, text: string): Refusal => ({ reason, text });

/** Checks a new order against what the venue and the instrument allow; undefined when it passes. */
export function checkOrder(
  order: VenueOrder,
  instrument: Instrument,
  venue: SimulatedVenueConfig,
  marketMs: number,
): Refusal | undefined {
  const stop = order.type === OrderType.STOP || order.type === OrderType.STOP_LIMIT;
  const limit = order.type === OrderType.LIMIT || order.type === OrderType.STOP_LIMIT;
  if (stop && !venue.nativeStops) return refusal('UNSUPPORTED_ORDER_TYPE', `${venue.id} does not take ${order.type}`);
  if (!instrument.tradable) return refusal('NOT_TRADABLE', `${instrument.symbol} does not trade now`);
  if (order.clientOrderId.length > venue.clientOrderIdMaxLength) {
    return refusal(
      'CLIENT_ORDER_ID',
      `a client order id has at most ${String(venue.clientOrderIdMaxLength)} characters`,
    );
  }
  if (!TYPES_OF_TIME[order.timeInForce].includes(order.type))
    return refusal('TIME_IN_FORCE', `no ${order.type} order is ${order.timeInForce}`);
  if (limit !== (order.limitPrice !== undefined))
    return refusal('LIMIT_PRICE', `${order.type}: limit price missing or not allowed`);
  if (stop !== (order.stopPrice !== undefined))
    return refusal('STOP_PRICE', `${order.type}: stop price missing or not allowed`);
  const dated = order.timeInForce === TimeInForce.GTD;
  if (dated !== (order.expireAtMs !== undefined))
    return refusal('EXPIRE_TIME', 'expireAtMs is for GTD, and needed there');
  if (order.expireAtMs !== undefined && order.expireAtMs <= marketMs)
    return refusal('EXPIRE_TIME', 'the end has passed');
  return checkTerms(order, instrument);
}

/** Checks quantity and prices, of a new order and of a replace alike. */
export function checkTerms(
  terms: { readonly quantity: DecimalString; readonly limitPrice?: DecimalString; readonly stopPrice?: DecimalString },
  instrument: Instrument,
): Refusal | undefined {
  const { tickSize, lotSize, minQuantity, maxQuantity, minNotional, multiplier } = instrument;
  if (!isPositive(terms.quantity)) return refusal('QUANTITY', 'quantity must be positive');
  if (!isMultipleOf(terms.quantity, lotSize))
    return refusal('QUANTITY_LOT', `quantity must be a multiple of ${lotSize}`);
  if (lessThan(terms.quantity, minQuantity)) return refusal('QUANTITY_MIN', `quantity must be at least ${minQuantity}`);
  if (greaterThan(terms.quantity, maxQuantity))
    return refusal('QUANTITY_MAX', `quantity must be at most ${maxQuantity}`);
  for (const price of [terms.limitPrice, terms.stopPrice]) {
    if (price === undefined) continue;
    if (!isPositive(price)) return refusal('PRICE', 'a price must be positive');
    if (!isMultipleOf(price, tickSize)) return refusal('PRICE_TICK', `a price must be a multiple of ${tickSize}`);
  }
  const price = terms.limitPrice ?? terms.stopPrice;
  if (price !== undefined && lessThan(multiply(multiply(price, terms.quantity), multiplier), minNotional)) {
    return refusal('NOTIONAL_MIN', `price times quantity must be at least ${minNotional}`);
  }
  return undefined;
}
