/** What the end of an order, or a refusal, says of its forms: a venue tells each thing once, and not always in order. */
import type { ExecutionReport } from '../../../src/domain/execution-report';
import { explainAll } from '../../../src/domain/explain';
import { dec } from '../../../src/domain/money';
import type { Order } from '../../../src/domain/order';
import { interpretReport } from '../../../src/domain/order-reports';
import { missesFill } from '../../../src/domain/order-work';
import { accepted, AT_ONCE, fill, fold, report, STAMP, take } from './order-fixtures';

const toFifty = { type: 'ReplaceRequested', commandId: 'm', step: 1, change: { quantity: dec('50') } } as const;
const cancel = { type: 'CancelRequested', commandId: 'k', reason: 'enough' } as const;
const later = { clientOrderId: 'BASE-1', origClientOrderId: 'BASE-0', orderQuantity: '50' } as const;
const end = (execType: 'CANCELED' | 'EXPIRED', change: object = {}): ExecutionReport =>
  report({ execType, ...later, leavesQuantity: '0', ...change });
const sentences = (order: Order, ...reports: readonly ExecutionReport[]): readonly string[] => {
  let now = order;
  const events = reports.flatMap((one) => {
    const drafts = interpretReport(now, one, AT_ONCE);
    now = fold(now, ...drafts);
    return drafts;
  });
  return explainAll(
    [toFifty, cancel, ...events].map((draft, at) => ({
      ...STAMP,
      id: 'i',
      orderId: order.orderId,
      version: at + 1,
      ...draft,
    })),
  ).slice(2);
};

describe('the end of a form whose replace was not told', () => {
  test.each(['CANCELED', 'EXPIRED'] as const)('%s says that the replace was done', (execType) => {
    const asked = fold(accepted(), toFifty, cancel);
    const order = take(asked, end(execType));
    expect(order).toMatchObject({ status: execType, quantity: '50', unfilledAtEnd: '50', acceptedStep: 1 });
    expect(order.why).not.toContain('replaced');
    // The replace's own report tells nothing new, and is not the last word.
    const told = take(order, report({ execType: 'REPLACED', ...later }));
    expect(told).toMatchObject({ status: execType, quantity: '50', why: order.why });
    expect(sentences(asked, end(execType), report({ execType: 'REPLACED', ...later }))).toEqual([
      'replaced: quantity 50',
      expect.not.stringContaining('not done'),
    ]);
  });

  test.each(['CANCELED', 'EXPIRED'] as const)('%s of a form that is filled leaves the order filled', (execType) => {
    const filled = { status: 'FILLED', quantity: '50', filledQuantity: '50', leavesQuantity: '0', unfilledAtEnd: '0' };
    const asked = take(fold(accepted(), toFifty), fill('F', '50', '10', '50'));
    expect(take(asked, end(execType, { cumQuantity: '50' }))).toMatchObject(filled);
    // One that somebody else asked for: ours is out after it, and there is nothing left that could answer it.
    const theirs = take(accepted(), report({ ...later, execType: 'PENDING_REPLACE' }));
    const both = take(fold(theirs, { ...toFifty, step: 2 }), fill('F', '50', '10', '50'));
    const over = take(both, end(execType, { cumQuantity: '50' }));
    expect(over).toMatchObject(filled);
    expect(over.pendingReplace).toBeUndefined();
  });

  test('a last fill that says itself that nothing is left answers what was asked', () => {
    const last = { ...fill('F', '100', '10', '100'), ordStatus: 'CANCELED' as const };
    for (const ask of [toFifty, cancel]) {
      const order = take(fold(accepted(), ask), last);
      expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '100', unfilledAtEnd: '0' });
    }
  });

  test('not that of the form before, nor of one that was never asked for', () => {
    const asked = fold(accepted(), toFifty, cancel);
    expect(take(asked, end('CANCELED', { clientOrderId: 'BASE-0', orderQuantity: '100' }))).toMatchObject({
      ...{ status: 'CANCELED', quantity: '100', acceptedStep: 0 },
    });
    expect(take(accepted(), end('CANCELED'))).toMatchObject({ quantity: '100', acceptedStep: 0 });
  });

  test('a replace that is told after the end of the form before it does not take the last word', () => {
    const over = take(fold(accepted(), toFifty, cancel), end('CANCELED', { clientOrderId: 'BASE-0' }));
    expect(take(over, report({ execType: 'REPLACED', ...later })).why).toBe(over.why);
  });
});

