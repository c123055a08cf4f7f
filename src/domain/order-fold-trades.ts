/** What trades do to an order's facts: fills, and trades that the venue takes back. */
import type { DecimalString } from './money';
import { add, lessThan, maximum, multiply, negate, subtract, ZERO } from './money';
import { FILLS_KEPT, withExecution } from './order';
import type { Order, SettlementDue } from './order';
import type { Fill } from './order-events';

/** An order without what is derived from the rest. */
export type Facts = Omit<Order, 'status'>;

/** A trade booked: quantities, money, fees, what is to settle, and the end when nothing is left. */
export function withFill(facts: Facts, fill: Fill): Facts {
  const filledQuantity = add(facts.filledQuantity, fill.quantity);
  const complete = !lessThan(filledQuantity, facts.quantity);
  return {
    ...facts,
    submission: 'ACKNOWLEDGED',
    filledQuantity,
    notional: add(facts.notional, multiply(fill.quantity, fill.price)),
    fees: { ...facts.fees, [fill.feeCurrency]: add(facts.fees[fill.feeCurrency] ?? ZERO, fill.fee) },
    fillCount: facts.fillCount + 1,
    fills: [...facts.fills, fill].slice(-FILLS_KEPT),
    executionIds: withExecution(facts.executionIds, fill.execId),
    settlements: withDue(facts.settlements, fill.quantity, fill.settleAtMs),
    ...(complete && facts.end === undefined ? { end: 'FILLED' as const } : {}),
    why: fillSentence(facts, fill, filledQuantity),
  };
}
function fillSentence(facts: Facts, fill: Fill, filled: DecimalString): string {
  if (facts.end !== undefined) {
    const isCounted = !lessThan(facts.venueCumQuantity, filled);
    const what = isCounted ? 'fill' : 'late fill';
    return `${what} of ${fill.quantity} at ${fill.price} booked after ${facts.end}${isCounted ? ', which counted it' : ''}`;
  }
  return `${filled} of ${facts.quantity} filled, last ${fill.quantity} at ${fill.price}`;
}
function withDue(
  dues: readonly SettlementDue[],
  quantity: DecimalString,
  settleAtMs: number,
): readonly SettlementDue[] {
  const due = dues.find((candidate) => candidate.settleAtMs === settleAtMs && candidate.status !== 'SETTLED');
  if (due === undefined) {
    const fresh: SettlementDue = { settleAtMs, trades: 1, quantity, status: 'BOOKED', attempts: 0 };
    // What is settled needs no place in the order any more, the newest excepted, which people like to see.
    return [
      ...dues
        .filter((old) => old.status !== 'SETTLED')
        .concat(dues.filter((old) => old.status === 'SETTLED').slice(-5)),
      fresh,
    ];
  }
  return dues.map((old) =>
    old === due ? { ...old, trades: old.trades + 1, quantity: add(old.quantity, quantity) } : old,
  );
}
/** A settlement moved on. */
export function settled(facts: Facts, settleAtMs: number, change: Partial<SettlementDue>): Facts {
  return {
    ...facts,
    settlements: facts.settlements.map((due) =>
      due.settleAtMs === settleAtMs && due.status !== 'SETTLED' ? { ...due, ...change } : due,
    ),
  };
}

/** A trade undone: what it moved is moved back, its settlement is met by an opposite one. */
export function withoutFill(facts: Facts, fill: Fill, settleAtMs: number): Facts {
  return {
    ...facts,
    filledQuantity: subtract(facts.filledQuantity, fill.quantity),
    venueCumQuantity: maximum(ZERO, subtract(facts.venueCumQuantity, fill.quantity)),
    notional: subtract(facts.notional, multiply(fill.quantity, fill.price)),
    fees: { ...facts.fees, [fill.feeCurrency]: subtract(facts.fees[fill.feeCurrency] ?? ZERO, fill.fee) },
    fills: facts.fills.filter((kept) => kept.execId !== fill.execId),
    settlements: withDue(facts.settlements, negate(fill.quantity), settleAtMs),
  };
}
