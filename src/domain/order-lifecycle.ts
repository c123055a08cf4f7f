/**
 * The transition table of an order, as whole truth: for each status and each event the statuses that may follow, or a
 * refusal that names both. `apply` in order-fold.ts changes the facts; this table says whether the change is lawful.
 */
import type { OrderEventType } from './order-events';
import { OrderStatus } from './order';

const S = OrderStatus;
const KEEPS = 'keeps' as const;
/** What follows: one of these statuses, or `keeps` for the same one. */
export type Following = readonly OrderStatus[] | typeof KEEPS;
type Row = Partial<Record<OrderEventType, Following>>;

/** Events that tell something about an order without moving it; lawful in every status. */
const NOTES: Row = {
  CommandRefused: KEEPS,
  ReportRefused: KEEPS,
  TradeSettled: KEEPS,
  SettlementFailed: KEEPS,
  SettlementEscalated: KEEPS,
  ReportHeld: KEEPS,
  RequestUnknown: KEEPS,
};

/** The venue may hold the order: its reports can say anything that a live order goes through. */
const AT_VENUE: Row = {
  ...NOTES,
  OrderRejected: [S.REJECTED],
  OrderCanceled: [S.CANCELED],
  OrderExpired: [S.EXPIRED],
  CancelRequested: [S.PENDING_CANCEL],
  ReplaceQueued: KEEPS,
  // A venue cancel-reject or replace-reject may come twice, or after the pending flag was cleared by a later report.
  CancelRejected: KEEPS,
  ReplaceRejected: KEEPS,
  // What the venue says is pending is a fact beside the status, which says what we asked for.
  CancelPending: KEEPS,
  ReplacePending: KEEPS,
  ReplaceHalfDone: KEEPS,
  OrderSuspended: [S.SUSPENDED],
  OrderDoneForDay: [S.DONE_FOR_DAY],
};
const UNACKNOWLEDGED: Row = {
  ...AT_VENUE,
  OrderAccepted: [S.ACCEPTED],
  OrderFilled: [S.PARTIALLY_FILLED, S.FILLED],
  OrderTriggered: [S.ACCEPTED],
  // The answer to a replace can overtake the acknowledge of the order itself.
  OrderReplaced: [S.ACCEPTED, S.PARTIALLY_FILLED],
  OrderRestated: [S.ACCEPTED, S.PARTIALLY_FILLED],
  OrderStopped: [S.ACCEPTED],
};
const WORKING: Row = {
  ...AT_VENUE,
  OrderAccepted: KEEPS,
  OrderTriggered: KEEPS,
  OrderFilled: [S.PARTIALLY_FILLED, S.FILLED],
  ReplaceRequested: [S.PENDING_REPLACE],
  // Replaced down to or below what is filled is the end (FIX 4.4 Appendix D, C.3.b and C.3.c).
  OrderReplaced: [S.ACCEPTED, S.PARTIALLY_FILLED, S.FILLED],
  OrderRestated: [S.ACCEPTED, S.PARTIALLY_FILLED, S.FILLED],
  OrderStopped: KEEPS,
};
/** Halted, or done for the day: reports of trades may still come, the venue takes it up again by itself. */
const resting = (own: OrderStatus): Row => ({
  ...WORKING,
  OrderSuspended: KEEPS,
  OrderFilled: [own, S.PARTIALLY_FILLED, S.FILLED],
  OrderReplaced: [own, S.FILLED],
  OrderRestated: [S.ACCEPTED, S.PARTIALLY_FILLED, S.FILLED, own],
  TradeBusted: KEEPS,
  TradeCorrected: [own, S.FILLED],
});
/** After the end: fills are booked whenever they come ("real world possibility"); the status does not reopen. */
const ENDED: Row = {
  ...NOTES,
  OrderFilled: KEEPS,
  OrderAccepted: KEEPS,
  OrderTriggered: KEEPS,
  CancelRejected: KEEPS,
  ReplaceRejected: KEEPS,
  // A replace, a split or a correction of before the end may be told after it: quantities follow, the status stays.
  OrderReplaced: KEEPS,
  OrderRestated: KEEPS,
  TradeBusted: KEEPS,
  TradeCorrected: KEEPS,
};

/** Asked of the venue and not answered: what it reports meanwhile changes facts, the status waits for the answer. */
const PENDING: Row = {
  CancelPending: KEEPS,
  ReplacePending: KEEPS,
  ReplaceHalfDone: KEEPS,
  OrderSuspended: KEEPS,
  OrderDoneForDay: KEEPS,
  OrderRestated: KEEPS,
  OrderStopped: KEEPS,
  TradeBusted: KEEPS,
  TradeCorrected: KEEPS,
};
const AFTER_REPLACE: Following = [
  S.ACCEPTED,
  S.PARTIALLY_FILLED,
  S.FILLED,
  S.HELD,
  S.PENDING_REPLACE,
  S.SUSPENDED,
  S.DONE_FOR_DAY,
  // Filled at once, asked to change, and then the trade was taken back.
  S.CANCELED,
];

