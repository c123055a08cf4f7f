import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExchangeCalendars } from '../../src/calendars/exchange-calendars';
import type { OrderStatusReport } from '../../src/venues/simulated/order-status';
import { parseSimulatedConfig } from '../../src/venues/simulated/venue-config';
import { startVenueProcess } from '../../src/venues/simulated/venue-process';
import type { VenueProcess } from '../../src/venues/simulated/venue-process';

/*
 * The venue's own answers over REST, in a time that only the tests move: what it says of orders in the scenarios of
 * FIX 4.4 Appendix D that are named in the titles, and what it does at the borders of a session.
 */
const OPEN_MS = Date.parse('2014-06-05T13:30:00Z');
const CLOSE_MS = Date.parse('2014-06-05T20:00:00Z');
const QUOTE = { bidPrice: '19', bidQuantity: '100', askPrice: '21', askQuantity: '100', lastPrice: '20', volume: '0' };

interface Answer {
  readonly code: number;
  readonly reason?: string;
  readonly text?: string;
  readonly reports: readonly { readonly execType: string; readonly lastPrice?: string; readonly reason?: string }[];
  readonly order?: OrderStatusReport;
}

let nowMs = OPEN_MS + 60_000;
let folder: string;
let venue: VenueProcess;
let count = 0;

async function start(): Promise<void> {
  const instrument = {
    ...{ symbol: 'TEST', assetClass: 'EQUITY' as const, currency: 'EUR', tickSize: '0.01', lotSize: '1' },
    ...{ minQuantity: '1', maxQuantity: '100000', minNotional: '0', multiplier: '1', calendarId: 'NY' },
    ...{ settlementCycleDays: 1 as const, currencyDecimals: 2, tradable: true, venues: ['SIMX'] },
    source: { kind: 'manual' as const, initial: QUOTE },
  };
  const calendar = {
    ...{ id: 'NY', zone: 'America/New_York', open: '09:30', close: '16:00', weekdays: [1, 2, 3, 4, 5] },
    ...{ holidays: [], earlyCloses: {} },
  };
  const config = parseSimulatedConfig({
    ...{ port: 0, ledgerDir: folder, venues: [{ id: 'SIMX', nativeStops: true, slippageTicks: 0, depthLevels: 100 }] },
    ...{ instruments: [instrument], calendars: [calendar] },
  });
  venue = await startVenueProcess(config, {
    calendars: createExchangeCalendars(config.calendars),
    nowMs: () => nowMs,
    restart: () => undefined,
    onLedgerFailure: (error) => {
      throw error;
    },
  });
}

/** Ends the venue and starts it again with its ledger, in a copy: a process keeps the lock of a folder until it ends. */
async function restart(): Promise<void> {
  await venue.close();
  const before = folder;
  folder = mkdtempSync(join(tmpdir(), 'oms-venue-test-'));
  cpSync(join(before, 'SIMX.jsonl'), join(folder, 'SIMX.jsonl'));
  rmSync(before, { recursive: true });
  await start();
}

beforeEach(async () => {
  nowMs = OPEN_MS + 60_000;
  folder = mkdtempSync(join(tmpdir(), 'oms-venue-test-'));
  await start();
});
afterEach(async () => {
  await venue.close();
  rmSync(folder, { recursive: true });
});

async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const url = `http://127.0.0.1:${String(venue.port)}/v1/SIMX/${path}`;
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(url, { method, ...(body === undefined ? {} : json) });
  return { code: answer.status, ...((await answer.json()) as Omit<Answer, 'code'>) };
}
const entry = (change: Record<string, unknown> = {}): Record<string, unknown> => {
  const limit = 'type' in change ? {} : { limitPrice: '18' };
  const order = {
    clientOrderId: `t${String(++count)}`,
    venueAccount: 'acc',
    symbol: 'TEST',
    side: 'BUY',
    type: 'LIMIT',
  };
  return { ...order, quantity: '10000', timeInForce: 'GTC', ...limit, ...change };
};
const submit = (order: Record<string, unknown>): Promise<Answer> => call('POST', 'orders', order);
const market = (change: Partial<typeof QUOTE> = {}): Promise<Answer> =>
  call('POST', 'market/TEST', { ...QUOTE, ...change });
const replace = (id: string, clientOrderId: string, change: Record<string, unknown>): Promise<Answer> =>
  call('PUT', `orders/${id}`, { clientOrderId, venueAccount: 'acc', symbol: 'TEST', ...change });
