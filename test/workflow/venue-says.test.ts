import pino from 'pino';
import type { ExecutionReport } from '../../src/domain/execution-report';
import { adoptedOrderId, EXTERNAL } from '../../src/domain/adoption';
import { orderWorkflowId } from '../../src/domain/ids';
import type { OrderId } from '../../src/domain/ids';
import { add, dec, ZERO } from '../../src/domain/money';
import type { DecimalString } from '../../src/domain/money';
import { eventually, OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);

interface LogLine {
  readonly alert?: boolean;
  readonly code?: string;
  readonly orderId?: string;
  readonly msg: string;
}

/**
 * Goal: whatever a venue says, people hear of what is wrong, the raw report is kept, and the order lives on, correct.
 * Method: reports come into the inbox as the venue's stream would bring them; the log is read for alerts.
 */
describe('a venue that says what cannot be', () => {
  const lines: LogLine[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line) as LogLine) });
  const system = new OmsUnderTest({ log });
  beforeAll(() => system.start());
  afterEach(() => system.market('COIN'));
  afterAll(() => system.stop());

  let count = 0;
  const working = async (change = {}): Promise<OrderId> =>
    (await system.orders.submit(system.request(change), { wait: 'acknowledged' })).orderId;
  /** A fill of 1 at 90 for an order, as the stream would bring it, then changed. */
  const fillOf = async (orderId: OrderId, change: object = {}): Promise<ExecutionReport> => {
    const { clientOrderIdBase = '', venueOrderId = '' } = await system.orders.get(orderId);
    count += 1;
    const fill = {
      ...{ venue: 'SIMX', venueAccount: 'HOUSE', symbol: 'COIN', side: 'BUY', execType: 'TRADE' },
      ...{ sequence: 700_000 + count, execId: `SAID-${String(count)}`, transactTimeMs: Date.now() },
      ...{ clientOrderId: `${clientOrderIdBase}-0`, venueOrderId, orderQuantity: '10' },
      ...{ cumQuantity: '1', leavesQuantity: '9', lastQuantity: '1', lastPrice: '90', fee: '0', feeCurrency: 'USD' },
    };
    return { ...fill, ...change } as unknown as ExecutionReport;
  };
  const receive = (...reports: ExecutionReport[]) => system.oms.deps.venueStore.receive(reports);
  const rawOf = async ({ venueAccount, execId }: ExecutionReport): Promise<{ report: unknown; conflict: unknown }> => {
    const [row] = await system.database.query(
      'SELECT report, conflict FROM execution_inbox WHERE venue_account = $1 AND exec_id = $2',
      [venueAccount, execId],
    );
    return { report: JSON.parse((row?.['report'] as string | undefined) ?? 'null'), conflict: row?.['conflict'] };
  };
  const alerted = async (orderId: string, code: string): Promise<LogLine> => {
    let found: LogLine | undefined;
    await eventually(() => {
      found = lines.find((line) => line.alert === true && line.orderId === orderId && line.code === code);
      if (found === undefined) throw new Error(`no alert ${code} of ${orderId}`);
    });
    return found as LogLine;
  };
  /** The order works as if nothing had been said: it takes a real fill, and is canceled. */
  const expectSound = async (orderId: OrderId): Promise<void> => {
    expect(await system.orders.get(orderId)).toMatchObject({ status: 'ACCEPTED', filledQuantity: '0', overfill: '0' });
    await system.market('COIN', { askPrice: '90', askQuantity: '4', bidPrice: '80', lastPrice: '90' });
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'PARTIALLY_FILLED', filledQuantity: '4', leavesQuantity: '6' });
    });
    await system.market('COIN');
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({ status: 'CANCELED', filledQuantity: '4', unfilledAtEnd: '6' });
    expect(await system.booked(order)).toEqual([expect.objectContaining({ cumQuantity: '4' })]);
    const executions = await system.oms.deps.orders.executions(orderId);
    expect(executions.map(({ quantity }) => quantity)).toEqual(['4']);
    expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });
  };

  test.each([
    ['a status that nobody knows', { execType: 'PENDING_REVIEW' }, 'EXEC_TYPE_UNKNOWN'],
    ['a negative fill', { lastQuantity: '-1' }, 'REPORT_FILL'],
    ['a fill at no price', { lastPrice: '0' }, 'REPORT_FILL'],
    ['a fill of too many decimals', { lastQuantity: '1.000000000000000000000000000001' }, 'REPORT_FILL'],
    ['a total of too many decimals', { cumQuantity: '1.000000000000000000000000000001' }, 'REPORT_QUANTITY'],
    ['a text for its total', { cumQuantity: 'one' }, 'REPORT_QUANTITY'],
    ['a text for its time', { transactTimeMs: 'noon' }, 'REPORT_TIME'],
    ['a fill of another symbol', { symbol: 'SHARE' }, 'REPORT_WRONG_INSTRUMENT'],
    ['a fill of the other side', { side: 'SELL' }, 'REPORT_WRONG_INSTRUMENT'],
  ])('%s: alert, raw report kept, order alive and correct', async (_what, change, code) => {
    const orderId = await working();
    const wrong = await fillOf(orderId, change);
    await receive(wrong);
    await alerted(orderId, code);
    expect((await rawOf(wrong)).report).toEqual(wrong);
    const { events } = await system.orders.events(orderId);
    expect(events.at(-1)).toMatchObject({ type: 'ReportRefused', code, execId: wrong.execId });
    await expectSound(orderId);
  });

  test('a text for price and quantity of a fill: the same', async () => {
    const orderId = await working();
    // As a signal; the answer of a question comes the same way.
    await system.client.workflow
      .getHandle(orderWorkflowId(orderId))
      .signal('executionReports', [await fillOf(orderId, { lastPrice: 'ninety', lastQuantity: 'one' })]);
    await alerted(orderId, 'REPORT_FILL');
    await expectSound(orderId);
  });

  test('the execution id of another order: that order keeps it, this one stays as it is, the copy is kept', async () => {
    const [owner, other] = [await working({ limitPrice: '70' }), await working()];
    const fill = await fillOf(owner, { lastQuantity: '10', cumQuantity: '10', leavesQuantity: '0' });
    await receive(fill);
    await system.orders.final(owner);
    const wrong = await fillOf(other, { execId: fill.execId, lastQuantity: '3', cumQuantity: '3' });
    await receive(wrong);
    expect(await rawOf(fill)).toMatchObject({ report: fill, conflict: [wrong] });
    expect(await system.orders.get(owner)).toMatchObject({ status: 'FILLED', filledQuantity: '10' });
    await expectSound(other);
    const executions = await system.oms.deps.orders.executions(owner);
    expect(executions.map(({ quantity }) => quantity)).toEqual(['10']);
  });

  test('the same by a raw signal, past the inbox: people hear of it, and no position is moved', async () => {
    const [owner, other] = [await working({ limitPrice: '70' }), await working()];
    const fill = await fillOf(owner, { lastQuantity: '10', cumQuantity: '10', leavesQuantity: '0' });
    await receive(fill);
    await system.orders.final(owner);
    await system.client.workflow
      .getHandle(orderWorkflowId(other))
      .signal('executionReports', [await fillOf(other, { execId: fill.execId })]);
    expect(await alerted(other, 'EXECUTION_CONFLICT')).toMatchObject({ execIds: [fill.execId] });
    expect(await system.oms.deps.orders.executions(other)).toEqual([]);
    await system.orders.cancel(other);
    await system.orders.final(other);
  });

  test('a report for another account is not of this order, and people hear of it', async () => {
    const orderId = await working();
    const wrong = await fillOf(orderId, { venueAccount: 'OTHER', venueOrderId: 'V-OTHER' });
    await receive(wrong);
    const adopted = adoptedOrderId(wrong) ?? '';
    await alerted(adopted, 'ORDER_ADOPTED');
    expect((await rawOf(wrong)).report).toEqual(wrong);
    await expectSound(orderId);
  });

  test('a fill under an account that no catalog knows: kept, told of, booked apart, and the stream goes on', async () => {
    const { deps } = system.oms;
    const orderId = await working();
    const stranger = await fillOf(orderId, {
      ...{ venueAccount: 'NOBODYS', venueOrderId: 'V-NOBODYS', clientOrderId: 'NOT-OURS-0' },
    });
    const broken = { ...stranger, execId: `${stranger.execId}-BROKEN`, side: 'NEITHER' } as unknown as ExecutionReport;
    await receive(stranger, broken);
    const adopted = adoptedOrderId(stranger) as OrderId;
    await alerted(adopted, 'ORDER_ADOPTED');
    await eventually(async () => {
      expect(lines).toContainEqual(expect.objectContaining({ alert: true, code: 'REPORT_ORPHAN', report: broken }));
      // No account of the catalog has it: it is held for a person to assign.
      expect(await deps.orders.executions(adopted)).toEqual([
        expect.objectContaining({ account: EXTERNAL, venueAccount: 'NOBODYS', quantity: '1', price: '90' }),
      ]);
    });
    expect((await rawOf(stranger)).report).toEqual(stranger);
    expect((await rawOf(broken)).report).toEqual(broken);
    // Nothing of it is left waiting, and what comes next is delivered.
    await eventually(async () => {
      expect(await deps.venueStore.undelivered(500)).toEqual([]);
    });
    await expectSound(orderId);
  });

  test('more than was ordered is booked, the position follows, and people hear of it', async () => {
    const held = async (): Promise<DecimalString> =>
      (await system.oms.deps.orders.positions('alpha')).find(({ symbol }) => symbol === 'COIN')?.quantity ?? ZERO;
    const before = await held();
    const orderId = await working();
    await receive(await fillOf(orderId, { lastQuantity: '15', cumQuantity: '15', leavesQuantity: '0' }));
    expect((await alerted(orderId, 'OVERFILL')).msg).toContain('5 more than the 10 ordered');
    expect(await system.orders.final(orderId)).toMatchObject({
      ...{ status: 'FILLED', quantity: '10', filledQuantity: '15', overfill: '5', leavesQuantity: '0' },
    });
    await eventually(async () => {
      expect(await held()).toBe(add(before, dec('15')));
    });
  });

  test('a total that grows without its trade: asked for, then people are told, and the end stands', async () => {
    const orderId = await working();
    const { lastQuantity: _quantity, lastPrice: _price, ...end } = await fillOf(orderId, { execType: 'CANCELED' });
    await receive({ ...end, cumQuantity: dec('5'), leavesQuantity: ZERO });
    await eventually(() => {
      expect(lines).toContainEqual(expect.objectContaining({ orderId, alert: true, code: 'FILL_MISSING' }));
    }, 60_000);
    expect(await system.orders.get(orderId)).toMatchObject({
      status: 'CANCELED',
      filledQuantity: '0',
      finalized: false,
    });
    await receive(await fillOf(orderId, { lastQuantity: '5', cumQuantity: '5' }));
    expect(await system.orders.final(orderId)).toMatchObject({ filledQuantity: '5', unfilledAtEnd: '5' });
  });

  test('a venue that begins to count its reports anew is read again, and nothing of it is missed', async () => {
    // Dearer than what the tests before have left in the book: what is offered is for this one.
    const orderId = await working({ limitPrice: '92' });
    const { updatedAtMs } = await system.orders.get(orderId);
    // Yesterday's count was far higher; what it told of this order had its place there.
    const place = { sequence: 800_000, transactTimeMs: updatedAtMs + 1 };
    const halt = { execType: 'SUSPENDED', ...place, cumQuantity: '0', leavesQuantity: '10' };
    const { lastQuantity: _quantity, lastPrice: _price, ...suspended } = await fillOf(orderId, halt);
    await receive(suspended);
    await system.until(orderId, (order) => {
      expect(order.status).toBe('SUSPENDED');
    });
    await system.stopOms();
    await system.startOms();
    await system.market('COIN', { askPrice: '92', askQuantity: '4', bidPrice: '80', lastPrice: '92' });
    await system.until(
      orderId,
      (order) => {
        expect(order).toMatchObject({ status: 'PARTIALLY_FILLED', filledQuantity: '4', leavesQuantity: '6' });
      },
      // The session moves to the new worker when the old one has not been heard of for a while.
      60_000,
    );
    // The fill may have come by reconciliation, before the session moved.
    await eventually(() => {
      expect(lines).toContainEqual(
        expect.objectContaining({ alert: true, code: 'SEQUENCE_BEGAN_AGAIN', venue: 'SIMX' }),
      );
    }, 60_000);
    await system.market('COIN');
    await system.orders.cancel(orderId);
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED', filledQuantity: '4' });
  });

  test('reports of one venue order id under two client order ids go to two orders', async () => {
    const [today, tomorrow] = [await working(), await working()];
    const reused = { venueOrderId: 'V-REUSED' };
    await receive(
      await fillOf(today, reused),
      await fillOf(tomorrow, { ...reused, lastQuantity: '2', cumQuantity: '2' }),
    );
    await system.until(today, (order) => {
      expect(order.filledQuantity).toBe('1');
    });
    await system.until(tomorrow, (order) => {
      expect(order.filledQuantity).toBe('2');
    });
  });
});
