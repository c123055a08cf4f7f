import type { DecimalString } from '../domain/money';
import type { BookedTrade, TradedOrder } from '../domain/post-trade/booked-trade';
import type { BreachSteps } from '../domain/post-trade/breaches';
import type { PostTradeFinding } from '../domain/post-trade/findings';
import type { Closing, MarketDay, RiskFacts } from './risk-facts';

/** Places among the executions that a run looks at: behind `from`, up to `through`. */
export interface PostTradeRange {
  readonly from: number;
  readonly through: number;
  /** How far the run before had looked: what stands up to here is looked at again. */
  readonly seenThrough: number;
}
export interface ReadTrade extends BookedTrade {
  /** Place among the executions as they were booked. */
  readonly arrival: number;
  /** Says whether the venue's stream has brought it, with its match id where the venue tells one. */
  readonly isConfirmed: boolean;
}
/** Trades in force with their orders, by order id. */
export interface ReadTrades {
  readonly trades: readonly ReadTrade[];
  readonly orders: ReadonlyMap<string, TradedOrder>;
}
export type FindingStep = 'TOLD' | 'REVIEWED' | 'OVER' | 'TOLD_OVER';
/** What became of a finding. */
export interface StepTaken {
  readonly step: FindingStep;
  readonly actor: string;
  readonly reason: string;
  readonly atMs: number;
}
export interface StoredFinding extends PostTradeFinding {
  readonly findingId: string;
  readonly steps: readonly StepTaken[];
}
export interface FindingFilter {
  readonly account?: string | undefined;
  /** Only those that nobody has reviewed, and breaches that are not over. */
  readonly isOpen?: boolean;
  readonly orderIds?: readonly string[];
}

/** What post-trade analysis reads of the ledger, and the record of what it finds. */
export interface PostTradeStore {
  /** Begins a run, or goes on with it after its worker died. What was booked `lookBackMs` before the last run is read again. */
  begin(runId: string, startedAtMs: number, lookBackMs: number): Promise<PostTradeRange>;
  /** The trades at places behind `from` and up to `through`. */
  trades(from: number, through: number): Promise<ReadTrades>;
  /** The trades of orders that traded since a market time, newest orders last. */
  tradesSince(filter: { readonly account?: string | undefined; readonly sinceMs: number }): Promise<ReadTrades>;
  /** Orders in the symbols, created between two market times, that were canceled before anything of them was filled. */
  canceledOrders(symbols: readonly string[], fromMs: number, toMs: number): Promise<readonly TradedOrder[]>;
  /** Records findings, each once for ever; returns those that are new. */
  keep(runId: string, findings: readonly PostTradeFinding[]): Promise<readonly PostTradeFinding[]>;
  /** Subjects of breaches that are not over. */
  openBreaches(): Promise<readonly string[]>;
  keepBreaches(runId: string, steps: BreachSteps, wallMs: number): Promise<void>;
  /** Findings that people have not been told of, and breaches of whose end they have not; oldest first. */
  untold(): Promise<readonly { readonly finding: StoredFinding; readonly step: 'TOLD' | 'TOLD_OVER' }[]>;
  /** Takes a step of a finding once; false when it was taken before or there is no such finding. */
  take(findingId: string, taken: StepTaken): Promise<boolean>;
  findings(filter: FindingFilter): Promise<readonly StoredFinding[]>;
  /** Figures of an account as a decision reads them, with no order under judgement; `day` for the figures of one. */
  facts(
    account: string,
    parts: readonly ('portfolio' | 'firm')[],
    wallTimeMs: number,
    day?: MarketDay,
  ): Promise<RiskFacts>;
  /** Raises the highest equity of an account to this one if it is higher; answers with the highest. */
  raisePeak(account: string, currency: string, equity: DecimalString, wallMs: number): Promise<DecimalString>;
  peak(account: string, currency: string): Promise<DecimalString | undefined>;
  /** Keeps how an account is valued on a market day that ends at `endsMs`, market time; the newest of the day stays. */
  keepClosing(account: string, endsMs: number, closing: Closing): Promise<void>;
  end(runId: string, endedAtMs: number, range: PostTradeRange, summary: object): Promise<void>;
}
