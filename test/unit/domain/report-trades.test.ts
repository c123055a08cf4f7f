import type { ExecutionReport } from '../../../src/domain/execution-report';
import { dec } from '../../../src/domain/money';
import { hasExecution } from '../../../src/domain/order';
import type { Order } from '../../../src/domain/order';
import type { Fill } from '../../../src/domain/order-events';
import { forgottenExecutions, missesExecution, missesFill } from '../../../src/domain/order-work';
import { interpretReport } from '../../../src/domain/order-reports';
import { accepted, AT_ONCE, fill, fold, report, submitting, take } from './order-fixtures';

/** Every order in which reports can arrive. */
function arrivals<T>(of: readonly T[]): readonly (readonly T[])[] {
  if (of.length < 2) return [of];
  return of.flatMap((first, at) => arrivals(of.filter((_one, other) => other !== at)).map((rest) => [first, ...rest]));
}
const names = (reports: readonly ExecutionReport[]): string => reports.map(({ execId }) => execId).join(', ');
const open = (order: Order): readonly [string, string, boolean][] =>
  order.fills.map(({ execId, quantity, inferred }) => [execId, quantity, inferred === true]);

describe('a fill that a connector made up from a total', () => {
  const madeUp = (execId: string, quantity: string, cumQuantity = quantity): ExecutionReport => ({
    ...fill(execId, quantity, '10', cumQuantity),
    inferred: true,
  });

  test('gives way to the real one: quantity, money and count are those of the real one', () => {
    const made = take(accepted(), madeUp('M', '40'));
    expect(made).toMatchObject({ filledQuantity: '40', notional: '400', fillCount: 1 });
    const real = take(made, fill('R', '40', '9.5', '40'));
    expect(real).toMatchObject({ status: 'PARTIALLY_FILLED', filledQuantity: '40', notional: '380', fillCount: 1 });
    expect(real).toMatchObject({ averagePrice: '9.5', fees: { USD: '0.01' }, venueCumQuantity: '40' });
    expect(open(real)).toEqual([['R', '40', false]]);
  });
  test('never counts beside the real one, not for a moment', () => {
    const made = take(accepted(), madeUp('M', '60'));
    let order = made;
    for (const draft of interpretReport(made, fill('R', '60', '10', '60'), AT_ONCE)) {
      order = fold(order, draft);
      expect([order.overfill, order.status]).toEqual(['0', expect.stringMatching(/ACCEPTED|PARTIALLY_FILLED/)]);
    }
    expect(order).toMatchObject({ filledQuantity: '60', fillCount: 1 });
  });
  test('gives way in parts, to the last of it', () => {
    const part = take(accepted(), madeUp('M', '40'), fill('R1', '15', '9', '15'));
    expect(part).toMatchObject({ filledQuantity: '40', notional: '385' });
    expect(open(part)).toEqual(
      expect.arrayContaining([
        ['R1', '15', false],
        ['M:R1', '25', true],
      ]),
    );
    const whole = take(part, fill('R2', '25', '9', '40'));
    expect(whole).toMatchObject({ filledQuantity: '40', notional: '360', fillCount: 2 });
    expect(whole.fills.some(({ inferred }) => inferred === true)).toBe(false);
  });
  test('gives way to a greater one, which adds only what is new', () => {
    expect(take(accepted(), madeUp('M', '10'), fill('R', '25', '9', '25'))).toMatchObject({
      ...{ filledQuantity: '25', notional: '225', fillCount: 1 },
    });
  });
  test('gives way twice when two were made up', () => {
    expect(take(accepted(), madeUp('M1', '10'), madeUp('M2', '20', '30'), fill('R', '30', '9'))).toMatchObject({
      ...{ filledQuantity: '30', notional: '270', fillCount: 1 },
    });
  });
  test('tells nothing when the real one was first', () => {
    const real = take(accepted(), fill('R', '40', '9.5', '40'));
    expect(interpretReport(real, madeUp('M', '40'), AT_ONCE)).toEqual([]);
  });
  test('counts only what is missing when some of the real ones were first', () => {
    const order = take(accepted(), fill('R1', '15', '9', '15'), madeUp('M', '40'));
    expect(order).toMatchObject({ filledQuantity: '40', fillCount: 2 });
    expect(take(order, fill('R2', '25', '9', '40'))).toMatchObject({
      ...{ filledQuantity: '40', notional: '360', fillCount: 2, overfill: '0' },
    });
  });
  test('does not come back when it is told again', () => {
    const order = take(accepted(), madeUp('M', '40'), fill('R', '40', '9.5', '40'));
    expect(interpretReport(order, madeUp('M', '40'), AT_ONCE)).toEqual([]);
  });
  test.each(
    arrivals([madeUp('M', '40'), fill('R1', '15', '9', '15'), fill('R2', '25', '9', '40')]).map((one) => [one]),
  )('counts once in whatever order all of them come %#', (reports) => {
    expect([names(reports), take(accepted(), ...reports)]).toEqual([
      names(reports),
      expect.objectContaining({ filledQuantity: '40', notional: '360', fillCount: 2 }),
    ]);
  });
  test('that filled the order does so still after the real one', () => {
    const order = take(accepted(), madeUp('M', '100'), fill('R', '100', '9.5'));
    expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '100', notional: '950', overfill: '0' });
  });
});

