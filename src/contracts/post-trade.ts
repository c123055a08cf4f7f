/** Payloads of post-trade runs: plain JSON that any Temporal client can write and read. Types only. */

/** What a run has looked at and found; the table `post_trade_findings` has every finding. */
export interface PostTradeRunReport {
  readonly runId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Executions in force that were looked at; those of the time just before the last run are looked at again. */
  readonly trades: number;
  readonly accounts: number;
  /** Findings that were new, by code. */
  readonly found: Readonly<Record<string, number>>;
  /** Breaches that are open now, by what they are about. */
  readonly openBreaches: readonly string[];
}
