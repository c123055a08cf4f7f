/**
 * Everything that can happen to an order, as past participles. An order is the fold of its events; each is journaled.
 */
import type { DecimalString } from './money';
import type { OrderId } from './ids';
import type { ExecutionReport } from './execution-report';
import type { OrderChange, OrderRequest, Violation } from './order-request';
import type { RouteDecision } from './routing';
import type { Place } from './told';

/** Who caused an event. */
export type Actor = 'client' | 'operator' | 'risk' | 'router' | 'venue' | 'market' | 'timer' | 'settlement' | 'system';

/** What each event carries besides its own facts. */
export interface EventHeader {
  /** `<orderId>#<version>`: unique for ever. */
  readonly id: string;
  readonly orderId: OrderId;
  /** 1, 2, 3, … without a gap. */
  readonly version: number;
  /** What caused it: an execution id, a signal's or update's id, an event id. */
  readonly causationId: string;
  readonly actor: Actor;
  /** Market time, epoch milliseconds. */
  readonly atMs: number;
  /** Wall time of the workflow task that applied it, epoch milliseconds. */
  readonly wallMs: number;
}

/** One execution as the order keeps it. */
export interface Fill {
  /** Venue execution id (FIX ExecID). */
  readonly execId: string;
  readonly quantity: DecimalString;
  readonly price: DecimalString;
  readonly fee: DecimalString;
  readonly feeCurrency: string;
  readonly liquidity: 'MAKER' | 'TAKER' | 'UNKNOWN';
  /** Venue (market) time, epoch milliseconds. */
  readonly atMs: number;
  /** Market time at which it settles. */
  readonly settleAtMs: number;
  /** On a corrected trade: the execution that it was first. */
  readonly firstExecId?: string;
  /** Made up from a total until the venue tells the execution itself. */
  readonly inferred?: boolean;
}

/** What a report about the order's state brings beside its own facts. */
/** The report's place among the venue's; an older report changes no newer state. */
export type FromVenue = Place;
/** The reason of a cancel of which the venue gave none. */
export const CANCELED_BY_VENUE = 'canceled by the venue';

