import { compareLedgers, invariantOf } from '../../../workers/ledger-comparison';
import type { Ledgers } from '../../../workers/ledger-comparison';

/** Three orders that all ledgers agree on: one bought in two trades, one working, one denied. */
function sound(): Ledgers {
  const order = {
    version: 5,
    quantity: '10',
    filledQuantity: '0',
    leavesQuantity: '0',
    unfilledAtEnd: '10',
    overfill: '0',
    notional: '0',
    fees: {},
    executionIds: [],
    settlements: [],
  };
  const trade = { venue: 'SIMX', venueOrderId: 'SIMX-1', execType: 'TRADE', feeCurrency: 'USD' };
  const booked = { orderId: 'alpha/filled', account: 'alpha', symbol: 'AAPL', side: 'BUY' };
  const execution = { ...booked, multiplier: '1', feeCurrency: 'USD' };
  return {
    venueOrders: [
      {
        venue: 'SIMX',
        venueOrderId: 'SIMX-1',
        clientOrderIds: ['AAA-0', 'AAA-1'],
        quantity: '10',
        cumQuantity: '10',
        status: 'FILLED',
      },
      {
        venue: 'SIMX',
        venueOrderId: 'SIMX-2',
        clientOrderIds: ['BBB-0'],
        quantity: '10',
        cumQuantity: '0',
        status: 'OPEN',
      },
    ],
    venueReports: [
      { ...trade, lastQuantity: '4', lastPrice: '100', fee: '0.4' },
      { ...trade, lastQuantity: '6', lastPrice: '101', fee: '0.6' },
    ],
    orders: [
      {
        ...order,
        orderId: 'alpha/filled',
        status: 'FILLED',
        end: 'FILLED',
        clientOrderIdBase: 'AAA',
        venueOrderId: 'SIMX-1',
        route: { venue: 'SIMX' },
        filledQuantity: '10',
        unfilledAtEnd: '0',
        notional: '1006',
        averagePrice: '100.6',
        fees: { USD: '1' },
        settlements: [{ status: 'SETTLED' }],
      },
      {
        ...order,
        orderId: 'alpha/working',
        status: 'ACCEPTED',
        clientOrderIdBase: 'BBB',
        venueOrderId: 'SIMX-2',
        route: { venue: 'SIMX' },
        leavesQuantity: '10',
        unfilledAtEnd: '0',
      },
      { ...order, orderId: 'alpha/denied', status: 'DENIED', end: 'DENIED' },
    ],
    executions: [
      { ...execution, execId: 'E1', quantity: '4', price: '100', fee: '0.4', settled: true },
      { ...execution, execId: 'E2', quantity: '6', price: '101', fee: '0.6', settled: false },
    ],
    reservations: [{ orderId: 'alpha/working', quantity: '10', cash: '1000' }],
    positions: [{ account: 'alpha', symbol: 'AAPL', quantity: '10', settledQuantity: '4' }],
    cash: [{ account: 'alpha', currency: 'USD', booked: '8993', settled: '9599.6' }],
    accounts: [{ account: 'alpha', openingCash: { USD: '10000' } }],
    currencies: { AAPL: 'USD' },
    workflows: [
      {
        orderId: 'alpha/filled',
        status: 'FILLED',
        isRunning: false,
        finalized: true,
        filledQuantity: '10',
        averagePrice: '100.6',
        fees: { USD: '1' },
      },
      {
        orderId: 'alpha/working',
        status: 'ACCEPTED',
        isRunning: true,
        finalized: false,
        filledQuantity: '0',
        fees: {},
      },
      { orderId: 'alpha/denied', status: 'DENIED', isRunning: false, finalized: true, filledQuantity: '0', fees: {} },
    ],
  } as unknown as Ledgers;
}

