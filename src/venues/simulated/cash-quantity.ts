import type { Instrument } from '../../domain/instruments';
import { divideRounded, isPositive, multiply, roundDownTo } from '../../domain/money';
import type { DecimalString } from '../../domain/money';
import type { VenueOrder } from '../../ports/venue';
import type { Refusal } from './order-checks';

/** An order as it comes in: in units, or in cash to spend or to raise (FIX CashOrderQty, tag 152). */
export interface OrderEntry extends Omit<VenueOrder, 'quantity'> {
  /** Exactly one of the two is there. */
  readonly quantity?: DecimalString;
  readonly cashQuantity?: DecimalString;
}

// More places than any lot has; the quotient is exact, as whole lots were cut off before.
const QUANTITY_DECIMALS = 18;

/** The order in units: cash becomes whole lots once, at receipt and at the last price; fills need not be at it. */
export function inUnits(
  entry: OrderEntry,
  instrument: Instrument,
  lastPrice: DecimalString | undefined,
): (VenueOrder & Pick<OrderEntry, 'cashQuantity'>) | Refusal {
  const { quantity, cashQuantity, ...rest } = entry;
  if (quantity !== undefined) return { ...rest, quantity };
  if (cashQuantity === undefined) return { reason: 'QUANTITY', text: 'quantity or cashQuantity is missing' };
  if (lastPrice === undefined) return { reason: 'NO_PRICE', text: 'no price yet to turn cash into a quantity' };
  const unitCost = multiply(lastPrice, instrument.multiplier);
  const spent = roundDownTo(cashQuantity, multiply(unitCost, instrument.lotSize));
  if (!isPositive(spent)) {
    return { reason: 'QUANTITY_MIN', text: `${cashQuantity} is less than a lot at ${lastPrice}` };
  }
  return { ...rest, cashQuantity, quantity: divideRounded(spent, unitCost, QUANTITY_DECIMALS) };
}
