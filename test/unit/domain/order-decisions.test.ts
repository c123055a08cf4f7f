import { dec } from '../../../src/domain/money';
import { decide, decideNext, decideTrigger, QUEUED_REPLACES_MAX } from '../../../src/domain/order-decisions';
import type { OrderCommand } from '../../../src/domain/order-decisions';
import type { OrderChange } from '../../../src/domain/order-request';
import { accepted, approved, created, fill, fold, report, submitting, take } from './order-fixtures';

const cancel: OrderCommand = { kind: 'cancel', commandId: 'k', reason: 'enough' };
const modify = (change: OrderChange, commandId = 'm'): OrderCommand => ({ kind: 'modify', commandId, change });
const up: OrderChange = { quantity: dec('150') };

describe('cancel', () => {
  test.each([
    ['before the checks', created()],
    ['approved, nothing sent', approved()],
    ['held', fold(approved({ type: 'STOP', stopPrice: dec('11') }), { type: 'OrderHeld', why: 'TRIGGER' })],
  ])('%s: canceled at once, nothing is sent', (_name, order) => {
    const decision = decide(order, cancel);
    expect(decision).toMatchObject({ kind: 'events', events: [{ type: 'OrderCanceled' }] });
  });
  test.each([
    ['sending', submitting()],
    ['unknown', fold(submitting(), { type: 'SubmissionUnknown', reason: 'timeout' })],
    ['working', accepted()],
    ['partly filled', take(accepted(), fill('1', '40', '10'))],
  ])('%s: asked of the venue', (_name, order) => {
    expect(decide(order, cancel)).toEqual({
      kind: 'events',
      events: [{ type: 'CancelRequested', commandId: 'k', reason: 'enough' }],
    });
  });
  test('a second cancel while one is pending changes nothing', () => {
    const pending = fold(accepted(), { type: 'CancelRequested', commandId: 'k', reason: '' });
    expect(decide(pending, { ...cancel, commandId: 'k2' })).toEqual({ kind: 'events', events: [] });
  });
  test('after the end it is refused with status and quantities', () => {
    const filled = take(accepted(), fill('1', '100', '10'));
    expect(decide(filled, cancel)).toEqual({
      kind: 'refused',
      refusal: { code: 'ORDER_CLOSED', text: 'cancel refused: the order is FILLED (100 of 100 filled)' },
    });
  });
});

describe('modify', () => {
  test('of a working order is asked under the next step', () => {
    expect(decide(accepted(), modify(up))).toEqual({
      kind: 'events',
      events: [{ type: 'ReplaceRequested', commandId: 'm', step: 1, change: up }],
    });
  });
  test('waits while a replace is out, and goes when that one is answered', () => {
    const first = fold(accepted(), { type: 'ReplaceRequested', commandId: 'm', step: 1, change: up });
    const second = decide(first, modify({ quantity: dec('170') }, 'm2'));
    expect(second).toMatchObject({ kind: 'events', events: [{ type: 'ReplaceQueued', commandId: 'm2' }] });
    const queued = fold(first, { type: 'ReplaceQueued', commandId: 'm2', change: { quantity: dec('170') } });
    expect(decideNext(queued)).toBeUndefined();
    const answered = take(queued, report({ execType: 'REPLACED', clientOrderId: 'BASE-1', orderQuantity: '150' }));
    expect(decideNext(answered)).toMatchObject({ causationId: 'm2', draft: { type: 'ReplaceRequested', step: 2 } });
  });
  test('that waits is refused when the order ends first', () => {
    const queued = fold(
      accepted(),
      { type: 'ReplaceRequested', commandId: 'm', step: 1, change: up },
      { type: 'ReplaceQueued', commandId: 'm2', change: { quantity: dec('170') } },
      { type: 'OrderCanceled', reason: 'venue' },
    );
    const next = decideNext(queued);
    expect(next).toMatchObject({ draft: { type: 'CommandRefused', commandId: 'm2', code: 'ORDER_CLOSED' } });
    expect(next === undefined ? undefined : fold(queued, next.draft).queuedReplaces).toEqual([]);
  });
  test.each<[string, OrderChange, string]>([
    ['down to what is filled', { quantity: dec('40') }, 'BELOW_FILLED'],
    ['below what is filled', { quantity: dec('1') }, 'BELOW_FILLED'],
    ['to the same', { quantity: dec('100'), limitPrice: dec('10') }, 'NOTHING_CHANGES'],
    ['a stop price that it has not', { stopPrice: dec('9') }, 'FIELD_NOT_ALLOWED'],
  ])('%s is refused', (_name, change, code) => {
    const order = take(accepted(), fill('1', '40', '10'));
    expect(decide(order, modify(change))).toMatchObject({ kind: 'refused', refusal: { code } });
  });
  test('is refused while a cancel is pending', () => {
    const pending = fold(accepted(), { type: 'CancelRequested', commandId: 'k', reason: '' });
    expect(decide(pending, modify(up))).toMatchObject({ kind: 'refused', refusal: { code: 'CANCEL_PENDING' } });
  });
  test('no more than the queue holds', () => {
    let order = fold(accepted(), { type: 'ReplaceRequested', commandId: 'm', step: 1, change: up });
    for (let index = 0; index < QUEUED_REPLACES_MAX; index += 1)
      order = fold(order, { type: 'ReplaceQueued', commandId: String(index), change: up });
    expect(decide(order, modify({ quantity: dec('200') }, 'last'))).toMatchObject({
      refusal: { code: 'TOO_MANY_REPLACES' },
    });
  });
});

describe('trigger', () => {
  const held = fold(approved({ type: 'STOP', stopPrice: dec('11') }), { type: 'OrderHeld', why: 'TRIGGER' });
  test.each([
    ['11', [{ type: 'OrderTriggered', price: '11' }]],
    ['10.99', []],
    ['-11', []],
    ['eleven', []],
  ])('a buy stop at 11 and the price %s', (price, events) => {
    expect(decideTrigger(held, price, false)).toEqual(events);
  });
  test('not once its time in force has ended: tomorrow is another day', () => {
    expect(decideTrigger(held, '11', true)).toEqual([]);
  });
});
