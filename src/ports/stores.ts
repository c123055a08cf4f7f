import type { ExecutionReport } from '../domain/execution-report';
import type { OrderId, VenueClientOrderId } from '../domain/ids';
import type { Instrument } from '../domain/instruments';
import type { DecimalString } from '../domain/money';
import type { Order, OrderStatus } from '../domain/order';
import type { Fill, OrderEvent } from '../domain/order-events';
import type { OrderRequest, Violation } from '../domain/order-request';
import type { Arrival, QuoteSnapshot } from '../domain/post-trade/quote-snapshot';
import type { HeldPosition, PositionBook } from '../domain/pnl';
import type { PositionMode } from '../domain/position-book';
import type { Account, Exposure, ReservationNeed } from '../domain/risk/risk-context';
import type { RouteDecision } from '../domain/routing';
import type { ReportTroubles } from './report-troubles';
import type { RiskFacts, RiskQuestion } from './risk-facts';

/** A pre-trade verdict, stored with the reservation so that any re-execution returns the same one. */
export type PreTradeVerdict =
  | {
      readonly kind: 'approved';
      readonly route: RouteDecision;
      readonly reservation: ReservationNeed;
      /** What slippage is measured from; absent on decisions from before it was kept. */
      readonly arrival?: Arrival;
      /** The second person who let it pass, why, and what it breaks. */
      readonly override?: { readonly by: string; readonly reason: string; readonly waived: readonly Violation[] };
    }
  | { readonly kind: 'denied'; readonly reasons: readonly Violation[] }
  /** Denied, unless a second person lets it pass until then (wall time); reserves nothing. */
  | { readonly kind: 'needsApproval'; readonly reasons: readonly Violation[]; readonly approveByMs: number };

/** Answer of {@link OrderStore.decideOnce}. */
export type StoredDecision =
  /** The limits that it was made by are kept with the verdict; absent: there were none. */
  | { readonly kind: 'decided'; readonly verdict: PreTradeVerdict & { readonly limitsVersion?: number } }
  /** The order id was used before by another run (past Temporal's retention): here is the first order. */
  | { readonly kind: 'existing'; readonly order: Order }
  /** Nothing was decided: this version of the limits is in force, not the one that the question was made by. */
  | { readonly kind: 'limitsChanged'; readonly version: number };

/** The identity of one pre-trade step. */
export interface DecisionKey {
  readonly orderId: OrderId;
  /** 0 for the new order, -1 for the new order after a second person's approval, the replace's step otherwise. */
  readonly step: number;
  /** First run id of the workflow: a second life of the same id is told apart from a retry. */
  readonly firstRunId: string;
}

/** Where orders, reservations, positions and the journal live; every method is one database transaction. */
export interface OrderStore {
  /**
   * Decides once per key under the account's row lock: loads account and exposure, calls `decide` (pure), stores the
   * verdict and, when approved, the reservation (for a replace: raises it to the greater of old and new need).
   * A key that was decided before returns the stored verdict and calls nothing. A released key (the order ended first)
   * stays released. What `question` asks for is read under the same lock; without one nothing beyond the trading states.
   * A decision is made by the limits that are in force, or not at all.
   */
  decideOnce(
    key: DecisionKey,
    request: OrderRequest,
    currency: string | undefined,
    decide: (account: Account | undefined, exposure: Exposure | undefined, facts: RiskFacts) => PreTradeVerdict,
    question?: RiskQuestion,
  ): Promise<StoredDecision>;
  /**
   * Records new events of one order, idempotent by (order id, version): journal with hash chain, read model, executions,
   * positions, cash and fees, and the reservation (lowered by fills, set by replaces, released at the end).
   * Events with a version at or below the recorded one are skipped; a gap throws. `quote` is kept with the executions.
   * Answers with execution ids among them that another order has: they are in the journal and move no position.
   */
  record(
    order: Order,
    events: readonly OrderEvent[],
    firstRunId: string,
    quote?: QuoteSnapshot,
  ): Promise<readonly string[]>;
  order(orderId: OrderId): Promise<Order | undefined>;
  orders(filter: OrderFilter): Promise<readonly Order[]>;
  events(orderId: OrderId): Promise<readonly OrderEvent[]>;
  /** Orders in HELD with a stop price: what the market watch looks at. */
  heldStops(): Promise<readonly HeldStop[]>;
  accounts(): Promise<readonly Account[]>;
  /**
   * Creates or replaces accounts, with opening cash booked only when the account is new. The position mode of an account
   * that has traded cannot change (`ALREADY_TRADED`).
   */
  saveAccounts(accounts: readonly AccountSetup[]): Promise<void>;
  /** Saves what executions are booked with; a symbol that is traded keeps its terms (`ALREADY_TRADED`). */
  saveInstruments(instruments: readonly InstrumentTerms[]): Promise<void>;
  positions(account?: string): Promise<readonly PositionRow[]>;
  /** Positions and cash of one account or all, as of one moment, ready to be valued. */
  book(account?: string): Promise<PositionBook>;
  cash(account?: string): Promise<readonly CashRow[]>;
  executions(orderId?: OrderId): Promise<readonly ExecutionRow[]>;
  /** Reservations that still hold something. */
  openReservations(): Promise<readonly ReservationRow[]>;
}

