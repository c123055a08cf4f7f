/** When trades settle, how often a failed settlement is tried again, and when people are told. */
import type { SettlementDue } from './order';

/** Tries before people are told; by then about ten minutes have passed and waiting has not helped. */
export const SETTLEMENT_ESCALATES_AFTER = 6;

const RETRY_FIRST_MS = 2_000;
// An hour: after the escalation a person works on it, and the retry only finds out that it is mended.
const RETRY_LAST_MS = 3_600_000;

/** Wait after failed try `attempt` (1, 2, …): 2 s, 8 s, 32 s, … up to an hour. */
export const settlementRetryMs = (attempt: number): number => Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 4 ** Math.min(attempt - 1, 10));

/** The earliest settlement that is not done. */
export function nextSettlement(dues: readonly SettlementDue[]): SettlementDue | undefined {
  return dues
    .filter((due) => due.status !== 'SETTLED')
    .reduce<SettlementDue | undefined>((first, due) => (first === undefined || due.settleAtMs < first.settleAtMs ? due : first), undefined);
}