describe('a trade that the venue changes', () => {
  const corrected = (execId: string, execRefId: string, lastQuantity: string, lastPrice = '9'): ExecutionReport =>
    report({ execType: 'TRADE_CORRECT', execId, execRefId, lastQuantity, lastPrice, cumQuantity: lastQuantity });
  const busted = (execId: string, execRefId: string): ExecutionReport =>
    report({ execType: 'TRADE_CANCEL', execId, execRefId });
  const traded = (): Order => take(accepted(), fill('T', '40', '10'));

  test.each([
    ['the id of the correction', 'C1'],
    ['the id of the trade as it was first', 'T'],
  ])('can be changed once more, by %s', (_by, ref) => {
    const twice = take(traded(), corrected('C1', 'T', '30'), corrected('C2', ref, '35', '8'));
    expect(twice).toMatchObject({ status: 'PARTIALLY_FILLED', filledQuantity: '35', notional: '280', fillCount: 1 });
    expect(twice.fills).toEqual([expect.objectContaining({ execId: 'C2', firstExecId: 'T' })]);
    expect(take(twice, busted('B', ref === 'T' ? 'T' : 'C2'))).toMatchObject({
      ...{ status: 'ACCEPTED', filledQuantity: '0', notional: '0', fillCount: 0 },
    });
  });
  test('is changed once when the same correction comes twice', () => {
    const once = take(traded(), corrected('C1', 'T', '30'));
    expect(interpretReport(once, corrected('C1', 'T', '30'), AT_ONCE)).toEqual([]);
  });
  test('twice, the second change first: each waits for the trade that it means', () => {
    const order = take(accepted(), corrected('C2', 'C1', '35', '8'), corrected('C1', 'T', '30'), fill('T', '40', '10'));
    expect(order).toMatchObject({ filledQuantity: '35', notional: '280', fillCount: 1 });
    expect(order.heldReports ?? []).toEqual([]);
  });

  describe('back', () => {
    const gone = (): Order => take(traded(), busted('B', 'T'));

    test('is no trade any more: a bust of the bust changes no quantity and is looked into', () => {
      const again = take(gone(), busted('BB', 'B'));
      expect(again).toMatchObject({ filledQuantity: '0', notional: '0', fillCount: 0 });
      expect(missesExecution(again)).toBe(true);
      expect(forgottenExecutions(again)).toEqual(['B']);
    });
    test('nor can the database bring the bust as a trade', () => {
      const again = take(gone(), busted('BB', 'B'));
      const reversal: Fill = { ...traded().fills[0]!, execId: 'B', quantity: '-40' as never };
      expect(interpretReport(again, again.heldReports![0]!, AT_ONCE, [reversal])).toEqual([]);
    });
    test('cannot be taken back by a second bust under another id', () => {
      const again = take(gone(), busted('B2', 'T'));
      expect(again).toMatchObject({ filledQuantity: '0', fillCount: 0 });
      // The workflow asks the database for it, hears that it is reversed, and refuses.
      expect(forgottenExecutions(again)).toEqual(['T']);
    });
    test('cannot be corrected afterwards', () => {
      expect(take(gone(), corrected('C', 'T', '10'))).toMatchObject({ filledQuantity: '0', notional: '0' });
    });
  });
});

