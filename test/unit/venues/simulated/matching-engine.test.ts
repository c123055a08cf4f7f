import { dec } from '../../../../src/domain/money';
import { BookDriver, lines, step } from './book-fixtures';

const QUOTED = step('99', '100', '101', '100', '100');

describe('orders of clients among themselves', () => {
  test('trade at the resting price, best price first, then earliest', () => {
    const book = new BookDriver();
    book.submit({ id: 'worse', side: 'SELL', quantity: '10', limit: '100.02' });
    book.submit({ id: 'first', side: 'SELL', quantity: '10', limit: '100.01' });
    book.submit({ id: 'second', side: 'SELL_SHORT', quantity: '10', limit: '100.01' });
    expect(book.submit({ id: 'buyer', quantity: '25', limit: '100.05' })).toEqual([
      'buyer NEW 0/25',
      'first TRADE 10/10 10@100.01 MAKER',
      'buyer TRADE 10/25 10@100.01 TAKER',
      'second TRADE 10/10 10@100.01 MAKER',
      'buyer TRADE 20/25 10@100.01 TAKER',
      'worse TRADE 5/10 5@100.02 MAKER',
      'buyer TRADE 25/25 5@100.02 TAKER',
    ]);
  });

  test('do not trade when the prices do not meet', () => {
    const book = new BookDriver();
    book.submit({ id: 'seller', side: 'SELL', quantity: '10', limit: '100.01' });
    expect(book.submit({ id: 'buyer', quantity: '10', limit: '100' })).toEqual(['buyer NEW 0/10']);
  });

  test('come before the outside market at the same price and after it at a worse one', () => {
    const book = new BookDriver(QUOTED);
    book.submit({ id: 'level', side: 'SELL', quantity: '10', limit: '101' });
    expect(book.submit({ id: 'buyer', quantity: '20', limit: '101' })).toEqual([
      'buyer NEW 0/20',
      'level TRADE 10/10 10@101 MAKER',
      'buyer TRADE 10/20 10@101 TAKER',
      'buyer TRADE 20/20 10@101 TAKER',
    ]);
  });

  test('fill a waiting market order as soon as a limit order comes to rest', () => {
    const book = new BookDriver();
    expect(book.submit({ id: 'market', type: 'MARKET', quantity: '5' })).toEqual(['market NEW 0/5']);
    expect(book.submit({ id: 'seller', side: 'SELL', quantity: '8', limit: '100.5' })).toEqual([
      'seller NEW 0/8',
      'seller TRADE 5/8 5@100.5 MAKER',
      'market TRADE 5/5 5@100.5 TAKER',
    ]);
  });
});

describe('orders against the outside market', () => {
  test('take the quoted size, then slip a tick a level, and wait for the next step', () => {
    const book = new BookDriver(QUOTED);
    expect(book.submit({ id: 'big', type: 'MARKET', quantity: '320' })).toEqual([
      'big NEW 0/320',
      'big TRADE 100/320 100@101 TAKER',
      'big TRADE 200/320 100@101.01 TAKER',
      'big TRADE 300/320 100@101.02 TAKER',
    ]);
    expect(book.market(step('99', '1', '102', '50', '101.5'))).toEqual(['big TRADE 320/320 20@102 TAKER']);
  });

  test('find what another order took gone until the next step', () => {
    const book = new BookDriver(QUOTED);
    book.submit({ id: 'before', type: 'MARKET', quantity: '150' });
    expect(book.submit({ id: 'after', type: 'MARKET', quantity: '60' }).slice(1)).toEqual([
      'after TRADE 50/60 50@101.01 TAKER',
      'after TRADE 60/60 10@101.02 TAKER',
    ]);
  });

  test('see only the share of the market that this venue has', () => {
    const book = new BookDriver(step('99', '100', '101', '90', '100'), {
      liquidityShare: '0.25' as never,
      depthLevels: 1,
    });
    expect(book.submit({ id: 'buyer', type: 'MARKET', quantity: '50', timeInForce: 'IOC' })).toEqual([
      'buyer NEW 0/50',
      'buyer TRADE 22/50 22@101 TAKER',
      'buyer CANCELED 22/50',
    ]);
  });

  test('rest and fill at their own price when the market trades there, within its volume', () => {
    const book = new BookDriver(QUOTED);
    book.submit({ id: 'early', quantity: '30', limit: '99.5' });
    book.submit({ id: 'late', quantity: '30', limit: '99.5' });
    expect(book.market(step('99.4', '100', '99.6', '100', '99.6', '40'))).toEqual([]);
    expect(book.market(step('99.4', '100', '99.6', '100', '99.5', '40'))).toEqual([
      'early TRADE 30/30 30@99.5 MAKER',
      'late TRADE 10/30 10@99.5 MAKER',
    ]);
    expect(book.market(step('99.4', '100', '99.6', '100', '99.4', '0'))).toEqual([]);
    expect(book.market(step('99.3', '100', '99.4', '100', '99.4', '0'))).toEqual(['late TRADE 30/30 20@99.5 MAKER']);
  });

  test('fill a resting sell on a rising market', () => {
    const book = new BookDriver(QUOTED);
    book.submit({ id: 'seller', side: 'SELL', quantity: '30', limit: '101.5' });
    expect(book.market(step('101.4', '10', '101.6', '10', '101.5', '30'))).toEqual([
      'seller TRADE 30/30 30@101.5 MAKER',
    ]);
  });
});

