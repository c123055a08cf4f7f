import { ExecType } from '../../../src/domain/execution-report';
import { dec } from '../../../src/domain/money';
import { interpretReport } from '../../../src/domain/order-reports';
import { settlementTimeOf } from '../../../src/domain/settlement-terms';
import { missesFill } from '../../../src/domain/order-work';
import { accepted, approved, AT_ONCE, fill, fold, report, submitting, take } from './order-fixtures';

const pendingCancel = () => fold(accepted(), { type: 'CancelRequested', commandId: 'k', reason: '' });

test('the way of a plain order: acknowledged, part filled, filled (FIX D A.1.a)', () => {
  const acknowledged = take(submitting(), report({ execType: 'NEW' }));
  const part = take(acknowledged, fill('1', '20', '10', '20'));
  const full = take(part, fill('2', '80', '10.5', '100'));
  expect(
    [acknowledged, part, full].map(({ status, filledQuantity, leavesQuantity }) => [
      status,
      filledQuantity,
      leavesQuantity,
    ]),
  ).toEqual([
    ['ACCEPTED', '0', '100'],
    ['PARTIALLY_FILLED', '20', '80'],
    ['FILLED', '100', '0'],
  ]);
  expect(full).toMatchObject({ averagePrice: '10.4', notional: '1040', fees: { USD: '0.02' } });
});
test('a fill may be the first word of the venue (A.1.c)', () => {
  expect(take(submitting(), fill('1', '100', '10')).status).toBe('FILLED');
});
test('a fill while a cancel is pending leaves it pending, the last one too (B.1.b, B.1.c)', () => {
  const part = take(pendingCancel(), fill('1', '60', '10'));
  expect(part).toMatchObject({ status: 'PENDING_CANCEL', filledQuantity: '60', leavesQuantity: '40' });
  const full = take(part, fill('2', '40', '10', '100'));
  expect(full).toMatchObject({ status: 'PENDING_CANCEL', leavesQuantity: '0' });
  expect(take(full, report({ execType: 'CANCEL_REJECTED', reason: 'TOO_LATE' })).status).toBe('FILLED');
});
test('a cancel before the acknowledge: pending, acknowledged, canceled (B.1.d)', () => {
  const pending = fold(submitting(), { type: 'CancelRequested', commandId: 'k', reason: '' });
  const acknowledged = take(pending, report({ execType: 'NEW' }));
  const canceled = take(acknowledged, report({ execType: 'CANCELED' }));
  expect([pending.status, acknowledged.status, canceled.status]).toEqual([
    'PENDING_CANCEL',
    'PENDING_CANCEL',
    'CANCELED',
  ]);
});
test.each(['CANCELED', 'EXPIRED'] as const)(
  'what the venue ended, it had: %s as its first word (B.1.d)',
  (execType) => {
    expect(take(submitting(), report({ execType }))).toMatchObject({ status: execType, venueOrderId: 'V1' });
  },
);
test('a replace that is answered before the acknowledge says where the order is', () => {
  const replaced = take(submitting(), report({ execType: 'REPLACED', clientOrderId: 'BASE-1', orderQuantity: '90' }));
  expect(replaced).toMatchObject({ status: 'ACCEPTED', quantity: '90', venueOrderId: 'V1' });
});
test('a replace up that crosses the last fill reopens the order (C.1.c)', () => {
  const asked = fold(accepted(), {
    type: 'ReplaceRequested',
    commandId: 'm',
    step: 1,
    change: { quantity: dec('120') },
  });
  const full = take(asked, fill('1', '100', '10'));
  expect(full.status).toBe('PENDING_REPLACE');
  const replaced = take(
    full,
    report({ execType: 'REPLACED', clientOrderId: 'BASE-1', orderQuantity: '120', cumQuantity: '100' }),
  );
  expect(replaced).toMatchObject({ status: 'PARTIALLY_FILLED', leavesQuantity: '20', acceptedStep: 1 });
});
test('a replace down to what is filled ends the order (C.3.c)', () => {
  const asked = fold(take(accepted(), fill('1', '60', '10')), {
    type: 'ReplaceRequested',
    commandId: 'm',
    step: 1,
    change: { quantity: dec('70') },
  });
  const crossed = take(asked, fill('2', '20', '10', '80'));
  expect(
    take(crossed, report({ execType: 'REPLACED', clientOrderId: 'BASE-1', orderQuantity: '80', cumQuantity: '80' }))
      .status,
  ).toBe('FILLED');
});
test('a late fill of a canceled order is booked and reopens nothing (J.1.b)', () => {
  const canceled = take(accepted(), report({ execType: 'CANCELED' }));
  const late = take(canceled, fill('1', '30', '10'));
  expect(late).toMatchObject({ status: 'CANCELED', filledQuantity: '30', leavesQuantity: '0', unfilledAtEnd: '70' });
  expect(late.why).toBe('late fill of 30 at 10 booked after CANCELED');
});
test('an overfill is recorded', () => {
  expect(take(accepted(), fill('1', '100', '10'), fill('2', '5', '10', '105'))).toMatchObject({
    status: 'FILLED',
    filledQuantity: '105',
    overfill: '5',
  });
});
test('a cancel that counts more than has come waits for the missing fill', () => {
  const canceled = take(accepted(), report({ execType: 'CANCELED', cumQuantity: '40' }));
  expect(missesFill(canceled)).toBe(true);
  const whole = take(canceled, fill('1', '40', '10', '40'));
  expect(missesFill(whole)).toBe(false);
  expect(whole.why).toBe('fill of 40 at 10 booked after CANCELED, which counted it');
});
test('an exact copy of a fill tells nothing', () => {
  expect(interpretReport(take(accepted(), fill('1', '40', '10')), fill('1', '40', '10'), AT_ONCE)).toEqual([]);
});

