import { LIFECYCLE, followingStatuses } from '../../../src/domain/order-lifecycle';
import { OrderStatus, isTerminal } from '../../../src/domain/order';
import type { OrderEventType } from '../../../src/domain/order-events';

/**
 * Goal: every cell of the table is stated here a second time, by hand, so that a change of one is seen.
 * Method: one row per status; `=` keeps the status, a list gives what may follow, a missing event is refused.
 */
const NOTES = {
  CommandRefused: '=',
  ReportRefused: '=',
  TradeSettled: '=',
  SettlementFailed: '=',
  SettlementEscalated: '=',
  ReportHeld: '=',
  RequestUnknown: '=',
};
const ENDS = { OrderRejected: 'REJECTED', OrderCanceled: 'CANCELED', OrderExpired: 'EXPIRED' };
const ENDS_OR_FILLED = { ...ENDS, OrderCanceled: 'CANCELED FILLED', OrderExpired: 'EXPIRED FILLED' };
const CORRECTED = { TradeBusted: '=', TradeCorrected: '=' };
const LATE = {
  ...{ OrderFilled: '=', OrderAccepted: '=', OrderTriggered: '=', CancelRejected: '=', ReplaceRejected: '=' },
  ...{ ...CORRECTED, OrderReplaced: '=', OrderRestated: '=' },
};
/** The venue's own word that something is pending changes no status of ours. */
const TOLD_PENDING = { CancelPending: '=', ReplacePending: '=', ReplaceHalfDone: '=' };
const ASKED = { CancelRequested: 'PENDING_CANCEL', ReplaceQueued: '=', CancelRejected: '=', ReplaceRejected: '=' };
const UNACKNOWLEDGED = {
  ...{ ...NOTES, ...ENDS, ...ASKED, ...TOLD_PENDING },
  OrderSuspended: 'SUSPENDED',
  OrderDoneForDay: 'DONE_FOR_DAY',
  OrderRestated: 'ACCEPTED PARTIALLY_FILLED',
  OrderStopped: 'ACCEPTED',
  OrderAccepted: 'ACCEPTED',
  OrderFilled: 'PARTIALLY_FILLED FILLED',
  OrderTriggered: 'ACCEPTED',
  OrderReplaced: 'ACCEPTED PARTIALLY_FILLED',
};
const WORKING = {
  ...{ ...NOTES, ...ENDS, ...ASKED, ...TOLD_PENDING },
  OrderSuspended: 'SUSPENDED',
  OrderDoneForDay: 'DONE_FOR_DAY',
  OrderRestated: 'ACCEPTED PARTIALLY_FILLED FILLED',
  OrderStopped: '=',
  OrderAccepted: '=',
  OrderTriggered: '=',
  OrderFilled: 'PARTIALLY_FILLED FILLED',
  ReplaceRequested: 'PENDING_REPLACE',
  OrderReplaced: 'ACCEPTED PARTIALLY_FILLED FILLED',
};
const AFTER_REPLACE = 'ACCEPTED PARTIALLY_FILLED FILLED HELD PENDING_REPLACE SUSPENDED DONE_FOR_DAY CANCELED';
const PENDING = {
  ...{ ...TOLD_PENDING, ...CORRECTED },
  ...{ OrderSuspended: '=', OrderDoneForDay: '=', OrderRestated: '=', OrderStopped: '=' },
};
const resting = (own: OrderStatus) => ({
  ...{ ...WORKING, OrderSuspended: '=' },
  OrderFilled: `${own} PARTIALLY_FILLED FILLED`,
  OrderReplaced: `${own} FILLED`,
  OrderRestated: `ACCEPTED PARTIALLY_FILLED FILLED ${own}`,
  TradeBusted: '=',
  TradeCorrected: `${own} FILLED`,
});
const EXPECTED: Record<OrderStatus, Partial<Record<OrderEventType, string>>> = {
  CREATED: {
    ...NOTES,
    OrderAdopted: 'ACCEPTED',
    OrderDenied: 'DENIED',
    OrderApproved: '=',
    OrderHeld: 'HELD',
    SubmissionStarted: 'SUBMITTING',
    OrderCanceled: 'CANCELED',
    OrderExpired: 'EXPIRED',
    ReplaceQueued: '=',
  },
  DENIED: { ...{ ...NOTES, ...CORRECTED }, OrderFilled: '=', CancelRejected: '=', ReplaceRejected: '=' },
  HELD: {
    ...NOTES,
    OrderTriggered: 'CREATED',
    OverrideApproved: 'CREATED',
    OrderDenied: 'DENIED',
    OrderCanceled: 'CANCELED',
    OrderExpired: 'EXPIRED',
    ReplaceQueued: '=',
    ReplaceRequested: 'PENDING_REPLACE',
  },
  SUBMITTING: { ...UNACKNOWLEDGED, SubmissionUnknown: 'SUBMIT_UNKNOWN', OrderSubmitted: 'SUBMITTED' },
  SUBMIT_UNKNOWN: {
    ...UNACKNOWLEDGED,
    SubmissionUnknown: '=',
    SubmissionStarted: 'SUBMITTING',
    OrderSubmitted: 'SUBMITTED',
  },
  SUBMITTED: { ...UNACKNOWLEDGED, OrderSubmitted: '=' },
  ACCEPTED: { ...WORKING, OrderSubmitted: '=' },
  PARTIALLY_FILLED: {
    ...WORKING,
    OrderSubmitted: '=',
    TradeBusted: 'ACCEPTED PARTIALLY_FILLED',
    TradeCorrected: 'PARTIALLY_FILLED FILLED',
  },
  PENDING_CANCEL: {
    ...{ ...NOTES, ...LATE, ...PENDING },
    OrderSubmitted: '=',
    SubmissionUnknown: '=',
    SubmissionStarted: '=',
    OrderReplaced: '=',
    CancelRequested: '=',
    CancelRejected:
      'SUBMITTED SUBMIT_UNKNOWN SUBMITTING ACCEPTED PARTIALLY_FILLED PENDING_REPLACE FILLED HELD SUSPENDED DONE_FOR_DAY CANCELED',
    ...ENDS_OR_FILLED,
  },
  PENDING_REPLACE: {
    ...{ ...NOTES, ...PENDING },
    OrderFilled: '=',
    OrderAccepted: '=',
    OrderSubmitted: '=',
    OrderTriggered: 'PENDING_REPLACE',
    ReplaceQueued: '=',
    OrderReplaced: AFTER_REPLACE,
    ReplaceRejected: AFTER_REPLACE,
    CancelRequested: 'PENDING_CANCEL',
    CancelRejected: '=',
    ...ENDS_OR_FILLED,
  },
  SUSPENDED: resting('SUSPENDED'),
  DONE_FOR_DAY: resting('DONE_FOR_DAY'),
  FILLED: {
    ...{ ...NOTES, ...LATE, CancelPending: '=', ReplacePending: '=' },
    OrderReplaced: 'PARTIALLY_FILLED FILLED DONE_FOR_DAY SUSPENDED',
    OrderRestated: 'PARTIALLY_FILLED FILLED',
    TradeBusted: 'ACCEPTED PARTIALLY_FILLED FILLED CANCELED DONE_FOR_DAY SUSPENDED',
    TradeCorrected: 'PARTIALLY_FILLED FILLED CANCELED DONE_FOR_DAY SUSPENDED',
    OrderCanceled: '=',
    OrderExpired: '=',
  },
  CANCELED: { ...NOTES, ...LATE, OrderCanceled: '=' },
  EXPIRED: { ...NOTES, ...LATE, OrderExpired: '=' },
  REJECTED: { ...NOTES, ...LATE, OrderRejected: '=' },
};
const EVENTS: readonly OrderEventType[] = [
  'OrderCreated',
  'OrderAdopted',
  'OrderDenied',
  'OrderApproved',
  'OrderHeld',
  'OrderTriggered',
  'OverrideApproved',
  'SubmissionStarted',
  'SubmissionUnknown',
  'OrderSubmitted',
  'OrderAccepted',
  'OrderRejected',
  'OrderFilled',
  'CancelRequested',
  'CancelRejected',
  'OrderCanceled',
  'ReplaceQueued',
  'ReplaceRequested',
  'ReplaceRejected',
  'OrderReplaced',
  'OrderExpired',
  'TradeSettled',
  'TradeBusted',
  'TradeCorrected',
  'ReportHeld',
  'RequestUnknown',
  'CancelPending',
  'ReplacePending',
  'ReplaceHalfDone',
  'OrderSuspended',
  'OrderStopped',
  'OrderDoneForDay',
  'OrderRestated',
  'SettlementFailed',
  'SettlementEscalated',
  'CommandRefused',
  'ReportRefused',
];

