import type { ExecutionReport } from '../../src/domain/execution-report';
import { correctionWorkflowId, orderIdOf, orderWorkflowId } from '../../src/domain/ids';
import type { OrderId } from '../../src/domain/ids';
import { add, dec, negate, ZERO } from '../../src/domain/money';
import { eventually, OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);

/**
 * Goal: what a venue takes back, corrects or tells too late is booked once, before the end of an order and after it.
 * Method: real fills of the simulated venue; the changes come into the inbox as its stream would bring them.
 */
describe('a venue changes its mind about trades', () => {
  const system = new OmsUnderTest();
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  let changes = 0;
  const tradesOf = async (orderId: OrderId): Promise<readonly ExecutionReport[]> => {
    const { clientOrderIdBase = '?' } = await system.orders.get(orderId);
    const reports = (await system.ledger('reports')) as unknown as readonly ExecutionReport[];
    return reports.filter(
      ({ execType, clientOrderId }) => execType === 'TRADE' && clientOrderId.startsWith(clientOrderIdBase),
    );
  };
  /** A later report about a trade, as the stream brings it. */
  const later = (trade: ExecutionReport, change: object): ExecutionReport => ({
    ...trade,
    ...{ sequence: 900_000 + (changes += 1), execId: `LATER-${String(changes)}`, execRefId: trade.execId },
    ...change,
  });
  const receive = async (...reports: ExecutionReport[]): Promise<void> => {
    await system.oms.deps.venueStore.receive(reports);
  };
  const tell = (orderId: OrderId, ...reports: ExecutionReport[]): Promise<void> =>
    system.client.workflow.getHandle(orderWorkflowId(orderId)).signal('executionReports', reports);
  const books = async () => {
    const { deps } = system.oms;
    const position = (await deps.orders.positions('alpha')).find(({ symbol }) => symbol === 'COIN');
    const cash = (await deps.orders.cash('alpha')).find(({ currency }) => currency === 'USD');
    return {
      ...{ quantity: position?.quantity ?? ZERO, settled: position?.settledQuantity ?? ZERO },
      ...{ cash: cash?.booked ?? ZERO, settledCash: cash?.settled ?? ZERO },
    };
  };
  const filled = async (): Promise<OrderId> => {
    const { orderId } = await system.orders.submit(system.request({ limitPrice: '101' }), { wait: 'final' });
    return orderId;
  };

  test('before the end: a bust and a correction move quantities, money and position back', async () => {
    const before = await books();
    const { orderId } = await system.orders.submit(system.request({ limitPrice: '95' }), { wait: 'acknowledged' });
    await system.market('COIN', { askPrice: '95', askQuantity: '4', bidPrice: '94', lastPrice: '95' });
    await eventually(async () => {
      expect((await system.orders.get(orderId)).filledQuantity).toBe('4');
    });
    await system.market('COIN');
    const [trade] = await tradesOf(orderId);
    await tell(
      orderId,
      later(trade!, { execType: 'TRADE_CORRECT', lastQuantity: '3', lastPrice: '94.5', fee: '0.01' }),
    );
    const corrected = await system.until(orderId, (order) => {
      expect(order).toMatchObject({
        filledQuantity: '3',
        leavesQuantity: '7',
        averagePrice: '94.5',
        fees: { USD: '0.01' },
      });
    });
    expect(corrected).toMatchObject({
      status: 'PARTIALLY_FILLED',
      fillCount: 1,
      settlements: [expect.anything(), expect.anything()],
    });
    await eventually(async () => {
      expect(await books()).toMatchObject({
        quantity: add(before.quantity, dec('3')),
        settled: add(before.settled, dec('3')),
        cash: add(before.cash, dec('-283.51')),
        settledCash: add(before.settledCash, dec('-283.51')),
      });
    });

    // Once more, and by the id of the correction, as the specification wants it.
    const again = { ...trade!, execId: `LATER-${String(changes)}` };
    await tell(orderId, later(again, { execType: 'TRADE_CANCEL' }));
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'ACCEPTED', filledQuantity: '0', leavesQuantity: '10', fillCount: 0 });
    });
    await eventually(async () => {
      expect(await books()).toEqual(before);
    });
    const { averagePrice } = await system.orders.get(orderId);
    expect(averagePrice).toBeUndefined();
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
    // The simulated venue knows nothing of the bust: it counts 4 filled, and the order goes on asking for them.
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'CANCELED', unfilledAtEnd: '10', venueCumQuantity: '4' });
    });
    const rows = await system.oms.deps.orders.executions(orderId);
    expect(rows.map(({ quantity }) => quantity).sort()).toEqual(['-3', '-4', '3', '4']);
    const workflow = system.client.workflow.getHandle(orderWorkflowId(orderId));
    const { currentDetails } = await workflow.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails).toContain(' trade(s), 3 reversed: SETTLED');
    expect((await system.orders.history(orderId)).map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^\d trades? settled, 3 reversed$/),
        expect.stringMatching(/^canceled at the venue as asked \(.*\): 4 filled, 6 open canceled$/),
      ]),
    );
  });

  test('a bust that overtakes its trade waits for it', async () => {
    const { orderId } = await system.orders.submit(system.request(), { wait: 'acknowledged' });
    const { clientOrderIdBase = '', venueOrderId = '' } = await system.orders.get(orderId);
    const trade: ExecutionReport = {
      ...(await anyReport()),
      ...{ execType: 'TRADE', execId: 'EARLY-1', clientOrderId: `${clientOrderIdBase}-0` as never, venueOrderId },
      ...{ cumQuantity: dec('2'), lastQuantity: dec('2'), lastPrice: dec('90') },
      transactTimeMs: Date.now(),
    };
    await tell(orderId, later(trade, { execType: 'TRADE_CANCEL' }), trade);
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'ACCEPTED', filledQuantity: '0' });
      expect(order.heldReports ?? []).toEqual([]);
    });
    const { events } = await system.orders.events(orderId);
    expect(events.map((event) => event.type)).toEqual(
      expect.arrayContaining(['ReportHeld', 'OrderFilled', 'TradeBusted']),
    );
    await system.orders.cancel(orderId);
    await system.orders.final(orderId);
  });

  test('a bust of an execution that the venue does not list is refused, and the order lives', async () => {
    const { orderId } = await system.orders.submit(system.request(), { wait: 'acknowledged' });
    const { clientOrderIdBase = '' } = await system.orders.get(orderId);
    const foreign = { ...(await anyReport()), execId: 'NOT-OURS', clientOrderId: `${clientOrderIdBase}-0` as never };
    await tell(orderId, later(foreign, { execType: 'TRADE_CANCEL' }));
    await eventually(async () => {
      const { events } = await system.orders.events(orderId);
      expect(events.at(-1)).toMatchObject({ type: 'ReportRefused', code: 'EXECUTION_UNKNOWN' });
    });
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED' });
  });

  test('after the end: a late fill is booked by a correction, once, and the status stays', async () => {
    const { orderId } = await system.orders.submit(system.request(), { wait: 'acknowledged' });
    await system.orders.cancel(orderId);
    const ended = await system.orders.final(orderId);
    const before = await books();
    const late: ExecutionReport = {
      ...(await anyReport()),
      ...{ execType: 'TRADE', execId: 'LATE-FILL-1', clientOrderId: `${ended.clientOrderIdBase ?? ''}-0` as never },
      ...{ sequence: 800_001, cumQuantity: dec('4'), lastQuantity: dec('4'), lastPrice: dec('90') },
      ...{ fee: dec('0'), feeCurrency: 'USD', transactTimeMs: Date.now() },
    };
    await receive(late);
    await eventually(async () => {
      expect(await system.oms.deps.orders.executions(orderId)).toHaveLength(1);
    }, 60_000);
    await receive({ ...late, sequence: 800_002 });
    const order = await system.orders.final(orderId);
    expect(order).toMatchObject({
      ...{ status: 'CANCELED', filledQuantity: '4', unfilledAtEnd: '6', finalized: true },
      why: 'late fill of 4 at 90 booked after CANCELED',
    });
    expect(order.version).toBeGreaterThan(ended.version);
    expect((await books()).quantity).toBe(add(before.quantity, dec('4')));
    expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });
    const events = await system.oms.deps.orders.events(orderId);
    expect(events.map(({ version }) => version)).toEqual(events.map((_event, at) => at + 1));

    // Each correction is a run of its own; what is told has no gap between them.
    await receive({ ...late, execId: 'LATE-FILL-2', sequence: 800_003, cumQuantity: dec('5'), lastQuantity: dec('1') });
    await eventually(async () => {
      expect(await system.oms.deps.orders.executions(orderId)).toHaveLength(2);
    }, 60_000);
    await system.orders.final(orderId);
    const told = (await system.orders.history(orderId)).map(({ version }) => version);
    expect(told).toEqual(told.map((_version, at) => at + 1));
    expect(told.length).toBe((await system.oms.deps.orders.events(orderId)).length);
  });

  test('after the end: a bust of the whole opens the order again, and it can be canceled', async () => {
    const before = await books();
    const orderId = await filled();
    const [trade] = await tradesOf(orderId);
    await receive(later(trade!, { execType: 'TRADE_CANCEL', cumQuantity: '0', leavesQuantity: '10' }));
    await eventually(async () => {
      expect(await system.orders.get(orderId)).toMatchObject({
        status: 'ACCEPTED',
        filledQuantity: '0',
        leavesQuantity: '10',
      });
    }, 60_000);
    await eventually(async () => {
      expect(await books()).toEqual(before);
    });
    const rows = await system.oms.deps.orders.executions(orderId);
    expect(rows.map(({ quantity }) => quantity).sort()).toEqual(
      [negate(trade!.lastQuantity!), trade!.lastQuantity].sort(),
    );
    // The venue knows it as filled: it says so, and the order is not guessed to be anything else.
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
    const description = await system.client.workflow.getHandle(correctionWorkflowId(orderId)).describe();
    expect(description.status.name).toBe('RUNNING');
  });

  test('after the end: what one message tells after a bust is heard as well', async () => {
    const orderId = await filled();
    const [trade] = await tradesOf(orderId);
    const bust = later(trade!, { execType: 'TRADE_CANCEL', cumQuantity: ZERO });
    const { lastQuantity: _none, lastPrice: _no, fee: _free, execRefId: _alone, ...rest } = bust;
    await receive(bust, { ...rest, sequence: bust.sequence + 1, execId: `${bust.execId}-END`, execType: 'CANCELED' });
    await eventually(async () => {
      expect(await system.orders.get(orderId)).toMatchObject({
        ...{ status: 'CANCELED', filledQuantity: '0', unfilledAtEnd: '10', finalized: true },
      });
    }, 60_000);
  });

  test('an order that nobody here sent is adopted, followed, and can be canceled', async () => {
    const clientOrderId = `PHONE-${system.id()}`;
    const entry = {
      ...{ venueAccount: 'HOUSE', clientOrderId, symbol: 'COIN', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' },
      ...{ quantity: '10', limitPrice: '95' },
    };
    const answer = await fetch(`http://127.0.0.1:${String(system.venue.port)}/v1/SIMX/verbal-orders`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(entry) },
    });
    expect(answer.status).toBe(200);
    const booked = (await system.ledger('orders')).find((order) =>
      (order['clientOrderIds'] as string[]).includes(clientOrderId),
    );
    const orderId = orderIdOf('external', `SIMX-${String(booked?.['venueOrderId'])}`);
    await eventually(async () => {
      expect(await system.orders.get(orderId)).toMatchObject({ status: 'ACCEPTED', leavesQuantity: '10' });
    });
    await system.market('COIN', { askPrice: '95', askQuantity: '4', bidPrice: '94', lastPrice: '95' });
    await eventually(async () => {
      expect((await system.orders.get(orderId)).filledQuantity).toBe('4');
    });
    await system.market('COIN');
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED', filledQuantity: '4' });
    const position = (await system.oms.deps.orders.positions('external')).find(({ symbol }) => symbol === 'COIN');
    expect(position).toMatchObject({ quantity: '4', settledQuantity: '4' });
    expect((await system.orders.history(orderId)).map(({ text }) => text)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^adopted: SIMX reported/)]),
    );
    expect(await system.orders.list({ account: 'external' })).toEqual([expect.objectContaining({ orderId })]);
    expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });
  });

  async function anyReport(): Promise<ExecutionReport> {
    const [report] = (await system.ledger('reports')) as unknown as readonly ExecutionReport[];
    return { ...report!, side: 'BUY', symbol: 'COIN' };
  }
});
