/** When trades settle by the market's calendar. */
import type { Session } from './instruments';

/** What dates a fill's settlement: the market's sessions (empty: never closes) and the instrument's cycle. */
export interface SettlementTerms {
  readonly sessions: readonly Session[];
  readonly cycleDays: number;
}

/**
 * Market time at which a trade settles: the open of the n-th session after the trade's own, or the trade itself for
 * n = 0. On a market that never closes a day is 24 hours.
 */
export function settlementTimeOf(terms: SettlementTerms, tradeMs: number): number {
  if (terms.cycleDays === 0) return tradeMs;
  const { sessions } = terms;
  // A trade of the closing itself is of the session that closes, where none opens at that moment.
  const own = sessions.findIndex(
    ({ closeMs }, at) => tradeMs < closeMs || (tradeMs === closeMs && sessions[at + 1]?.openMs !== tradeMs),
  );
  const due = own < 0 ? undefined : sessions[own + terms.cycleDays];
  return due?.openMs ?? tradeMs + terms.cycleDays * 24 * 3_600_000;
}
