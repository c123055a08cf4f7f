import { dec } from '../../../src/domain/money';
import { decide } from '../../../src/domain/order-decisions';
import type { OrderEvent, OrderEventDraft } from '../../../src/domain/order-events';
import { applyEvent, createOrder } from '../../../src/domain/order-fold';
import { explain, explainAll } from '../../../src/domain/explain';
import { interpretReport } from '../../../src/domain/order-reports';
import { orderIdOf } from '../../../src/domain/ids';
import type { ExecutionReport } from '../../../src/domain/execution-report';
import type { OrderRequest } from '../../../src/domain/order-request';
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
  const replaced = { type: 'OrderReplaced', step: 1, quantity: dec('120') } as const;
  expect(tell(asked, replaced, end)).toBe('canceled: enough');
  expect(tell(asked, { ...replaced, step: 2 }, end)).toBe('canceled: enough');
  // Somebody else's replace says nothing of ours.
  expect(tell(asked, { ...replaced, step: 2, clientOrderId: 'X' }, end)).toBe(
    'canceled: enough; the replace that was asked is not done',
  );
});
describe('a canceled order says whose doing it was, and what was left', () => {
  const ask = { type: 'CancelRequested', commandId: 'k', reason: 'rebalance' } as const;
  const filled = fill('F', '30', '10');
  const canceledReport = (change: Parameters<typeof report>[0] = {}) =>
    report({ execType: 'CANCELED', cumQuantity: '30', leavesQuantity: '0', ...change });
  /** The last sentence of an order from its creation; `known` is how many of its newest steps are. */
  const lastOf = (content: Partial<OrderRequest>, steps: readonly Step[], known = Infinity): string => {
    const whole = request(content);
    const { order, event } = createOrder(orderIdOf('a', 'b'), whole, STAMP);
    const events: OrderEvent[] = [event];
    const route = { policy: 'VENUE', venue: 'SIMX', why: 'named', candidates: [] } as const;
    const working: readonly Step[] = [
      { type: 'OrderApproved', route, clientOrderIdBase: 'BASE', venueAccount: 'HOUSE' },
      { type: 'SubmissionStarted', step: 0 },
      { type: 'OrderAccepted', venueOrderId: 'V1' },
      ...steps,
    ];
    working.reduce((before, step) => {
      const drafts = 'execType' in step ? interpretReport(before, step, AT_ONCE) : [step];
      return drafts.reduce((standing, draft) => {
        const applied = applyEvent(standing, draft, STAMP);
        if (applied.kind === 'refused') throw new Error(applied.refusal.text);
        events.push(applied.event);
        return applied.order;
      }, before);
    }, order);
    return explainAll(events.slice(-known)).at(-1) ?? '';
  };
  type Step = OrderEventDraft | ExecutionReport;
  const refusal = report({ execType: 'CANCEL_REJECTED', reason: 'HALTED' });
  const resized = { type: 'OrderReplaced', step: 1, quantity: dec('50') } as const;
  const restated = { execType: 'RESTATED', orderQuantity: '90', cumQuantity: '30', reason: 'PARTIAL_DECLINE' };

  test.each<[string, readonly Step[], Partial<OrderRequest>?]>([
    ['canceled at the venue as asked (rebalance): 30 filled, 70 open canceled', [filled, ask, canceledReport()]],
    ['canceled by the venue, nobody here asked: 30 filled, 70 open canceled', [filled, canceledReport()]],
    [
      'canceled by the venue (LOST_BOOK), nobody here asked: 30 filled, 70 open canceled',
      [filled, canceledReport({ reason: 'LOST_BOOK' })],
    ],
    [
      'canceled at the venue as asked (rebalance; the venue says BY_USER): 30 filled, 70 open canceled',
      [filled, ask, canceledReport({ reason: 'BY_USER' })],
    ],
    [
      'canceled by the venue, which had refused the cancel asked here (rebalance): 30 filled, 70 open canceled',
      [filled, ask, refusal, canceledReport()],
    ],
    [
      'canceled at the venue as asked (rebalance): 30 filled, 70 open canceled',
      [filled, ask, refusal, { ...ask, commandId: 'again' }, canceledReport()],
    ],
    ['canceled by the venue, nobody here asked: 30 filled, 20 open canceled', [filled, resized, canceledReport()]],
    [
      'canceled by the venue, nobody here asked: 30 filled, 60 open canceled',
      [filled, report(restated), canceledReport()],
    ],
    [
      'canceled by the venue, nobody here asked: 30 filled, 70 open canceled',
      [
        filled,
        report({ execType: 'DONE_FOR_DAY', sequence: 9 }),
        report({ ...restated, sequence: 8 }),
        canceledReport({ sequence: 10 }),
      ],
    ],
    // Told by the venue's total: the trade itself is still on its way.
    ['canceled by the venue, nobody here asked: 30 filled, 70 open canceled', [canceledReport()]],
    [
      'canceled at the venue as asked (rebalance): 100 filled, nothing was open',
      [ask, fill('F', '100', '10'), canceledReport({ cumQuantity: '100' })],
    ],
    [
      'canceled by the venue, the rest of an IOC order (IOC_REMAINDER): 30 filled, 70 open canceled',
      [filled, canceledReport({ reason: 'IOC_REMAINDER' })],
      { timeInForce: 'IOC' },
    ],
    [
      'canceled by the venue (LOST_BOOK), nobody here asked: 30 filled, 70 open canceled',
      [filled, canceledReport({ reason: 'LOST_BOOK' })],
      { timeInForce: 'IOC' },
    ],
    [
      'canceled by the venue, a FOK order that could not be filled at once (FOK_NOT_FILLABLE): 0 filled, 100 open canceled',
      [canceledReport({ reason: 'FOK_NOT_FILLABLE', cumQuantity: '0' })],
      { timeInForce: 'FOK' },
    ],
    [
      'canceled by the venue, the rest of an IOC order: 30 filled, 70 open canceled',
      [filled, canceledReport()],
      { timeInForce: 'IOC' },
    ],
    [
      'canceled by the venue, the rest of an IOC order: 30 filled, 70 open canceled',
      [{ ...filled, ordStatus: 'CANCELED' }],
      { timeInForce: 'IOC' },
    ],
    [
      'canceled: the venue took the order back for a replace and refused the new form: TOO_LATE',
      [
        { type: 'ReplaceRequested', commandId: 'm', step: 1, change: { quantity: dec('120') } },
        { type: 'ReplaceHalfDone', step: 1 },
        report({ execType: 'REJECTED', clientOrderId: 'BASE-1', reason: 'TOO_LATE' }),
      ],
    ],
  ])('%s', (sentence, steps, content = {}) => {
    expect(lastOf(content, steps).replace(/; the replace that was asked is not done$/, '')).toBe(sentence);
  });

  test('a cancel before the end does not count for the order that a bust has opened again', () => {
    const bust = report({ execType: 'TRADE_CANCEL', execRefId: 'F', cumQuantity: '0' });
    const steps = [ask, fill('F', '100', '10'), canceledReport({ cumQuantity: '100' }), bust];
    expect(lastOf({}, [...steps, canceledReport({ cumQuantity: '0' })])).toBe(
      'canceled by the venue, nobody here asked: 0 filled, 100 open canceled',
    );
  });
  test('where earlier steps are not known, nothing is said of who asked', () => {
    expect(lastOf({}, [filled, canceledReport()], 3)).toBe('canceled by the venue: 30 filled');
    expect(lastOf({}, [filled, ask, canceledReport()], 2)).toBe(
      'canceled at the venue as asked (rebalance): 30 filled',
    );
  });
});
test.each([
  ['1 trade settled, 0.03', 1, '0.03'],
  ['2 trades settled, 0.03 reversed', 2, '-0.03'],
  ['2 trades settled, whose quantities add up to 0', 2, '0'],
])('%s', (sentence, trades, quantity) => {
  const draft = { type: 'TradeSettled', settleAtMs: 0, trades, quantity: dec(quantity) } as const;
  expect(explain({ ...createOrder(orderIdOf('a', 'b'), request(), STAMP).event, ...draft })).toBe(sentence);
});
test('a refused replace says how much is filled already', () => {
  const decision = decide(take(accepted(), fill('1', '40', '10')), {
    ...{ kind: 'modify', commandId: 'm' },
    change: { quantity: dec('30') },
  });
  const { code, text } = decision.kind === 'refused' ? decision.refusal : { code: '', text: '' };
  const event = { type: 'CommandRefused', commandId: 'm', command: 'modifyOrder', code, text } as OrderEvent;
  expect(explain(event)).toBe('replace refused: 40 already filled, cancel the rest instead');
});
test.each([
  [
    submitting(),
    report({ execType: 'REJECTED', reason: 'TOO_LATE', text: 'closed' }),
    'rejected by the venue: TOO_LATE: closed',
  ],
  [submitting(), report({ execType: 'NEW' }), 'acknowledged by the venue as V1'],
  [accepted(), report({ execType: 'SUSPENDED', reason: 'constructor' }), 'suspended by the venue: constructor'],
  [submitting(), report({ execType: 'REJECTED' }), 'rejected by the venue: no reason given'],
  [submitting(), report({ execType: 'REJECTED', text: 'closed' }), 'rejected by the venue: closed'],
  [
    submitting(),
    report({ execType: 'REJECTED', reason: 'MARKET_CLOSED' }),
    'rejected by the venue: the market is closed (MARKET_CLOSED)',
  ],
  [accepted(), report({ execType: 'SUSPENDED', reason: 'HALT' }), 'suspended by the venue: HALT'],
  [
    accepted(),
    report({ execType: 'SUSPENDED', reason: 'HALTED' }),
    'suspended by the venue: trading is halted (HALTED)',
  ],
  [accepted(), report({ execType: 'DONE_FOR_DAY' }), 'done for the day'],
  [
    accepted(),
    report({ execType: 'RESTATED', orderQuantity: '90', reason: 'PARTIAL_DECLINE' }),
    'restated by the venue, it takes only a part (PARTIAL_DECLINE): quantity 90',
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
