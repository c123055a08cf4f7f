import pino from 'pino';
import type { ExecutionReport } from '../../src/domain/execution-report';
import { orderWorkflowId } from '../../src/domain/ids';
import type { OrderId } from '../../src/domain/ids';
import { dec } from '../../src/domain/money';
import type { VenueAnswer, VenueConnector, VenueOrderStatus, VenueReplace } from '../../src/ports/venue';
import { eventually, OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);

interface LogLine {
  readonly alert?: boolean;
  readonly code?: string;
  readonly orderId?: string;
  readonly execId?: string;
  readonly raw?: string;
  readonly first?: unknown;
  readonly others?: unknown;
}

/**
 * Goal: a report that nobody can read stops nothing: it is kept, people and its order are told, and the truth arrives.
 * Method: the simulated venue spoils the bytes of its stream and answers; its own ledger is the oracle.
 */
describe('a venue that sends what cannot be read', () => {
  const lines: LogLine[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line) as LogLine) });
  const system = new OmsUnderTest({ log });
  beforeAll(() => system.start());
  afterEach(async () => {
    await system.clearFaults();
    await system.market('COIN');
  });
  afterAll(() => system.stop());

  const working = async (): Promise<OrderId> =>
    (await system.orders.submit(system.request(), { wait: 'acknowledged' })).orderId;
  const sell = (quantity: string): Promise<void> =>
    system.market('COIN', { askPrice: '90', askQuantity: quantity, bidPrice: '80', lastPrice: '90' });
  const spoil = (how: string, places: readonly string[], count = 1): Promise<void> =>
    system.fault('unreadableReports', { count, params: { how, places } });
  const quiet = async (orderId: OrderId): Promise<void> => {
    // The stream's copy of the acknowledge has come, so that the next message is that of the fill.
    await eventually(async () => {
      const { clientOrderIdBase } = await system.orders.get(orderId);
      const rows = await system.database.query('SELECT 1 FROM execution_inbox WHERE base = $1', [clientOrderIdBase]);
      expect(rows.length).toBeGreaterThan(0);
    });
  };
  const keptOf = async (orderId: OrderId): Promise<readonly Record<string, unknown>[]> => {
    const { clientOrderIdBase } = await system.orders.get(orderId);
    return system.database.query(
      'SELECT raw, why, told, sequence, asked, settled FROM unreadable_reports WHERE raw LIKE $1 ORDER BY arrival',
      [`%${clientOrderIdBase ?? '?'}%`],
    );
  };
  const refusals = async (orderId: OrderId): Promise<readonly string[]> => {
    const { events } = await system.orders.events(orderId);
    return events.flatMap((event) => (event.type === 'ReportRefused' ? [event.code] : []));
  };
  /** What is left trades at the venue, and every ledger says the same. */
  const expectWhole = async (orderId: OrderId): Promise<void> => {
    await sell('100');
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '10', overfill: '0', fillCount: 2 });
    expect(await system.booked(order)).toEqual([expect.objectContaining({ status: 'FILLED', cumQuantity: '10' })]);
    expect(await system.oms.deps.orders.executions(orderId)).toHaveLength(2);
    expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });
  };

  test.each(['textForNumber', 'missingField'])(
    'a replace by somebody else at the venue that is told as %s: a fill of it waits for the readable copy, and is ours',
    async (how) => {
      const orderId = await working();
      await quiet(orderId);
      const { clientOrderIdBase = '' } = await system.orders.get(orderId);
      await spoil(how, ['stream']);
      const form = { clientOrderId: `desk${how}`, quantity: '12', limitPrice: '95' };
      await system.replaceAtVenue(`${clientOrderIdBase}-0`, form);
      await sell('4');
      await system.until(orderId, (order) => {
        expect(order).toMatchObject({ status: 'PARTIALLY_FILLED', quantity: '12', filledQuantity: '4' });
      });
      expect((await system.orders.list()).filter(({ account }) => account === 'external')).toEqual([]);
      await sell('100');
      expect(await system.orders.final(orderId)).toMatchObject({ status: 'FILLED', filledQuantity: '12' });
    },
  );

  test.each(['unknownExecType', 'negativeFill', 'zeroPrice', 'textForNumber', 'tooManyDecimals', 'missingField'])(
    '%s on the stream: alert, raw kept, order told, and the fill booked from the venue’s answer',
    async (how) => {
      const orderId = await working();
      await quiet(orderId);
      await spoil(how, ['stream']);
      await sell('4');
      await system.until(orderId, (order) => {
        expect(order).toMatchObject({ status: 'PARTIALLY_FILLED', filledQuantity: '4', leavesQuantity: '6' });
      });
      await eventually(async () => {
        expect(await keptOf(orderId)).toEqual([expect.objectContaining({ told: 'ORDER' })]);
        expect(await refusals(orderId)).toEqual(['REPORT_UNREADABLE']);
      });
      const [kept] = await keptOf(orderId);
      await eventually(() => {
        expect(lines).toContainEqual(expect.objectContaining({ alert: true, code: 'REPORT_UNREADABLE', orderId }));
      });
      expect(lines).toContainEqual(
        expect.objectContaining({ alert: true, code: 'REPORT_UNREADABLE', raw: kept?.['raw'] }),
      );
      await expectWhole(orderId);
    },
  );

  test.each(['noJson', 'noSequence', 'wrongSequence', 'noObject'])(
    '%s on the stream: the gap is closed by query, and the stream goes on',
    async (how) => {
      const orderId = await working();
      await quiet(orderId);
      const before = lines.length;
      await spoil(how, ['stream']);
      await sell('4');
      await system.until(orderId, (order) => {
        expect(order.filledQuantity).toBe('4');
      });
      expect(lines.slice(before)).toContainEqual(expect.objectContaining({ alert: true, code: 'REPORT_UNREADABLE' }));
      await expectWhole(orderId);
    },
  );

  test('unreadable wherever it is told: the order lives, and has it as soon as the venue can be read', async () => {
    const orderId = await working();
    await quiet(orderId);
    await spoil('textForNumber', ['stream', 'gap', 'find'], 1_000);
    await sell('4');
    await eventually(async () => {
      expect(await refusals(orderId)).toEqual(['REPORT_UNREADABLE']);
    });
    expect(await system.orders.get(orderId)).toMatchObject({ status: 'ACCEPTED', filledQuantity: '0' });
    await system.clearFaults();
    await expectWhole(orderId);
  });

  describe('the last report of an order, unreadable wherever it is told for a while', () => {
    const everywhere = (durationMs: number, how = 'textForNumber'): Promise<void> =>
      system.fault('unreadableReports', {
        ...{ count: 1_000, durationMs },
        params: { how, places: ['stream', 'gap', 'find', 'answer'] },
      });
    const ends = [
      ['FOK', 1_500, '101', { status: 'FILLED', filledQuantity: '10', leavesQuantity: '0' }],
      ['FOK', 8_000, '101', { status: 'FILLED', filledQuantity: '10', leavesQuantity: '0' }],
      ['IOC', 6_000, '90', { status: 'CANCELED', filledQuantity: '0', leavesQuantity: '0' }],
    ] as const;
    test.each(ends)(
      'is asked for until it can be read (%s, %i ms)',
      async (timeInForce, durationMs, limitPrice, end) => {
        await everywhere(durationMs);
        const { orderId } = await system.orders.submit(system.request({ limitPrice, timeInForce }));
        await system.until(
          orderId,
          (order) => {
            expect(order).toMatchObject(end);
          },
          20_000,
        );
        await eventually(async () => {
          const rows = await system.database.query('SELECT raw FROM unreadable_reports WHERE settled IS NULL');
          expect(rows).toEqual([]);
        });
        expect(await system.booked(await system.orders.get(orderId))).toEqual([
          expect.objectContaining({ cumQuantity: end.filledQuantity }),
        ]);
        expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });
      },
    );

    test('is asked for by its place when nothing else of it can be told', async () => {
      await everywhere(60_000, 'noObject');
      const places = () =>
        system.database.query('SELECT 1 FROM unreadable_reports WHERE settled IS NULL AND asked > 1');
      const { orderId } = await system.orders.submit(system.request({ timeInForce: 'IOC' }));
      await eventually(async () => {
        expect((await places()).length).toBeGreaterThan(0);
      });
      await system.clearFaults();
      await system.until(orderId, (order) => {
        expect(order).toMatchObject({ status: 'CANCELED', leavesQuantity: '0' });
      });
      await eventually(async () => {
        expect(await places()).toEqual([]);
      });
    });

    test('is asked for by the next session, too', async () => {
      const orderId = await working();
      await quiet(orderId);
      await everywhere(60_000);
      await sell('10');
      await eventually(async () => {
        const kept = await keptOf(orderId);
        expect(kept.map(({ raw }) => raw)).toContainEqual(expect.stringContaining('"TRADE"'));
        expect(kept.map(({ asked }) => asked)).not.toContain(0);
      });
      await system.stopOms();
      await system.clearFaults();
      await system.startOms();
      await system.until(
        orderId,
        (order) => {
          expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '10' });
        },
        20_000,
      );
      // Reconciliation finds the fill as well; that this report can be read now is the question's answer.
      await eventually(async () => {
        const kept = await keptOf(orderId);
        expect(kept.filter(({ raw }) => String(raw).includes('"TRADE"')).map(({ settled }) => settled)).toEqual([
          'READABLE',
        ]);
      });
    });
  });

  test('a restart does not go back to it', async () => {
    const orderId = await working();
    await quiet(orderId);
    await spoil('unknownExecType', ['stream', 'gap', 'find'], 1_000);
    await sell('4');
    await eventually(async () => {
      expect(await keptOf(orderId)).toEqual([expect.objectContaining({ told: 'ORDER' })]);
    });
    const sequence = Number((await keptOf(orderId))[0]?.['sequence']);
    expect(await system.oms.deps.venueStore.lastSequence('SIMX', 'HOUSE')).toBe(sequence);
    await system.stopOms();
    await system.startOms();
    await system.clearFaults();
    await expectWhole(orderId);
  });

  test('an answer that cannot be read is an unknown outcome, and the order is found, once', async () => {
    await spoil('unknownExecType', ['answer']);
    await system.fault('delayReports', { count: 1, params: { ms: 1_000 } });
    const { orderId } = await system.orders.submit(system.request());
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'ACCEPTED' });
    });
    const order = await system.orders.get(orderId);
    expect(await system.booked(order)).toHaveLength(1);
    const { events } = await system.orders.events(orderId);
    expect(events.map(({ type }) => type)).toContain('SubmissionUnknown');
    expect((await keptOf(orderId)).length).toBe(1);
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
    // Over, so that no answer about it meets the next test's fault.
    await system.orders.final(orderId);
  });

  test('an answer with one bad report among good ones loses none of the good, and the bad one is made good', async () => {
    await spoil('zeroPrice', ['answer']);
    const { orderId } = await system.orders.submit(system.request({ limitPrice: '101' }), { wait: 'final' });
    const order = await system.orders.get(orderId);
    expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '10', fillCount: 1 });
    const { events } = await system.orders.events(orderId);
    expect(events.map(({ type }) => type)).not.toContain('SubmissionUnknown');
    // The stream may end the order before the answer's bad part is kept.
    await eventually(async () => {
      expect((await keptOf(orderId)).length).toBe(1);
    });
  });

  test('an execution id that comes for another order: both orders stay as they are, and people are told of both', async () => {
    const first = await working();
    await quiet(first);
    await sell('4');
    await system.until(first, (order) => {
      expect(order.filledQuantity).toBe('4');
    });
    await system.market('COIN');
    const second = await working();
    const [execution] = await system.oms.deps.orders.executions(first);
    const reports = (await system.ledger('reports')) as unknown as readonly ExecutionReport[];
    const trade = reports.find(({ execId }) => execId === execution?.execId);
    const { clientOrderIdBase = '', venueOrderId = '' } = await system.orders.get(second);
    const wrong = { ...trade!, clientOrderId: `${clientOrderIdBase}-0`, venueOrderId };
    const states = async () => [await system.orders.get(first), await system.orders.get(second)];
    const before = await states();
    await system.oms.deps.venueStore.receive([wrong]);
    await eventually(() => {
      expect(lines.filter(({ code }) => code === 'EXECUTION_CONFLICT')).toEqual([
        expect.objectContaining({
          ...{ alert: true, execId: trade!.execId, venue: 'SIMX', venueAccount: 'HOUSE' },
          first: expect.objectContaining({ orderId: first }) as unknown,
          others: [expect.objectContaining({ orderId: second })],
        }),
      ]);
    });
    await system.oms.deps.venueStore.receive([wrong]);
    expect(await states()).toEqual(before);
    for (const orderId of [first, second])
      expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
  });
});

