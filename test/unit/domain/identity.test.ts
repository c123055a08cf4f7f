import { clientOrderIdBase } from '../../../activities/pre-trade';
import { orderIdOf, orderIdOfWorkflow, orderWorkflowId, venueClientOrderId } from '../../../src/domain/ids';
import { dec } from '../../../src/domain/money';
import { executionKeys, hasExecution, workingClientOrderId } from '../../../src/domain/order';
import type { Order } from '../../../src/domain/order';
import { decide } from '../../../src/domain/order-decisions';
import { interpretReport } from '../../../src/domain/order-reports';
import { accepted, AT_ONCE, fill, fold, report, take } from './order-fixtures';

describe('client order ids of replaces', () => {
  /** Asks for a replace as a client does. */
  const ask = (order: Order, quantity: string): Order => {
    const decision = decide(order, { kind: 'modify', commandId: quantity, change: { quantity: dec(quantity) } });
    return fold(order, ...(decision.kind === 'events' ? decision.events : []));
  };
  const answer = (order: Order, execType: string, change = {}): Order => {
    const step = order.pendingReplace?.step ?? 0;
    return take(order, report({ execType, clientOrderId: venueClientOrderId('BASE', step), ...change }));
  };

  test('a new one for each try, and the last accepted one is the one before (OrigClOrdID)', () => {
    const refused = answer(ask(accepted(), '120'), 'REPLACE_REJECTED', { reason: 'TOO_LATE' });
    expect(refused).toMatchObject({ acceptedStep: 0, lastStep: 1, status: 'ACCEPTED', quantity: '100' });
    expect(workingClientOrderId(refused)).toBe('BASE-0');

    const again = ask(refused, '130');
    expect(again.pendingReplace?.step).toBe(2);
    expect(workingClientOrderId(again)).toBe('BASE-0');

    const done = answer(again, 'REPLACED', { orderQuantity: '130' });
    expect(workingClientOrderId(done)).toBe('BASE-2');
    expect(ask(done, '140').pendingReplace?.step).toBe(3);
  });
  test('the id of a refused try is not used again, also after an accepted one', () => {
    const steps: number[] = [];
    const answers = ['REPLACED', 'REPLACE_REJECTED', 'REPLACE_REJECTED', 'REPLACED'];
    const last = answers.reduce((order, execType, at) => {
      const quantity = String(110 + at);
      const pending = ask(order, quantity);
      steps.push(pending.pendingReplace?.step ?? 0);
      return answer(pending, execType, { orderQuantity: quantity });
    }, accepted());
    expect(steps).toEqual([1, 2, 3, 4]);
    expect(last).toMatchObject({ acceptedStep: 4, lastStep: 4, quantity: '113' });
  });
  test('a late report under an earlier id of the chain is still of this order', () => {
    const done = answer(ask(accepted(), '120'), 'REPLACED', { orderQuantity: '120' });
    expect(take(done, fill('old', '30', '10'))).toMatchObject({
      filledQuantity: '30',
      quantity: '120',
      acceptedStep: 1,
    });
  });
  test.each(['BASE', 'BASE-', 'BASE-1x', 'BASE--1', 'BASE-0-0', 'base-0', 'XBASE-0', 'BASE-1234567'])(
    '%s is none of them',
    (clientOrderId) => {
      expect(interpretReport(accepted(), report({ execType: 'NEW', clientOrderId }), AT_ONCE)).toMatchObject([
        { type: 'ReportRefused', code: 'REPORT_OTHER_ORDER' },
      ]);
    },
  );
});

