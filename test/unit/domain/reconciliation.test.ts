import fc from 'fast-check';
import type { OrderId } from '../../../src/domain/ids';
import { add, dec } from '../../../src/domain/money';
import { confirmed, readThrough, reconcile } from '../../../src/domain/reconciliation';
import type { Finding } from '../../../src/domain/reconciliation-findings';
import {
  Books,
  execution,
  known,
  NOW_MS,
  ourOrder,
  SETTINGS,
  TERMS,
  theirOrder,
  theirTrade,
} from './reconciliation-fixtures';

const short = ({ kind, key, action, otherwise }: Finding): string =>
  [kind, key, action, ...(otherwise === undefined ? [] : [otherwise])].join(' ');
const YOUNG = { changedAtMs: NOW_MS - 1_000 };

describe('an order here against the same order there', () => {
  test.each([
    ['agree', {}, {}, []],
    ['named by its venue order id only', { clientOrderIdBase: 'x' }, { clientOrderIds: [] }, []],
    ['replaced there under a later step', {}, { clientOrderIds: ['b1-0', 'b1-1'] }, []],
    ['filled further', {}, { cumQuantity: dec('4') }, ['MISSING_FILL alpha/1 CORRECT ESCALATE']],
    ['filled less', { filledQuantity: dec('4') }, {}, ['QUANTITY_DIFFERENCE alpha/1 CORRECT ESCALATE']],
    ['spelled otherwise', { filledQuantity: dec('4') }, { cumQuantity: dec('4.0') }, []],
    ['for another quantity', {}, { quantity: dec('11') }, ['QUANTITY_DIFFERENCE alpha/1 CORRECT ESCALATE']],
    [
      'for another quantity while a replace is pending',
      { status: 'PENDING_REPLACE' },
      { quantity: dec('11') },
      ['QUANTITY_DIFFERENCE alpha/1 CORRECT WAIT'],
    ],
    [
      'for another price',
      { limitPrice: dec('9') },
      { limitPrice: dec('9.5') },
      [`QUANTITY_DIFFERENCE alpha/1 CORRECT ESCALATE`],
    ],
    [
      'for another price while a replace is pending',
      { status: 'PENDING_REPLACE', limitPrice: dec('9') },
      { limitPrice: dec('9.5') },
      ['QUANTITY_DIFFERENCE alpha/1 CORRECT WAIT'],
    ],
    ['for the same price spelled otherwise', { limitPrice: dec('9') }, { limitPrice: dec('9.0') }, []],
    ['for a price that the venue does not tell', { limitPrice: dec('9') }, {}, []],
    ['not acknowledged here', { status: 'SUBMIT_UNKNOWN' }, {}, ['STATE_DIFFERENCE alpha/1 CORRECT WAIT']],
    ['ended here', { status: 'CANCELED', ended: true }, {}, ['STATE_DIFFERENCE alpha/1 CORRECT ESCALATE']],
    ['never sent from here', { status: 'HELD', sent: false }, {}, ['STATE_DIFFERENCE alpha/1 CORRECT ESCALATE']],
    ['young', { ...YOUNG }, { cumQuantity: dec('4') }, ['MISSING_FILL alpha/1 WAIT']],
    ['pending cancel, open there', { status: 'PENDING_CANCEL' }, {}, []],
  ] as const)('%s', (_name, here, there, expected) => {
    const books = new Books();
    books.ours.push(ourOrder('1', here));
    books.theirs.push(theirOrder('1', there));
    expect(books.found().map(short)).toEqual(expected);
  });

  test.each([
    ['ACCEPTED', {}, ['MISSING_AT_VENUE alpha/1 CORRECT ESCALATE']],
    ['PARTIALLY_FILLED', {}, ['MISSING_AT_VENUE alpha/1 CORRECT ESCALATE']],
    ['SUBMIT_UNKNOWN', {}, ['MISSING_AT_VENUE alpha/1 CORRECT WAIT']],
    ['PENDING_CANCEL', {}, ['MISSING_AT_VENUE alpha/1 CORRECT WAIT']],
    ['ACCEPTED', YOUNG, ['MISSING_AT_VENUE alpha/1 WAIT']],
    ['HELD', { sent: false }, []],
    ['DONE_FOR_DAY', {}, []],
    ['FILLED', { ended: true }, []],
  ] as const)('%s here and not there', (status, change, expected) => {
    const books = new Books();
    books.ours.push(ourOrder('1', { status, ...change }));
    expect(books.found().map(short)).toEqual(expected);
  });

  test.each([
    ['both open', {}],
    ['the one whose id it would have been over', { status: 'FILLED', ended: true }],
    ['that one not acknowledged', { status: 'SUBMIT_UNKNOWN', venueOrderId: undefined }],
  ] as const)('an order that was given the next id of another is not that other, %s', (_name, change) => {
    const books = new Books();
    const { venueOrderId: _unknown, ...unacknowledged } = ourOrder('1');
    books.ours.push('venueOrderId' in change ? { ...unacknowledged, status: change.status } : ourOrder('1', change));
    books.ours.push(ourOrder('2', { venueOrderId: 'V-before' }));
    if (!('ended' in change)) books.theirs.push(theirOrder('1'));
    books.theirs.push(theirOrder('2', { clientOrderIds: ['b2-0', 'b1-1'] }));
    expect(books.found().map(short)).toEqual('venueOrderId' in change ? ['STATE_DIFFERENCE alpha/1 CORRECT WAIT'] : []);
  });

  test.each([
    ['b1-1', {}, 'ORPHAN_ORDER V-phone ADOPT'],
    ['b1-1', { status: 'CANCELED', ended: true }, 'ORPHAN_ORDER V-phone ADOPT'],
    ['b1', {}, 'ORPHAN_ORDER V-phone ADOPT'],
    ['b1-zz', {}, 'ORPHAN_ORDER V-phone ADOPT'],
    ['b1-01', {}, 'ORPHAN_ORDER V-phone ADOPT'],
  ] as const)('another venue order under %s is not ours (%j)', (id, change, expected) => {
    const books = new Books();
    books.ours.push(ourOrder('1', change));
    if (!('ended' in change)) books.theirs.push(theirOrder('1'));
    books.theirs.push(theirOrder('1', { venueOrderId: 'V-phone', clientOrderIds: [id] }));
    expect(books.found().map(short)).toEqual([expected]);
  });

  test('a venue that replaces by cancel and new has our order as another one, under the id that was asked for', () => {
    const books = new Books();
    books.ours.push(ourOrder('1', { lastStep: 1, status: 'PENDING_REPLACE' }));
    books.theirs.push(theirOrder('1', { venueOrderId: 'V-new', clientOrderIds: ['b1-1'] }));
    expect(books.found()).toEqual([]);
  });

  test('an order that the venue lists twice is one', () => {
    const books = new Books();
    books.ours.push(ourOrder('1'));
    books.theirs.push(theirOrder('1'), theirOrder('1'));
    expect(books.found()).toEqual([]);
  });

  test('open there and unknown here is adopted', () => {
    const books = new Books();
    books.theirs.push(theirOrder('1', { cumQuantity: dec('3') }));
    // Its fill comes with it.
    books.open.push({ trade: theirTrade('1'), known: { execId: 'E1', inbox: 'ABSENT' } });
    shift(books, '3', '-600.5');
    expect(books.found()).toMatchObject([
      {
        kind: 'ORPHAN_ORDER',
        key: 'V1',
        action: 'ADOPT',
        clientOrderId: 'b1-0',
        before: {},
        after: { quantity: '10' },
      },
    ]);
  });
});