/** The facts of each event, by type. `cumQuantity` is the venue's total of fills (FIX CumQty, tag 14). */
export interface OrderEventFacts {
  OrderCreated: { readonly request: OrderRequest; readonly submittedBy?: string };
  /** A venue reported an order that nobody here sent; it is followed like one of ours. */
  OrderAdopted: {
    readonly venue: string;
    readonly venueAccount: string;
    readonly venueOrderId: string;
    readonly clientOrderId: string;
  };
  OrderDenied: { readonly reasons: readonly Violation[] };
  OrderApproved: {
    readonly route: RouteDecision;
    readonly clientOrderIdBase: string;
    readonly venueAccount: string;
    /** What it breaks and a second person waived. */
    readonly waived?: readonly Violation[];
  };
  OrderHeld:
    | { readonly why: 'TRIGGER' }
    | { readonly why: 'APPROVAL'; readonly reasons: readonly Violation[]; readonly approveByMs: number };
  /** A second person waives checks: the order is judged again, by all the others. */
  OverrideApproved: {
    readonly commandId: string;
    readonly by: string;
    readonly reason: string;
    readonly waived: readonly string[];
  };
  OrderTriggered: { readonly price: DecimalString };
  SubmissionStarted: { readonly step: number };
  SubmissionUnknown: { readonly reason: string };
  OrderSubmitted: { readonly venueOrderId?: string };
  OrderAccepted: { readonly venueOrderId: string };
  OrderRejected: FromVenue & { readonly reason: string; readonly text: string };
  OrderFilled: {
    readonly fill: Fill;
    readonly cumQuantity?: DecimalString;
    /** The venue trades again after a halt, or on the day after it was done. */
    readonly resumes?: true;
  };
  /** A trade that the venue took back (FIX Trade Cancel); `fill` as it was booked, undone under `execId`. */
  TradeBusted: { readonly execId: string; readonly fill: Fill; readonly settleAtMs: number };
  /** A trade that the venue changed (FIX Trade Correct); `before` is undone at `settleAtMs`, `fill` takes its place. */
  TradeCorrected: { readonly before: Fill; readonly fill: Fill; readonly settleAtMs: number };
  /** A correction whose execution is not here yet; it waits for it. */
  ReportHeld: { readonly report: ExecutionReport };
  CancelPending: FromVenue;
  /** With the client order id of somebody else's replace, which takes the step. */
  ReplacePending: FromVenue & { readonly step: number; readonly clientOrderId?: string };
  /** The venue replaces by cancel and new order, and the cancel came first. */
  ReplaceHalfDone: { readonly step: number };
  OrderSuspended: FromVenue & { readonly reason: string };
  OrderStopped: FromVenue & { readonly quantity?: DecimalString; readonly price?: DecimalString };
  OrderDoneForDay: FromVenue;
  /** Changed by the venue without being asked: quantity cut, next day's quantities, a split. */
  OrderRestated: FromVenue & {
    readonly execId: string;
    readonly reason: string;
    readonly quantity: DecimalString;
    readonly limitPrice?: DecimalString;
    readonly stopPrice?: DecimalString;
    /** By how much a split raised what is filled, at the same money. */
    readonly filledAdjustment?: DecimalString;
    /** On a split: the venue's total in the new shares. */
    readonly cumQuantity?: DecimalString;
    /** An older report than the last one about quantities: only its adjustment counts. */
    readonly isStale?: true;
  };
  CancelRequested: { readonly commandId: string; readonly reason: string };
  CancelRejected: FromVenue & { readonly reason: string; readonly text: string };
  OrderCanceled: FromVenue & { readonly reason: string; readonly cumQuantity?: DecimalString };
  ReplaceQueued: { readonly commandId: string; readonly change: OrderChange };
  ReplaceRequested: { readonly commandId: string; readonly step: number; readonly change: OrderChange };
  ReplaceRejected: FromVenue & { readonly step: number; readonly reason: string; readonly text: string };
  OrderReplaced: FromVenue & {
    readonly step: number;
    /** The client order id that the venue has it under now, where it is not ours: an adopted order's, or somebody else's. */
    readonly clientOrderId?: string;
    /** Where somebody else's replace came between: the step after theirs, which the venue works it under from now on. */
    readonly workedAsStep?: number;
    /** Where the venue gives the new form an order id of its own (a replace by cancel and new order): that id. */
    readonly venueOrderId?: string;
    readonly quantity: DecimalString;
    readonly limitPrice?: DecimalString;
    readonly stopPrice?: DecimalString;
    /** Where the venue counts fills that are not here yet. */
    readonly cumQuantity?: DecimalString;
  };
  OrderExpired: FromVenue & { readonly reason: string; readonly cumQuantity?: DecimalString };
  TradeSettled: { readonly settleAtMs: number; readonly trades: number; readonly quantity: DecimalString };
  SettlementFailed: { readonly settleAtMs: number; readonly attempt: number; readonly reason: string };
  SettlementEscalated: { readonly settleAtMs: number; readonly reason: string };
  CommandRefused: {
    readonly commandId: string;
    readonly command: string;
    readonly code: string;
    readonly text: string;
  };
  /** The venue may have the request or not: the answer to it was lost, and it is asked until that is known. */
  RequestUnknown: { readonly request: 'cancel' | 'replace'; readonly reason: string };
  ReportRefused: { readonly execId: string; readonly code: string; readonly text: string };
}
export type OrderEventType = keyof OrderEventFacts;

/** A journaled event: header, `type`, and the facts of that type. */
export type OrderEvent = {
  [T in OrderEventType]: EventHeader & { readonly type: T } & OrderEventFacts[T];
}[OrderEventType];
/** An event before the order gives it id, version and times. */
export type OrderEventDraft = {
  [T in OrderEventType]: { readonly type: T } & OrderEventFacts[T];
}[OrderEventType];
