/** Somebody changes our order at its venue under client order ids of their own: the ids before them (tag 41) are ours. */
import type { ExecutionReport } from '../../../src/domain/execution-report';
import { explain, explainAll } from '../../../src/domain/explain';
import { dec } from '../../../src/domain/money';
import { workingClientOrderId } from '../../../src/domain/order';
import { interpretReport } from '../../../src/domain/order-reports';
import { accepted, AT_ONCE, fill, fold, report, STAMP, take } from './order-fixtures';

type Change = Parameters<typeof report>[0];
const theirs = (change: Change): ExecutionReport =>
  report({ clientOrderId: 'desk-7', origClientOrderId: 'BASE-0', orderQuantity: '130', limitPrice: '11', ...change });
const replaced = (change: Change = {}): ExecutionReport => theirs({ execType: 'REPLACED', ...change });
const ours = (step: number) =>
  fold(accepted(), { type: 'ReplaceRequested', commandId: 'm1', step, change: { quantity: dec('120') } });

test('a replace under a foreign id is a form of the order, which the venue knows by that id from then on', () => {
  const order = take(accepted(), replaced());
  expect(order).toMatchObject({ status: 'ACCEPTED', quantity: '130', limitPrice: '11', leavesQuantity: '130' });
  expect(order).toMatchObject({ acceptedStep: 1, lastStep: 1, renamed: [{ step: 1, clientOrderId: 'desk-7' }] });
  expect(workingClientOrderId(order)).toBe('desk-7');
});
test('it says that somebody else did it', () => {
  const event = { ...STAMP, id: 'i', orderId: accepted().orderId, version: 9, type: 'OrderReplaced', step: 1 } as const;
  expect(explain({ ...event, quantity: dec('130'), clientOrderId: 'desk-7' })).toBe(
    'replaced by somebody else at the venue, under desk-7: quantity 130',
  );
  // An adopted order has ids of its own, also where the replace was asked here.
  const asked = { ...event, type: 'ReplaceRequested', commandId: 'm', change: { quantity: dec('130') } } as const;
  expect(explainAll([asked, { ...event, quantity: dec('130'), clientOrderId: 'phone-2' }])[1]).toBe(
    'replaced: quantity 130',
  );
  expect(take(accepted(), replaced()).why).toBe('replaced by somebody else at the venue: quantity 130, limit 11');
});
test.each([
  [
    'as asked',
    { type: 'CancelRequested', commandId: 'c', reason: 'rebalance' } as const,
    {},
    'canceled as asked (rebalance)',
  ],
  ['by the venue, without a word', undefined, {}, 'canceled by the venue'],
  ['with a code', undefined, { reason: 'IOC_REMAINDER' }, 'the rest of an IOC order (IOC_REMAINDER)'],
])('an order that is canceled %s says so', (_how, asked, change, why) => {
  const order = asked === undefined ? accepted() : fold(accepted(), asked);
  expect(take(order, report({ execType: 'CANCELED', leavesQuantity: '0', ...change })).why).toBe(why);
});
test('told twice, it is done once', () => {
  const order = take(accepted(), replaced());
  expect(interpretReport(order, replaced({ execId: 'again' }), AT_ONCE)).toEqual([]);
});
test('fills under the foreign id are fills of the order, without the id before it as well', () => {
  const { origClientOrderId: _none, ...later } = theirs({ ...fill('x', '30', '11', '30'), clientOrderId: 'desk-7' });
  expect(take(accepted(), replaced(), later)).toMatchObject({ filledQuantity: '30', leavesQuantity: '100' });
});
test('a fill that comes before the news of the replace says that it was done', () => {
  const first = { ...fill('x', '30', '11', '30'), clientOrderId: 'desk-7', origClientOrderId: 'BASE-0' };
  const order = take(accepted(), { ...first, orderQuantity: dec('130') });
  expect(order).toMatchObject({ quantity: '130', filledQuantity: '30', leavesQuantity: '100', acceptedStep: 1 });
  expect(interpretReport(order, replaced(), AT_ONCE)).toEqual([]);
});
test('a fill of the known form under a foreign id is no replace', () => {
  const last = { ...fill('x', '30', '10', '30'), clientOrderId: 'cxl-9', origClientOrderId: 'BASE-0' };
  expect(take(accepted(), last)).toMatchObject({ filledQuantity: '30', acceptedStep: 0, lastStep: 0 });
});
test('changes follow each other, ours and theirs', () => {
  const second = replaced({ clientOrderId: 'desk-8', origClientOrderId: 'desk-7', orderQuantity: '140' });
  const third = report({ execType: 'REPLACED', clientOrderId: 'BASE-3', origClientOrderId: 'desk-8' });
  const order = take(accepted(), replaced(), second);
  expect(order).toMatchObject({ quantity: '140', acceptedStep: 2 });
  expect(workingClientOrderId(order)).toBe('desk-8');
  const back = take(order, third);
  expect(back).toMatchObject({ quantity: '100', acceptedStep: 3 });
  expect(workingClientOrderId(back)).toBe('BASE-3');
});
test('a replace of ours that is out stays out until the venue answers it', () => {
  const both = take(ours(1), replaced());
  expect(both).toMatchObject({ status: 'PENDING_REPLACE', pendingReplace: { step: 1 }, quantity: '130' });
  const refused = report({ execType: 'REPLACE_REJECTED', clientOrderId: 'BASE-1', reason: 'TOO_LATE' });
  const after = take(both, refused);
  expect(after).toMatchObject({ status: 'ACCEPTED', quantity: '130' });
  expect(workingClientOrderId(after)).toBe('desk-7');
});
test('a foreign replace of the form that we asked for says that ours was done', () => {
  const order = take(ours(1), replaced({ origClientOrderId: 'BASE-1' }));
  expect(order).toMatchObject({ status: 'ACCEPTED', quantity: '130', acceptedStep: 2, lastStep: 2 });
  expect(order).not.toHaveProperty('pendingReplace');
  const late = report({ execType: 'REPLACED', clientOrderId: 'BASE-1', orderQuantity: '120' });
  expect(interpretReport(order, late, AT_ONCE)).toEqual([]);
});
describe('a replace of ours that the venue does after theirs', () => {
  const after = report({
    ...{ execType: 'REPLACED', clientOrderId: 'BASE-1', origClientOrderId: 'desk-7', orderQuantity: '120' },
    leavesQuantity: '120',
  });
  test('is what the venue works from then on, under our id', () => {
    const order = take(ours(1), replaced(), after);
    expect(order).toMatchObject({ status: 'ACCEPTED', quantity: '120', leavesQuantity: '120' });
    expect(order).not.toHaveProperty('pendingReplace');
    expect(workingClientOrderId(order)).toBe('BASE-1');
    expect(interpretReport(order, { ...after, execId: 'again' }, AT_ONCE)).toEqual([]);
    expect(interpretReport(order, replaced({ execId: 'theirs again' }), AT_ONCE)).toEqual([]);
    const next = fold(order, { type: 'ReplaceRequested', commandId: 'm', step: order.lastStep + 1, change: {} });
    const done = report({ execType: 'REPLACED', clientOrderId: `BASE-${String(order.lastStep + 1)}` });
    expect(take(next, done)).toMatchObject({ status: 'ACCEPTED', quantity: '100' });
  });
  test('is done when a fill of it comes first', () => {
    const first = { ...fill('x', '30', '11', '30'), clientOrderId: 'BASE-1', origClientOrderId: 'desk-7' };
    const order = take(ours(1), replaced(), { ...first, orderQuantity: dec('120') });
    expect(order).toMatchObject({
      status: 'PARTIALLY_FILLED',
      quantity: '120',
      filledQuantity: '30',
      leavesQuantity: '90',
    });
    expect(interpretReport(order, after, AT_ONCE)).toEqual([]);
  });
  test('named by no id before it, counts when it is told after theirs, and is done before them when it is not', () => {
    const { origClientOrderId: _none, ...unnamed } = after;
    const told = take(ours(1), replaced({ sequence: 7 }));
    expect(take(told, { ...unnamed, sequence: 8 })).toMatchObject({ status: 'ACCEPTED', quantity: '120' });
    const before = take(told, { ...unnamed, sequence: 6 });
    expect(before).toMatchObject({ status: 'ACCEPTED', quantity: '130', acceptedStep: 2 });
    expect(workingClientOrderId(before)).toBe('desk-7');
  });
  test.each(['REJECTED', 'REPLACE_REJECTED'])('is refused by %s, and theirs goes on', (execType) => {
    const order = take(ours(1), replaced(), report({ execType, clientOrderId: 'BASE-1', reason: 'TOO_LATE' }));
    expect(order).toMatchObject({ status: 'ACCEPTED', quantity: '130' });
    expect(workingClientOrderId(order)).toBe('desk-7');
  });
});
test('a form that is filled already says so', () => {
  const order = take(accepted(), fill('x', '30', '11', '30'), replaced({ orderQuantity: '30', cumQuantity: '30' }));
  expect(order).toMatchObject({ status: 'FILLED' });
  expect(order.why).toBe('replaced by somebody else at the venue: quantity 30, limit 11, which is filled');
});
test('while theirs is pending its step is taken, and its refusal ends it', () => {
  const pending = take(accepted(), theirs({ execType: 'PENDING_REPLACE' }));
  expect(pending).toMatchObject({ status: 'ACCEPTED', lastStep: 1, venuePending: { replaceSteps: [1] } });
  expect(workingClientOrderId(pending)).toBe('BASE-0');
  const refused = take(pending, theirs({ execType: 'REPLACE_REJECTED', reason: 'TOO_LATE' }));
  expect(refused).not.toHaveProperty('venuePending');
  expect(take(pending, replaced())).toMatchObject({ acceptedStep: 1, lastStep: 1, quantity: '130' });
});
test('their cancel ends the order; the refusal of their cancel or replace is no answer to ours', () => {
  expect(take(accepted(), theirs({ execType: 'CANCELED', leavesQuantity: '0' }))).toMatchObject({
    status: 'CANCELED',
    unfilledAtEnd: '100',
  });
  const canceling = fold(accepted(), { type: 'CancelRequested', commandId: 'c', reason: 'r' });
  expect(interpretReport(canceling, theirs({ execType: 'CANCEL_REJECTED' }), AT_ONCE)).toEqual([]);
  expect(interpretReport(ours(1), theirs({ execType: 'REPLACE_REJECTED' }), AT_ONCE)).toEqual([]);
});
test.each(['BASE-01', 'BASE-00', 'BASE-1.0'])(
  'an id that only looks like one of ours (%s) is theirs',
  (clientOrderId) => {
    const order = take(accepted(), replaced({ clientOrderId }));
    expect(order).toMatchObject({ quantity: '130', renamed: [{ step: 1, clientOrderId }] });
    expect(workingClientOrderId(order)).toBe(clientOrderId);
  },
);
test('our cancel under their id is ours: its refusal counts', () => {
  const canceling = fold(take(accepted(), replaced()), { type: 'CancelRequested', commandId: 'c', reason: 'r' });
  const { origClientOrderId: _none, ...refusal } = theirs({ execType: 'CANCEL_REJECTED', reason: 'TOO_LATE' });
  expect(take(canceling, refusal)).toMatchObject({ status: 'ACCEPTED' });
});
test('a report under our next id that follows from another order is not of this order', () => {
  const theirOrder = { clientOrderId: 'BASE-1', origClientOrderId: 'OTHER-0', venueOrderId: 'V2' };
  for (const execType of ['REPLACED', 'TRADE', 'CANCELED'])
    expect(interpretReport(ours(1), replaced({ ...theirOrder, execType }), AT_ONCE)).toMatchObject([
      { type: 'ReportRefused', code: 'REPORT_OTHER_ORDER' },
    ]);
});
test.each([
  ['names no id before it', undefined],
  ['names the id of another order before it', 'OTHER-0'],
])('a foreign id that %s is not of this order', (_what, origClientOrderId) => {
  const { origClientOrderId: _id, ...rest } = replaced();
  const stray = { ...rest, ...(origClientOrderId === undefined ? {} : { origClientOrderId }) };
  expect(interpretReport(accepted(), stray, AT_ONCE)).toMatchObject([
    { type: 'ReportRefused', code: 'REPORT_OTHER_ORDER' },
  ]);
});
