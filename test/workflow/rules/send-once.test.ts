import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { orderWorkflowId } from '../../../src/domain/ids';
import type { OrderId } from '../../../src/domain/ids';
import type { VenueAnswer, VenueConnector, VenueOrder } from '../../../src/ports/venue';
import { eventually, OmsUnderTest } from '../../support/oms-under-test';

jest.setTimeout(300_000);

/** Quantities by which the orders below choose how their first sender stalls. */
const STALLS_HERE = '7';
const STALLS_IN_CHILD = '8';

describe('a venue never gets an order twice', () => {
  const sent: string[] = [];
  let wake: () => void = () => undefined;
  const awake = new Promise<void>((resolve) => {
    wake = resolve;
  });
  let stalledAnswer: VenueAnswer | undefined;
  let child: ChildProcess | undefined;
  let childSaid = '';

  const submitOf =
    (inner: VenueConnector) =>
    async (order: VenueOrder, sendByMs: number): Promise<VenueAnswer> => {
      const isFirst = !sent.includes(order.clientOrderId);
      sent.push(order.clientOrderId);
      if (isFirst && order.quantity === STALLS_HERE) {
        await awake;
        stalledAnswer = await inner.submit(order, sendByMs);
        return stalledAnswer;
      }
      if (isFirst && order.quantity === STALLS_IN_CHILD) {
        child = spawnSender(order, sendByMs);
        child.stdout?.on('data', (data: Buffer) => {
          childSaid += data.toString('utf8');
        });
        await new Promise((resolve) => child?.once('close', resolve));
        return JSON.parse(childSaid) as VenueAnswer;
      }
      return inner.submit(order, sendByMs);
    };
  const spawnSender = (order: VenueOrder, sendByMs: number): ChildProcess => {
    const url = `http://127.0.0.1:${String(system.venue.port)}`;
    const args = [
      '--import',
      require.resolve('tsx'),
      join(__dirname, 'stalled-sender.ts'),
      url,
      JSON.stringify(order),
      String(sendByMs),
    ];
    return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  };
  const system = new OmsUnderTest({
    wrap: (inner) =>
      new Proxy(inner, { get: (target, name) => (name === 'submit' ? submitOf(target) : bound(target, name)) }),
  });
  beforeAll(() => system.start());
  afterEach(() => system.clearFaults());
  afterAll(async () => {
    child?.kill('SIGKILL');
    await system.stop();
  });

  const sentTimes = async (orderId: OrderId): Promise<number> => {
    const { clientOrderIdBase } = await system.orders.get(orderId);
    return sent.filter((id) => id === `${clientOrderIdBase ?? ''}-0`).length;
  };
  const statuses = async (orderId: OrderId): Promise<readonly string[]> =>
    (await system.orders.events(orderId)).events.map((event) => event.type);

  test('a sender that stalls before it writes, and one frozen between clock and write, send nothing after the next attempt', async () => {
    await system.fault('forgetFilledIds');
    const here = await system.orders.submit(system.request({ quantity: STALLS_HERE, limitPrice: '101' }));
    const inChild = await system.orders.submit(system.request({ quantity: STALLS_IN_CHILD, limitPrice: '101' }));
    await eventually(() => {
      expect(stateOf(child?.pid)).toBe('T');
    }, 8_000);
    for (const { orderId } of [here, inChild]) {
      await system.until(
        orderId,
        (order) => {
          expect(order.status).toBe('FILLED');
        },
        30_000,
      );
      expect(await sentTimes(orderId)).toBe(2);
    }

    wake();
    child?.kill('SIGCONT');
    await eventually(() => {
      expect(stalledAnswer).toEqual({ kind: 'notSent', reason: 'SEND_BY_PASSED' });
      expect(JSON.parse(childSaid)).toEqual({ kind: 'notSent', reason: 'EXPIRED_REQUEST' });
    });
    for (const { orderId } of [here, inChild]) {
      const order = await system.orders.get(orderId);
      expect(await system.booked(order)).toEqual([
        expect.objectContaining({ status: 'FILLED', cumQuantity: order.filledQuantity }),
      ]);
    }
  });

  test('"not found" proves nothing before the send time and the settle time have passed', async () => {
    await system.fault('forgetFilledIds');
    await system.fault('lateIndex', { params: { ms: 3_000 } });
    await system.fault('disconnectStream', { durationMs: 60_000 });
    await system.fault('dropReplyAfterAccept', { count: 1, params: { operations: ['submit'] } });
    const { orderId } = await system.orders.submit(system.request({ limitPrice: '101' }));
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'SUBMIT_UNKNOWN', filledQuantity: '0', leavesQuantity: '10' });
    });
    const order = await system.until(orderId, (now) => {
      expect(now.status).toBe('FILLED');
    });
    expect(await statuses(orderId)).toEqual(
      expect.arrayContaining(['SubmissionUnknown', 'OrderAccepted', 'OrderFilled']),
    );
    expect(await system.booked(order)).toHaveLength(1);
    expect(await sentTimes(orderId)).toBe(1);
  });

  test.each([
    ['is not sent again', () => Promise.resolve(undefined)],
    ['is not canceled as never had', (orderId: OrderId) => system.orders.cancel(orderId)],
  ])('an order that the venue finds in no list and tells of by its reports %s', async (_what, meanwhile) => {
    await system.fault('forgetFilledIds', { params: { hideHistoryMs: 120_000 } });
    await system.fault('disconnectStream', { durationMs: 60_000 });
    await system.fault('dropReplyAfterAccept', { count: 1, params: { operations: ['submit'] } });
    const { orderId } = await system.orders.submit(system.request({ limitPrice: '101' }));
    await system.until(orderId, (now) => {
      expect(now.status).toBe('SUBMIT_UNKNOWN');
    });
    await meanwhile(orderId);
    const order = await system.until(
      orderId,
      (now) => {
        expect(now.status).toBe('FILLED');
      },
      45_000,
    );
    expect(await system.booked(order)).toHaveLength(1);
    expect(await sentTimes(orderId)).toBe(1);
    expect(order.filledQuantity).toBe('10');
  });

  test('an order whose acknowledge was lost is unknown, then found by asking', async () => {
    await system.fault('disconnectStream', { durationMs: 60_000 });
    await system.fault('lateIndex', { params: { ms: 1_000 } });
    await system.fault('dropReplyAfterAccept', { count: 1, params: { operations: ['submit'] } });
    const { orderId } = await system.orders.submit(system.request());
    const order = await system.until(orderId, (now) => {
      expect(now.status).toBe('ACCEPTED');
    });
    expect(await statuses(orderId)).toEqual([
      'OrderCreated',
      'OrderApproved',
      'SubmissionStarted',
      'SubmissionUnknown',
      'OrderAccepted',
    ]);
    expect(await system.booked(order)).toHaveLength(1);
    expect(await sentTimes(orderId)).toBe(1);
  });

  test('a cancel request of Temporal while the outcome is unknown cancels the order that is there after all', async () => {
    await system.fault('disconnectStream', { durationMs: 60_000 });
    await system.fault('lateIndex', { params: { ms: 2_500 } });
    await system.fault('dropReplyAfterAccept', { count: 1, params: { operations: ['submit'] } });
    // The first cancel gets lost, too.
    await system.fault('error503BeforeBooking', { count: 1, params: { operations: ['cancel'] } });
    const { orderId } = await system.orders.submit(system.request());
    await system.until(orderId, (order) => {
      expect(order.status).toBe('SUBMIT_UNKNOWN');
    });
    const handle = system.client.workflow.getHandle(orderWorkflowId(orderId));
    await handle.cancel();
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '10' });
    });
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED' });
    const order = await system.orders.get(orderId);
    expect(await system.booked(order)).toEqual([expect.objectContaining({ status: 'CANCELED' })]);
    expect((await handle.describe()).status.name).toBe('COMPLETED');
  });

  test('an answer that cannot be read and one that is refused by a proxy are unknown as well', async () => {
    await system.fault('disconnectStream', { durationMs: 60_000 });
    for (const fault of ['garbageAnswer', 'error503AfterBooking', 'error503BeforeBooking']) {
      await system.fault(fault, { count: 1, params: { operations: ['submit'] } });
      const { orderId } = await system.orders.submit(system.request());
      const order = await system.until(orderId, (now) => {
        expect(now.status).toBe('ACCEPTED');
      });
      expect(await statuses(orderId)).toContain('SubmissionUnknown');
      expect(await system.booked(order)).toHaveLength(1);
    }
  });
});

const bound = (target: VenueConnector, name: string | symbol): unknown => {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? (value.bind(target) as unknown) : value;
};
/** The kernel's word for what a process does: T is stopped. */
const stateOf = (pid: number | undefined): string | undefined =>
  readFileSync(`/proc/${String(pid)}/stat`, 'utf8').replace(/^.*\) /, '')[0];