export interface OrderFilter {
  readonly account?: string;
  readonly symbol?: string;
  readonly statuses?: readonly OrderStatus[];
  readonly limit?: number;
}
export interface HeldStop {
  readonly orderId: OrderId;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL' | 'SELL_SHORT';
  readonly stopPrice: DecimalString;
}
export interface AccountSetup extends Account {
  readonly openingCash: Readonly<Record<string, DecimalString>>;
  /** Absent: NETTING. */
  readonly positionMode?: PositionMode;
  /** Currency of the account's totals. */
  readonly baseCurrency?: string;
}
/** What the executions of a symbol are booked with. */
export type InstrumentTerms = Pick<Instrument, 'symbol' | 'currency' | 'multiplier'>;
/** A position by trade date; quantities are signed. */
export interface PositionRow extends HeldPosition {
  /** Of the net quantity. */
  readonly averagePrice: DecimalString;
}
export interface CashRow {
  readonly account: string;
  readonly currency: string;
  readonly booked: DecimalString;
  readonly settled: DecimalString;
}
export interface ExecutionRow extends Fill {
  readonly orderId: OrderId;
  readonly account: string;
  readonly venue: string;
  readonly venueAccount: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL' | 'SELL_SHORT';
  readonly settled: boolean;
  /** Money per unit of quantity and price. */
  readonly multiplier: DecimalString;
  /** Set on the opposite of a trade that the venue took back or corrected: the execution that it undoes. */
  readonly reverses?: string;
}
export interface ReservationRow extends ReservationNeed {
  readonly orderId: OrderId;
  readonly account: string;
  readonly symbol: string;
}

/** The write-ahead record of one submission (or replace): what may have been sent, and until when. */
export interface SubmissionIntent {
  readonly venue: string;
  readonly venueAccount: string;
  readonly clientOrderId: VenueClientOrderId;
  readonly orderId: OrderId;
  /** Wall time after which no byte of any attempt is written. */
  readonly sendByMs: number;
  readonly status: 'SENDING' | 'ANSWERED' | 'ABANDONED';
}

/** Submission intents and the inbox of execution reports. */
export interface VenueStore {
  readonly troubles: ReportTroubles;
  /** Writes the intent if there is none and returns undefined, else returns the earlier one untouched. */
  openIntent(intent: SubmissionIntent): Promise<SubmissionIntent | undefined>;
  /** Moves a SENDING intent to a later `sendByMs` for a resend; false when it was answered or abandoned meanwhile. */
  renewIntent(intent: SubmissionIntent): Promise<boolean>;
  closeIntent(
    venue: string,
    venueAccount: string,
    id: VenueClientOrderId,
    status: 'ANSWERED' | 'ABANDONED',
  ): Promise<void>;
  /** The intent, or, when there is none, a new ABANDONED one that stops any later attempt. */
  abandonIntent(intent: SubmissionIntent): Promise<SubmissionIntent>;
  intent(venue: string, venueAccount: string, id: VenueClientOrderId): Promise<SubmissionIntent | undefined>;
  /** Stores reports (unique by venue, account, execution id) and returns those not yet delivered, in order of sequence, each with its order. */
  receive(reports: readonly ExecutionReport[]): Promise<readonly InboxEntry[]>;
  /**
   * Stores reports that came otherwise than by the stream (their sequence does not count), and returns the execution ids
   * among them that an earlier report has for another order: these are conflicts, and no part of this order.
   *
   * @param answer The answer in which they came, and the order that had asked: they are of that order where their ids do not tell.
   */
  claim(
    reports: readonly ExecutionReport[],
    answer?: { readonly orderId?: OrderId; readonly reports: readonly ExecutionReport[] },
  ): Promise<ReadonlySet<string>>;
  markDelivered(entries: readonly InboxEntry[], how: 'ORDER' | 'CORRECTION' | 'DUPLICATE' | 'UNUSABLE'): Promise<void>;
  /** The adopted order that a report for none of our orders is about; decided once, so that its further reports find it. */
  adoptedOrder(report: ExecutionReport): Promise<OrderId | undefined>;
  /** Entries kept without delivery, oldest first (orphans among them). */
  undelivered(limit: number): Promise<readonly InboxEntry[]>;
  /**
   * What the inbox has under a client order id, in order of arrival, delivered or not. Undefined when there is nothing but
   * what could not be read yet.
   */
  heard(venue: string, venueAccount: string, id: VenueClientOrderId): Promise<readonly ExecutionReport[] | undefined>;
  /** Highest sequence of a venue account that was stored, unreadable reports included; 0 when none. */
  lastSequence(venue: string, venueAccount: string): Promise<number>;
}
export interface InboxEntry {
  readonly report: ExecutionReport;
  /** The order whose intent carries the report's client order id (any step), or undefined: an orphan. */
  readonly orderId: OrderId | undefined;
}

/** Proof of what happened. */
export interface Journal {
  /** Recomputes every chain and the heads; `broken` names the first bad event of each bad chain. */
  verify(): Promise<{
    readonly chains: number;
    readonly events: number;
    readonly heads: number;
    readonly broken: readonly string[];
  }>;
  /** Chains a new head over all order chains; returns its hash. */
  writeHead(wallMs: number): Promise<string>;
}
