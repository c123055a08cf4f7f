import { createExchangeCalendars } from '../../src/calendars/exchange-calendars';
import type { OrderView } from '../../src/contracts/order-messages';
import { orderWorkflowId } from '../../src/domain/ids';
import { marketTimeAt, wallTimeAt } from '../../src/domain/market-clock';
import type { OrderRequest } from '../../src/domain/order-request';
import { eventually, OmsUnderTest, OPEN_MS } from '../support/oms-under-test';

jest.setTimeout(300_000);

/** A session of 6.5 hours lasts 23 seconds; closed hours take no time. */
const SPEED = 1_000;
const HOUR_MS = 3_600_000;
/** Long enough for the slowest machine to see a session end. */
const SESSION_WAIT_MS = 90_000;

const system = new OmsUnderTest({ speed: SPEED });
beforeAll(() => system.start());
afterAll(() => system.stop());

const send = async (change: Parameters<OmsUnderTest['request']>[0]): Promise<OrderView> =>
  (await system.orders.submit(system.request(change), { wait: 'acknowledged' })).order!;
const share = (timeInForce: OrderRequest['timeInForce'], change: Parameters<OmsUnderTest['request']>[0] = {}) =>
  send({ symbol: 'SHARE', timeInForce, ...change });
const reaches = (order: OrderView, expected: object, withinMs?: number): Promise<OrderView> =>
  system.until(
    order.orderId,
    (now) => {
      expect(now).toMatchObject(expected);
    },
    withinMs,
  );
/** Without the date: sessions come and go while the tests run. */
const timeOfDay = (atMs: number | undefined): string => new Date(atMs ?? 0).toISOString().slice(11);

/** Waits until a session of SHARE begins; nothing has been quoted in it yet. */
async function sessionBegins(): Promise<void> {
  const clock = { realOriginMs: system.realOriginMs, simOriginMs: OPEN_MS, speed: SPEED };
  const sessions = createExchangeCalendars(system.catalog.calendars).sessions('XNYS', OPEN_MS, 100);
  const marketMs = marketTimeAt(clock, sessions, Date.now());
  const next = sessions.find((session) => session.openMs > marketMs)!;
  const wallMs = wallTimeAt(clock, sessions, next.openMs);
  await eventually(() => {
    expect(Date.now()).toBeGreaterThan(wallMs);
  }, SESSION_WAIT_MS);
}

test('IOC and FOK end at once as canceled, FOK never in part', async () => {
  // Ten levels of this quantity.
  const thin = { askQuantity: '4' };
  await system.market('COIN', thin);
  const atAsk = { quantity: '100', limitPrice: '101' };
  const ioc = await send({ ...atAsk, timeInForce: 'IOC' });
  await reaches(ioc, { status: 'CANCELED', filledQuantity: '40', unfilledAtEnd: '60' });
  await system.market('COIN', thin);
  const fok = await send({ ...atAsk, timeInForce: 'FOK' });
  await reaches(fok, { status: 'CANCELED', filledQuantity: '0', fillCount: 0 });
  const whole = await send({ ...atAsk, quantity: '40', timeInForce: 'FOK' });
  expect(await reaches(whole, { status: 'FILLED' })).toMatchObject({ filledQuantity: '40' });
});

test('GTD ends at its date, GTC stays', async () => {
  const gtc = await send({ timeInForce: 'GTC' });
  const expireAtMs = gtc.createdAtMs + 3 * HOUR_MS;
  const gtd = await send({ timeInForce: 'GTD', expireAtMs });
  const ended = await reaches(gtd, { status: 'EXPIRED' }, SESSION_WAIT_MS);
  expect(ended.updatedAtMs).toBeGreaterThanOrEqual(expireAtMs);
  await reaches(gtc, { status: 'ACCEPTED' });
});

test('an order for the opening of a market that never closes is denied', async () => {
  const order = await send({ timeInForce: 'AT_THE_OPEN' });
  expect(order).toMatchObject({ status: 'DENIED', reasons: [{ code: 'NO_OPENING', field: 'timeInForce' }] });
});

test('AT_THE_OPEN, AT_THE_CLOSE, GTX and DAY live for one session', async () => {
  await sessionBegins();
  const opening = await share('AT_THE_OPEN', { type: 'MARKET', quantity: '50' });
  const tooLow = await share('AT_THE_OPEN', { limitPrice: '100' });
  expect([opening.status, tooLow.status]).toEqual(['ACCEPTED', 'ACCEPTED']);
  await system.market('SHARE', { askQuantity: '4' });
  const opened = await reaches(opening, { status: 'CANCELED', filledQuantity: '40' });
  expect(opened).toMatchObject({ unfilledAtEnd: '10', why: expect.stringContaining('OPENING_REMAINDER') as string });
  const workflow = system.client.workflow.getHandle(orderWorkflowId(opened.orderId));
  const { currentDetails } = await workflow.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(currentDetails).toMatch(/^\*\*CANCELED\*\* — the rest after the opening \(OPENING_REMAINDER\)/);
  await reaches(tooLow, { status: 'CANCELED', filledQuantity: '0' });
  const late = await share('AT_THE_OPEN', { type: 'MARKET' });
  expect(late).toMatchObject({ status: 'REJECTED', why: expect.stringContaining('TOO_LATE_TO_ENTER') as string });

  await system.market('SHARE');
  const crossing = await share('GTX', { limitPrice: '101' });
  expect(crossing).toMatchObject({ status: 'REJECTED', filledQuantity: '0' });
  expect(crossing.why).toContain('POST_ONLY_WOULD_TAKE');
  const maker = await share('GTX', { limitPrice: '100' });
  const [close, closeLow] = [await share('AT_THE_CLOSE', { type: 'MARKET' }), await share('AT_THE_CLOSE')];
  const [day, gtx, gtc] = [await share('DAY'), await share('GTX'), await share('GTC')];
  for (const order of [maker, close, closeLow, day, gtx, gtc]) expect(order.status).toBe('ACCEPTED');
  await share('IOC', { side: 'SELL', limitPrice: '100' });
  await reaches(maker, { status: 'FILLED', fills: [expect.objectContaining({ liquidity: 'MAKER', price: '100' })] });
  await system.market('SHARE', { askPrice: '102' });

  const closed = await reaches(close, { status: 'FILLED' }, SESSION_WAIT_MS);
  expect(closed.fills).toMatchObject([{ price: '102', quantity: '10' }]);
  expect(timeOfDay(closed.fills[0]?.atMs)).toBe('20:00:00.000Z');
  for (const order of [closeLow, day, gtx]) {
    const expired = await reaches(order, { status: 'EXPIRED', filledQuantity: '0' });
    expect(timeOfDay(expired.updatedAtMs)).toBe('20:00:00.000Z');
  }
  await reaches(gtc, { status: 'ACCEPTED' });
});