const status = async (id: unknown): Promise<OrderStatusReport> =>
  (await call('GET', `status/${String(id)}?account=acc`)).order!;
/** `execType/ordStatus cum/leaves`, as the scenarios are written. */
const line = (order: OrderStatusReport | undefined): string =>
  `${String(order?.execType)}/${String(order?.ordStatus)} ${String(order?.cumQuantity)}/${String(order?.leavesQuantity)}`;
const booked = async (): Promise<number> =>
  ((await call('GET', 'orders')) as unknown as { orders: unknown[] }).orders.length;
const statusLine = async (id: unknown): Promise<string> => line(await status(id));
const types = (answer: Answer): string[] => answer.reports.map(({ execType }) => execType);

describe('an order that comes twice', () => {
  test('F.1.a: a used client order id is refused with status and quantities of the first order', async () => {
    const first = entry({ limitPrice: '20' });
    expect(line((await submit(first)).order)).toBe('ORDER_STATUS/NEW 0/10000');
    await submit(entry({ side: 'SELL', quantity: '1000', limitPrice: '20' }));
    const second = await submit({ ...first, quantity: '15000' });
    expect(second).toMatchObject({ code: 422, reason: 'DUPLICATE_ORDER', order: { reason: 'DUPLICATE_ORDER' } });
    expect(line(second.order)).toBe('REJECTED/PARTIALLY_FILLED 1000/9000');
    expect(second.order).toMatchObject({ orderQuantity: '10000', clientOrderId: first['clientOrderId'] });
    expect(await booked()).toBe(2);
  });

  test('F.1.b: a possible resend gets the status of the first order, and none is made', async () => {
    const first = entry();
    await submit(first);
    const again = await submit({ ...first, possibleResend: true });
    expect(again).toMatchObject({ code: 200, reports: [{ execType: 'NEW' }] });
    expect(line(again.order)).toBe('ORDER_STATUS/NEW 0/10000');
    expect(line((await submit({ ...first, possibleResend: false })).order)).toBe('REJECTED/NEW 0/10000');
    expect(await booked()).toBe(1);
    const unseen = await submit(entry({ possibleResend: true }));
    expect(unseen).toMatchObject({ code: 200, reports: [{ execType: 'NEW' }] });
    expect(await booked()).toBe(2);
  });

  test('F.1.c: the electronic form of an order that was telephoned is refused, also after a restart', async () => {
    const order = entry();
    const verbal = await call('POST', 'verbal-orders', order);
    expect(verbal).toMatchObject({ code: 200, order: { ordStatus: 'NEW' } });
    await restart();
    for (const possibleResend of [false, true]) {
      const answer = await submit({ ...order, possibleResend });
      expect(answer).toMatchObject({ code: 422, reason: 'DUPLICATE_VERBAL' });
      expect(answer).toMatchObject({ reports: [] });
      expect(line(answer.order)).toBe('REJECTED/REJECTED 0/0');
    }
    expect(await booked()).toBe(1);
  });
});