describe('executions are told apart by venue, account and execution id', () => {
  test('the same id again is the same execution, whatever else it says', () => {
    const order = take(accepted(), fill('1', '40', '10'));
    expect(interpretReport(order, { ...fill('1', '41', '11'), sequence: 99 }, AT_ONCE)).toEqual([]);
  });
  test.each([
    ['venue', { venue: 'SIMY' }],
    ['account', { venueAccount: 'OTHER' }],
  ])('the id of another %s neither counts nor hides the one that does', (_of, change) => {
    const order = take(accepted(), { ...fill('1', '40', '10'), ...change });
    expect(order).toMatchObject({ filledQuantity: '0', fillCount: 0 });
    expect(take(order, fill('1', '40', '10'))).toMatchObject({ filledQuantity: '40', fillCount: 1 });
  });
  test('also when the order has travelled as JSON to its next run, and holds only its newest fills', () => {
    const reports = Array.from({ length: 60 }, (_none, at) => fill(`E-${String(at)}`, '1', '10', String(at + 1)));
    const order = take(accepted(), ...reports);
    const carried = JSON.parse(JSON.stringify(order)) as Order;
    expect(carried.fills.length).toBeLessThan(carried.fillCount);
    expect(reports.flatMap((one) => interpretReport(carried, one, AT_ONCE))).toEqual([]);
    expect(take(carried, fill('E-60', '1', '10', '61'))).toMatchObject({ filledQuantity: '61' });
  });
  test('long ids that differ only at an end are two executions', () => {
    const long = (end: string): string => `${'execution-of-a-venue-with-long-names-'.repeat(3)}${end}`;
    const ids = [long('1'), long('2'), `1${long('')}`, `2${long('')}`];
    expect(new Set(executionKeys(ids)).size).toBe(ids.length);
    const order = take(accepted(), ...ids.map((id, at) => fill(id, '10', '10', String((at + 1) * 10))));
    expect(order).toMatchObject({ filledQuantity: '40', fillCount: 4 });
    expect(ids.every((id) => hasExecution(order, id))).toBe(true);
  });
});

describe('a venue order id that a venue gives again on the next day', () => {
  test('tells nothing: the client order id says whose report it is', () => {
    const today = accepted();
    expect(today.venueOrderId).toBe('V1');
    const ofTomorrow = { ...fill('1', '40', '10'), clientOrderId: venueClientOrderId('TOMORROW', 0) };
    const refused = interpretReport(today, ofTomorrow, AT_ONCE);
    expect(refused).toMatchObject([{ type: 'ReportRefused', code: 'REPORT_OTHER_ORDER' }]);
    expect(fold(today, ...refused)).toMatchObject({ filledQuantity: '0', status: 'ACCEPTED' });
  });
  test('and one that changed in the night is no other order', () => {
    expect(take(accepted(), { ...fill('1', '40', '10'), venueOrderId: 'V7' })).toMatchObject({ filledQuantity: '40' });
  });
});

test('an order id and its workflow id say the same', () => {
  const orderId = orderIdOf('alpha', 'c-1');
  expect(orderIdOfWorkflow(orderWorkflowId(orderId))).toBe(orderId);
  expect(
    ['order/alpha', 'order/alpha/c/1', 'orders/alpha/c', 'order//c', 'order/alpha/c~'].map(orderIdOfWorkflow),
  ).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

test('a venue sees ids that follow from the order id, short and of plain characters, whatever the order is called', () => {
  const names = [
    'a',
    'A',
    '1',
    'x'.repeat(64),
    'a.b-c_d',
    '-',
    ...Array.from({ length: 1_000 }, (_one, at) => `c${String(at)}`),
  ];
  const ids = names.map((name) => venueClientOrderId(clientOrderIdBase(orderIdOf('alpha', name)), 999_999));
  expect(ids.filter((id) => !/^[0-9A-F-]{1,36}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(names.length);
  expect(clientOrderIdBase(orderIdOf('alpha', 'a'))).toBe(clientOrderIdBase(orderIdOf('alpha', 'a')));
  expect(clientOrderIdBase(orderIdOf('beta', 'a'))).not.toBe(clientOrderIdBase(orderIdOf('alpha', 'a')));
});
