import pino from 'pino';
import { orderWorkflowId } from '../../src/domain/ids';
import type { OrderId } from '../../src/domain/ids';
import { dec } from '../../src/domain/money';
import type { VenueAnswer, VenueConnector, VenueOrderStatus } from '../../src/ports/venue';
import { eventually, OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);

/** Submissions to one venue that run at once; the others wait for a place. */
const PLACES = 50;

interface LogLine {
  readonly alert?: boolean;
  readonly code?: string;
  readonly orderId?: string;
  readonly msg: string;
}

/**
 * Goal: a cancel or replace whose outcome is unknown, refused or crossed ends in what the venue really did.
 * Method: the simulated venue's faults, and its connector wrapped where a venue must answer what ours never does.
 */
describe('cancels and replaces that meet trouble', () => {
  /** Answers of the venue to the next requests, instead of its own. */
  const cancelAnswers: VenueAnswer[] = [];
  const replaceAnswers: VenueAnswer[] = [];
  const findAnswers: VenueOrderStatus[] = [];
  const alerts: LogLine[] = [];
  const asked: string[] = [];
  const replaced: { readonly from: string; readonly to: string }[] = [];
  let gate: Promise<void> | undefined;
  let submitting = 0;
  let submittingAtCancel = 0;
  const wrap = (inner: VenueConnector): VenueConnector => {
    const own: Partial<VenueConnector> = {
      async submit(order, sendByMs) {
        submitting += 1;
        await gate;
        return inner.submit(order, sendByMs);
      },
      cancel: (cancel, sendByMs) => {
        asked.push(`cancel ${cancel.clientOrderId}`);
        submittingAtCancel = submitting;
        const answer = cancelAnswers.shift();
        return answer === undefined ? inner.cancel(cancel, sendByMs) : Promise.resolve(answer);
      },
      findOrder: (account, id) => {
        asked.push(`find ${id}`);
        const answer = findAnswers.shift();
        return answer === undefined ? inner.findOrder(account, id) : Promise.resolve(answer);
      },
      replace: (replace, sendByMs) => {
        replaced.push({ from: replace.origClientOrderId, to: replace.clientOrderId });
        const answer = replaceAnswers.shift();
        return answer === undefined ? inner.replace(replace, sendByMs) : Promise.resolve(answer);
      },
    };
    return new Proxy(inner, {
      get(target, name) {
        const value: unknown = Reflect.get(name in own ? own : target, name);
        return typeof value === 'function' ? (value.bind(name in own ? own : target) as unknown) : value;
      },
    });
  };
  const log = pino({ level: 'warn' }, { write: (line: string) => alerts.push(JSON.parse(line) as LogLine) });
  const system = new OmsUnderTest({ wrap, log });
  beforeAll(() => system.start());
  afterEach(async () => {
    await system.clearFaults();
    await system.market('COIN');
  });
  afterAll(() => system.stop());

  const working = async (change = {}): Promise<OrderId> =>
    (await system.orders.submit(system.request(change), { wait: 'acknowledged' })).orderId;
  const modify = (orderId: OrderId, change: Record<string, string>) => system.orders.modify(orderId, change);
  const refusal = (reason: string): VenueAnswer => ({ kind: 'refused', reason, text: 'says the venue', reports: [] });
  /** Cancels it behind our back, as a person at the venue may. */
  const endAtVenue = async (orderId: OrderId): Promise<void> => {
    const { clientOrderIdBase = '' } = await system.orders.get(orderId);
    const url = `http://127.0.0.1:${String(system.venue.port)}/v1/SIMX/orders/${clientOrderIdBase}-0`;
    expect((await fetch(`${url}?account=HOUSE&symbol=COIN`, { method: 'DELETE' })).ok).toBe(true);
  };
  const askedOf = async (orderId: OrderId): Promise<readonly string[]> => {
    const { clientOrderIdBase } = await system.orders.get(orderId);
    return asked.filter((line) => line.includes(clientOrderIdBase ?? '?')).map((line) => line.split(' ')[0] ?? '');
  };
  const typesOf = async (orderId: OrderId): Promise<readonly string[]> =>
    (await system.orders.events(orderId)).events.map(({ type }) => type);

  test.each(['dropReplyAfterAccept', 'error503AfterBooking', 'error503BeforeBooking', 'garbageAnswer'])(
    'a cancel whose answer is lost (%s) is asked for until the venue has ended the order, once',
    async (fault) => {
      const orderId = await working();
      await system.fault(fault, { count: 1, params: { operations: ['cancel'] } });
      await system.orders.cancel(orderId);
      const order = await system.orders.final(orderId);
      expect(order).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '10' });
      expect(await system.booked(order)).toEqual([expect.objectContaining({ status: 'CANCELED' })]);
      expect((await typesOf(orderId)).filter((type) => type === 'OrderCanceled')).toHaveLength(1);
    },
  );

  test.each(['error503AfterBooking', 'error503BeforeBooking', 'garbageAnswer'])(
    'a replace whose answer is lost (%s) is done once, under one id',
    async (fault) => {
      const orderId = await working();
      await system.fault(fault, { count: 1, params: { operations: ['replace'] } });
      await modify(orderId, { quantity: '15' });
      const order = await system.until(
        orderId,
        (now) => {
          expect(now).toMatchObject({ status: 'ACCEPTED', quantity: '15', acceptedStep: 1 });
        },
        30_000,
      );
      const [booked] = await system.booked(order);
      expect(booked).toMatchObject({ quantity: '15' });
      expect(booked?.['clientOrderIds']).toHaveLength(2);
      await system.orders.cancel(orderId);
      await system.orders.final(orderId);
    },
  );

  test('a cancel before the acknowledge: acknowledged, then canceled, by the client order id', async () => {
    await system.fault('delayReply', { count: 1, params: { ms: 1_000, operations: ['submit'] } });
    await system.fault('delayReports', { durationMs: 1_000, params: { ms: 800 } });
    const { orderId } = await system.orders.submit(system.request(), { wait: 'risk' });
    await system.until(orderId, (order) => {
      expect(order.status).toBe('SUBMITTING');
    });
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true, order: { status: 'PENDING_CANCEL' } });
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'CANCELED', filledQuantity: '0', unfilledAtEnd: '10' });
    expect((await system.booked(order)).filter(({ status }) => status !== 'CANCELED')).toEqual([]);
  });

  test('a replace that overtakes the news of a fill: the venue is asked for the fill', async () => {
    const orderId = await working();
    await system.fault('delayReports', { params: { ms: 20_000 } });
    await system.market('COIN', { askPrice: '90', askQuantity: '4' });
    await system.market('COIN');
    expect(await modify(orderId, { quantity: '8' })).toMatchObject({ accepted: true });
    await system.until(
      orderId,
      (now) => {
        expect(now).toMatchObject({ acceptedStep: 1, quantity: '8', filledQuantity: '4', leavesQuantity: '4' });
      },
      18_000,
    );
    expect(await typesOf(orderId)).toContain('OrderReplaced');
    await system.clearFaults();
    await system.orders.cancel(orderId);
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'CANCELED', filledQuantity: '4', fillCount: 1, unfilledAtEnd: '4' });
    // The stream goes on: only it tells of this one.
    const other = await working();
    await endAtVenue(other);
    await system.orders.final(other);
  });

  test.each(['TOO_LATE', 'PENDING', 'BROKER_OPTION'])(
    'a cancel that is refused (%s) leaves the order working, with the reason, and the next one may pass',
    async (reason) => {
      const orderId = await working();
      cancelAnswers.push(refusal(reason));
      await system.orders.cancel(orderId);
      const order = await system.until(orderId, (now) => {
        expect(now).toMatchObject({ status: 'ACCEPTED', leavesQuantity: '10' });
      });
      expect(order.why).toBe(`cancel refused: ${reason}: says the venue`);
      expect(order).not.toHaveProperty('pendingCancel');
      await system.orders.cancel(orderId);
      expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED' });
      expect(await askedOf(orderId)).toEqual(['cancel', 'cancel']);
    },
  );

  test('a cancel of an order that is gone at the venue ends after one question', async () => {
    const orderId = await working();
    // Ended there while nobody listened.
    await system.fault('delayReports', { params: { ms: 3_000 } });
    await endAtVenue(orderId);
    cancelAnswers.push(refusal('UNKNOWN_ORDER'));
    await system.orders.cancel(orderId);
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '10' });
    expect(await askedOf(orderId)).toEqual(['cancel', 'find']);
  });

  test.each([
    ['cancel', (orderId: OrderId) => system.orders.signalCancel(orderId), 'CANCELED', 'canceled as asked'],
    ['replace', (orderId: OrderId) => system.orders.signalModify(orderId, { quantity: dec('15') }), 'ACCEPTED', ''],
  ] as const)('a %s that the stream tells before its answer is lost is known', async (what, ask, end, why) => {
    // Only the stream tells of this one: it has come through what the tests before have done to it.
    const other = await working();
    await endAtVenue(other);
    await system.orders.final(other);
    const orderId = await working();
    // Longer than anybody waits for an answer.
    await system.fault('delayReply', { count: 1, params: { operations: [what], ms: 6_000 } });
    await ask(orderId);
    const types = async () => (await system.orders.events(orderId)).events.map(({ type }) => type);
    await eventually(async () => {
      expect(await types()).toContain(what === 'cancel' ? 'OrderCanceled' : 'OrderReplaced');
      const { raw } = await system.client.workflow.getHandle(orderWorkflowId(orderId)).describe();
      expect(raw.pendingActivities ?? []).toEqual([]);
    });
    expect(await types()).not.toContain('RequestUnknown');
    expect((await system.orders.get(orderId)).status).toBe(end);
    expect((await system.orders.get(orderId)).why).toContain(why);
    expect(alerts.filter((line) => line.orderId === orderId)).toEqual([]);
  });

  test.each([
    ['cancel', (orderId: OrderId) => system.orders.signalCancel(orderId), 'CANCELED'],
    ['replace', (orderId: OrderId) => system.orders.signalModify(orderId, { quantity: dec('15') }), 'ACCEPTED'],
  ] as const)('a %s whose outcome stays unknown is told, and asked for until it is known', async (what, ask, end) => {
    const orderId = await working();
    const operations = ['cancel', 'replace', 'query'];
    await system.fault('error503BeforeBooking', { durationMs: 3_000, params: { operations } });
    await ask(orderId);
    await eventually(() => {
      expect(alerts).toContainEqual(expect.objectContaining({ orderId, alert: true, code: 'REQUEST_UNKNOWN' }));
    });
    const told = await system.orders.get(orderId);
    expect(told).toMatchObject({
      status: `PENDING_${what.toUpperCase()}`,
      why: expect.stringMatching(/unknown/) as string,
    });
    await system.until(
      orderId,
      (order) => {
        expect(order.status).toBe(end);
      },
      60_000,
    );
    const texts = (await system.orders.history(orderId)).map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith(`outcome of the ${what} unknown`))).toHaveLength(1);
    if (end === 'ACCEPTED') await system.orders.cancel(orderId);
  });

  test('a cancel of an order that no source of the venue knows: nothing is guessed, and people hear of it', async () => {
    const orderId = await working();
    cancelAnswers.push(refusal('UNKNOWN_ORDER'));
    findAnswers.push({ kind: 'notFound' });
    await system.orders.cancel(orderId);
    await eventually(() => {
      expect(alerts).toContainEqual(expect.objectContaining({ orderId, alert: true, code: 'UNKNOWN_AT_VENUE' }));
    });
    expect(await system.orders.get(orderId)).toMatchObject({ status: 'ACCEPTED', leavesQuantity: '10' });
    expect(await askedOf(orderId)).toEqual(['cancel', 'find']);
    // The venue has it after all: the next cancel ends it.
    await system.orders.cancel(orderId);
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '10' });
  });

  test('the next replace after a refused one names the id that the venue accepted, not the one that it refused', async () => {
    const orderId = await working();
    const { clientOrderIdBase = '' } = await system.orders.get(orderId);
    replaceAnswers.push(refusal('TOO_LATE'));
    for (const quantity of ['11', '12', '13']) {
      await modify(orderId, { quantity });
      await system.until(orderId, (order) => {
        expect(order).not.toHaveProperty('pendingReplace');
      });
    }
    const own = replaced.filter(({ to }) => to.startsWith(clientOrderIdBase));
    expect(own.map(({ from, to }) => [from.slice(-2), to.slice(-2)])).toEqual([
      ['-0', '-1'],
      ['-0', '-2'],
      ['-2', '-3'],
    ]);
    expect(await system.orders.get(orderId)).toMatchObject({ acceptedStep: 3, quantity: '13' });
  });

  test.each([
    ['at its venue', 'SIMX'],
    ['here, at a venue that knows no stops', 'SIMY'],
  ])(
    'a stop that was triggered %s can change quantity and limit, and its stop price no more',
    async (_where, venue) => {
      const stop = { type: 'STOP_LIMIT', stopPrice: '105', limitPrice: '95', venue };
      const { orderId } = await system.orders.submit(system.request(stop), { wait: 'acknowledged' });
      await system.market('COIN', { bidPrice: '105', askPrice: '106', lastPrice: '105' }, venue);
      await system.until(orderId, (order) => {
        expect(order).toMatchObject({ status: 'ACCEPTED', triggered: true });
      });
      expect(await modify(orderId, { stopPrice: '110' })).toMatchObject({ accepted: false, code: 'FIELD_NOT_ALLOWED' });
      await modify(orderId, { quantity: '12', limitPrice: '96' });
      await system.until(orderId, (order) => {
        expect(order).toMatchObject({ status: 'ACCEPTED', quantity: '12', limitPrice: '96', acceptedStep: 1 });
      });
      await system.market('COIN', {}, venue);
      await system.orders.cancel(orderId);
      expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '12' });
    },
  );

  test('a cancel under the command id of a modify is a cancel, by update and by signal', async () => {
    for (const cancel of ['cancel', 'signalCancel'] as const) {
      const orderId = await working();
      expect(await system.orders.modify(orderId, { quantity: dec('12') }, 'k1')).toMatchObject({ accepted: true });
      await system.until(orderId, (order) => {
        expect(order).toMatchObject({ status: 'ACCEPTED', quantity: '12' });
      });
      await system.orders[cancel](orderId, 'no more', 'k1');
      expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED', quantity: '12' });
    }
  });

  test('another change under the command id of a modify is refused, the same one is the same command', async () => {
    const orderId = await working();
    const change = { quantity: dec('12') };
    expect(await system.orders.modify(orderId, change, 'k2')).toMatchObject({ accepted: true });
    const other = {
      accepted: false,
      code: 'COMMAND_ID_USED',
      text: expect.stringContaining('(quantity 12)') as string,
    };
    expect(await system.orders.modify(orderId, { quantity: dec('13') }, 'k2')).toMatchObject(other);
    expect(await system.orders.modify(orderId, { quantity: dec('12.0') }, 'k2')).toMatchObject({ accepted: true });
    // Temporal knows an update by its own id; the order knows the command.
    const raw = (args: object) =>
      system.client.workflow.getHandle(orderWorkflowId(orderId)).executeUpdate('modifyOrder', { args: [args] });
    expect(await raw({ commandId: 'k2', quantity: '12', limitPrice: '94' })).toMatchObject(other);
    expect(await raw({ commandId: 'k2', quantity: '12' })).toMatchObject({ accepted: true });
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'ACCEPTED', quantity: '12', acceptedStep: 1, lastStep: 1 });
    });
    await system.orders.cancel(orderId);
    await system.orders.final(orderId);
  });

  test('a hundred submissions that hang do not hold up a cancel', async () => {
    const orderId = await working();
    let open: () => void = () => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const before = submitting;
    try {
      const crowd = Array.from({ length: 100 }, () => system.orders.submit(system.request(), { wait: 'accepted' }));
      await Promise.all(crowd);
      await eventually(() => {
        expect(submitting - before).toBe(PLACES);
      }, 30_000);
      await system.orders.cancel(orderId);
      expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '10' });
      // It was sent while every place was taken and the next submissions were waiting for one.
      expect(submittingAtCancel - before).toBe(PLACES);
    } finally {
      open();
      gate = undefined;
    }
  });
});
