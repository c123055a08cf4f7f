/** When trades settle, how often a failed settlement is tried again, and when people are told. */
import { isNegative, isZero, negate } from './money';
import type { DecimalString } from './money';
import type { SettlementDue } from './order';

/** Ends the id of the opposite of a corrected trade, whose new form has the correction's own id. */
export const OPPOSITE = ':opposite';

/** Tries before people are told; by then about ten minutes have passed and waiting has not helped. */
export const SETTLEMENT_ESCALATES_AFTER = 6;

const RETRY_FIRST_MS = 2_000;
// An hour: after the escalation a person works on it, and the retry only finds out that it is mended.
const RETRY_LAST_MS = 3_600_000;

/** Wait after failed try `attempt` (1, 2, …): 2 s, 8 s, 32 s, … up to an hour. */
export const settlementRetryMs = (attempt: number): number =>
  Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 4 ** Math.min(attempt - 1, 10));

/** The settlement that comes first of those not done, by the wall time that `atWallMs` gives each. */
export function nextSettlement(
  dues: readonly SettlementDue[],
  atWallMs: (due: SettlementDue) => number,
): { readonly due: SettlementDue; readonly atWallMs: number } | undefined {
  return dues
    .filter((due) => due.status !== 'SETTLED')
    .map((due) => ({ due, atWallMs: atWallMs(due) }))
    .reduce<{ due: SettlementDue; atWallMs: number } | undefined>(
      (first, next) => (first === undefined || next.atWallMs < first.atWallMs ? next : first),
      undefined,
    );
}

/** What a settlement moves, in words: it may be met by the opposites of trades that the venue took back, or outweighed. */
export function settledAmount(quantity: DecimalString): string {
  if (isZero(quantity)) return 'whose quantities add up to 0';
  return isNegative(quantity) ? `${negate(quantity)} reversed` : quantity;
}
