/**
 * Holds the arithmetic of a position: what one trade does to quantity, cost and realised profit.
 *
 * The cost is kept, not the average: every trade then moves exact amounts between cost and profit, and
 * `cash flow = realizedPnl − cost` holds to the last digit although averages are rounded.
 */
import {
  absolute,
  add,
  divideRounded,
  equal,
  isNegative,
  isZero,
  lessThan,
  multiply,
  negate,
  ONE,
  subtract,
  ZERO,
} from './money';
import type { DecimalString } from './money';
import type { Side } from './order-request';

/** Decimal places of a cost share and of an average price; finer than any tick. */
export const POSITION_DECIMALS = 12;

/** What an account holds in one symbol. */
export interface Position {
  /** Signed: negative is short. */
  readonly quantity: DecimalString;
  /** Money paid for the open quantity, with its sign: negative is the proceeds of a short. */
  readonly cost: DecimalString;
  readonly realizedPnl: DecimalString;
}

/** One trade as the position sees it. */
export interface Trade {
  /** Signed: positive buys. */
  readonly quantity: DecimalString;
  readonly price: DecimalString;
  /** Money per unit of quantity and price; 1 unless the instrument says otherwise. */
  readonly multiplier?: DecimalString;
}

export const FLAT: Position = { quantity: ZERO, cost: ZERO, realizedPnl: ZERO };

/** Applies one trade: what is opposite to the position closes it first, what is left opens or adds. */
export function applyTrade(position: Position, trade: Trade): Position {
  const unitPrice = multiply(trade.price, trade.multiplier ?? ONE);
  const opposite = isNegative(position.quantity) !== isNegative(trade.quantity) && !isZero(position.quantity);
  if (!opposite) return open(position, trade.quantity, unitPrice);
  if (lessThan(absolute(position.quantity), absolute(trade.quantity))) {
    const closed = close(position, negate(position.quantity), unitPrice);
    return open(closed, add(trade.quantity, position.quantity), unitPrice);
  }
  return close(position, trade.quantity, unitPrice);
}

/** The average price of the open quantity, {@link POSITION_DECIMALS} decimals; 0 when flat. */
export function averagePrice(position: Position, multiplier: DecimalString = ONE): DecimalString {
  if (isZero(position.quantity)) return ZERO;
  return divideRounded(position.cost, multiply(position.quantity, multiplier), POSITION_DECIMALS);
}

/** The quantity with the sign of its side. */
export const signedQuantity = (side: Side, quantity: DecimalString): DecimalString =>
  side === 'BUY' ? quantity : negate(quantity);

function open(position: Position, quantity: DecimalString, unitPrice: DecimalString): Position {
  return {
    ...position,
    quantity: add(position.quantity, quantity),
    cost: add(position.cost, multiply(quantity, unitPrice)),
  };
}

/** Closes `quantity` (opposite sign, at most the whole): its share of the cost leaves, the difference is realised. */
function close(position: Position, quantity: DecimalString, unitPrice: DecimalString): Position {
  const whole = equal(absolute(quantity), absolute(position.quantity));
  const share = whole
    ? position.cost
    : divideRounded(multiply(position.cost, absolute(quantity)), absolute(position.quantity), POSITION_DECIMALS);
  const proceeds = negate(multiply(quantity, unitPrice));
  return {
    quantity: add(position.quantity, quantity),
    cost: subtract(position.cost, share),
    realizedPnl: add(position.realizedPnl, subtract(proceeds, share)),
  };
}
