import { dec } from '../../src/domain/money';
import type { VenueClientOrderId } from '../../src/domain/ids';
import { ACCOUNT, OPEN_MS, SPEED, VenueUnderTest, eventually, soon, told } from './simulated-process';

const venue = new VenueUnderTest();

beforeAll(() => venue.start(), 30_000);
afterAll(() => venue.stop());
beforeEach(() => venue.market());

describe('submit', () => {
  test('a resting order is acknowledged as new', async () => {
    expect(told(await venue.submit())).toEqual(['NEW 0/10']);
  });

  test('a crossing order is acknowledged with its fills and fees', async () => {
    const answer = await venue.submit({ quantity: '40', limitPrice: '101' });
    expect(answer).toMatchObject({
      kind: 'acknowledged',
      reports: [
        { execType: 'NEW', leavesQuantity: '40' },
        // 40 x 101 x 0.3 basis points = 0.1212.
        {
          execType: 'TRADE',
          lastQuantity: '40',
          lastPrice: '101',
          liquidity: 'TAKER',
          fee: '0.1212',
          leavesQuantity: '0',
        },
      ],
    });
  });

  test('a maker of another account earns its rebate', async () => {
    const maker = venue.order({ side: 'SELL', limitPrice: '100', venueAccount: 'maker' });
    await venue.lit.submit(maker, soon());
    await venue.submit({ limitPrice: '100' });
    const status = await venue.lit.findOrder('maker', maker.clientOrderId);
    expect(status).toMatchObject({ reports: [{}, { liquidity: 'MAKER', fee: '-0.02', lastPrice: '100' }] });
  });

  test('a client order id is taken once', async () => {
    const order = venue.order();
    await venue.lit.submit(order, soon());
    const again = await venue.lit.submit(order, soon());
    expect(again).toMatchObject({ kind: 'refused', reason: 'DUPLICATE_ORDER', reports: [{ execType: 'NEW' }] });
    expect(await venue.booked(order.clientOrderId)).toBe(1);
    expect(await venue.lit.submit({ ...order, venueAccount: 'other' }, soon())).toMatchObject({ kind: 'acknowledged' });
  });

  test.each([
    ['UNKNOWN_SYMBOL', { symbol: 'NONE' }],
    ['PRICE_TICK', { limitPrice: '90.001' }],
    ['QUANTITY_LOT', { quantity: '1.5' }],
    ['QUANTITY_MAX', { quantity: '100001' }],
    ['LIMIT_PRICE', { type: 'MARKET', limitPrice: '90' }],
    ['EXPIRE_TIME', { timeInForce: 'GTD', expireAtMs: OPEN_MS - 1 }],
    ['CLIENT_ORDER_ID', { clientOrderId: 'x'.repeat(37) as VenueClientOrderId }],
    ['INVALID_REQUEST', { side: 'HOLD' }],
  ] as const)('%s is refused and books nothing', async (reason, change) => {
    const order = venue.order(change);
    expect(await venue.lit.submit(order, soon())).toMatchObject({ kind: 'refused', reason });
    expect(await venue.booked(order.clientOrderId)).toBe(0);
  });

  test('a venue without stops refuses them and says so in its capabilities', async () => {
    const stop = venue.order({ type: 'STOP', stopPrice: '105' });
    expect(await venue.thin.submit(stop, soon())).toMatchObject({ kind: 'refused', reason: 'UNSUPPORTED_ORDER_TYPE' });
    expect(venue.thin.capabilities).toMatchObject({ nativeStops: false, orderTypes: ['MARKET', 'LIMIT'] });
  });

  test('a request after its validUntilMs is refused and books nothing', async () => {
    const order = venue.order();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ ...order, validUntilMs: Date.now() - 1 });
    const answer = await fetch(venue.url('orders'), { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ reason: 'EXPIRED_REQUEST' });
    expect(await venue.booked(order.clientOrderId)).toBe(0);
  });

  test('a client whose clock is minutes behind has sent nothing, and sends the same order when its clock is right', async () => {
    const order = venue.order();
    const trueNow = Date.now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => trueNow() - 600_000);
    try {
      const answer = await venue.lit.submit(order, Date.now() + 5_000);
      expect(answer).toEqual({ kind: 'notSent', reason: 'EXPIRED_REQUEST' });
    } finally {
      clock.mockRestore();
    }
    expect(await venue.lit.submit(order, soon())).toMatchObject({ kind: 'acknowledged' });
    expect(await venue.booked(order.clientOrderId)).toBe(1);
  });

  test('nothing is written after sendBy', async () => {
    const order = venue.order();
    expect(await venue.lit.submit(order, Date.now() - 1)).toEqual({ kind: 'notSent', reason: 'SEND_BY_PASSED' });
    expect(await venue.booked(order.clientOrderId)).toBe(0);
  });
});

