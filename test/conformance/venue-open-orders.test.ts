/**
 * Goal: the open orders of an account are all told, however many pages they take and whatever happens between two of
 * them; what is not whole is not told at all. Method: the real venue behind a proxy that makes its pages small and lets the
 * test act, or breaks an answer, before one of them.
 */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VenueConnector, VenueOrder } from '../../src/ports/venue';
import { createSimulatedConnector } from '../../src/venues/simulated/connector';
import { soon, VenueUnderTest } from './simulated-process';

interface Page {
  readonly orders: readonly { readonly venueOrderId: string; readonly clientOrderIds: readonly string[] }[];
  readonly next: string | null;
}

const PAGE = 2;
const venue = new VenueUnderTest();
let proxy: Server;
let connector: VenueConnector;
let count = 0;
/** Called before each page; what it gives is answered in place of the page. */
let beforePage: (page: number) => Promise<string | undefined> = () => Promise.resolve(undefined);
let pages = 0;

beforeAll(async () => {
  await venue.start();
  proxy = createServer((request, response) => {
    void (async () => {
      const instead = await beforePage((pages += 1));
      const path = (request.url ?? '').replace(/limit=\d+/, `limit=${String(PAGE)}`);
      const answer = await fetch(venue.url('').replace('/v1/SIMX/', path));
      response.writeHead(instead === '' ? 503 : answer.status, { 'content-type': 'application/json' });
      response.end(instead ?? (await answer.text()));
    })();
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  const baseUrl = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  connector = createSimulatedConnector({ venue: 'SIMX', baseUrl, nativeStops: true, settleTimeMs: 200 });
}, 300_000);
afterAll(async () => {
  await connector.close();
  proxy.close();
  await venue.stop();
});
beforeEach(async () => {
  pages = 0;
  count += 1;
  beforePage = () => Promise.resolve(undefined);
  await venue.market();
});

/** An account of the test's own. */
const account = (): string => `pages-${String(count)}`;
const resting = async (): Promise<VenueOrder> => {
  const order = venue.order({ venueAccount: account() });
  expect(await venue.lit.submit(order, soon())).toMatchObject({ kind: 'acknowledged' });
  return order;
};
const several = async (number: number): Promise<readonly VenueOrder[]> => {
  const orders: VenueOrder[] = [];
  while (orders.length < number) orders.push(await resting());
  return orders;
};
const cancel = async ({ clientOrderId, symbol }: VenueOrder): Promise<void> => {
  await venue.lit.cancel({ venueAccount: account(), symbol, clientOrderId }, soon());
};
const idsOf = (orders: readonly VenueOrder[]): readonly string[] => orders.map(({ clientOrderId }) => clientOrderId);
const listed = async (): Promise<readonly string[]> => {
  const answer = await connector.openOrders(account());
  expect(answer.kind).toBe('open');
  return answer.kind === 'open' ? answer.orders.flatMap(({ clientOrderIds }) => clientOrderIds) : [];
};
const page = async (query: string): Promise<{ readonly status: number; readonly body: Page }> => {
  const answer = await fetch(venue.url(`orders?account=${account()}&open=true${query}`));
  return { status: answer.status, body: (await answer.json()) as Page };
};

describe('the route of open orders', () => {
  test('pages follow each other, and the last one says so', async () => {
    const orders = await several(3);
    const first = (await page('&limit=2')).body;
    expect(first.orders.flatMap(({ clientOrderIds }) => clientOrderIds)).toEqual(idsOf(orders.slice(0, 2)));
    expect(first.next).toBe(first.orders[1]?.venueOrderId);
    const second = (await page(`&limit=2&after=${String(first.next)}`)).body;
    expect(second.orders.flatMap(({ clientOrderIds }) => clientOrderIds)).toEqual(idsOf(orders.slice(2)));
    expect(second.next).toBeNull();
    // As many as fit are the last page.
    expect((await page('&limit=3')).body.next).toBeNull();
  });

  test.each([
    ['&limit=0', 400],
    ['&limit=1001', 400],
    ['&limit=many', 400],
    ['&after=SIMX-none', 404],
  ])('%s is refused', async (query, status) => {
    expect((await page(query)).status).toBe(status);
  });
});

describe('a connector that follows the pages', () => {
  test('has every order once, none of other accounts and none that has ended', async () => {
    const orders = await several(5);
    await venue.lit.submit(venue.order({ venueAccount: 'other' }), soon());
    expect(await listed()).toEqual(idsOf(orders));
    expect(pages).toBe(3);
    await cancel(orders[1] as VenueOrder);
    expect(await listed()).toEqual(idsOf(orders.filter((_order, at) => at !== 1)));
  });

  test('loses and invents none when orders open and end between two pages', async () => {
    const orders = await several(6);
    let fresh: VenueOrder | undefined;
    beforePage = async (number) => {
      if (number !== 2) return undefined;
      // One that was listed, the one behind which the page begins, and one that comes.
      for (const at of [0, 1, 3]) await cancel(orders[at] as VenueOrder);
      fresh = await resting();
      return undefined;
    };
    const ids = await listed();
    expect(ids).toEqual([...idsOf(orders.filter((_order, at) => at !== 3)), fresh?.clientOrderId]);
  });

  test.each([
    ['is refused', ''],
    ['breaks off', '{"orders":[{"clientOr'],
    ['does not say whether it is the last', '{"orders":[]}'],
    ['is empty and not the last', '{"orders":[],"next":"SIMX-1"}'],
  ])('tells nothing when a page %s', async (_what, instead) => {
    await several(3);
    beforePage = (number) => Promise.resolve(number === 2 ? instead : undefined);
    expect(await connector.openOrders(account())).toMatchObject({ kind: 'unavailable' });
  });

  test('tells nothing when pages come round again', async () => {
    await several(5);
    const { body } = await page('&limit=2');
    beforePage = (number) => Promise.resolve(number === 2 ? JSON.stringify(body) : undefined);
    expect(await connector.openOrders(account())).toMatchObject({ kind: 'unavailable' });
    expect(pages).toBe(2);
  });
});
