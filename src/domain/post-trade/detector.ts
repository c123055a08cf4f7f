/** What a detector of suspicious patterns is. */
import type { BookedTrade, TradedOrder } from './booked-trade';
import type { Evidence, FindingSide } from './findings';
import type { PostTradeSettings } from './settings';

/** What a detector looks at: everything of a stretch of time, by time. */
export interface SurveillanceWindow {
  readonly trades: readonly BookedTrade[];
  /** The orders of the trades, by order id. */
  readonly orders: ReadonlyMap<string, TradedOrder>;
  /** Orders in the same symbols and of about the same time that were canceled before anything of them was filled. */
  readonly canceled: readonly TradedOrder[];
  readonly settings: PostTradeSettings;
}

/** A pattern that a detector saw. */
export interface Suspicion {
  /** The same in every window that shows the pattern: it is recorded once. */
  readonly subject: string;
  readonly account: string;
  readonly symbol: string;
  readonly reason: string;
  readonly atMs: number;
  readonly evidence: Evidence;
  readonly seen: FindingSide;
}

/** One detector: one file, one code, one sentence. */
export interface SurveillanceDetector {
  readonly code: string;
  /** What it looks for. */
  readonly sentence: string;
  inspect(window: SurveillanceWindow): readonly Suspicion[];
}