describe('time in force', () => {
  test('IOC trades what it can and cancels the rest', () => {
    const book = new BookDriver(QUOTED);
    expect(book.submit({ id: 'ioc', quantity: '120', limit: '101', timeInForce: 'IOC' })).toEqual([
      'ioc NEW 0/120',
      'ioc TRADE 100/120 100@101 TAKER',
      'ioc CANCELED 100/120',
    ]);
  });

  test.each([
    ['one more than there is', '201', ['fok NEW 0/201', 'fok CANCELED 0/201']],
    ['all there is', '200', ['fok NEW 0/200', 'fok TRADE 100/200 100@101 TAKER', 'fok TRADE 200/200 100@101.01 TAKER']],
  ])('FOK of %s', (_, quantity, expected) => {
    const book = new BookDriver(QUOTED);
    expect(book.submit({ id: 'fok', quantity, limit: '101.01', timeInForce: 'FOK' })).toEqual(expected);
  });

  test('an end is reached at its own time, once', () => {
    const book = new BookDriver(QUOTED);
    book.submit({ id: 'day', quantity: '1', limit: '90', timeInForce: 'DAY', expireAtMs: 500 });
    book.submit({ id: 'later', quantity: '1', limit: '90', timeInForce: 'GTD', expireAtMs: 900 });
    expect(book.engine.expire(499)).toEqual([]);
    expect(book.engine.expire(800)).toEqual([expect.objectContaining({ kind: 'EXPIRED', timeMs: 500 })]);
    expect(book.engine.expire(800)).toEqual([]);
    expect(book.engine.expire(900)).toHaveLength(1);
    expect(book.market(step('80', '9', '81', '9', '81', '50'))).toEqual([]);
  });
});