test.each([
  ['another account', { venueAccount: 'OTHER' }, 'REPORT_WRONG_ACCOUNT'],
  ['another venue', { venue: 'SIMY' }, 'REPORT_WRONG_ACCOUNT'],
  ['another order', { clientOrderId: 'ELSE-0' }, 'REPORT_OTHER_ORDER'],
  ['a step that is no number', { clientOrderId: 'BASE-x' }, 'REPORT_OTHER_ORDER'],
  ['a form that nobody asked for', { clientOrderId: 'BASE-1', venueOrderId: 'V2' }, 'REPORT_OTHER_ORDER'],
  ['a status that nobody knows', { execType: 'ORDER_STATUS', ordStatus: 'WEIRD' }, 'STATUS_UNKNOWN'],
  ['another symbol', { symbol: 'SHARE' }, 'REPORT_WRONG_INSTRUMENT'],
  ['another side', { side: 'SELL' }, 'REPORT_WRONG_INSTRUMENT'],
  ['an unknown kind', { execType: 'NONSENSE' }, 'EXEC_TYPE_UNKNOWN'],
  ['a negative total', { cumQuantity: '-1' }, 'REPORT_QUANTITY'],
  ['a total that is no number', { cumQuantity: 'NaN' }, 'REPORT_QUANTITY'],
  ['a negative fill', { execType: 'TRADE', lastQuantity: '-1', lastPrice: '1' }, 'REPORT_FILL'],
  ['a fill without price', { execType: 'TRADE', lastQuantity: '1' }, 'REPORT_FILL'],
  ['a fill at zero', { execType: 'TRADE', lastQuantity: '1', lastPrice: '0' }, 'REPORT_FILL'],
  ['a fee that is no number', { execType: 'TRADE', lastQuantity: '1', lastPrice: '1', fee: '1e400' }, 'REPORT_FILL'],
  ['a time that is none', { execType: 'NEW', transactTimeMs: 'noon' }, 'REPORT_TIME'],
  ['a replace to nothing', { execType: 'REPLACED', clientOrderId: 'BASE-1', orderQuantity: '0' }, 'REPORT_QUANTITY'],
  ['a bust of nothing', { execType: 'TRADE_CANCEL' }, 'REPORT_FILL'],
  [
    'a correction of itself',
    { execType: 'TRADE_CORRECT', lastQuantity: '1', lastPrice: '1', execId: 'S', execRefId: 'S' },
    'REPORT_FILL',
  ],
  ['a restatement to nothing', { execType: 'RESTATED', orderQuantity: '0' }, 'REPORT_QUANTITY'],
])('a report with %s is refused and changes nothing but the version', (_name, change, code) => {
  const order = accepted();
  const drafts = interpretReport(order, report({ execType: 'NEW', ...change }), AT_ONCE);
  expect(drafts).toEqual([expect.objectContaining({ type: 'ReportRefused', code })]);
  expect({ ...fold(order, ...drafts), version: order.version }).toEqual(order);
});
test('a fill with a status that nobody knows counts, and people hear of the word', () => {
  const drafts = interpretReport(accepted(), { ...fill('1', '40', '10'), ordStatus: 'WEIRD' as never }, AT_ONCE);
  expect(drafts).toContainEqual(expect.objectContaining({ type: 'ReportRefused', code: 'STATUS_UNKNOWN' }));
  expect(fold(accepted(), ...drafts)).toMatchObject({ status: 'PARTIALLY_FILLED', filledQuantity: '40' });
});
test('a report before anything was sent is refused as of another order', () => {
  expect(interpretReport(approved(), report({ execType: 'NEW', clientOrderId: 'ELSE-0' }), AT_ONCE)).toMatchObject([
    { type: 'ReportRefused' },
  ]);
});