describe('a status request', () => {
  test('G.1.a: for an unknown order is answered with a rejected one of nothing', async () => {
    const none = await status('nobody');
    expect(line(none)).toBe('ORDER_STATUS/REJECTED 0/0');
    expect(none).toMatchObject({ clientOrderId: 'nobody', venueOrderId: 'NONE', orderQuantity: '0' });
    expect(none).toMatchObject({ reason: 'UNKNOWN_ORDER' });
    expect(await call('GET', 'orders/nobody?account=acc')).toMatchObject({ code: 404, reason: 'UNKNOWN_ORDER' });
  });

  test('G.1.b: says that nothing is done', async () => {
    const order = entry();
    await submit(order);
    expect(await status(order['clientOrderId'])).toMatchObject({ ordStatus: 'NEW', text: 'Nothing done' });
  });

  test('G.1.c: tells the order through its life, by any of its ids', async () => {
    const order = entry({ limitPrice: '20' });
    const id = String(order['clientOrderId']);
    await call('POST', 'faults', { fault: 'delayReply', count: 1, params: { ms: 400 } });
    const ack = submit(order);
    let seen = '';
    while (!seen.startsWith('ORDER_STATUS/P')) seen = await statusLine(id);
    expect(seen).toBe('ORDER_STATUS/PENDING_NEW 0/10000');
    expect(line((await ack).order)).toBe('ORDER_STATUS/NEW 0/10000');
    expect(await statusLine(id)).toBe('ORDER_STATUS/NEW 0/10000');
    await submit(entry({ side: 'SELL', quantity: '2000', limitPrice: '20' }));
    expect(await statusLine(id)).toBe('ORDER_STATUS/PARTIALLY_FILLED 2000/8000');
    await replace(id, 'Y', { quantity: '12000' });
    for (const known of [id, 'Y']) {
      expect(await statusLine(known)).toBe('ORDER_STATUS/PARTIALLY_FILLED 2000/10000');
      expect(await status(known)).toMatchObject({ clientOrderId: 'Y', origClientOrderId: id });
    }
    await submit(entry({ side: 'SELL', limitPrice: '20' }));
    expect(await statusLine(id)).toBe('ORDER_STATUS/FILLED 12000/0');
  });

  test('of an order that ended has nothing left to do', async () => {
    const order = entry();
    await submit(order);
    await call('DELETE', `orders/${String(order['clientOrderId'])}?account=acc&symbol=TEST`);
    expect(await statusLine(order['clientOrderId'])).toBe('ORDER_STATUS/CANCELED 0/0');
  });

  test('meets the faults of queries', async () => {
    const params = { operations: ['query'] };
    await call('POST', 'faults', { fault: 'error503BeforeBooking', count: 1, params });
    expect(await call('GET', 'status/x?account=acc')).toMatchObject({ code: 503 });
  });
});

describe('an order in cash', () => {
  const cash = (cashQuantity: string, change: Record<string, unknown> = {}): Record<string, unknown> =>
    Object.fromEntries(Object.entries({ ...entry(change), cashQuantity }).filter(([name]) => name !== 'quantity'));

  test('L.1.b: becomes a quantity at receipt, whatever its fills cost', async () => {
    const order = cash('10000', { limitPrice: '21' });
    await market({ askPrice: '22' });
    const answer = await submit(order);
    expect(line(answer.order)).toBe('ORDER_STATUS/NEW 0/500');
    expect(answer.order).toMatchObject({ orderQuantity: '500', cashQuantity: '10000' });
    await submit(entry({ side: 'SELL', quantity: '200', limitPrice: '21' }));
    expect(await statusLine(order['clientOrderId'])).toBe('ORDER_STATUS/PARTIALLY_FILLED 200/300');
    await submit(entry({ side: 'SELL', quantity: '300', limitPrice: '21' }));
    expect(await statusLine(order['clientOrderId'])).toBe('ORDER_STATUS/FILLED 500/0');
  });

  test('is rounded down to whole lots', async () => {
    expect((await submit(cash('10019.99'))).order).toMatchObject({ orderQuantity: '500' });
  });

  test.each([
    ['less than a lot', 'QUANTITY_MIN', cash('19.99')],
    ['with a quantity as well', 'INVALID_REQUEST', { ...entry(), cashQuantity: '10' }],
    ['with neither', 'INVALID_REQUEST', { ...entry(), quantity: undefined }],
  ])('%s is refused', async (_name, reason, order) => {
    expect(await submit(order)).toMatchObject({ reason });
    expect(await booked()).toBe(0);
  });
});