describe('orders for the opening and the close', () => {
  test('wait through every quote until the opening, trade there, and are canceled for the rest', () => {
    const book = new BookDriver(QUOTED);
    expect(book.submit({ id: 'open', type: 'MARKET', quantity: '150', timeInForce: 'AT_THE_OPEN' })).toEqual([
      'open NEW 0/150',
    ]);
    book.submit({ id: 'low', quantity: '10', limit: '98', timeInForce: 'AT_THE_OPEN' });
    expect(book.market(step('99', '10', '101', '40', '100'))).toEqual([]);
    expect(lines(book.engine.openSession(2))).toEqual([
      'open TRADE 40/150 40@101 TAKER',
      'open TRADE 80/150 40@101.01 TAKER',
      'open TRADE 120/150 40@101.02 TAKER',
      'open CANCELED 120/150',
      'low CANCELED 0/10',
    ]);
    expect(book.engine.openSession(3)).toEqual([]);
  });

  test('trade with each other and with what rests, the earliest first', () => {
    const book = new BookDriver();
    book.submit({ id: 'rests', side: 'SELL', quantity: '5', limit: '100.5' });
    book.submit({ id: 'buyer', quantity: '20', limit: '101', timeInForce: 'AT_THE_OPEN' });
    book.submit({ id: 'seller', side: 'SELL', type: 'MARKET', quantity: '10', timeInForce: 'AT_THE_OPEN' });
    expect(lines(book.engine.openSession(2))).toEqual([
      'rests TRADE 5/5 5@100.5 MAKER',
      'buyer TRADE 5/20 5@100.5 TAKER',
      'buyer TRADE 15/20 10@101 MAKER',
      'seller TRADE 10/10 10@101 TAKER',
      'buyer CANCELED 15/20',
    ]);
  });

  test('at the close trade at the last quote and before day orders end; the rest expires', () => {
    const book = new BookDriver();
    book.submit({ id: 'day', side: 'SELL', quantity: '5', limit: '103', timeInForce: 'DAY', expireAtMs: 900 });
    book.submit({ id: 'close', type: 'MARKET', quantity: '30', timeInForce: 'AT_THE_CLOSE', expireAtMs: 900 });
    book.submit({ id: 'limit', quantity: '30', limit: '101', timeInForce: 'AT_THE_CLOSE', expireAtMs: 900 });
    book.market(step('99', '10', '101', '10', '100'));
    expect(book.market(step('101', '10', '102', '20', '101.5'))).toEqual([]);
    expect(book.engine.openSession(3)).toEqual([]);
    expect(book.engine.expire(899)).toEqual([]);
    const events = book.engine.expire(5000);
    expect(lines(events)).toEqual([
      'close TRADE 20/30 20@102 TAKER',
      'close TRADE 30/30 10@102.01 TAKER',
      'day EXPIRED 0/5',
      'limit EXPIRED 0/30',
    ]);
    expect(events.map((event) => event.timeMs)).toEqual([900, 900, 900, 900]);
  });

  test('do not trade at the close with an order that ended before it', () => {
    const book = new BookDriver();
    book.submit({ id: 'ended', side: 'SELL', quantity: '5', limit: '100', timeInForce: 'GTD', expireAtMs: 500 });
    book.submit({ id: 'close', type: 'MARKET', quantity: '5', timeInForce: 'AT_THE_CLOSE', expireAtMs: 900 });
    expect(lines(book.engine.expire(1000))).toEqual(['ended EXPIRED 0/5', 'close EXPIRED 0/5']);
  });

  test('set stops off with their trades', () => {
    const book = new BookDriver(QUOTED);
    book.submit({ id: 'stop', side: 'SELL', type: 'STOP', stop: '99', quantity: '1' });
    book.submit({
      id: 'close',
      side: 'SELL',
      type: 'MARKET',
      quantity: '5',
      timeInForce: 'AT_THE_CLOSE',
      expireAtMs: 900,
    });
    expect(lines(book.engine.expire(900))).toEqual([
      'close TRADE 5/5 5@99 TAKER',
      'stop TRIGGERED 0/1',
      'stop TRADE 1/1 1@99 TAKER',
    ]);
  });

  test('can be canceled and replaced while they wait, and are still waiting when restored', () => {
    const book = new BookDriver(QUOTED);
    book.submit({ id: 'gone', type: 'MARKET', quantity: '5', timeInForce: 'AT_THE_OPEN' });
    const [event] = book.events({ id: 'a', quantity: '5', limit: '99', timeInForce: 'AT_THE_OPEN' });
    expect(book.cancel('gone')).toEqual(['gone CANCELED 0/5']);
    expect(book.replace('a', 'a2', '9', '101')).toEqual(['a2 REPLACED 0/9']);
    expect(lines(book.engine.openSession(2))).toEqual(['a2 TRADE 9/9 9@101 TAKER']);
    const again = new BookDriver(step('97', '10', '98', '10', '98'));
    again.engine.restore([event!.order]);
    expect(again.market(step('97', '10', '98', '10', '98', '50'))).toEqual([]);
    expect(lines(again.engine.openSession(2))).toEqual(['a TRADE 5/5 5@98 TAKER']);
  });
});

test.each([
  ['BUY', '100.99', false],
  ['BUY', '101', true],
  ['SELL', '99.01', false],
  ['SELL', '99', true],
  ['BUY', '100.5', true],
] as const)('a %s at %s takes: %s', (side, limit, takes) => {
  const book = new BookDriver(QUOTED);
  if (limit === '100.5') book.submit({ id: 'seller', side: 'SELL', quantity: '1', limit });
  expect(book.engine.wouldTake({ side, limitPrice: dec(limit) })).toBe(takes);
});