describe('settlement', () => {
  const session = (openMs: number) => ({ openMs, closeMs: openMs + 10, tradeDate: '' });
  const sessions = [session(100), session(200), session(300)];
  test.each([
    [0, 105, 105],
    [1, 105, 200],
    [1, 109, 200],
    // A trade of the closing is of the session that closes.
    [1, 110, 200],
    [1, 111, 300],
    [2, 105, 300],
    // Outside what is known a day counts 24 hours.
    [1, 305, 305 + 86_400_000],
  ])('T+%i of a trade at %i settles at %i', (cycleDays, tradeMs, expected) => {
    expect(settlementTimeOf({ sessions, cycleDays }, tradeMs)).toBe(expected);
  });
});

test('a trade at the moment when one session closes and the next opens is of the next', () => {
  const sessions = [100, 110, 120].map((openMs) => ({ openMs, closeMs: openMs + 10, tradeDate: '' }));
  expect(settlementTimeOf({ sessions, cycleDays: 1 }, 110)).toBe(120);
});

describe('whatever a field of a report holds, nothing throws and what is kept can be journaled', () => {
  const GARBAGE: readonly unknown[] = [
    ...[
      undefined,
      null,
      5e300,
      Number.NaN,
      -1,
      { toString: null },
      [],
      'NaN',
      '-1',
      '1e400',
      '\u0000',
      '__proto__',
      '',
    ],
    'x'.repeat(1_001),
    Symbol('no'),
  ];
  const soundly = {
    ...fill('SOUND', '1', '10', '1'),
    execRefId: 'OTHER',
    limitPrice: dec('10'),
    reason: 'R',
    text: 'T',
  };
  test.each(Object.values(ExecType))('%s', (execType) => {
    const whole = { ...soundly, execType };
    const orders = [submitting(), accepted(), pendingCancel(), take(accepted(), fill('1', '100', '10'))];
    const problems: string[] = [];
    for (const field of [...Object.keys(whole), 'stopPrice', 'ordStatus', 'inferred', 'origClientOrderId']) {
      for (const value of GARBAGE) {
        for (const order of orders) {
          const drafts = interpretReport(order, { ...whole, [field]: value }, AT_ONCE);
          const kept = JSON.stringify([drafts, fold(order, ...drafts)], (_key, part: unknown) =>
            typeof part === 'number' && !Number.isFinite(part) ? 'not finite' : part,
          );
          if (/\\u0000|x{1001}|not finite/.test(kept)) problems.push(`${field}: ${kept.slice(0, 200)}`);
        }
      }
    }
    expect(problems).toEqual([]);
  });
});
