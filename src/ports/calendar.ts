import type { Session } from '../domain/instruments';

/** Trading sessions and business days of exchanges. */
export interface Calendars {
  /** The first `count` sessions that end after `fromMs`, in order; empty for a market that never closes. */
  sessions(calendarId: string, fromMs: number, count: number): readonly Session[];
  /** Market time at which a trade of `tradeMs` settles: the open of the n-th business day after its trade date; `tradeMs` for n = 0. */
  settlementTime(calendarId: string, tradeMs: number, cycleDays: number): number;
}
