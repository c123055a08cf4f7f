/** Payloads of the order workflow: plain JSON that any Temporal client can write and read. Types only. */
import type { ExecutionReport } from '../domain/execution-report';
import type { Session } from '../domain/instruments';
import type { OrderId } from '../domain/ids';
import type { MarketClock } from '../domain/market-clock';
import type { Order } from '../domain/order';
import type { OrderEvent } from '../domain/order-events';
import type { OrderChange, OrderRequest } from '../domain/order-request';
import type { SettlementTerms } from '../domain/settlement-terms';
import type { Work } from '../domain/order-work';
import type { Stage } from './names';

/** Input of workflow `order`. A raw starter sends `{"order": {...}}`; the content is checked before anything else. */
export interface OrderInput {
  readonly order: OrderRequest;
  /** Runs the order in replayed market time; absent means life. */
  readonly clock?: MarketClock;
  /** Names the call that started the order, so that of many callers that wait for one order each knows whether it was it. */
  readonly submissionId?: string;
  /** Who asks for the order, an alias: a denial of it takes another person to override. */
  readonly submittedBy?: string;
  /** Only from the workflow itself, at continue-as-new. */
  readonly carried?: CarriedOrder;
}
/** Answer of the update `awaitStage`: the order as it is then. */
export type StageAnswer = OrderView & Pick<OrderInput, 'submissionId'>;

/** Input of workflow `correction`, which goes on with an order whose own workflow is over. */
export interface CorrectionInput {
  readonly orderId: OrderId;
  /** Only from the workflow itself, at continue-as-new. */
  readonly carried?: CarriedOrder;
}

/** Input of workflow `adoption`: the first report of an order that nobody here sent. */
export interface AdoptionInput {
  readonly orderId: OrderId;
  readonly report: ExecutionReport;
  /** Only from the workflow itself, at continue-as-new. */
  readonly carried?: CarriedOrder;
}

/** What an order workflow takes along at continue-as-new. */
export interface CarriedOrder {
  readonly order: Order;
  readonly market: MarketTerms;
  readonly events: readonly OrderEvent[];
  readonly eventCount: number;
  readonly unrecorded: readonly OrderEvent[];
  readonly progress: WorkProgress;
  readonly queue: readonly OrderMessage[];
  /** By command id; with the kind of command, which an earlier version did not carry. */
  readonly answered: readonly (readonly [
    string,
    CommandVerdict,
    (Extract<OrderMessage, { commandId: string }>['kind'] | undefined)?,
  ])[];
}

/** How far the order's dealings with the outside are; all times are wall time. */
export interface WorkProgress {
  /** When each kind of work is tried again, and how often it was tried. */
  notBefore: Partial<Record<Work, number>>;
  attempts: Partial<Record<Work, number>>;
  /** The venue has the cancel and owes the outcome. */
  cancelDelivered: boolean;
  /** The venue knew no such order when the cancel came, and the submission is not resolved yet. */
  cancelWaitsForSubmission: boolean;
  /** The venue may be asked for what it owes from then on. */
  askFromMs: number;
  /** A settlement that failed is tried again from then on; others do not wait for it. */
  settleRetryAtMs?: number;
  /** An order that the venue proves not to have is not sent after this time. */
  sendUntilMs?: number;
}

/** What the market asks of the order's timers; part of the approval, in absolute times. */
export interface MarketTerms extends SettlementTerms {
  readonly sessions: readonly Session[];
  readonly cycleDays: number;
  /** Market time at which the order ends by its time in force; absent for GTC and for IOC/FOK. */
  readonly expiresAtMs?: number;
  /** The venue triggers no stops: this order is held here until the market reaches its stop price. */
  readonly holdsStop: boolean;
}

export interface CancelOrderPayload {
  readonly commandId?: string;
  readonly reason?: string;
}
export interface ModifyOrderPayload {
  readonly commandId?: string;
  readonly quantity?: string;
  readonly limitPrice?: string;
  readonly stopPrice?: string;
}
/** Payload of approveOrder and rejectOrder. */
export interface OverridePayload {
  readonly commandId?: string;
  /** Who says so, an alias; to approve, another person than the one who asked for the order. */
  readonly actor: string;
  readonly reason: string;
}
export interface MarketTriggerPayload {
  readonly price: string;
  readonly marketTimeMs: number;
}
export interface AwaitStagePayload {
  readonly stage: Exclude<Stage, 'accepted' | 'final'>;
}

/** What was decided on a command; the same kind of command with the same id gets the same verdict again. */
export type CommandVerdict = (
  { readonly accepted: true } | { readonly accepted: false; readonly code: string; readonly text: string }
) & {
  /** Of a modify: the change that it was decided on. Earlier versions did not tell it. */
  readonly change?: OrderChange;
};
/** Answer to a cancel or modify sent as an update: the verdict, and the order as it is now. */
export type CommandAnswer = CommandVerdict & { readonly order: OrderView };

/** What a query shows: the order without its deduplication keys. */
export type OrderView = Omit<Order, 'executionIds'> & { readonly finalized: boolean; readonly runId: string };

/** Answer of query `orderEvents`: the newest events; all of them are in the journal. */
export interface OrderEventsView {
  readonly total: number;
  readonly events: readonly OrderEvent[];
}

/** What waits in an order's queue. */
export type OrderMessage =
  | {
      readonly kind: 'cancel';
      readonly commandId: string;
      readonly actor: 'client' | 'operator';
      readonly reason: string;
    }
  | { readonly kind: 'modify'; readonly commandId: string; readonly change: ModifyOrderPayload }
  | {
      readonly kind: 'approve' | 'reject';
      readonly commandId: string;
      readonly by: string;
      readonly reason: string;
    }
  | { readonly kind: 'reports'; readonly reports: readonly ExecutionReport[] }
  | { readonly kind: 'trigger'; readonly price: string; readonly marketTimeMs: number };