describe('a session', () => {
  const at = async (ms: number): Promise<void> => {
    nowMs = ms;
    await call('GET', 'quotes');
  };

  test('takes orders for its opening before it, trades them with its first quote, and takes no more', async () => {
    nowMs = OPEN_MS - 3_600_000;
    await restart();
    const opening = { timeInForce: 'AT_THE_OPEN', type: 'MARKET', quantity: '10000' };
    const order = entry(opening);
    expect(types(await submit(order))).toEqual(['NEW']);
    expect(await submit(entry())).toMatchObject({ reason: 'MARKET_CLOSED' });
    await at(OPEN_MS);
    expect(await statusLine(order['clientOrderId'])).toBe('ORDER_STATUS/NEW 0/10000');
    const late = entry({ ...opening, quantity: '1' });
    expect(types(await submit(late))).toEqual(['NEW']);
    await market({ askQuantity: '90' });
    expect(await statusLine(order['clientOrderId'])).toBe('ORDER_STATUS/CANCELED 9000/0');
    expect(await statusLine(late['clientOrderId'])).toBe('ORDER_STATUS/CANCELED 0/0');
    expect(await submit(entry(opening))).toMatchObject({ reason: 'TOO_LATE_TO_ENTER' });
    const reports = (await call('GET', `orders/${String(order['clientOrderId'])}?account=acc`)).reports;
    expect(reports.at(-1)).toMatchObject({ execType: 'CANCELED', reason: 'OPENING_REMAINDER' });
    await at(CLOSE_MS);
    expect(types(await submit(entry(opening)))).toEqual(['NEW']);
  });

  test('is missed by an order for an opening that never comes', async () => {
    await at(CLOSE_MS);
    const order = entry({ timeInForce: 'AT_THE_OPEN' });
    await submit(order);
    await at(CLOSE_MS + 86_400_000 - 1);
    expect(await statusLine(order['clientOrderId'])).toBe('ORDER_STATUS/NEW 0/10000');
    await at(CLOSE_MS + 86_400_000);
    expect(await statusLine(order['clientOrderId'])).toBe('ORDER_STATUS/EXPIRED 0/0');
  });

  test('trades orders for its close at the last quote and ends what does not outlive it', async () => {
    const close = entry({ timeInForce: 'AT_THE_CLOSE', type: 'MARKET', quantity: '100' });
    const low = entry({ timeInForce: 'AT_THE_CLOSE' });
    const others = ['GTX', 'DAY', 'GTC'].map((timeInForce) => entry({ timeInForce, limitPrice: '17' }));
    for (const order of [close, low, ...others]) await submit(order);
    await at(CLOSE_MS - 1);
    await market({ askPrice: '22' });
    expect(await statusLine(close['clientOrderId'])).toBe('ORDER_STATUS/NEW 0/100');
    await at(CLOSE_MS + 5_000);
    const reports = (await call('GET', `orders/${String(close['clientOrderId'])}?account=acc`)).reports;
    expect(reports.at(-1)).toMatchObject({ execType: 'TRADE', lastPrice: '22', transactTimeMs: CLOSE_MS });
    expect(await statusLine(low['clientOrderId'])).toBe('ORDER_STATUS/EXPIRED 0/0');
    const ends = await Promise.all(others.map(async (order) => (await status(order['clientOrderId'])).ordStatus));
    expect(ends).toEqual(['EXPIRED', 'EXPIRED', 'NEW']);
  });

  test.each([
    ['a stop for the close', { timeInForce: 'AT_THE_CLOSE', type: 'STOP', stopPrice: '22' }],
    ['a market order that must rest', { timeInForce: 'GTX', type: 'MARKET' }],
  ])('knows no %s', async (_name, change) => {
    expect(await submit(entry(change))).toMatchObject({ reason: 'TIME_IN_FORCE' });
  });
});

describe('a post-only order', () => {
  const gtx = (limitPrice: string): Record<string, unknown> => entry({ timeInForce: 'GTX', limitPrice });

  test('rests and makes, and is refused without a fill when it would take', async () => {
    const order = gtx('20.99');
    expect(types(await submit(order))).toEqual(['NEW']);
    expect(await submit(gtx('21'))).toMatchObject({ code: 422, reason: 'POST_ONLY_WOULD_TAKE', reports: [] });
    expect(await booked()).toBe(1);
    await submit(entry({ side: 'SELL', quantity: '1000', limitPrice: '20' }));
    const reports = (await call('GET', `orders/${String(order['clientOrderId'])}?account=acc`)).reports;
    expect(reports.at(-1)).toMatchObject({ execType: 'TRADE', liquidity: 'MAKER', lastPrice: '20.99' });
  });

  test('keeps its price when a replace would make it take', async () => {
    const order = gtx('20');
    await submit(order);
    const refused = await replace(String(order['clientOrderId']), 'Y', { quantity: '10000', limitPrice: '21' });
    expect(refused).toMatchObject({ reason: 'POST_ONLY_WOULD_TAKE', order: { ordStatus: 'NEW', limitPrice: '20' } });
    const moved = await replace(String(order['clientOrderId']), 'Z', { quantity: '10000', limitPrice: '20.5' });
    expect(types(moved)).toEqual(['REPLACED']);
  });
});

test('a stop price cannot be given to an order for the close', async () => {
  const order = entry({ timeInForce: 'AT_THE_CLOSE' });
  await submit(order);
  const answer = await replace(String(order['clientOrderId']), 'Y', { quantity: '10000', stopPrice: '22' });
  expect(answer).toMatchObject({ reason: 'STOP_PRICE' });
});