describe('a trade of a filled order that is taken back', () => {
  const filled = (): Order => take(accepted(), fill('F', '100', '10', '100'));
  const bust = (change: object = {}): ExecutionReport =>
    report({ execType: 'TRADE_CANCEL', execRefId: 'F', cumQuantity: '0', leavesQuantity: '0', ...change });

  test('ends the order where the venue works nothing for it', () => {
    const why = 'the venue took it back and works nothing for it';
    expect(take(filled(), bust())).toMatchObject({
      ...{ status: 'CANCELED', filledQuantity: '0', leavesQuantity: '0', unfilledAtEnd: '100' },
      why: expect.stringContaining(why) as string,
    });
    const down = { lastQuantity: '60', lastPrice: '10', cumQuantity: '60' };
    expect(take(filled(), bust({ execType: 'TRADE_CORRECT', ...down }))).toMatchObject({
      ...{ status: 'CANCELED', filledQuantity: '60', unfilledAtEnd: '40' },
    });
  });

  test('opens it again where the venue works on', () => {
    for (const change of [{ leavesQuantity: '100' }, { ordStatus: 'NEW' }])
      expect(take(filled(), bust(change))).toMatchObject({ status: 'ACCEPTED', leavesQuantity: '100' });
  });

  test('leaves a price that is corrected as the end that it was', () => {
    const price = { execType: 'TRADE_CORRECT', lastQuantity: '100', lastPrice: '9', cumQuantity: '100' } as const;
    expect(take(filled(), bust(price))).toMatchObject({ status: 'FILLED', averagePrice: '9' });
  });

  test('twice: the second one waits for nothing once it is refused', () => {
    expect(sentences(filled(), bust({ leavesQuantity: '100' }), bust({ execId: 'again' }))).toContain(
      'another change of execution F, which was taken back before',
    );
    const twice = take(filled(), bust({ leavesQuantity: '100' }), bust({ execId: 'again', leavesQuantity: '100' }));
    expect(twice.why).toBe('a correction of execution F waits for that execution');
    const refusal = { code: 'EXECUTION_UNKNOWN', text: 'no such execution' } as const;
    const order = fold(twice, { type: 'ReportRefused', execId: 'again', ...refusal });
    expect(order).toMatchObject({ heldReports: [], why: 'a correction of execution F was refused: no such execution' });
  });
});

test('what a venue gives no reason for, or tells late, is told as that', () => {
  const halted = report({ execType: 'SUSPENDED' });
  expect(take(accepted(), halted).why).toBe('suspended: no reason given');
  expect(sentences(accepted(), halted)).toEqual(['suspended by the venue: no reason given']);
  const newest = report({ execType: 'RESTATED', orderQuantity: '90', sequence: 9, transactTimeMs: 9_000 });
  const late = report({ execType: 'RESTATED', orderQuantity: '80', sequence: 8, transactTimeMs: 8_000 });
  expect(sentences(accepted(), newest, late).at(-1)).toBe(
    'an earlier restatement by the venue, told late: unspecified',
  );
});

describe('a cancel that meets a replace at the venue', () => {
  const refusal = (change: object = {}): ExecutionReport =>
    report({ execType: 'CANCEL_REJECTED', reason: 'UNKNOWN_ORDER', text: 'no such order', ...change });
  const replaced = (): Order => take(fold(accepted(), toFifty, cancel), report({ execType: 'REPLACED', ...later }));

  test('is not refused by the venue that knows the order under the later id only', () => {
    expect(take(replaced(), refusal())).toMatchObject({
      status: 'PENDING_CANCEL',
      pendingCancel: { reason: 'enough' },
    });
  });
  test.each([
    ['of the later form', { clientOrderId: 'BASE-1' }],
    ['for another reason', { reason: 'TOO_LATE' }],
  ])('is refused when that is said %s', (_name, change) => {
    expect(take(replaced(), refusal(change)).pendingCancel).toBeUndefined();
  });
});

describe('a done replace that counts fills which are not here', () => {
  const replaced = (change: object = {}): ExecutionReport =>
    report({ execType: 'REPLACED', ...later, cumQuantity: '40', leavesQuantity: '10', ...change });
  const asked = (): Order => fold(accepted(), toFifty);

  test('has the venue asked for them, and says so', () => {
    const order = take(asked(), replaced());
    expect(order).toMatchObject({ filledQuantity: '0', venueCumQuantity: '40', quantity: '50' });
    expect(missesFill(order)).toBe(true);
    expect(sentences(asked(), replaced()).at(-1)).toBe(
      'replaced: quantity 50; the venue has filled 40, of which not all is told yet',
    );
    const whole = take(order, fill('F', '40', '10', '40'));
    expect([missesFill(whole), whole.filledQuantity, whole.leavesQuantity]).toEqual([false, '40', '10']);
  });
  test.each([
    ['counts what is here', { cumQuantity: '0' }],
    ['is older than what is known', { sequence: 1, transactTimeMs: 1 }],
    ['brings its own fill', { lastQuantity: '40', lastPrice: '10' }],
    ['has no total that can be read', { cumQuantity: 'many' }],
  ])('waits for nothing where it %s', (_name, change) => {
    const known = take(
      asked(),
      report({ execType: 'RESTATED', orderQuantity: '90', sequence: 9, transactTimeMs: 9_000 }),
    );
    expect(missesFill(take(known, replaced({ sequence: 10, transactTimeMs: 10_000, ...change })))).toBe(false);
  });
});
