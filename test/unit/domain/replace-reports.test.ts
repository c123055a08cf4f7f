import type { ExecutionReport } from '../../../src/domain/execution-report';
import type { Order } from '../../../src/domain/order';
import { dec } from '../../../src/domain/money';
import { interpretReport } from '../../../src/domain/order-reports';
import { accepted, AT_ONCE, fill, fold, report, take } from './order-fixtures';

const asked = (order = accepted(), step = 1, quantity = '120'): Order =>
  fold(order, { type: 'ReplaceRequested', commandId: `m${String(step)}`, step, change: { quantity: dec(quantity) } });
const under = (step: number, one: ExecutionReport): ExecutionReport => ({
  ...one,
  clientOrderId: `BASE-${String(step)}`,
});
const inNewForm = (execType: string, change: object = {}): ExecutionReport =>
  under(1, report({ execType, orderQuantity: '120', leavesQuantity: '120', limitPrice: '11', ...change }));

describe('a replace that the venue does by cancel and new order', () => {
  const takenBack = (cumQuantity = '0'): ExecutionReport =>
    report({ execType: 'CANCELED', execId: 'back', reason: 'REPLACED', cumQuantity });
  const anew = inNewForm('NEW', { execId: 'anew', venueOrderId: 'V2', leavesQuantity: '120' });
  const done = {
    ...{ status: 'ACCEPTED', quantity: '120', limitPrice: '11', leavesQuantity: '120', unfilledAtEnd: '0' },
    ...{ acceptedStep: 1, lastStep: 1, venueOrderId: 'V2' },
  };

  test('the cancel first: the order does not end, and waits for its new form', () => {
    const half = take(asked(), takenBack());
    expect(half).toMatchObject({ status: 'PENDING_REPLACE', leavesQuantity: '100', venuePending: { halfDoneStep: 1 } });
    const whole = take(half, anew);
    expect(whole).toMatchObject(done);
    expect(whole).not.toHaveProperty('end');
    expect(whole).not.toHaveProperty('pendingReplace');
    expect(whole).not.toHaveProperty('venuePending');
  });
  test('the new form first: the cancel of the old one ends nothing', () => {
    const whole = take(asked(), anew);
    expect(whole).toMatchObject(done);
    expect(interpretReport(whole, takenBack(), AT_ONCE)).toEqual([]);
  });
  test.each([
    ['the cancel first', [takenBack(), anew]],
    ['the new form first', [anew, takenBack()]],
  ])('%s, each twice: as once', (_order, reports) => {
    expect(take(asked(), ...reports, ...reports)).toMatchObject(done);
  });
  test('fills of both forms count together', () => {
    const old = fill('old', '30', '10', '30');
    const half = take(asked(), takenBack('30'), old);
    expect(half).toMatchObject({ status: 'PENDING_REPLACE', filledQuantity: '30', leavesQuantity: '70' });
    const both = take(half, anew, under(1, { ...fill('new', '40', '11', '70'), orderQuantity: dec('120') }));
    expect(both).toMatchObject({ status: 'PARTIALLY_FILLED', filledQuantity: '70', leavesQuantity: '50' });
    expect(take(asked(), anew, takenBack('30'), old)).toMatchObject({ filledQuantity: '30', leavesQuantity: '90' });
  });
  test.each(['REJECTED', 'REPLACE_REJECTED'])('the new form refused by %s: nothing works any more', (execType) => {
    const refusal = inNewForm(execType, { reason: 'NO_CREDIT', text: 'too much' });
    const gone = take(asked(), takenBack(), refusal);
    expect(gone).toMatchObject({ status: 'CANCELED', leavesQuantity: '0', unfilledAtEnd: '100', acceptedStep: 0 });
    expect(gone.why).toContain('NO_CREDIT too much');
    expect(take(asked(), refusal, takenBack())).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '100' });
  });
  test('a fill that comes after the refused new form is booked', () => {
    const gone = take(asked(), takenBack('30'), inNewForm('REJECTED', { reason: 'NO_CREDIT', cumQuantity: '30' }));
    expect(take(gone, fill('old', '30', '10'))).toMatchObject({
      ...{ status: 'CANCELED', filledQuantity: '30', unfilledAtEnd: '70', overfill: '0' },
    });
  });
  test('a cancel for another reason is the end', () => {
    expect(take(asked(), { ...takenBack(), reason: 'USER' })).toMatchObject({
      status: 'CANCELED',
      leavesQuantity: '0',
    });
  });
});

describe('one report that says replaced and filled at once', () => {
  const both = (lastQuantity: string): ExecutionReport =>
    inNewForm('REPLACED', { execId: 'both', lastQuantity, lastPrice: '11', cumQuantity: lastQuantity, fee: '0.02' });

  test('is both: the new form, and the fill in it', () => {
    expect(take(asked(), both('20'))).toMatchObject({
      ...{ status: 'PARTIALLY_FILLED', quantity: '120', limitPrice: '11', acceptedStep: 1 },
      ...{ filledQuantity: '20', leavesQuantity: '100', notional: '220', fillCount: 1 },
    });
  });
  test('fills the new quantity, not the old one', () => {
    expect(take(asked(), both('100'))).toMatchObject({ status: 'PARTIALLY_FILLED', leavesQuantity: '20' });
    expect(take(asked(), both('120'))).toMatchObject({ status: 'FILLED', leavesQuantity: '0', overfill: '0' });
  });
  test('counts once when it comes twice, also when a trade told its execution before', () => {
    const once = take(asked(), both('20'));
    expect(interpretReport(once, both('20'), AT_ONCE)).toEqual([]);
    const trade = under(1, { ...fill('both', '20', '11'), orderQuantity: dec('120') });
    expect(take(asked(), trade, both('20'))).toMatchObject({ filledQuantity: '20', fillCount: 1, quantity: '120' });
  });
});

describe('a trade under the next client order id before the replace is told', () => {
  const early = (change: object = {}): ExecutionReport =>
    under(1, { ...fill('early', '20', '11'), orderQuantity: dec('120'), limitPrice: dec('11'), ...change });
  const news = inNewForm('REPLACED', { execId: 'news', cumQuantity: '20' });
  const done = {
    ...{ status: 'PARTIALLY_FILLED', quantity: '120', limitPrice: '11', acceptedStep: 1 },
    ...{ filledQuantity: '20', leavesQuantity: '100' },
  };

  test('says that it was done', () => {
    const order = take(asked(), early());
    expect(order).toMatchObject(done);
    expect(order).not.toHaveProperty('pendingReplace');
  });
  test('and the replace that is told later changes nothing', () => {
    const order = take(asked(), early());
    expect(interpretReport(order, news, AT_ONCE)).toEqual([]);
    expect(take(asked(), news, early())).toMatchObject(done);
  });
  test('that takes more than the old quantity is no overfill', () => {
    expect(take(asked(), early({ lastQuantity: '110', cumQuantity: '110' }))).toMatchObject({
      ...{ status: 'PARTIALLY_FILLED', filledQuantity: '110', leavesQuantity: '10', overfill: '0' },
    });
  });
  test('that does not say the new quantity is booked, and the replace stays open', () => {
    expect(take(asked(), early({ orderQuantity: undefined }))).toMatchObject({
      ...{ status: 'PENDING_REPLACE', quantity: '100', filledQuantity: '20', acceptedStep: 0 },
    });
  });
});
