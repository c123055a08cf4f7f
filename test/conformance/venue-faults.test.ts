import { dec } from '../../src/domain/money';
import { ACCOUNT, StreamReader, VenueUnderTest, eventually, range, soon } from './simulated-process';

const venue = new VenueUnderTest();
const last = async (): Promise<number> => (await venue.lit.reportsAfter(ACCOUNT, 0, 1)).lastSequence;

beforeAll(() => venue.start(), 30_000);
afterAll(() => venue.stop());
afterEach(() => venue.clearFaults());

describe('answers that get lost', () => {
  test.each([
    ['dropReplyAfterAccept', 1],
    ['error503AfterBooking', 1],
    ['garbageAnswer', 1],
    ['error503BeforeBooking', 0],
  ])('%s leaves the outcome unknown; the book has the order %i times', async (fault, times) => {
    await venue.fault(fault, { count: 1 });
    const order = venue.order();
    expect(await venue.lit.submit(order, soon())).toMatchObject({ kind: 'unknown' });
    expect(await venue.booked(order.clientOrderId)).toBe(times);
    const status = await venue.lit.findOrder(ACCOUNT, order.clientOrderId);
    expect(status.kind).toBe(times === 1 ? 'found' : 'notFound');
    expect(await venue.submit()).toMatchObject({ kind: 'acknowledged' });
  });

  test('a late answer is an unknown outcome', async () => {
    await venue.fault('delayReply', { count: 1, params: { ms: 1500 } });
    const hasty = venue.connector('SIMX', true, 200);
    const order = venue.order();
    expect(await hasty.submit(order, soon())).toMatchObject({ kind: 'unknown' });
    expect(await venue.booked(order.clientOrderId)).toBe(1);
    await hasty.close();
  });

  test('tooManyRequests proves that nothing was taken and says how long to wait', async () => {
    await venue.fault('tooManyRequests', { count: 1, params: { retryAfterMs: 3000 } });
    const order = venue.order();
    expect(await venue.lit.submit(order, soon())).toMatchObject({ kind: 'notSent', retryAfterMs: 3000 });
    expect(await venue.booked(order.clientOrderId)).toBe(0);
  });

  test('refuseOrders refuses with the given reason, orders only', async () => {
    await venue.fault('refuseOrders', { params: { reason: 'BROKER_SAYS_NO' } });
    expect(await venue.submit()).toMatchObject({ kind: 'refused', reason: 'BROKER_SAYS_NO' });
    expect(await venue.lit.cancel(venue.order(), soon())).toMatchObject({ reason: 'UNKNOWN_ORDER' });
  });

  test('an unknown fault names the known ones', async () => {
    await expect(venue.fault('meteor')).rejects.toThrow(/dropReplyAfterAccept, .*lateIndex/);
  });

  test('a fault on queries makes the status unavailable, not absent', async () => {
    await venue.fault('error503BeforeBooking', { params: { operations: ['query'] } });
    expect(await venue.lit.findOrder(ACCOUNT, venue.id())).toMatchObject({ kind: 'unavailable' });
    await expect(venue.lit.reportsAfter(ACCOUNT, 0, 10)).rejects.toThrow(/HTTP 503/);
  });
});

describe('lookups that lie', () => {
  test('one source that does not answer makes the status unavailable, even if the other has the order', async () => {
    const order = venue.order();
    await venue.lit.submit(order, soon());
    await venue.fault('error503BeforeBooking', { count: 1, params: { operations: ['query'] } });
    expect(await venue.lit.findOrder(ACCOUNT, order.clientOrderId)).toMatchObject({ kind: 'unavailable' });
    expect(await venue.lit.findOrder(ACCOUNT, order.clientOrderId)).toMatchObject({ kind: 'found' });
  });

  test('lateIndex hides a new order for a while', async () => {
    await venue.fault('lateIndex', { params: { ms: 400 } });
    const order = venue.order();
    await venue.lit.submit(order, soon());
    expect(await venue.lit.findOrder(ACCOUNT, order.clientOrderId)).toEqual({ kind: 'notFound' });
    await eventually(async () => {
      expect(await venue.lit.findOrder(ACCOUNT, order.clientOrderId)).toMatchObject({ kind: 'found' });
    });
  });

  test('forgetFilledIds frees the id of a filled order, which history still has after a while', async () => {
    await venue.market();
    await venue.fault('forgetFilledIds', { params: { hideHistoryMs: 400 } });
    const order = venue.order({ limitPrice: '101' });
    await venue.lit.submit(order, soon());
    expect(await venue.lit.findOrder(ACCOUNT, order.clientOrderId)).toEqual({ kind: 'notFound' });
    expect(await venue.lit.submit({ ...order, limitPrice: dec('90') }, soon())).toMatchObject({ kind: 'acknowledged' });
    expect(await venue.booked(order.clientOrderId)).toBe(2);
    await eventually(async () => {
      const status = await venue.lit.findOrder(ACCOUNT, order.clientOrderId);
      expect(status).toMatchObject({ reports: [{ execType: 'NEW' }, { execType: 'TRADE' }, { execType: 'NEW' }] });
    });
  });
});

describe('report stream', () => {
  test('resumes after a sequence, without gap or repetition, and keeps up', async () => {
    await venue.submit();
    await venue.submit();
    const before = await last();
    const reader = new StreamReader(venue.lit, before - 1);
    await venue.submit();
    await eventually(() => {
      expect(reader.sequences()).toEqual([before, before + 1]);
    });
    await reader.close();
    expect(reader.failure).toBeUndefined();
  });

  test.each([
    ['duplicateReports', {}],
    ['reorderReports', {}],
    ['delayReports', { count: 3, params: { ms: 300 } }],
  ])('%s does not reach the reader as disorder', async (fault, settings) => {
    await venue.fault(fault, settings);
    const before = await last();
    const reader = new StreamReader(venue.lit, before);
    await Promise.all(range(1, 8).map(() => venue.submit()));
    await eventually(() => {
      expect(reader.sequences()).toEqual(range(before + 1, before + 8));
    });
    await reader.close();
    expect(reader.failure).toBeUndefined();
  });

  test('disconnectStream breaks it; a new one goes on from there', async () => {
    const before = await last();
    const reader = new StreamReader(venue.lit, before);
    await venue.submit();
    await eventually(() => {
      expect(reader.sequences()).toEqual([before + 1]);
    });
    await venue.fault('disconnectStream', { durationMs: 200 });
    await reader.ended;
    expect(reader.failure?.message).toMatch(/stream (closed|failed)/);
    await venue.submit();
    await eventually(async () => {
      const next = new StreamReader(venue.lit, before + 1);
      await eventually(() => {
        expect(next.failure ?? next.sequences()).toEqual([before + 2]);
      }, 300).finally(() => next.close());
    });
  });

  test('a handler that fails ends the stream with its error', async () => {
    await venue.submit();
    const stream = venue.lit.streamReports(
      ACCOUNT,
      0,
      () => Promise.reject(new Error('inbox is full')),
      new AbortController().signal,
    );
    await expect(stream).rejects.toThrow('inbox is full');
  });

  test('a silent venue is found out', async () => {
    const reader = new StreamReader(venue.lit, await last());
    await venue.submit();
    await eventually(() => {
      expect(reader.reports).toHaveLength(1);
    });
    process.kill(venue.supervised.pid, 'SIGSTOP');
    await reader.ended;
    process.kill(venue.supervised.pid, 'SIGCONT');
    expect(reader.failure?.message).toMatch(/silent for 600 ms/);
  });
});