/** The whole table; a missing cell is a refusal. */
export const LIFECYCLE: Readonly<Record<OrderStatus, Readonly<Row>>> = {
  CREATED: {
    ...NOTES,
    OrderAdopted: [S.ACCEPTED],
    OrderDenied: [S.DENIED],
    OrderApproved: KEEPS,
    OrderHeld: [S.HELD],
    SubmissionStarted: [S.SUBMITTING],
    OrderCanceled: [S.CANCELED],
    OrderExpired: [S.EXPIRED],
    ReplaceQueued: KEEPS,
  },
  DENIED: { ...ENDED, OrderTriggered: [], OrderAccepted: [], OrderReplaced: [], OrderRestated: [] },
  HELD: {
    ...NOTES,
    OrderTriggered: [S.CREATED],
    OverrideApproved: [S.CREATED],
    OrderDenied: [S.DENIED],
    OrderCanceled: [S.CANCELED],
    OrderExpired: [S.EXPIRED],
    ReplaceQueued: KEEPS,
    ReplaceRequested: [S.PENDING_REPLACE],
  },
  SUBMITTING: {
    ...UNACKNOWLEDGED,
    SubmissionUnknown: [S.SUBMIT_UNKNOWN],
    OrderSubmitted: [S.SUBMITTED],
  },
  SUBMIT_UNKNOWN: {
    ...UNACKNOWLEDGED,
    SubmissionUnknown: KEEPS,
    SubmissionStarted: [S.SUBMITTING],
    OrderSubmitted: [S.SUBMITTED],
  },
  SUBMITTED: { ...UNACKNOWLEDGED, OrderSubmitted: KEEPS },
  ACCEPTED: { ...WORKING, OrderSubmitted: KEEPS },
  PARTIALLY_FILLED: {
    ...WORKING,
    OrderSubmitted: KEEPS,
    TradeBusted: [S.ACCEPTED, S.PARTIALLY_FILLED],
    TradeCorrected: [S.PARTIALLY_FILLED, S.FILLED],
  },
  PENDING_CANCEL: {
    ...NOTES,
    // A fill during a pending cancel stays PENDING_CANCEL, also the last one (B.1.b, B.1.c).
    OrderFilled: KEEPS,
    OrderAccepted: KEEPS,
    OrderSubmitted: KEEPS,
    OrderTriggered: KEEPS,
    SubmissionUnknown: KEEPS,
    SubmissionStarted: KEEPS,
    OrderReplaced: KEEPS,
    ReplaceRejected: KEEPS,
    CancelRequested: KEEPS,
    CancelRejected: [
      S.SUBMITTED,
      S.SUBMIT_UNKNOWN,
      S.SUBMITTING,
      S.ACCEPTED,
      S.PARTIALLY_FILLED,
      S.PENDING_REPLACE,
      S.FILLED,
      S.HELD,
      S.SUSPENDED,
      S.DONE_FOR_DAY,
      // Filled at once, asked to cancel, and then the trade was taken back.
      S.CANCELED,
    ],
    ...PENDING,
    // After the last fill there was nothing left to cancel, or to expire.
    OrderCanceled: [S.CANCELED, S.FILLED],
    OrderExpired: [S.EXPIRED, S.FILLED],
    OrderRejected: [S.REJECTED],
  },
  PENDING_REPLACE: {
    ...NOTES,
    ...PENDING,
    OrderFilled: KEEPS,
    OrderAccepted: KEEPS,
    OrderSubmitted: KEEPS,
    OrderTriggered: [S.PENDING_REPLACE],
    ReplaceQueued: KEEPS,
    OrderReplaced: AFTER_REPLACE,
    ReplaceRejected: AFTER_REPLACE,
    CancelRequested: [S.PENDING_CANCEL],
    CancelRejected: KEEPS,
    // Its last fill, or a replace to what is filled, may be told by the end itself.
    OrderCanceled: [S.CANCELED, S.FILLED],
    OrderExpired: [S.EXPIRED, S.FILLED],
    OrderRejected: [S.REJECTED],
  },
  SUSPENDED: resting(S.SUSPENDED),
  DONE_FOR_DAY: resting(S.DONE_FOR_DAY),
  FILLED: {
    ...ENDED,
    // A replace up that the venue took as the last fill happened reopens the order (C.1.c).
    OrderReplaced: [S.PARTIALLY_FILLED, S.FILLED, S.DONE_FOR_DAY, S.SUSPENDED],
    OrderRestated: [S.PARTIALLY_FILLED, S.FILLED],
    // And a trade that is taken back leaves a part open again (J.1.a); what could only trade at once is over then.
    TradeBusted: [S.ACCEPTED, S.PARTIALLY_FILLED, S.FILLED, S.CANCELED, S.DONE_FOR_DAY, S.SUSPENDED],
    TradeCorrected: [S.PARTIALLY_FILLED, S.FILLED, S.CANCELED, S.DONE_FOR_DAY, S.SUSPENDED],
    CancelPending: KEEPS,
    ReplacePending: KEEPS,
    // The unfilled part is nothing: an end that the venue tells after the last fill changes no quantity.
    OrderCanceled: KEEPS,
    OrderExpired: KEEPS,
  },
  CANCELED: { ...ENDED, OrderCanceled: KEEPS },
  EXPIRED: { ...ENDED, OrderExpired: KEEPS },
  REJECTED: { ...ENDED, OrderRejected: KEEPS },
};

/** A transition that the table does not allow. */
export interface TransitionRefused {
  readonly code: 'TRANSITION_REFUSED';
  readonly status: OrderStatus;
  readonly event: OrderEventType;
  readonly text: string;
}

/** The statuses that may follow, or a refusal that names status and event. */
export function followingStatuses(
  status: OrderStatus,
  event: OrderEventType,
): readonly OrderStatus[] | TransitionRefused {
  const following = LIFECYCLE[status][event];
  if (following === KEEPS) return [status];
  if (following === undefined || following.length === 0) {
    return { code: 'TRANSITION_REFUSED', status, event, text: `${event} cannot happen to an order that is ${status}` };
  }
  return following;
}