describe('executions', () => {
  const booked = (quantity: string, price: string) => ({ booked: { quantity: dec(quantity), price: dec(price) } });
  test.each([
    ['booked alike', {}, booked('3.0', '100'), []],
    ['apart by 0.01 %', {}, booked('3', '100.01'), []],
    ['apart by more', {}, booked('3', '100.02'), ['QUANTITY_DIFFERENCE E1 ESCALATE']],
    ['of another quantity', {}, booked('3.0001', '100'), ['QUANTITY_DIFFERENCE E1 ESCALATE']],
    ['a bust booked with its sign turned', { execType: 'TRADE_CANCEL' }, booked('-3', '100'), []],
    ['in the inbox', {}, { inbox: 'WAITING' }, ['MISSING_FILL E1 WAIT']],
    ['told and not booked', {}, { inbox: 'TOLD' }, ['MISSING_FILL E1 ESCALATE']],
    ['told a moment ago', {}, { inbox: 'TOLD', ...YOUNG }, ['MISSING_FILL E1 WAIT']],
  ] as const)('%s', (_name, trade, here, expected) => {
    const books = new Books();
    books.open.push({ trade: theirTrade('1', trade), known: known('1', here) });
    expect(
      books
        .found()
        .filter(({ execId }) => execId !== undefined)
        .map(short),
    ).toEqual(expected);
  });

  test('a trade that nothing will book does not hide that the venue has the order no more', () => {
    const books = new Books();
    books.ours.push(ourOrder('1'));
    books.open.push({ trade: theirTrade('1', { execType: 'TRADE_CANCEL' }), known: known('1', { inbox: 'TOLD' }) });
    expect(books.found().map(short)).toEqual(
      expect.arrayContaining(['MISSING_AT_VENUE alpha/1 CORRECT ESCALATE', 'MISSING_FILL E1 ESCALATE']),
    );
    const waits = new Books();
    waits.ours.push(ourOrder('1'));
    waits.open.push({ trade: theirTrade('1'), known: known('1', { inbox: 'WAITING' }) });
    expect(waits.found().map(short)).not.toContain('MISSING_AT_VENUE alpha/1 CORRECT ESCALATE');
  });

  test.each([
    ['a trade', {}, '8', '-1600.5'],
    ['a sale', { side: 'SELL' }, '2', '-400.5'],
    ['a bust', { execType: 'TRADE_CANCEL' }, '2', '-399.5'],
  ] as const)('%s that is missing explains why position and cash differ', (_name, change, position, cash) => {
    const books = new Books();
    books.open.push({ trade: theirTrade('1', change), known: known('1') });
    Object.assign(books.theirPosition, { COIN: dec(position) });
    Object.assign(books.theirCash, { USD: dec(cash) });
    expect(books.found().map(short)).toEqual(['MISSING_FILL E1 CORRECT WAIT']);
  });

  test('so does a correction, by what it corrects', () => {
    const books = new Books();
    const trade = theirTrade('1', { execType: 'TRADE_CORRECT', execRefId: 'E0', quantity: dec('4') });
    const corrects = { quantity: dec('3'), price: dec('100'), fee: dec('0.5'), feeCurrency: 'USD' };
    books.open.push({ trade, known: known('1', { corrects }) });
    Object.assign(books.theirPosition, { COIN: dec('6') });
    Object.assign(books.theirCash, { USD: dec('-1200') });
    expect(books.found().map(short)).toEqual(['MISSING_FILL E1 CORRECT WAIT']);
  });

  test('one that only we have is asked for, and explains the difference of amounts', () => {
    const books = new Books();
    books.unconfirmed.push(execution('1'), execution('2'));
    books.confirmed.push('U2');
    Object.assign(books.theirPosition, { COIN: dec('2') });
    Object.assign(books.theirCash, { USD: dec('-399.5') });
    expect(books.found().map(short)).toEqual(['UNKNOWN_EXECUTION U1 CORRECT ESCALATE']);
  });
});

