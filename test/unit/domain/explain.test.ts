import { dec } from '../../../src/domain/money';
import { decide } from '../../../src/domain/order-decisions';
import type { OrderEvent, OrderEventDraft } from '../../../src/domain/order-events';
import { applyEvent, createOrder } from '../../../src/domain/order-fold';
import { explain, explainAll } from '../../../src/domain/explain';
import { interpretReport } from '../../../src/domain/order-reports';
import { orderIdOf } from '../../../src/domain/ids';
import { accepted, AT_ONCE, created, fill, report, request, STAMP, submitting, take } from './order-fixtures';
import type { Order } from '../../../src/domain/order';

const told = (order: Order, ...drafts: readonly OrderEventDraft[]): readonly string[] => {
  const sentences: string[] = [];
  drafts.reduce((before, draft) => {
    const applied = applyEvent(before, draft, STAMP);
    if (applied.kind === 'refused') throw new Error(applied.refusal.text);
    sentences.push(explain(applied.event));
    return applied.order;
  }, order);
  return sentences;
};

test('the first step says what was asked for', () => {
  const { event } = createOrder(orderIdOf('a', 'b'), request(), STAMP);
  expect(explain(event)).toBe('received: BUY 100 COIN LIMIT 10 GTC');
});
test('an end says that it overtook a replace, and only one without an outcome', () => {
  const events: OrderEvent[] = [];
  const asked = { type: 'ReplaceRequested', commandId: 'm', step: 1, change: { quantity: dec('120') } } as const;
  const tell = (...drafts: readonly OrderEventDraft[]): string => {
    events.length = 0;
    drafts.reduce((before, draft) => {
      const applied = applyEvent(before, draft, STAMP);
      if (applied.kind === 'refused') throw new Error(applied.refusal.text);
      events.push(applied.event);
      return applied.order;
    }, accepted());
    return explainAll(events).at(-1) ?? '';
  };
  const end = { type: 'OrderCanceled', reason: 'enough' } as const;
  expect(tell(asked, end)).toBe('canceled: enough; the replace that was asked is not done');
  expect(tell(asked, { type: 'ReplaceQueued', commandId: 'n', change: { quantity: dec('130') } }, end)).toBe(
    'canceled: enough; the replaces that were asked are not done',
  );
  expect(tell(asked, { type: 'ReplaceRejected', step: 1, reason: 'NO', text: '' }, end)).toBe('canceled: enough');
  expect(tell(asked, { type: 'OrderReplaced', step: 1, quantity: dec('120') }, end)).toBe('canceled: enough');
});
test('a refused replace says how much is filled already', () => {
  const decision = decide(take(accepted(), fill('1', '40', '10')), {
    ...{ kind: 'modify', commandId: 'm' },
    change: { quantity: dec('30') },
  });
  const { code, text } = decision.kind === 'refused' ? decision.refusal : { code: '', text: '' };
  const event = { type: 'CommandRefused', commandId: 'm', command: 'modifyOrder', code, text } as OrderEvent;
  expect(explain(event)).toBe('replace refused: modify refused: 40 already filled, cancel the rest instead');
});
test.each([
  [
    submitting(),
    report({ execType: 'REJECTED', reason: 'TOO_LATE', text: 'closed' }),
    'rejected by the venue: TOO_LATE: closed',
  ],
  [submitting(), report({ execType: 'NEW' }), 'acknowledged by the venue as V1'],
  [accepted(), report({ execType: 'SUSPENDED', reason: 'HALT' }), 'suspended by the venue: HALT'],
  [accepted(), report({ execType: 'DONE_FOR_DAY' }), 'done for the day'],
  [
    accepted(),
    report({ execType: 'RESTATED', orderQuantity: '90', reason: 'PARTIAL_DECLINE' }),
    'restated by the venue (PARTIAL_DECLINE): quantity 90',
  ],
  [accepted(), fill('F', '40', '10'), 'filled 40 at 10, fee 0.01 USD (F)'],
  [
    take(accepted(), fill('F', '40', '10')),
    report({ execType: 'TRADE_CANCEL', execRefId: 'F' }),
    'the venue took the trade of 40 at 10 back (F)',
  ],
])('%#: a report in words', (order, one, sentence) => {
  expect(told(order, ...interpretReport(order, one, AT_ONCE))[0]).toBe(sentence);
});
test('a denial gives the rule', () => {
  const reasons = [{ code: 'X', field: 'quantity', value: '1', rule: 'At least 10.' }];
  expect(told(created(), { type: 'OrderDenied', reasons })).toEqual([
    'denied before the venue: quantity 1: At least 10.',
  ]);
});
