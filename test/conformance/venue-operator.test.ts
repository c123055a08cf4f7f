import { dec } from '../../src/domain/money';
import type { ExecutionReport } from '../../src/domain/execution-report';
import type { VenueOrder } from '../../src/ports/venue';
import { ACCOUNT, StreamReader, VenueUnderTest, eventually, soon, told } from './simulated-process';

const venue = new VenueUnderTest();
beforeAll(() => venue.start(), 30_000);
beforeEach(() => venue.market());
// What works on would take the next test's liquidity.
afterEach(async () => {
  for (const order of await venue.ledgerOf('orders')) {
    const clientOrderId = (order['clientOrderIds'] as VenueOrder['clientOrderId'][]).at(-1)!;
    if (order['status'] === 'OPEN') await venue.lit.cancel({ ...venue.order(), clientOrderId }, soon());
  }
});
afterAll(() => venue.stop());

interface Done {
  readonly status: number;
  readonly reason?: string;
  readonly reports?: readonly ExecutionReport[];
}
const operate = async (path: string, body: object = {}): Promise<Done> => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(venue.url(path), { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, ...((await answer.json()) as object) };
};
const bust = (trade: ExecutionReport | undefined): Promise<Done> => operate(`trades/${String(trade?.execId)}/bust`);
const correct = (trade: ExecutionReport | undefined, change: object): Promise<Done> =>
  operate(`trades/${String(trade?.execId)}/correct`, change);
const reportsOf = async ({ clientOrderId }: VenueOrder): Promise<readonly ExecutionReport[]> => {
  const found = await venue.lit.findOrder(ACCOUNT, clientOrderId);
  return found.kind === 'found' ? found.reports : [];
};
const bookOf = async ({ clientOrderId }: VenueOrder): Promise<Record<string, unknown> | undefined> =>
  (await venue.ledgerOf('orders')).find((order) => (order['clientOrderIds'] as string[]).includes(clientOrderId));
/** An order and its one trade with the outside market, which has nothing more to give after it. */
const traded = async (change: Parameters<VenueUnderTest['order']>[0] = {}, offered = '4') => {
  const order = venue.order({ limitPrice: '95', ...change });
  await venue.lit.submit(order, soon());
  await venue.market({ bidPrice: '94', askPrice: '95', askQuantity: offered, lastPrice: '95' });
  await venue.market({ bidPrice: '104', askPrice: '105', lastPrice: '105' });
  return { order, trade: (await reportsOf(order)).find(({ execType }) => execType === 'TRADE') };
};

describe('a trade that is taken back', () => {
  test('before the end: the order works on for all of it, in the same stream', async () => {
    const { order, trade } = await traded();
    const reader = new StreamReader(venue.lit, (await venue.lit.reportsAfter(ACCOUNT, 0, 1)).lastSequence);
    expect(await bust(trade)).toMatchObject({ status: 200, reports: [{ execType: 'TRADE_CANCEL' }] });
    await eventually(() => {
      expect(reader.reports).toMatchObject([
        {
          ...{ execType: 'TRADE_CANCEL', execRefId: trade?.execId, cumQuantity: '0', leavesQuantity: '10' },
          ...{ lastQuantity: '4', lastPrice: '95' },
        },
      ]);
    });
    await reader.close();
    expect(await bookOf(order)).toMatchObject({ status: 'OPEN', cumQuantity: '0' });
    await venue.market({ bidPrice: '94', askPrice: '95', lastPrice: '95' });
    expect((await bookOf(order))?.['status']).toBe('FILLED');
  });

  test('after the end by fill: an order that can rest is open again; one that cannot is canceled', async () => {
    const limit = await traded({}, '100');
    expect(told(await reportsThere(limit.order))).toEqual(['NEW 0/10', 'TRADE 10/10']);
    expect(told({ kind: 'x', ...(await bust(limit.trade)) })).toEqual(['TRADE_CANCEL 0/10']);
    expect(await bookOf(limit.order)).toMatchObject({ status: 'OPEN', cumQuantity: '0' });
    expect(await venue.lit.cancel(limit.order, soon())).toMatchObject({ kind: 'acknowledged' });
    const market = await traded({ type: 'MARKET', limitPrice: undefined as never }, '100');
    expect(told({ kind: 'x', ...(await bust(market.trade)) })).toEqual(['TRADE_CANCEL 0/10', 'CANCELED 0/10']);
    expect(await bookOf(market.order)).toMatchObject({ status: 'CANCELED', cumQuantity: '0' });
  });

  test('after the end by cancel: the end stays, the quantity does not', async () => {
    const { order, trade } = await traded();
    await venue.lit.cancel(order, soon());
    expect(told({ kind: 'x', ...(await bust(trade)) })).toEqual(['TRADE_CANCEL 0/10']);
    expect(await bookOf(order)).toMatchObject({ status: 'CANCELED', cumQuantity: '0' });
  });

  test('counts once: a second bust, and one of an unknown execution, are refused', async () => {
    const { order, trade } = await traded();
    await bust(trade);
    expect(await bust(trade)).toMatchObject({ status: 404, reason: 'UNKNOWN_TRADE' });
    expect(await operate('trades/nobody/bust')).toMatchObject({ status: 404, reason: 'UNKNOWN_TRADE' });
    const [ack] = await reportsOf(order);
    expect(await bust(ack)).toMatchObject({ status: 404, reason: 'UNKNOWN_TRADE' });
  });
});