describe('guards', () => {
  const silent = { kind: 'unavailable', reason: 'HTTP 503' } as const;
  const different = (): Books => {
    const books = new Books();
    books.ours.push(ourOrder('1'));
    books.open.push({ trade: theirTrade('2'), known: known('2') });
    books.unconfirmed.push(execution('3'));
    Object.assign(books.theirPosition, { COIN: dec('77') });
    Object.assign(books.theirCash, { USD: dec('77') });
    return books;
  };

  test('a source that does not answer concludes nothing', () => {
    const found = different().found({ orders: silent, trades: silent, positions: silent, balances: silent });
    const sources = ['orders', 'trades', 'positions', 'balances'];
    expect(found.map(short)).toEqual(sources.map((source) => `SOURCE_UNAVAILABLE ${source} WAIT`));
  });

  test('without the executions nothing is said of positions and cash', () => {
    expect(different().found({ trades: silent }).map(short)).toEqual([
      'SOURCE_UNAVAILABLE trades WAIT',
      'MISSING_AT_VENUE alpha/1 CORRECT ESCALATE',
    ]);
  });

  test('what a venue does not have is no finding', () => {
    const none = { kind: 'unsupported' } as const;
    expect(new Books().found({ positions: none, balances: none })).toEqual([]);
  });

  test('a difference that is gone, or another one, at the second look is none', () => {
    const [first, gone, moved] = [different(), new Books(), different()];
    Object.assign(gone.theirPosition, { COIN: dec('5') });
    Object.assign(moved.theirPosition, { COIN: dec('78') });
    expect(confirmed(first.compare(), gone.compare())).toEqual([]);
    expect(confirmed(first.compare(), moved.compare()).map(({ kind }) => kind)).not.toContain('POSITION_DIFFERENCE');
  });

  test('while the stream catches up, nothing is corrected', () => {
    const books = different();
    const [first, second] = [3, 5].map((position) =>
      reconcile(books.ourView(position), books.theirView(), SETTINGS, () => TERMS, NOW_MS),
    );
    const found = confirmed(first!, second!);
    expect(found.length).toBeGreaterThan(2);
    expect(new Set(found.map(({ action }) => action))).toEqual(new Set(['WAIT']));
  });

  test('cash within its tolerance is no finding', () => {
    const books = new Books();
    Object.assign(books.theirCash, { USD: dec('-1000.01') });
    expect(books.found()).toEqual([]);
    Object.assign(books.theirCash, { USD: dec('-1000.011') });
    expect(books.found()).toMatchObject([
      { kind: 'CASH_DIFFERENCE', key: 'USD', difference: '-0.011', action: 'ESCALATE' },
    ]);
  });

  test('what waits is read again by the next run', () => {
    const waiting = { sequence: 5, action: 'WAIT' } as Finding;
    expect(readThrough({ lastSequence: 9, open: [] }, [{ ...waiting, action: 'CORRECT' }])).toBe(9);
    expect(readThrough({ lastSequence: 9, open: [] }, [waiting])).toBe(4);
  });

  test('a trade that is not booked is read again by the next run, told or not, but not for ever', () => {
    const open = [{ trade: theirTrade('1', { sequence: 5 }), known: known('1') }];
    expect(readThrough({ lastSequence: 9, open }, [])).toBe(4);
    expect(readThrough({ lastSequence: 10_004, open }, [])).toBe(4);
    expect(readThrough({ lastSequence: 10_005, open }, [])).toBe(10_005);
  });
});