describe('stops', () => {
  test.each([
    ['buy on the last trade', 'BUY', '105', step('103', '10', '104', '10', '105')],
    ['buy on the bid', 'BUY', '105', step('105', '10', '106', '10', '104')],
    ['sell on the last trade', 'SELL', '95', step('96', '10', '97', '10', '95')],
    ['sell on the ask', 'SELL', '95', step('94', '10', '95', '10', '96')],
  ] as const)('trigger a %s and trade as a taker', (_, side, stop, next) => {
    const book = new BookDriver(QUOTED);
    expect(book.submit({ id: 'stop', side, type: 'STOP', stop, quantity: '5' })).toEqual(['stop NEW 0/5']);
    expect(book.market(QUOTED)).toEqual([]);
    expect(book.market(next)).toEqual(['stop TRIGGERED 0/5', expect.stringMatching(/^stop TRADE 5\/5 5@\d+ TAKER$/)]);
  });

  test('trigger at once when the price is already reached', () => {
    const book = new BookDriver(QUOTED);
    expect(book.submit({ id: 'stop', type: 'STOP', stop: '100', quantity: '5' })).toEqual([
      'stop NEW 0/5',
      'stop TRIGGERED 0/5',
      'stop TRADE 5/5 5@101 TAKER',
    ]);
  });

  test('with a limit rest at it after the trigger', () => {
    const book = new BookDriver(QUOTED);
    book.submit({ id: 'stop', type: 'STOP_LIMIT', stop: '105', limit: '103', quantity: '5' });
    expect(book.market(step('104', '10', '106', '10', '105'))).toEqual(['stop TRIGGERED 0/5']);
    expect(book.market(step('102', '10', '103.5', '10', '103', '5'))).toEqual(['stop TRADE 5/5 5@103 MAKER']);
  });

  test('set each other off through their own trades', () => {
    const book = new BookDriver(step('99', '5', '101', '5', '100'), { slippageTicks: 100 });
    book.submit({ id: 'next', type: 'STOP', stop: '102', quantity: '1' });
    book.submit({ id: 'spark', type: 'STOP', stop: '101', quantity: '6' });
    expect(book.submit({ id: 'taker', type: 'MARKET', quantity: '1' })).toEqual([
      'taker NEW 0/1',
      'taker TRADE 1/1 1@101 TAKER',
      'spark TRIGGERED 0/6',
      'spark TRADE 4/6 4@101 TAKER',
      'spark TRADE 6/6 2@102 TAKER',
      'next TRIGGERED 0/1',
      'next TRADE 1/1 1@102 TAKER',
    ]);
  });
});

describe('cancel and replace', () => {
  test('a canceled order trades no more and cannot be canceled again', () => {
    const book = new BookDriver(QUOTED);
    book.submit({ id: 'a', quantity: '5', limit: '99' });
    expect(book.cancel('a')).toEqual(['a CANCELED 0/5']);
    expect(book.cancel('a')).toEqual([]);
    expect(book.replace('a', 'a2', '9')).toEqual([]);
    expect(book.submit({ id: 'seller', side: 'SELL', quantity: '1', limit: '99.5' })).toEqual(['seller NEW 0/1']);
  });

  test.each([
    ['a smaller quantity keeps', '8', '100', 'a2'],
    ['a larger quantity loses', '12', '100', 'b'],
    ['a new price there and back loses', '10', '100', 'b'],
  ])('%s the place in the queue', (name, quantity, limit, winner) => {
    const book = new BookDriver();
    book.submit({ id: 'a', quantity: '10', limit: '100' });
    book.submit({ id: 'b', quantity: '10', limit: '100' });
    const orig = name.includes('price') ? '99' : limit;
    book.replace('a', 'a1', name.includes('price') ? '10' : quantity, orig);
    book.replace('a', 'a2', quantity, limit);
    const [, maker] = book.submit({ id: 'seller', side: 'SELL', quantity: '1', limit: '100' });
    expect(maker).toMatch(new RegExp(`^${winner} TRADE `));
  });

  test('a quantity below what is filled ends the order as filled with what it has', () => {
    const book = new BookDriver(QUOTED);
    book.submit({ id: 'a', quantity: '300', limit: '101' });
    expect(book.replace('a', 'a2', '40')).toEqual(['a2 REPLACED 100/100']);
    expect(book.cancel('a')).toEqual([]);
  });

  test('a price that crosses trades at once', () => {
    const book = new BookDriver(QUOTED);
    book.submit({ id: 'a', quantity: '10', limit: '98' });
    expect(book.replace('a', 'a2', '10', '101')).toEqual(['a2 REPLACED 0/10', 'a2 TRADE 10/10 10@101 TAKER']);
  });
});

test('an engine restored from its orders goes on like the one before', () => {
  const book = new BookDriver();
  const orders = ['a', 'b'].flatMap((id) => book.events({ id, side: 'SELL', quantity: '10', limit: '100' }));
  const again = new BookDriver();
  again.engine.restore(orders.map((event) => event.order).reverse());
  expect(again.submit({ id: 'buyer', quantity: '1', limit: '100' })[1]).toBe('a TRADE 1/10 1@100 MAKER');
});