async function reportsThere(order: VenueOrder) {
  return { kind: 'found', reports: await reportsOf(order) };
}

describe('a trade that is corrected', () => {
  test('price and quantity, once more by the id of the correction, with the fee of the new terms', async () => {
    const { order, trade } = await traded();
    const first = await correct(trade, { quantity: '3', price: '100' });
    expect(first.reports).toMatchObject([
      {
        ...{ execType: 'TRADE_CORRECT', execRefId: trade?.execId, lastQuantity: '3', lastPrice: '100', fee: '-0.006' },
        ...{ cumQuantity: '3', leavesQuantity: '7' },
      },
    ]);
    expect(await correct(trade, { price: '99' })).toMatchObject({ status: 404 });
    const second = await correct(first.reports?.[0], { price: '99' });
    expect(second.reports).toMatchObject([
      { execRefId: first.reports?.[0]?.execId, lastQuantity: '3', lastPrice: '99' },
    ]);
    expect(await bookOf(order)).toMatchObject({ status: 'OPEN', cumQuantity: '3' });
    expect(told({ kind: 'x', ...(await bust(second.reports?.[0])) })).toEqual(['TRADE_CANCEL 0/10']);
  });

  test('up to the whole fills the order, down from it opens it again, beyond it is refused', async () => {
    const { order, trade } = await traded();
    const up = await correct(trade, { quantity: '10' });
    expect(await bookOf(order)).toMatchObject({ status: 'FILLED', cumQuantity: '10' });
    expect(await correct(up.reports?.[0], { quantity: '11' })).toMatchObject({ status: 422, reason: 'QUANTITY' });
    expect(await correct(up.reports?.[0], { quantity: '0.5' })).toMatchObject({ status: 422, reason: 'QUANTITY_LOT' });
    expect(await correct(up.reports?.[0], { price: '0' })).toMatchObject({ status: 422, reason: 'PRICE' });
    expect(await correct(up.reports?.[0], {})).toMatchObject({ status: 400, reason: 'INVALID_REQUEST' });
    await correct(up.reports?.[0], { quantity: '9' });
    expect(await bookOf(order)).toMatchObject({ status: 'OPEN', cumQuantity: '9' });
  });

  test('is in the book of a venue that was killed and came back', async () => {
    const { order, trade } = await traded();
    await venue.lit.cancel(order, soon());
    const { reports } = await correct(trade, { quantity: '2' });
    await venue.supervised.kill();
    await venue.start(venue.supervised.port);
    expect(await bookOf(order)).toMatchObject({ status: 'CANCELED', cumQuantity: '2' });
    expect(await bust(reports?.[0])).toMatchObject({ status: 200 });
    expect(await bookOf(order)).toMatchObject({ cumQuantity: '0' });
  }, 300_000);
});

describe('a symbol that is halted', () => {
  afterEach(() => operate('market/TEST/resume'));

  test('trades nothing and takes nothing, lets orders go, and trades on with the market of then', async () => {
    await venue.market();
    const order = venue.order();
    const stop = venue.order({ type: 'STOP', stopPrice: '110', limitPrice: undefined as never });
    const gone = venue.order();
    for (const each of [order, stop, gone]) await venue.lit.submit(each, soon());
    expect(await operate('market/TEST/halt')).toEqual({ status: 200, halted: true });
    expect((await reportsOf(order)).at(-1)).toMatchObject({
      execType: 'SUSPENDED',
      reason: 'HALTED',
      leavesQuantity: '10',
    });
    await venue.market({ askPrice: '90', bidPrice: '89', lastPrice: '90' });
    await venue.market({ askPrice: '112', bidPrice: '111', lastPrice: '112' });
    expect(await venue.submit()).toMatchObject({ kind: 'refused', reason: 'HALTED' });
    const change = venue.replacement(order, { limitPrice: dec('91') });
    expect(await venue.lit.replace(change, soon())).toMatchObject({ kind: 'refused', reason: 'HALTED' });
    expect(await venue.lit.cancel(gone, soon())).toMatchObject({ kind: 'acknowledged' });
    // Also over a restart of the venue.
    await venue.supervised.kill();
    await venue.start(venue.supervised.port);
    await venue.market({ askPrice: '90', bidPrice: '89', lastPrice: '90' });
    expect((await bookOf(order))?.['cumQuantity']).toBe('0');
    expect(await operate('market/TEST/resume')).toEqual({ status: 200, halted: false });
    expect((await reportsOf(order)).slice(-2)).toMatchObject([
      { execType: 'RESTATED', reason: 'RESUMED', cumQuantity: '0' },
      { execType: 'TRADE', cumQuantity: '10' },
    ]);
    expect((await reportsOf(stop)).map(({ execType }) => execType)).toEqual(['NEW', 'SUSPENDED', 'RESTATED']);
    expect(await venue.submit()).toMatchObject({ kind: 'acknowledged' });
  }, 300_000);

  test('halted twice tells it once; an unknown symbol is none', async () => {
    const order = venue.order();
    await venue.lit.submit(order, soon());
    await operate('market/TEST/halt');
    await operate('market/TEST/halt');
    expect((await reportsOf(order)).map(({ execType }) => execType)).toEqual(['NEW', 'SUSPENDED']);
    expect(await operate('market/NOPE/halt')).toMatchObject({ status: 404, reason: 'UNKNOWN_SYMBOL' });
  });
});