describe('time in force and stops', () => {
  test.each([
    ['IOC', ['NEW 0/150', 'TRADE 100/150', 'CANCELED 100/150']],
    ['FOK', ['NEW 0/150', 'CANCELED 0/150']],
  ])('%s ends canceled', async (timeInForce, expected) => {
    // The ladder has ten levels of 100 here, all at the quote: a limit one tick better than the rest takes the client's.
    await venue.market({ askPrice: '105' });
    const seller = venue.order({ side: 'SELL', quantity: '100', limitPrice: '102', venueAccount: 'maker' });
    await venue.lit.submit(seller, soon());
    expect(told(await venue.submit({ quantity: '150', limitPrice: '102', timeInForce }))).toEqual(expected);
    await venue.lit.cancel({ ...seller, clientOrderId: seller.clientOrderId }, soon());
  });

  test('a stop triggers on the market and fills', async () => {
    const stop = venue.order({ type: 'STOP', stopPrice: '103' });
    expect(told(await venue.lit.submit(stop, soon()))).toEqual(['NEW 0/10']);
    await venue.market({ bidPrice: '102', askPrice: '104', lastPrice: '103' });
    const status = await venue.lit.findOrder(ACCOUNT, stop.clientOrderId);
    expect(status).toMatchObject({
      kind: 'found',
      reports: [{ execType: 'NEW' }, { execType: 'TRIGGERED' }, { execType: 'TRADE', lastPrice: '104' }],
    });
  });

  test('GTD expires at its market time', async () => {
    const expireAtMs = OPEN_MS + (Date.now() - venue.realOriginMs) * SPEED + 60_000;
    const order = venue.order({ timeInForce: 'GTD', expireAtMs });
    await venue.lit.submit(order, soon());
    await eventually(async () => {
      const status = await venue.lit.findOrder(ACCOUNT, order.clientOrderId);
      expect(status).toMatchObject({ reports: [{}, { execType: 'EXPIRED', transactTimeMs: expireAtMs }] });
    });
  });

  test('a replayed market fills a resting order at its price', async () => {
    const [quote] = await readQuotes('AAPL');
    const limitPrice = String(quote?.['bidPrice']);
    const order = venue.order({ symbol: 'AAPL', limitPrice, quantity: '100' });
    await venue.lit.submit(order, soon());
    await eventually(async () => {
      const status = await venue.lit.findOrder(ACCOUNT, order.clientOrderId);
      expect(status.kind === 'found' && status.reports.at(-1)).toMatchObject({
        execType: 'TRADE',
        lastPrice: limitPrice,
      });
    }, 60_000);
  }, 300_000);

  test('quotes stream with prices of both venues apart', async () => {
    const abort = new AbortController();
    const seen = new Set<string>();
    const streams = [venue.lit, venue.thin].map((connector) =>
      connector.streamQuotes((quote) => seen.add(`${quote.venue} ${quote.symbol}`), abort.signal),
    );
    await eventually(() => {
      expect([...seen].sort()).toEqual(['SIMX AAPL', 'SIMX TEST', 'SIMY AAPL', 'SIMY TEST']);
    });
    abort.abort();
    await Promise.all(streams);
  });
});

describe('cancel and replace', () => {
  test('a cancel ends the order once; again it is too late, with the truth attached', async () => {
    const order = venue.order();
    await venue.lit.submit(order, soon());
    expect(told(await venue.lit.cancel(order, soon()))).toEqual(['CANCELED 0/10']);
    const again = await venue.lit.cancel(order, soon());
    expect(again).toMatchObject({ kind: 'refused', reason: 'TOO_LATE' });
    expect(told(again as never)).toEqual(['NEW 0/10', 'CANCELED 0/10']);
  });

  test('an unknown order is said to be unknown by cancel, replace and query', async () => {
    const order = venue.order();
    expect(await venue.lit.cancel(order, soon())).toMatchObject({ kind: 'refused', reason: 'UNKNOWN_ORDER' });
    const replace = venue.replacement(order);
    expect(await venue.lit.replace(replace, soon())).toMatchObject({ kind: 'refused', reason: 'UNKNOWN_ORDER' });
    expect(await venue.lit.findOrder(ACCOUNT, order.clientOrderId)).toEqual({ kind: 'notFound' });
  });

  test('a replace renames the order; every id of the chain finds it', async () => {
    const order = venue.order();
    await venue.lit.submit(order, soon());
    const replace = venue.replacement(order, { quantity: dec('7'), limitPrice: dec('91') });
    expect(await venue.lit.replace(replace, soon())).toMatchObject({
      kind: 'acknowledged',
      reports: [
        {
          execType: 'REPLACED',
          clientOrderId: replace.clientOrderId,
          origClientOrderId: order.clientOrderId,
          limitPrice: '91',
        },
      ],
    });
    for (const id of [order.clientOrderId, replace.clientOrderId]) {
      expect(await venue.lit.findOrder(ACCOUNT, id)).toMatchObject({
        kind: 'found',
        reports: [{}, { orderQuantity: '7' }],
      });
    }
    const stale = venue.replacement(order, { quantity: dec('5') });
    expect(await venue.lit.replace(stale, soon())).toMatchObject({ kind: 'refused', reason: 'STALE_ORDER_ID' });
    expect(await venue.lit.replace(replace, soon())).toMatchObject({ kind: 'refused', reason: 'DUPLICATE_ORDER' });
    expect(told(await venue.lit.cancel(order, soon()))).toEqual(['CANCELED 0/7']);
  });

  test('a replace below what is filled ends the order with what it has', async () => {
    const maker = venue.order({ side: 'SELL', quantity: '6', limitPrice: '100', venueAccount: 'maker' });
    await venue.lit.submit(maker, soon());
    const order = venue.order({ limitPrice: '100' });
    await venue.lit.submit(order, soon());
    const replace = venue.replacement(order, { quantity: dec('2') });
    const answer = await venue.lit.replace(replace, soon());
    expect(answer).toMatchObject({
      reports: [{ execType: 'REPLACED', orderQuantity: '6', cumQuantity: '6', leavesQuantity: '0' }],
    });
    const later = venue.replacement({ ...order, clientOrderId: replace.clientOrderId });
    expect(await venue.lit.replace(later, soon())).toMatchObject({ kind: 'refused', reason: 'TOO_LATE' });
  });
});

async function readQuotes(symbol: string): Promise<readonly Record<string, unknown>[]> {
  const { quotes } = (await (await fetch(venue.url('quotes'))).json()) as { quotes: Record<string, unknown>[] };
  return quotes.filter((quote) => quote['symbol'] === symbol);
}
