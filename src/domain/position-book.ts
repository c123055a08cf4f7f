/**
 * Folds executions into positions and cash: event-sourced, so that the same executions always give the same book.
 *
 * A trade that the venue took back stays on record, and its opposite is booked beside it. Both move quantity and cash, and
 * neither moves the cost: average price and realised profit are those of a history in which the trade never happened. A
 * corrected trade counts at the place of the one it corrects.
 *
 * To the last digit, per currency: cash flow = realised profit − cost − fees.
 */
import { add, equal, isNegative, isZero, multiply, negate, ZERO } from './money';
import type { DecimalString } from './money';
import type { PositionEffect, Side } from './order-request';
import { addLegs, applyToLegs, NO_LEGS } from './position-legs';
import type { Legs } from './position-legs';
import { applyTrade, FLAT, signedQuantity } from './positions';
import type { Position } from './positions';

/** How the trades of one symbol make a position. */
export const PositionMode = {
  /** One signed quantity. */
  NETTING: 'NETTING',
  /** A long and a short leg, which may be open at the same time. */
  HEDGING: 'HEDGING',
} as const;
export type PositionMode = (typeof PositionMode)[keyof typeof PositionMode];

/** One execution as the book needs it. */
export interface BookedExecution {
  /** Unique among the executions of a position. */
  readonly key: string;
  readonly side: Side;
  readonly effect?: PositionEffect;
  /** Below 0 on the opposite of a trade that was taken back. */
  readonly quantity: DecimalString;
  readonly price: DecimalString;
  /** Money per unit of quantity and price. */
  readonly multiplier: DecimalString;
  /** Currency of price × quantity × multiplier. */
  readonly currency: string;
  /** Below 0 is a rebate. */
  readonly fee: DecimalString;
  readonly feeCurrency: string;
  readonly settled: boolean;
  /** On an opposite: the key of the execution that it undoes. */
  readonly reverses?: string;
}

/** What an account holds in one symbol; quantity, cost and profit are the sums of both legs where there are legs. */
export interface PositionState extends Position {
  readonly settledQuantity: DecimalString;
  /** Paid so far, by currency; below 0 is a rebate. */
  readonly fees: Readonly<Record<string, DecimalString>>;
  /** Only in hedging mode. */
  readonly legs?: Legs;
}

/** Money that an execution moves in one currency. */
export interface CashFlow {
  readonly currency: string;
  readonly amount: DecimalString;
}

/** A position without trades. */
export const emptyPosition = (mode: PositionMode): PositionState => ({
  ...FLAT,
  ...{ settledQuantity: ZERO, fees: {} },
  ...(mode === 'HEDGING' ? { legs: NO_LEGS } : {}),
});

/** Books an execution that comes after all others and undoes none. */
export function bookExecution(state: PositionState, execution: BookedExecution): PositionState {
  const { side, quantity, fee, feeCurrency, settled } = execution;
  return {
    ...traded(state, execution),
    settledQuantity: settled ? add(state.settledQuantity, signedQuantity(side, quantity)) : state.settledQuantity,
    fees: isZero(fee) ? state.fees : { ...state.fees, [feeCurrency]: add(state.fees[feeCurrency] ?? ZERO, fee) },
  };
}

/** What an execution moves in cash: the price of what was traded, and the fee in its own currency; no zero amounts. */
export function cashFlowsOf(execution: BookedExecution): readonly CashFlow[] {
  const { side, quantity, price, multiplier, currency, fee, feeCurrency } = execution;
  return [
    { currency, amount: negate(multiply(multiply(signedQuantity(side, quantity), price), multiplier)) },
    { currency: feeCurrency, amount: negate(fee) },
  ].filter(({ amount }) => !isZero(amount));
}

/**
 * Folds the executions of one position, added in the order of their places; keeps nothing but the state, so that a million
 * of them need no more memory than ten. The opposites are told at the start, as they come after what they undo.
 */
export class PositionFold {
  private readonly opposites: ReadonlyMap<string, BookedExecution>;
  private readonly undone = new Set<string>();
  // Apart and changed in place: a state of its own for each of a million executions would be mostly waste.
  private path: TradedPosition;
  private settledQuantity = ZERO;
  private readonly fees = new Map<string, DecimalString>();

  constructor(mode: PositionMode, opposites: readonly BookedExecution[]) {
    this.path = mode === 'HEDGING' ? { ...FLAT, legs: NO_LEGS } : FLAT;
    this.opposites = new Map(opposites.map((opposite) => [opposite.reverses ?? opposite.key, opposite]));
  }

  add(execution: BookedExecution): void {
    const { side, quantity, fee, feeCurrency, settled } = execution;
    if (settled) this.settledQuantity = add(this.settledQuantity, signedQuantity(side, quantity));
    if (!isZero(fee)) this.fees.set(feeCurrency, add(this.fees.get(feeCurrency) ?? ZERO, fee));
    if (!this.isUndone(execution)) this.path = traded(this.path, execution);
  }

  get state(): PositionState {
    const { settledQuantity, fees } = this;
    return { ...this.path, settledQuantity, fees: Object.fromEntries(fees) };
  }

  /** An opposite that does not match what it names is a trade of its own: no money may go missing between the two. */
  private isUndone(execution: BookedExecution): boolean {
    if (execution.reverses !== undefined) return this.undone.delete(execution.reverses);
    const opposite = this.opposites.get(execution.key);
    if (opposite === undefined || !undoes(opposite, execution)) return false;
    this.undone.add(execution.key);
    return true;
  }
}

/** Folds the executions of one position, given in the order of their places. */
export function foldPosition(mode: PositionMode, executions: readonly BookedExecution[]): PositionState {
  const fold = new PositionFold(
    mode,
    executions.filter(({ reverses }) => reverses !== undefined),
  );
  for (const execution of executions) fold.add(execution);
  return fold.state;
}

function undoes(opposite: BookedExecution, execution: BookedExecution): boolean {
  return (
    equal(opposite.quantity, negate(execution.quantity)) &&
    equal(opposite.price, execution.price) &&
    equal(opposite.multiplier, execution.multiplier) &&
    opposite.side === execution.side &&
    opposite.currency === execution.currency
  );
}

/** What depends on the trades before; the rest of a position is sums over all executions, taken back or not. */
type TradedPosition = Position & Pick<PositionState, 'legs'>;

function traded<P extends TradedPosition>(position: P, execution: BookedExecution): P {
  const { side, effect, price, multiplier } = execution;
  const quantity = signedQuantity(side, execution.quantity);
  if (position.legs === undefined) return { ...position, ...applyTrade(position, { quantity, price, multiplier }) };
  // The opposite of a trade that is not there takes back what that would have opened: it closes.
  const opens = (side === 'SELL_SHORT' || effect === 'OPEN') && !isNegative(execution.quantity);
  const legs = applyToLegs(position.legs, { quantity, price, multiplier }, opens);
  return { ...position, ...addLegs(legs), legs };
}
