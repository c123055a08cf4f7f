/** Months of an order's life on Temporal's time-skipping server. Time only goes forward: the tests are in order of their dates. */
import type { OrderView } from '../../src/contracts/order-messages';
import { OmsInSkippedTime } from '../support/skipped-time';

// The first run ever fetches the server.
jest.setTimeout(300_000);

let oms: OmsInSkippedTime;
beforeAll(async () => {
  oms = await OmsInSkippedTime.start('2026-03-06T14:00:00Z');
});
afterAll(() => oms.stop());

const iso = (ms: number | undefined): string => new Date(ms ?? 0).toISOString();
const seconds = (timeIso: string, more: number): string => iso(Date.parse(timeIso) + more * 1_000);

/** Polls until an order looks as expected. */
const reaches = (order: OrderView, expected: object): Promise<OrderView> =>
  oms.until(order, (now) => {
    expect(now).toMatchObject(expected);
  });

/** One order that rests at the venue, which is asked when its time is over, and one stop that is held here and just ends. */
async function bothKinds(change: Parameters<OmsInSkippedTime['send']>[0]): Promise<readonly [OrderView, OrderView]> {
  return [await oms.send(change), await oms.send({ ...change, venue: 'HELD', stopPrice: '130' })];
}

/** What becomes of both around a time: how they are seconds before and how they ended, when, and when the venue was asked. */
async function around([resting, held]: readonly [OrderView, OrderView], endIso: string) {
  const { REST } = oms.venues;
  REST.closesAt(Date.parse(endIso));
  await oms.skipTo(seconds(endIso, -5));
  const before = [(await oms.orders.get(resting.orderId)).status, (await oms.orders.get(held.orderId)).status];
  const askedBefore = REST.askedAtMs.length;
  await oms.skipTo(seconds(endIso, 60));
  const over = { status: 'EXPIRED', leavesQuantity: '0', unfilledAtEnd: '100', finalized: true };
  const ends = [await reaches(resting, over), await reaches(held, over)];
  return {
    ...{ before, askedBefore, ends: ends.map(({ updatedAtMs }) => moment(updatedAtMs)) },
    asked: REST.askedAtMs.map(moment),
  };
}
/** To ten seconds: timers and tasks take moments, and a venue that says nothing is asked seconds after the end. */
const moment = (ms: number): string => iso(ms).slice(0, 18);
/** They lived until then and not longer. */
const lived = (endIso: string) => ({
  ...{ before: ['ACCEPTED', 'HELD'], askedBefore: 0 },
  ...{ ends: [moment(Date.parse(endIso)), moment(Date.parse(endIso))], asked: [moment(Date.parse(endIso))] },
});

describe('before and after the change to summer time', () => {
  test.each([
    ['Friday', '2026-03-06T15:00:00Z', '2026-03-06T21:00:00Z'],
    ['Monday', '2026-03-09T14:00:00Z', '2026-03-09T20:00:00Z'],
  ])('a day order of %s ends at 16:00 in New York', async (_day, sentIso, endIso) => {
    await oms.skipTo(sentIso);
    expect(await around(await bothKinds({ timeInForce: 'DAY' }), endIso)).toEqual(lived(endIso));
  });
});

test('a good-till-date order lives for months', async () => {
  await oms.skipTo('2026-04-01T14:00:00Z');
  const endIso = '2026-10-15T17:30:00Z';
  expect(await around(await bothKinds({ timeInForce: 'GTD', expireAtMs: Date.parse(endIso) }), endIso)).toEqual(
    lived(endIso),
  );
});

describe('before and after the change to winter time', () => {
  test.each([
    ['Friday', '2026-10-30T14:00:00Z', '2026-10-30T20:00:00Z'],
    ['Monday', '2026-11-02T15:00:00Z', '2026-11-02T21:00:00Z'],
  ])('a day order of %s ends at 16:00 in New York', async (_day, sentIso, endIso) => {
    await oms.skipTo(sentIso);
    expect(await around(await bothKinds({ timeInForce: 'DAY' }), endIso)).toEqual(lived(endIso));
  });
});

test('a trade before a holiday and a weekend settles at the open of the right session', async () => {
  // Wednesday; Thursday is Thanksgiving, Friday a session that ends at 13:00.
  await oms.skipTo('2026-11-25T15:00:00Z');
  const next = await oms.send({ timeInForce: 'DAY', symbol: 'NEXT' });
  const second = await oms.send({ timeInForce: 'DAY', symbol: 'SECOND' });
  for (const order of [next, second]) {
    await oms.fill(order, '100');
    await reaches(order, { status: 'FILLED', finalized: false, settlements: [{ status: 'BOOKED' }] });
  }
  expect(await settling(next, '2026-11-27T14:30:00Z')).toEqual(settled);
  expect(await settling(second, '2026-11-30T14:30:00Z')).toEqual(settled);
});