const cells = Object.values(OrderStatus).flatMap((status) => EVENTS.map((event) => [status, event] as const));

test.each(cells)('%s + %s', (status, event) => {
  const expected = EXPECTED[status][event];
  const following = followingStatuses(status, event);
  const shown = 'code' in following ? undefined : following.join(' ');
  expect(shown).toBe(expected === '=' ? status : expected);
});

test('a refusal names status and event', () => {
  expect(followingStatuses('FILLED', 'CancelRequested')).toEqual({
    code: 'TRANSITION_REFUSED',
    status: 'FILLED',
    event: 'CancelRequested',
    text: 'CancelRequested cannot happen to an order that is FILLED',
  });
});

test('only a filled order is reopened, by what leaves a part of it open', () => {
  const reopening = cells
    .filter(([status]) => isTerminal(status))
    .filter(([status, event]) => {
      const following = followingStatuses(status, event);
      return !('code' in following) && following.some((next) => !isTerminal(next));
    });
  expect(reopening.map(([status, event]) => `${status} ${event}`).sort()).toEqual([
    'FILLED OrderReplaced',
    'FILLED OrderRestated',
    'FILLED TradeBusted',
    'FILLED TradeCorrected',
  ]);
});

test('the table has no event that the list above lacks', () => {
  expect(new Set(Object.values(LIFECYCLE).flatMap((row) => Object.keys(row)))).toEqual(
    new Set(EVENTS.filter((event) => event !== 'OrderCreated')),
  );
});
