/**
 * Long and short of one symbol kept apart (hedging mode).
 *
 * A trade closes what is open on the opposite leg first, and what is left opens or adds to its own. An order that says
 * OPEN (FIX PositionEffect, tag 77), and every short sale, leaves the opposite leg alone. An execution is a fact: one that
 * closes more than is open opens its own leg with the rest.
 */
import { absolute, add, isNegative, isZero, lessThan, negate, subtract } from './money';
import type { DecimalString } from './money';
import { applyTrade, FLAT } from './positions';
import type { Position, Trade } from './positions';

export interface Legs {
  /** Its quantity is never below 0. */
  readonly long: Position;
  /** Its quantity is never above 0. */
  readonly short: Position;
}

export const NO_LEGS: Legs = { long: FLAT, short: FLAT };

/** Applies one signed trade; `opens` keeps it off the opposite leg. */
export function applyToLegs(legs: Legs, trade: Trade, opens: boolean): Legs {
  const own = isNegative(trade.quantity) ? 'short' : 'long';
  const opposite = own === 'long' ? 'short' : 'long';
  const closing = opens ? undefined : closingPart(legs[opposite].quantity, trade.quantity);
  const closed = closing === undefined ? legs[opposite] : applyTrade(legs[opposite], { ...trade, quantity: closing });
  const rest = closing === undefined ? trade.quantity : subtract(trade.quantity, closing);
  const opened = applyTrade(legs[own], { ...trade, quantity: rest });
  return own === 'long' ? { long: opened, short: closed } : { long: closed, short: opened };
}

/** Both legs as one position. */
export function addLegs({ long, short }: Legs): Position {
  return {
    quantity: add(long.quantity, short.quantity),
    cost: add(long.cost, short.cost),
    realizedPnl: add(long.realizedPnl, short.realizedPnl),
  };
}

/** The part of a trade that closes an opposite leg; undefined when that leg is flat. */
function closingPart(open: DecimalString, quantity: DecimalString): DecimalString | undefined {
  if (isZero(open)) return undefined;
  return lessThan(absolute(open), absolute(quantity)) ? negate(open) : quantity;
}
