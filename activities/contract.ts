/** Everything that workflows may ask of the outside world. Types only: no driver is reachable from here. */
import type { KillSwitchReport, TradingStateAnswer, TradingStateCommand } from '../src/contracts/kill-switch';
import type { DecideLimits, LimitsAnswer, LimitsView, ProposeLimits, ReadLimits } from '../src/contracts/limits';
import type { PostTradeRunReport } from '../src/contracts/post-trade';
import type { ReconciliationInput, ReconciliationReport } from '../src/contracts/reconciliation';
import type { MarketTerms } from '../src/contracts/order-messages';
import type { ExecutionReport } from '../src/domain/execution-report';
import type { OrderId, VenueClientOrderId } from '../src/domain/ids';
import type { MarketClock } from '../src/domain/market-clock';
import type { Order, Override } from '../src/domain/order';
import type { Fill, OrderEvent } from '../src/domain/order-events';
import type { OrderRequest, Violation } from '../src/domain/order-request';
import type { LimitScope } from '../src/domain/risk/limits';
import type { RouteDecision } from '../src/domain/routing';

export interface PreTradeInput {
  /** As it came: may be anything. */
  readonly raw: unknown;
  readonly workflowId: string;
  readonly firstRunId: string;
  readonly clock?: MarketClock;
  /** The clock as it came, when it is none. */
  readonly wrongClock?: string;
  /** A second person has waived checks: the order is decided on once more. */
  readonly approval?: NonNullable<Override['approval']>;
}
export interface Approval {
  readonly kind: 'approved';
  readonly route: RouteDecision;
  readonly venueAccount: string;
  readonly clientOrderIdBase: string;
  readonly market: MarketTerms;
  /** What the order breaks and a second person waived. */
  readonly waived?: readonly Violation[];
}
export type PreTradeResult =
  | Approval
  /** Denied, unless a second person lets it pass: nothing is reserved meanwhile. */
  | (Omit<Override, 'approval'> & { readonly kind: 'needsApproval'; readonly market: MarketTerms })
  | { readonly kind: 'denied'; readonly reasons: readonly Violation[] }
  /** The id was used by an order whose workflow Temporal has forgotten: here it is. */
  // Market terms are there since 0.2; histories from before replay without them.
  | { readonly kind: 'existing'; readonly order: Order; readonly market?: MarketTerms };
/** An order as the database knows it, for a workflow that goes on with it. */
export interface TakenUp {
  readonly order: Order;
  readonly market: MarketTerms;
  /** Its newest events, for who asks what happened; absent before 0.2. */
  readonly events?: readonly OrderEvent[];
}

export interface RecordInput {
  readonly order: Order;
  readonly events: readonly OrderEvent[];
  readonly firstRunId: string;
}

/** Run beside the order workflow, local first (design rule 1). */
export interface OrderActivities {
  /** Checks, reserves and routes; returns the stored decision when asked again. */
  preTrade(input: PreTradeInput): Promise<PreTradeResult>;
  /** Writes events to journal and read model; idempotent by order id and version. */
  recordEvents(input: RecordInput): Promise<void>;
  /** The order as it was recorded last; waits until it is recorded. */
  takeUpOrder(input: { readonly orderId: OrderId }): Promise<TakenUp>;
  /** What the market asks of an adopted order's timers, and the order itself when it was recorded before. */
  adoptOrder(input: {
    readonly orderId: OrderId;
    readonly symbol: string;
  }): Promise<{ readonly order?: Order; readonly market: MarketTerms }>;
  /** Executions of an order that were booked under these execution ids and count. */
  recallExecutions(input: { readonly orderId: OrderId; readonly execIds: readonly string[] }): Promise<readonly Fill[]>;
  /** Later sessions for an order that outlives those that it knows. */
  loadSessions(input: { readonly symbol: string; readonly afterMs: number }): Promise<MarketTerms['sessions']>;
  /** Confirms the trades of an order that settle at one time. */
  settleTrades(input: SettleInput): Promise<SettleResult>;
  /** Tells people; never throws. */
  raiseAlert(input: AlertInput): Promise<void>;
}
export interface SettleInput {
  readonly orderId: OrderId;
  readonly venue: string;
  readonly venueAccount: string;
  readonly clientOrderId: VenueClientOrderId;
  readonly settleAtMs: number;
  readonly trades: number;
  readonly quantity: Order['quantity'];
}
export type SettleResult = { readonly kind: 'settled' } | { readonly kind: 'failed'; readonly reason: string };
export interface AlertInput {
  readonly orderId: OrderId;
  readonly code: string;
  readonly text: string;
}

