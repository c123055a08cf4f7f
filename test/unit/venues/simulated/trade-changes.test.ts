import type { ExecutionReport } from '../../../../src/domain/execution-report';
import type { Instrument } from '../../../../src/domain/instruments';
import { dec } from '../../../../src/domain/money';
import type { BookOrder } from '../../../../src/venues/simulated/book-order';
import { changedTrade, tradesInForce } from '../../../../src/venues/simulated/trade-changes';

const report = (execId: string, execType: string, execRefId?: string): ExecutionReport =>
  ({ execId, execType, execRefId, lastQuantity: '4', lastPrice: '90' }) as unknown as ExecutionReport;
const idsOf = (...reports: readonly ExecutionReport[]): readonly string[] =>
  tradesInForce(reports).map(({ execId }) => execId);

describe('the trades of an order that count', () => {
  const one = report('1', 'TRADE');
  const two = report('2', 'TRADE');
  test('are all that was not taken back, each as it was corrected last', () => {
    expect(idsOf(report('0', 'NEW'), one, two)).toEqual(['1', '2']);
    expect(idsOf(one, two, report('3', 'TRADE_CANCEL', '1'))).toEqual(['2']);
    expect(idsOf(one, two, report('3', 'TRADE_CORRECT', '1'), report('4', 'TRADE_CORRECT', '3'))).toEqual(['4', '2']);
    expect(idsOf(one, report('3', 'TRADE_CORRECT', '1'), report('4', 'TRADE_CANCEL', '3'))).toEqual([]);
    expect(idsOf(one, report('3', 'TRADE_CANCEL', 'nobody'))).toEqual(['1']);
  });
});

describe('a changed trade', () => {
  const instrument = { lotSize: dec('1') } as Instrument;
  const order = (status: BookOrder['status'], cumQuantity: string): BookOrder =>
    ({ status, cumQuantity, quantity: '10' }) as unknown as BookOrder;
  test.each([
    ['OPEN', '6', undefined, 'OPEN', '2'],
    ['FILLED', '10', undefined, 'OPEN', '6'],
    ['CANCELED', '6', undefined, 'CANCELED', '2'],
    ['EXPIRED', '6', '1', 'EXPIRED', '3'],
    ['OPEN', '6', '8', 'FILLED', '10'],
    ['FILLED', '10', '4', 'FILLED', '10'],
    ['FILLED', '10', '3', 'OPEN', '9'],
  ] as const)('of a %s order with %s done, to %s: %s with %s done', (status, done, quantity, after, cumQuantity) => {
    const change = quantity === undefined ? undefined : { quantity: dec(quantity) };
    expect(changedTrade(order(status, done), report('1', 'TRADE'), change, instrument, 5)).toMatchObject({
      ...{ kind: change === undefined ? 'TRADE_CANCEL' : 'TRADE_CORRECT', execRefId: '1', price: '90', timeMs: 5 },
      order: { status: after, cumQuantity },
    });
  });
  test('to more than the order is for is refused', () => {
    const change = { quantity: dec('9') };
    expect(changedTrade(order('OPEN', '6'), report('1', 'TRADE'), change, instrument, 5)).toMatchObject({
      reason: 'QUANTITY',
    });
  });
});