/** The settlement half a minute before and after a time, with the settled position in the books. */
async function settling(order: OrderView, dueIso: string) {
  const look = async (seen: string) => {
    const { settlements } = await reaches(order, { settlements: [{ status: seen, settleAtMs: Date.parse(dueIso) }] });
    const positions = await oms.deps.orders.positions('alpha');
    const own = positions.find(({ symbol }) => symbol === order.request.symbol);
    return { attempts: settlements[0]?.attempts, settledQuantity: own?.settledQuantity };
  };
  await oms.skipTo(seconds(dueIso, -30));
  const before = await look('BOOKED');
  await oms.skipTo(seconds(dueIso, 30));
  await reaches(order, { finalized: true });
  const after = await look('SETTLED');
  const events = await oms.recorded(order, 'TradeSettled');
  return { before, after, late: events.map(({ wallMs }) => Math.floor((wallMs - Date.parse(dueIso)) / 10_000)) };
}
/** Not before its time, within seconds of it, and at the first try. */
const settled = {
  before: { attempts: 0, settledQuantity: '0' },
  after: { attempts: 0, settledQuantity: '100' },
  late: [0],
};

describe('a good-till-cancel order', () => {
  test('rests for three months, is half filled after two, replaced and canceled', async () => {
    await oms.skipTo('2027-01-05T15:00:00Z');
    const order = await oms.send({ timeInForce: 'GTC' });
    await oms.skipTo('2027-03-10T15:00:00Z');
    await reaches(order, { status: 'ACCEPTED', version: order.version });
    await oms.fill(order, '50');
    await reaches(order, { status: 'PARTIALLY_FILLED', filledQuantity: '50', leavesQuantity: '50' });
    await oms.skipTo('2027-03-24T15:00:00Z');
    await reaches(order, { settlements: [{ status: 'SETTLED', trades: 1, quantity: '50' }] });
    const change = { quantity: '80' as never, limitPrice: '91' as never };
    expect(await oms.orders.modify(order.orderId, change)).toMatchObject({ accepted: true });
    await reaches(order, { status: 'PARTIALLY_FILLED', quantity: '80', limitPrice: '91', leavesQuantity: '30' });
    await oms.skipTo('2027-04-06T15:00:00Z');
    expect(await oms.orders.cancel(order.orderId)).toMatchObject({ accepted: true });
    const ended = await oms.orders.final(order.orderId);
    expect(ended).toMatchObject({ status: 'CANCELED', filledQuantity: '50', unfilledAtEnd: '30', finalized: true });
    expect(ended).toMatchObject({ averagePrice: '90', fillCount: 1 });
  });

  // Fails today, and goes red when it is mended: an order without a timer learns of later sessions only when something
  // else wakes it, so that this fill finds none of its own days and settles 48 hours later, on a Sunday. Then: `test`.
  test.failing('settles what fills after months by the calendar of those days', async () => {
    await oms.skipTo('2027-05-03T15:00:00Z');
    const order = await oms.send({ timeInForce: 'GTC' });
    // The Friday before Independence Day, which is a Sunday in 2027 and observed on Monday.
    await oms.skipTo('2027-07-02T15:00:00Z');
    await oms.fill(order, '100');
    const { settlements } = await reaches(order, { status: 'FILLED' });
    expect(settlements.map(({ settleAtMs }) => iso(settleAtMs))).toEqual(['2027-07-07T13:30:00.000Z']);
  });
});

test('a day order of a half day ends at 13:00 in New York', async () => {
  // The day after Thanksgiving.
  await oms.skipTo('2027-11-26T15:00:00Z');
  expect(await around(await bothKinds({ timeInForce: 'DAY' }), '2027-11-26T18:00:00Z')).toEqual(
    lived('2027-11-26T18:00:00Z'),
  );
});

test('a good-till-date order outlives the longest sleep of its timer', async () => {
  await oms.skipTo('2027-12-01T15:00:00Z');
  const endIso = '2029-06-01T15:00:00Z';
  expect(await around(await bothKinds({ timeInForce: 'GTD', expireAtMs: Date.parse(endIso) }), endIso)).toEqual(
    lived(endIso),
  );
});

test('after all those years the journal is whole', async () => {
  const { broken, chains } = await oms.deps.journal.verify();
  expect(broken).toEqual([]);
  expect(chains).toBeGreaterThan(10);
});