/**
 * Goal: a replace that may be at the venue is never sent a second time because its report cannot be read, and nothing of
 * another order is booked. Method: the answer gets lost, and of what the venue says of the order only the part before the
 * replace can be read; an answer brings a trade under an execution id that another order has.
 */
describe('what a venue says of an order in its answers', () => {
  const sent: string[] = [];
  let isBlind = true;
  const halfBlind = (inner: VenueConnector): VenueConnector =>
    new Proxy(inner, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: readonly unknown[]): Promise<unknown> => {
          if (name === 'replace') sent.push((args[0] as VenueReplace).clientOrderId);
          const answer: unknown = await Reflect.apply(value, target, args);
          if (name === 'submit') return withForeignTrade(answer as VenueAnswer);
          return name === 'findOrder' && isBlind ? withoutReplaces(answer as VenueOrderStatus) : answer;
        };
      },
    });
  const withoutReplaces = (status: VenueOrderStatus): VenueOrderStatus => {
    if (status.kind !== 'found') return status;
    const unreadable = status.reports
      .filter(({ execType }) => execType === 'REPLACED')
      .map(({ venue, venueAccount }) => ({ venue, venueAccount, raw: 'noise', why: 'noise' }));
    const reports = status.reports.filter(({ execType }) => execType !== 'REPLACED');
    return { kind: 'found', reports, ...(unreadable.length === 0 ? {} : { unreadable }) };
  };
  /** Beside what is true, an execution of another order. */
  const withForeignTrade = (answer: VenueAnswer): VenueAnswer => {
    if (answer.kind !== 'acknowledged' || foreign === undefined) return answer;
    const own = answer.reports.find(({ execType }) => execType === 'TRADE');
    const wrong = own === undefined ? [] : [{ ...own, execId: foreign, lastPrice: dec('77') }];
    return { ...answer, reports: [...wrong, ...answer.reports] };
  };
  let foreign: string | undefined;
  const system = new OmsUnderTest({ wrap: halfBlind });
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  test('a replace is sent once, however long the venue says nothing readable of it', async () => {
    const { orderId } = await system.orders.submit(system.request(), { wait: 'acknowledged' });
    await system.fault('dropReplyAfterAccept', { count: 1, params: { operations: ['replace'] } });
    // Only the question is left to tell of it.
    await system.fault('delayReports', { params: { ms: 60_000 } });
    await system.orders.modify(orderId, { limitPrice: dec('91') });
    // Longer than `sendBy` and the settle time: "not found" would be proof by now.
    const provableMs = Date.now() + 6_500;
    await eventually(() => {
      expect(Date.now()).toBeGreaterThan(provableMs);
    });
    const asked = async () =>
      (await system.client.workflow.getHandle(orderWorkflowId(orderId)).fetchHistory()).events?.filter(
        (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'replaceOrder',
      ).length ?? 0;
    const before = await asked();
    await eventually(async () => {
      expect(await asked()).toBeGreaterThan(before);
    }, 60_000);
    expect(sent).toHaveLength(1);
    isBlind = false;
    await system.until(
      orderId,
      (order) => {
        expect(order).toMatchObject({ status: 'ACCEPTED', limitPrice: '91' });
      },
      30_000,
    );
    expect(sent).toHaveLength(1);
    await system.clearFaults();
  });

  test('an execution of another order in an answer is not booked, the own one is', async () => {
    const bought = async () => {
      const { orderId } = await system.orders.submit(system.request({ limitPrice: '101' }), { wait: 'final' });
      return { orderId, executions: await system.oms.deps.orders.executions(orderId) };
    };
    const first = await bought();
    foreign = first.executions[0]?.execId;
    const second = await bought();
    foreign = undefined;
    expect(await system.orders.get(second.orderId)).toMatchObject({
      status: 'FILLED',
      filledQuantity: '10',
      fillCount: 1,
    });
    expect(second.executions).toMatchObject([{ quantity: '10', price: first.executions[0]?.price }]);
    expect(await system.oms.deps.orders.executions(first.orderId)).toEqual(first.executions);
    const conflicts = await system.database.query(
      "SELECT exec_id FROM execution_inbox WHERE jsonb_array_length(COALESCE(conflict, '[]')) > 0",
    );
    expect(conflicts).toEqual([{ exec_id: first.executions[0]?.execId }]);
  });
});
