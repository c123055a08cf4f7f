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
};
const ENDS = { OrderRejected: 'REJECTED', OrderCanceled: 'CANCELED', OrderExpired: 'EXPIRED' };
const LATE = { OrderFilled: '=', OrderAccepted: '=', OrderTriggered: '=', CancelRejected: '=', ReplaceRejected: '=' };
const ASKED = { CancelRequested: 'PENDING_CANCEL', ReplaceQueued: '=', CancelRejected: '=', ReplaceRejected: '=' };
const UNACKNOWLEDGED = {
  ...{ ...NOTES, ...ENDS, ...ASKED },
  OrderAccepted: 'ACCEPTED',
  OrderFilled: 'PARTIALLY_FILLED FILLED',
  OrderTriggered: 'ACCEPTED',
  OrderReplaced: 'ACCEPTED PARTIALLY_FILLED',
};
const WORKING = {
  ...{ ...NOTES, ...ENDS, ...ASKED },
  OrderAccepted: '=',
  OrderTriggered: '=',
  OrderFilled: 'PARTIALLY_FILLED FILLED',
  ReplaceRequested: 'PENDING_REPLACE',
  OrderReplaced: 'ACCEPTED PARTIALLY_FILLED FILLED',
};
const AFTER_REPLACE = 'ACCEPTED PARTIALLY_FILLED FILLED HELD PENDING_REPLACE';
const EXPECTED: Record<OrderStatus, Partial<Record<OrderEventType, string>>> = {
  CREATED: {
    ...NOTES,
    OrderDenied: 'DENIED',
    OrderApproved: '=',
    OrderHeld: 'HELD',
    SubmissionStarted: 'SUBMITTING',
    OrderCanceled: 'CANCELED',
    OrderExpired: 'EXPIRED',
    ReplaceQueued: '=',
  },
  DENIED: { ...NOTES, OrderFilled: '=', CancelRejected: '=', ReplaceRejected: '=' },
  HELD: {
    ...NOTES,
    OrderTriggered: 'CREATED',
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
  PARTIALLY_FILLED: { ...WORKING, OrderSubmitted: '=' },
  PENDING_CANCEL: {
    ...NOTES,
    ...LATE,
    OrderSubmitted: '=',
    SubmissionUnknown: '=',
    SubmissionStarted: '=',
    OrderReplaced: '=',
    CancelRequested: '=',
    CancelRejected: 'SUBMITTED SUBMIT_UNKNOWN SUBMITTING ACCEPTED PARTIALLY_FILLED PENDING_REPLACE FILLED HELD',
    OrderCanceled: 'CANCELED FILLED',
    OrderExpired: 'EXPIRED',
    OrderRejected: 'REJECTED',
  },
  PENDING_REPLACE: {
    ...NOTES,
    OrderFilled: '=',
    OrderAccepted: '=',
    OrderSubmitted: '=',
    OrderTriggered: 'PENDING_REPLACE',
    ReplaceQueued: '=',
    OrderReplaced: AFTER_REPLACE,
    ReplaceRejected: AFTER_REPLACE,
    CancelRequested: 'PENDING_CANCEL',
    CancelRejected: '=',
    ...ENDS,
  },
  SUSPENDED: WORKING,
  DONE_FOR_DAY: WORKING,
  FILLED: { ...NOTES, ...LATE, OrderReplaced: 'PARTIALLY_FILLED FILLED', OrderCanceled: '=' },
  CANCELED: { ...NOTES, ...LATE, OrderCanceled: '=' },
  EXPIRED: { ...NOTES, ...LATE, OrderExpired: '=' },
  REJECTED: { ...NOTES, ...LATE, OrderRejected: '=' },
};
const EVENTS: readonly OrderEventType[] = [
  'OrderCreated',
  'OrderDenied',
  'OrderApproved',
  'OrderHeld',
  'OrderTriggered',
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

test('nothing but a replace that the venue took reopens an ended order', () => {
  const reopening = cells
    .filter(([status]) => isTerminal(status))
    .filter(([status, event]) => {
      const following = followingStatuses(status, event);
      return !('code' in following) && following.some((next) => !isTerminal(next));
    });
  expect(reopening).toEqual([['FILLED', 'OrderReplaced']]);
});

test('the table has no event that the list above lacks', () => {
  expect(new Set(Object.values(LIFECYCLE).flatMap((row) => Object.keys(row)))).toEqual(
    new Set(EVENTS.filter((event) => event !== 'OrderCreated')),
  );
});