describe('a split of 2 for 1 on a long order', () => {
  const before: ExecutionReport = { ...fill('before', '20', '10', '20'), sequence: 11 };
  const split = report({
    ...{ execType: 'RESTATED', execId: 'split', sequence: 12, reason: 'GT_CORPORATE_ACTION' },
    ...{ orderQuantity: '200', cumQuantity: '40', leavesQuantity: '160', limitPrice: '5' },
  });
  const after: ExecutionReport = { ...fill('after', '30', '5', '70'), sequence: 13 };
  const whole = {
    ...{ status: 'PARTIALLY_FILLED', quantity: '200', limitPrice: '5', filledQuantity: '70', leavesQuantity: '130' },
    // What was paid does not change with the number of shares.
    ...{ notional: '350', averagePrice: '5', fillCount: 2 },
  };

  test.each(arrivals([before, split, after]).map((one) => [one]))(
    'keeps fills before and after it right in whatever order they come %#',
    (reports) => {
      const order = take(accepted(), ...reports);
      expect([names(reports), order]).toEqual([names(reports), expect.objectContaining(whole)]);
    },
  );
  test.each(arrivals([before, split, after]).map((one) => [one]))(
    'leaves nothing to wait for in whatever order they come %#',
    (reports) => {
      const order = take(accepted(), ...reports);
      expect([names(reports), missesFill(order)]).toEqual([names(reports), false]);
    },
  );
  const reverse = { ...split, orderQuantity: '50', cumQuantity: '10', limitPrice: '20' } as ExecutionReport;
  const fewer: ExecutionReport = { ...fill('after', '30', '20', '40'), sequence: 13 };
  test.each(arrivals([before, reverse, fewer]).map((one) => [one]))(
    'into fewer shares keeps them right as well, and leaves nothing to wait for %#',
    (reports) => {
      const order = take(accepted(), ...reports);
      const right = expect.objectContaining({ quantity: '50', filledQuantity: '40', leavesQuantity: '10' }) as Order;
      expect([names(reports), order, missesFill(order)]).toEqual([names(reports), right, false]);
    },
  );
  test('into fewer shares: the total of a fill from before it, told after it, counts other shares', () => {
    const order = take(accepted(), reverse, before);
    expect(order).toMatchObject({ filledQuantity: '10', leavesQuantity: '40' });
    expect(missesFill(order)).toBe(false);
  });
  test('counts once when it comes twice', () => {
    const once = take(accepted(), before, split);
    expect(once).toMatchObject({ filledQuantity: '40', leavesQuantity: '160' });
    expect(interpretReport(once, split, AT_ONCE)).toEqual([]);
    expect(hasExecution(once, 'split')).toBe(true);
  });
});

describe('an acknowledge after the order ended here', () => {
  const neverThere = (): Order =>
    fold(
      submitting(),
      { type: 'SubmissionUnknown', reason: 'no answer' },
      { type: 'OrderCanceled', reason: 'never reached the venue: not found' },
    );

  test('is refused with a code of its own, for people to look at: an order may work that nobody follows', () => {
    const drafts = interpretReport(neverThere(), report({ execType: 'NEW', venueOrderId: 'V9' }), AT_ONCE);
    expect(drafts).toEqual([expect.objectContaining({ type: 'ReportRefused', code: 'LATE_ACKNOWLEDGE' })]);
    expect(fold(neverThere(), ...drafts)).toMatchObject({ status: 'CANCELED', leavesQuantity: '0' });
  });
  test('tells nothing where the venue itself had ended the order', () => {
    const canceled = take(submitting(), report({ execType: 'CANCELED' }));
    expect(interpretReport(canceled, report({ execType: 'NEW' }), AT_ONCE)).toEqual([]);
  });
  test('and a fill after it is booked nevertheless', () => {
    expect(take(neverThere(), report({ execType: 'NEW' }), fill('1', '30', '10'))).toMatchObject({
      ...{ status: 'CANCELED', filledQuantity: '30', unfilledAtEnd: '70', leavesQuantity: '0' },
    });
  });
});

describe('a number with more digits than our arithmetic holds exactly', () => {
  const LONG = '1.000000000000000000000000000000000001';
  test.each([
    ['quantity of a fill', { ...fill('1', LONG, '10', '2') }],
    ['price of a fill', { ...fill('1', '1', LONG) }],
    ['fee of a fill', { ...fill('1', '1', '10'), fee: LONG }],
    ['total', { ...fill('1', '1', '10', LONG) }],
    ['quantity of a replace', report({ execType: 'REPLACED', clientOrderId: 'BASE-1', orderQuantity: LONG })],
    [
      'quantity of a correction',
      report({ execType: 'TRADE_CORRECT', execRefId: '1', lastQuantity: LONG, lastPrice: '1' }),
    ],
  ])('as the %s is refused, and the order stays as it is', (_what, wrong) => {
    const order = accepted({ quantity: dec('1000000') });
    const after = take(order, wrong as ExecutionReport);
    expect({ ...after, version: order.version }).toEqual(order);
  });
  test.each(['0.000000000000000001', '123456789.123456789'])('%s has not', (quantity) => {
    expect(take(accepted({ quantity: dec('1000000000') }), fill('1', quantity, '10')).filledQuantity).toBe(quantity);
  });
});