/** Each plants one difference in books of its own order and names the finding that it must give. */
const PLANTS: readonly ((books: Books, id: string) => string)[] = [
  (books, id) => {
    books.ours.push(ourOrder(id));
    books.theirs.push(theirOrder(id, { cumQuantity: dec('3') }));
    books.open.push({ trade: theirTrade(id), known: known(id) });
    shift(books, '3', '-600.5');
    return `MISSING_FILL E${id}`;
  },
  (books, id) => {
    books.ours.push(ourOrder(id, { filledQuantity: dec('3') }));
    books.theirs.push(theirOrder(id));
    books.unconfirmed.push(execution(id));
    shift(books, '-3', '600.5');
    return `UNKNOWN_EXECUTION U${id}`;
  },
  (books, id) => {
    books.theirs.push(theirOrder(id));
    return `ORPHAN_ORDER V${id}`;
  },
  (books, id) => {
    books.ours.push(ourOrder(id));
    return `MISSING_AT_VENUE alpha/${id}`;
  },
  (books, id) => {
    books.ours.push(ourOrder(id, { ended: true, status: 'CANCELED' }));
    books.theirs.push(theirOrder(id));
    return `STATE_DIFFERENCE alpha/${id}`;
  },
  (books, id) => {
    books.agree(id);
    books.theirs[books.theirs.length - 1] = theirOrder(id, { quantity: dec('12') });
    return `QUANTITY_DIFFERENCE alpha/${id}`;
  },
  (books, id) => {
    books.theirPosition[`S${id}`] = dec('1');
    return `POSITION_DIFFERENCE S${id}`;
  },
  (books, id) => {
    books.theirCash[`C${id}`] = dec('-5');
    return `CASH_DIFFERENCE C${id}`;
  },
];

function shift({ theirPosition, theirCash }: Books, quantity: string, cash: string): void {
  theirPosition['COIN'] = add(theirPosition['COIN']!, dec(quantity));
  theirCash['USD'] = add(theirCash['USD']!, dec(cash));
}

/**
 * Goal: every difference is found and none is invented, whatever else is different. Method: books of orders that agree,
 * some of them replaced by a planted difference; the list of what was planted is the judge. fast-check prints the seed.
 */
test('finds every planted difference and invents none', () => {
  const plan = fc.array(fc.option(fc.nat(PLANTS.length - 1), { freq: 3 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(plan, fc.boolean(), (kinds, reversed) => {
      const books = new Books();
      const planted = kinds.flatMap((kind, index) => {
        if (kind !== null) return PLANTS[kind]!(books, String(index));
        books.agree(String(index));
        return [];
      });
      if (reversed) books.theirs.reverse();
      const found = books.found().map(({ kind, key }) => `${kind} ${key}`);
      expect([...found].sort()).toEqual([...planted].sort());
    }),
  );
});

test('ten thousand orders are compared at once', () => {
  const books = new Books();
  for (let id = 0; id < 10_000; id += 1) books.agree(String(id));
  books.ours.push(ourOrder('missing', { orderId: 'alpha/missing' as OrderId }));
  expect(books.found().map(short)).toEqual(['MISSING_AT_VENUE alpha/missing CORRECT ESCALATE']);
});