/** The ledgers with one row of one of them changed. */
function tampered(ledger: keyof Ledgers, index: number, change: Record<string, unknown>): Ledgers {
  const ledgers = sound();
  const rows = ledgers[ledger] as unknown as Record<string, unknown>[];
  return { ...ledgers, [ledger]: rows.map((row, at) => (at === index ? { ...row, ...change } : row)) };
}
const without = (ledger: keyof Ledgers, index: number): Ledgers => {
  const ledgers = sound();
  return { ...ledgers, [ledger]: (ledgers[ledger] as readonly unknown[]).filter((_row, at) => at !== index) };
};
const brokenIn = (ledgers: Ledgers): readonly string[] =>
  Object.entries(compareLedgers(ledgers)).flatMap(([name, { ok }]) => (ok ? [] : [name]));

describe('comparison of the three ledgers', () => {
  test('agrees with ledgers that agree, and has looked at every order', () => {
    const invariants = compareLedgers(sound());
    expect(Object.entries(invariants).filter(([, { ok }]) => !ok)).toEqual([]);
    expect(invariants['quantitiesAgree']).toMatchObject({ checked: 3 });
  });

  test('an order that somebody gave the next id of another is not that other', () => {
    const ledgers = tampered('venueOrders', 0, { clientOrderIds: ['AAA-0', 'BBB-1'] });
    expect(brokenIn(ledgers)).toContain('noDuplicateVenueOrder');
    const renamed = [{ clientOrderId: 'BBB-1', step: 0 }];
    expect(brokenIn({ ...ledgers, orders: tampered('orders', 0, { renamed }).orders })).toEqual([]);
  });

  test('an adopted order is known by its venue order id, whatever it was entered under, unless we sent that id', () => {
    const entered = (id: string): Ledgers => ({
      ...tampered('venueOrders', 1, { clientOrderIds: [id] }),
      orders: tampered('orders', 1, { clientOrderIdBase: id, adopted: { clientOrderId: id } }).orders.map(
        (order, at) => (at === 0 ? { ...order, lastStep: 1 } : order),
      ),
    });
    expect(brokenIn(entered('phone-1'))).toEqual([]);
    expect(brokenIn(entered('AAA-2'))).toEqual([]);
    expect(brokenIn(entered('AAA-1'))).toEqual(['noDuplicateVenueOrder']);
  });

  test.each([
    [
      'an order that the venue has not',
      without('venueOrders', 1),
      'inAllThreeLedgers',
      'alpha/working (ACCEPTED): not at the venue',
    ],
    [
      'an order that only the venue has',
      without('orders', 1),
      'inAllThreeLedgers',
      'SIMX SIMX-2: at the venue, not in the database',
    ],
    [
      'an order without a workflow',
      without('workflows', 0),
      'inAllThreeLedgers',
      'alpha/filled: in the database, and Temporal does not tell of it',
    ],
    [
      'a workflow without an order',
      without('orders', 2),
      'inAllThreeLedgers',
      'alpha/denied: in Temporal, not in the database',
    ],
    [
      'a denied order at the venue',
      tampered('orders', 2, { clientOrderIdBase: 'BBB', route: { venue: 'SIMX' } }),
      'inAllThreeLedgers',
      'alpha/denied (DENIED): at the venue and should not be',
    ],
    [
      'an order sent twice',
      tampered('venueOrders', 1, { clientOrderIds: ['AAA-0'] }),
      'noDuplicateVenueOrder',
      'AAA: sent twice, as SIMX SIMX-1 and SIMX SIMX-2',
    ],
    [
      'a step sent twice',
      tampered('venueOrders', 0, { clientOrderIds: ['AAA-0', 'AAA-0'] }),
      'noDuplicateVenueOrder',
      "SIMX SIMX-1: one step's id twice",
    ],
    [
      'a state that the venue contradicts',
      tampered('venueOrders', 1, { status: 'CANCELED' }),
      'statesAgree',
      'alpha/working: database ACCEPTED, venue CANCELED',
    ],
    [
      'a state that Temporal contradicts',
      tampered('workflows', 1, { status: 'HELD' }),
      'statesAgree',
      'alpha/working: database ACCEPTED, Temporal HELD',
    ],
    [
      'a workflow that has ended too early',
      tampered('workflows', 1, { isRunning: false }),
      'statesAgree',
      'alpha/working: its workflow is over, the order is ACCEPTED and not final',
    ],
    [
      'a workflow that does not end',
      tampered('workflows', 2, { isRunning: true }),
      'statesAgree',
      'alpha/denied: final (DENIED), but its workflow still runs',
    ],
    [
      'a trade that is missing at the venue',
      without('venueReports', 0),
      'quantitiesAgree',
      "alpha/filled: filled 10, the venue's reports 6",
    ],
    [
      'a cumulative quantity of the venue',
      tampered('venueOrders', 0, { cumQuantity: '9' }),
      'quantitiesAgree',
      "alpha/filled: filled 10, the venue's order 9",
    ],
    [
      'an execution that was not booked',
      without('executions', 0),
      'quantitiesAgree',
      'alpha/filled: filled 10, the executions 6',
    ],
    [
      'a quantity that Temporal contradicts',
      tampered('workflows', 0, { filledQuantity: '11' }),
      'quantitiesAgree',
      'alpha/filled: filled 10, Temporal 11',
    ],
    [
      'a price',
      tampered('venueReports', 0, { lastPrice: '100.000001' }),
      'averagePricesAgree',
      'alpha/filled: average price 100.6, venue 100.6000004',
    ],
    [
      'an average price that Temporal contradicts',
      tampered('workflows', 0, { averagePrice: '100.7' }),
      'averagePricesAgree',
      'alpha/filled: average price 100.6, Temporal 100.7',
    ],
    ['a fee', tampered('venueReports', 1, { fee: '0.61' }), 'feesAgree', 'alpha/filled: fees 1 USD, venue 1.01'],
    [
      'a fee in another currency',
      tampered('venueReports', 1, { feeCurrency: 'EUR' }),
      'feesAgree',
      'alpha/filled: fees 0 EUR, venue 0.6',
    ],
    [
      'leaves of an order that has ended',
      tampered('orders', 0, { leavesQuantity: '1' }),
      'quantitiesConserved',
      'alpha/filled: leaves is not 0 at the end',
    ],
    [
      'a reservation of a final order',
      tampered('reservations', 0, { orderId: 'alpha/filled' }),
      'reservationsReleased',
      'alpha/filled is FILLED and still reserves 10 and 1000',
    ],
    [
      'a position',
      tampered('positions', 0, { quantity: '11' }),
      'positionsMatchFills',
      'alpha AAPL: position 11, the trades make 10 (difference 1)',
    ],
    [
      'a settled position',
      tampered('positions', 0, { settledQuantity: '10' }),
      'positionsMatchFills',
      'alpha AAPL: settled position 10, the trades make 4 (difference 6)',
    ],
    [
      'cash',
      tampered('cash', 0, { booked: '8993.01' }),
      'cashMatchesTrades',
      'alpha USD: cash 8993.01, the trades make 8993 (difference 0.01)',
    ],
    [
      'cash that was booked without the multiplier',
      tampered('executions', 0, { multiplier: '2' }),
      'cashMatchesTrades',
      'alpha USD: cash 8993, the trades make 8593 (difference 400)',
    ],
    [
      'cash that is not there at all',
      without('cash', 0),
      'cashMatchesTrades',
      'alpha USD: cash none, the trades make 8993 (difference -8993)',
    ],
  ])('finds %s', (_what, ledgers, name, violation) => {
    expect(brokenIn(ledgers)).toContain(name);
    expect(compareLedgers(ledgers)[name]?.violations).toContainEqual(violation);
  });

  test('counts all violations and shows the first', () => {
    const many = Array.from({ length: 9 }, (_, index) => `violation ${String(index)}`);
    expect(invariantOf(9, many)).toMatchObject({ ok: false, violated: 9, violations: many.slice(0, 5) });
  });

  test('fails when there was nothing to check', () => {
    expect(invariantOf(0, [])).toMatchObject({ ok: false, violations: ['nothing was there to check'] });
  });
});