/** Where an order is at its venue, enough to send, find, change or cancel it. */
export interface AtVenue {
  readonly orderId: OrderId;
  readonly venueAccount: string;
  readonly symbol: string;
  readonly clientOrderId: VenueClientOrderId;
}
export interface SubmitInput extends AtVenue {
  readonly order: OrderRequest;
  readonly quantity: Order['quantity'];
  readonly limitPrice?: NonNullable<Order['limitPrice']>;
  readonly stopPrice?: NonNullable<Order['stopPrice']>;
  /** The stop price was reached here: send it as MARKET or LIMIT. */
  readonly triggered: boolean;
  /** Wall time after which an order that is proved absent is not sent (again). */
  readonly sendUntilMs: number;
}
export interface ReplaceInput extends SubmitInput {
  readonly origClientOrderId: VenueClientOrderId;
  readonly step: number;
  readonly filledQuantity: Order['filledQuantity'];
  readonly firstRunId: string;
  readonly venue: string;
  /** The order is held here: check and reserve, send nothing. */
  readonly heldHere: boolean;
  readonly clock?: MarketClock;
}

/** The venue's word on a request. */
export type VenueResult =
  | { readonly kind: 'answered'; readonly reports: readonly ExecutionReport[] }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly text: string;
      readonly reports: readonly ExecutionReport[];
    }
  /** Bytes may have gone out: only asking the venue can tell. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** Proved: the venue never had it, and no attempt can still reach it. */
  | { readonly kind: 'absent'; readonly reason: string };

/** Run on a venue's own task queues. */
export interface VenueActivities {
  /** Intent, then send, then record; a later attempt asks the venue first and sends only what it proves not to have. */
  submitOrder(input: SubmitInput): Promise<VenueResult>;
  /** Risk on the new form, then as submitOrder. */
  replaceOrder(input: ReplaceInput): Promise<VenueResult>;
  /** Idempotent; needs no database. */
  cancelOrder(input: AtVenue): Promise<VenueResult>;
  /** Asks for every report; with `abandon`, also makes sure that no attempt will send it any more. */
  findOrder(input: AtVenue & { readonly abandon: boolean }): Promise<VenueResult>;
}

/** What a kill switch cancels: round by round, as a venue may refuse the first cancel. */
export interface SweepInput {
  readonly scope: LimitScope;
  readonly command: TradingStateCommand;
  readonly round: number;
  /** Orders that began later are left alone: the state let them pass. Wall time in epoch milliseconds. */
  readonly startedBeforeMs?: number;
}
export interface SweepResult {
  readonly told: number;
  /** Orders that were told while the database could not note them. */
  readonly unnoted: readonly OrderId[];
}
export interface ProveInput extends SweepInput {
  readonly unnoted: readonly OrderId[];
}
export type ProveResult = Pick<KillSwitchReport, 'found' | 'closed' | 'open'>;

/** The activities of the kill switch. */
export interface KillSwitchActivities {
  setTradingState(input: {
    readonly scope: LimitScope;
    readonly command: TradingStateCommand;
  }): Promise<TradingStateAnswer>;
  /** Cancels every open order of the scope that Temporal knows; needs no database. */
  sweepOpenOrders(input: SweepInput): Promise<SweepResult>;
  /** Looks at each order that was open since the command, here and at its venue. */
  proveClosed(input: ProveInput): Promise<ProveResult>;
}

/** The activities of the limits desk. */
export interface LimitsActivities {
  /** Checks a proposed document and puts it in force, or lets it wait for a second person. */
  proposeLimits(input: ProposeLimits): Promise<LimitsAnswer>;
  decideLimits(input: DecideLimits): Promise<LimitsAnswer>;
  readLimits(input: ReadLimits): Promise<LimitsView>;
  /** Ends proposals that have waited too long; says when the next one ends. */
  expireLimits(): Promise<{ readonly nextInMs?: number }>;
}

/** The activity of reconciliations. */
export interface ReconciliationActivities {
  /** Compares a venue account's orders, executions, positions and cash with the venue's, corrects and records. */
  reconcileVenueAccount(input: ReconciliationInput): Promise<ReconciliationReport>;
}

/** The activity of post-trade runs. */
export interface PostTradeActivities {
  /** Looks at what was booked since the last run and at the limits as they stand, records and tells what it finds. */
  runPostTrade(): Promise<PostTradeRunReport>;
}

/** The long activities of service workflows. */
export interface SessionActivities {
  /** Reads a venue account's report stream into the inbox and signals orders, until cancelled. */
  runVenueSession(input: { readonly venue: string; readonly venueAccount: string }): Promise<void>;
  /** Watches quotes for held stops and signals their orders, until cancelled. */
  runMarketWatch(): Promise<void>;
  /** Chains a head over all journal chains. */
  writeJournalHead(): Promise<void>;
}
