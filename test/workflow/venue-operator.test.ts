import type { ExecutionReport } from '../../src/domain/execution-report';
import { correctionWorkflowId } from '../../src/domain/ids';
import type { OrderId, VenueClientOrderId } from '../../src/domain/ids';
import { dec, ZERO } from '../../src/domain/money';
import { compareLedgers } from '../../workers/ledger-comparison';
import type { Ledgers } from '../../workers/ledger-comparison';
import { eventually, OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);

/**
 * Goal: what the venue's operator takes back, corrects or halts comes through the real stream, and all ledgers agree.
 * Method: real fills, the venue's own control endpoints, and the comparison of the demo over venue, database and Temporal.
 */
describe("a venue's operator", () => {
  const system = new OmsUnderTest();
  beforeAll(() => system.start());
  afterEach(() => system.market('COIN'));
  afterAll(() => system.stop());

  const operate = async (path: string, body: object = {}): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${String(system.venue.port)}/v1/SIMX/${path}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    });
    expect(answer.status).toBe(200);
  };
  const change = (from: string, clientOrderId: string, quantity: string, limitPrice = '95'): Promise<void> =>
    system.replaceAtVenue(from, { clientOrderId, quantity, limitPrice });
  const reserved = async (orderId: OrderId) =>
    (await system.oms.deps.orders.openReservations()).find((row) => row.orderId === orderId);
  const idOf = async (orderId: OrderId) => `${(await system.orders.get(orderId)).clientOrderIdBase ?? ''}-0`;
  const dear = (): Promise<void> => system.market('COIN', { bidPrice: '104', askPrice: '105', lastPrice: '105' });
  const working = async (change = {}): Promise<OrderId> =>
    (await system.orders.submit(system.request({ limitPrice: '95', ...change }), { wait: 'acknowledged' })).orderId;
  const sell = (quantity: string): Promise<void> =>
    system.market('COIN', { bidPrice: '94', askPrice: '95', askQuantity: quantity, lastPrice: '95' });
  const lastTradeOf = async (orderId: OrderId): Promise<string> => {
    const { venueOrderId } = await system.orders.get(orderId);
    const reports = (await system.ledger('reports')) as unknown as readonly ExecutionReport[];
    const own = reports.filter((report) => report.venueOrderId === venueOrderId && report.execType.startsWith('TRADE'));
    return own.at(-1)?.execId ?? 'none';
  };
  const filledAndBusted = async (): Promise<OrderId> => {
    const orderId = await working();
    await sell('100');
    await system.orders.final(orderId);
    await dear();
    await operate(`trades/${await lastTradeOf(orderId)}/bust`);
    return orderId;
  };
  const position = async (): Promise<string> =>
    (await system.oms.deps.orders.positions('alpha')).find(({ symbol }) => symbol === 'COIN')?.quantity ?? ZERO;
  /** The demo's comparison; only what a busy system leaves open is not asked of it. */
  const expectLedgersAgree = async (...orderIds: readonly OrderId[]): Promise<void> => {
    const { deps } = system.oms;
    await eventually(async () => {
      const orders = await Promise.all(orderIds.map((orderId) => deps.orders.order(orderId)));
      const views = await Promise.all(orderIds.map((orderId) => system.orders.get(orderId)));
      const known = new Set(orders.map((order) => order?.venueOrderId));
      const byVenue = (rows: readonly Record<string, unknown>[]) =>
        rows.filter(({ venueOrderId }) => known.has(venueOrderId as string)).map((row) => ({ ...row, venue: 'SIMX' }));
      const ledgers = {
        venueOrders: byVenue(await system.ledger('orders')),
        venueReports: byVenue(await system.ledger('reports')),
        orders,
        executions: await deps.orders.executions(),
        reservations: await deps.orders.openReservations(),
        positions: await deps.orders.positions(),
        cash: await deps.orders.cash(),
        accounts: system.catalog.accounts,
        currencies: { COIN: 'USD', SHARE: 'USD' },
        workflows: views.map((view) => ({ ...view, isRunning: !view.finalized })),
      } as unknown as Ledgers;
      const broken = Object.entries(compareLedgers(ledgers)).filter(([, { ok }]) => !ok);
      expect(broken).toEqual([]);
    });
    expect(await deps.journal.verify()).toMatchObject({ broken: [] });
  };

  test('takes a trade back before the end: position and venue agree, and the order works on', async () => {
    const before = await position();
    const orderId = await working();
    await sell('4');
    await system.until(orderId, (order) => {
      expect(order.filledQuantity).toBe('4');
    });
    await dear();
    await operate(`trades/${await lastTradeOf(orderId)}/bust`);
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({
        status: 'ACCEPTED',
        filledQuantity: '0',
        leavesQuantity: '10',
        fees: { USD: '0' },
      });
    });
    await eventually(async () => {
      expect(await position()).toBe(before);
    });
    await expectLedgersAgree(orderId);
    await sell('100');
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'FILLED', filledQuantity: '10' });
    await expectLedgersAgree(orderId);
  });

  test('corrects a trade after the end of the order: the correction is booked, with its fee', async () => {
    const orderId = await working();
    await sell('4');
    await system.until(orderId, (order) => {
      expect(order.filledQuantity).toBe('4');
    });
    await dear();
    expect(await system.orders.cancel(orderId)).toMatchObject({ accepted: true });
    await system.orders.final(orderId);
    await operate(`trades/${await lastTradeOf(orderId)}/correct`, { quantity: '3', price: '94.5' });
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({
        status: 'CANCELED',
        filledQuantity: '3',
        averagePrice: '94.5',
        unfilledAtEnd: '7',
      });
    });
    await expectLedgersAgree(orderId);
    await operate(`trades/${await lastTradeOf(orderId)}/bust`);
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'CANCELED', filledQuantity: '0' });
    });
    await expectLedgersAgree(orderId);
  });

  test('takes back what filled an order: it is open again at both, and can be filled or canceled again', async () => {
    const orderId = await filledAndBusted();
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'ACCEPTED', filledQuantity: '0', leavesQuantity: '10' });
    });
    const correction = system.client.workflow.getHandle(correctionWorkflowId(orderId));
    expect((await correction.describe()).status.name).toBe('RUNNING');
    // It is promised again, or the same holding and cash could be promised twice.
    await eventually(async () => {
      expect(await reserved(orderId)).toMatchObject({ quantity: '10', cash: '950' });
    });
    await change(await idOf(orderId), 'desk-dear', '12', '96');
    await eventually(async () => {
      expect(await reserved(orderId)).toMatchObject({ quantity: '12', cash: '1152' });
    });
    await sell('100');
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '12', finalized: true });
    });
    // Written down a moment after the order shows it.
    await eventually(async () => {
      expect(await reserved(orderId)).toBeUndefined();
    });
    await expectLedgersAgree(orderId);
  });

  test('opens an order again, changes it and cancels it: what is told of it is heard', async () => {
    const orderId = await filledAndBusted();
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'ACCEPTED', leavesQuantity: '10' });
    });
    await change(await idOf(orderId), 'desk-0', '12');
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'ACCEPTED', quantity: '12', leavesQuantity: '12' });
    });
    await system.cancelAtVenue('desk-0');
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'CANCELED', quantity: '12', filledQuantity: '0', finalized: true });
    });
    await expectLedgersAgree(orderId);
  });

  test('changes an order under ids of their own: it follows, fills are its own, and it can be modified and canceled', async () => {
    const [first, second] = [await working(), await working()];
    await change(await idOf(first), 'desk-1', '12');
    await change(await idOf(second), 'desk-2', '14');
    await sell('13');
    // The first in the queue has all that it wants, and of the second 1 of 14 is left to it.
    await system.until(first, (order) => {
      expect(order).toMatchObject({ status: 'FILLED', quantity: '12', filledQuantity: '12' });
    });
    await system.until(second, (order) => {
      expect(order).toMatchObject({ status: 'PARTIALLY_FILLED', quantity: '14', filledQuantity: '1' });
    });
    await dear();
    await change('desk-2', 'desk-3', '15');
    await system.until(second, (order) => {
      expect(order).toMatchObject({ quantity: '15', leavesQuantity: '14' });
    });
    expect(await system.orders.modify(second, { quantity: dec('11') })).toMatchObject({ accepted: true });
    await system.until(second, (order) => {
      expect(order).toMatchObject({ status: 'PARTIALLY_FILLED', quantity: '11', leavesQuantity: '10' });
    });
    await change(`${(await system.orders.get(second)).clientOrderIdBase ?? ''}-3`, 'desk-4', '16');
    await system.until(second, (order) => {
      expect(order).toMatchObject({ quantity: '16' });
    });
    expect(await system.orders.cancel(second)).toMatchObject({ accepted: true });
    expect(await system.orders.final(second)).toMatchObject({ status: 'CANCELED', filledQuantity: '1', overfill: '0' });
    expect((await system.orders.list()).filter(({ account }) => account === 'external')).toEqual([]);
    await expectLedgersAgree(first, second);
  });

  test('gives an order the next id of another order: each stays what it is', async () => {
    const [owner, other] = [await working(), await working()];
    const taken = (await idOf(owner)).replace(/0$/, '1');
    await change(await idOf(other), taken, '12');
    await system.until(other, (order) => {
      expect(order).toMatchObject({ status: 'ACCEPTED', quantity: '12' });
    });
    // The venue has that id already; the next one is free.
    expect(await system.orders.modify(owner, { quantity: dec('11') })).toMatchObject({ accepted: true });
    await system.until(owner, (order) => {
      expect(order).toMatchObject({ status: 'ACCEPTED', quantity: '10' });
      expect(order.why).toContain('replace refused');
    });
    expect(await system.orders.modify(owner, { quantity: dec('11') })).toMatchObject({ accepted: true });
    await system.until(owner, (order) => {
      expect(order).toMatchObject({ status: 'ACCEPTED', quantity: '11' });
    });
    // What became larger last waits last.
    await sell('15');
    await system.until(other, (order) => {
      expect(order).toMatchObject({ status: 'FILLED', filledQuantity: '12' });
    });
    await system.until(owner, (order) => {
      expect(order).toMatchObject({ filledQuantity: '3', leavesQuantity: '8' });
    });
    await dear();
    expect(await system.orders.cancel(owner)).toMatchObject({ accepted: true });
    expect(await system.orders.final(owner)).toMatchObject({ status: 'CANCELED', filledQuantity: '3' });
    await expectLedgersAgree(owner, other);
  });

  test('enters orders under ids like those of another order, and renames one so: they are adopted, it stays', async () => {
    const owner = await working({ limitPrice: '94' });
    const base = (await system.orders.get(owner)).clientOrderIdBase ?? '';
    const phone = async (clientOrderId: string, quantity: string): Promise<OrderId> => {
      const terms = { type: 'LIMIT', side: 'BUY', limitPrice: dec('95'), timeInForce: 'GTC', symbol: 'COIN' } as const;
      const own = {
        clientOrderId: clientOrderId as VenueClientOrderId,
        quantity: dec(quantity),
        venueAccount: 'HOUSE',
      };
      const answer = await system.connectors[0]?.submit({ ...terms, ...own }, Date.now() + 5_000);
      expect(answer).toMatchObject({ kind: 'acknowledged' });
      const there = (await system.ledger('orders')).at(-1);
      return `external/SIMX-${String(there?.['venueOrderId'])}` as OrderId;
    };
    const phoned = [await phone(`${base}-1`, '3'), await phone(`${base}-zz`, '4'), await phone('phone-1', '5')];
    for (const [at, orderId] of phoned.entries())
      await system.until(orderId, (order) => {
        expect(order).toMatchObject({ status: 'ACCEPTED', quantity: String(3 + at) });
      });
    await change('phone-1', `${base}-2`, '6');
    await system.until(phoned[2]!, (order) => {
      expect(order).toMatchObject({ status: 'ACCEPTED', quantity: '6' });
    });
    await sell('100');
    for (const [at, orderId] of phoned.entries())
      await system.until(orderId, (order) => {
        expect(order).toMatchObject({ status: 'FILLED', filledQuantity: ['3', '4', '6'][at] });
      });
    await dear();
    expect(await system.orders.get(owner)).toMatchObject({ status: 'ACCEPTED', filledQuantity: '0' });
    expect(await system.orders.cancel(owner)).toMatchObject({ accepted: true });
    expect(await system.orders.final(owner)).toMatchObject({ status: 'CANCELED', filledQuantity: '0', overfill: '0' });
    await expectLedgersAgree(owner, ...phoned);
  });

  test('halts a symbol and lets it trade again: the order is suspended, changes nothing, and goes on', async () => {
    const orderId = await working();
    await operate('market/COIN/halt');
    await system.until(orderId, (order) => {
      expect(order).toMatchObject({ status: 'SUSPENDED', why: expect.stringContaining('HALTED') as string });
    });
    await sell('100');
    const refused = await system.orders.submit(system.request(), { wait: 'final' });
    expect(refused.order).toMatchObject({ status: 'REJECTED' });
    expect(await system.orders.get(orderId)).toMatchObject({ status: 'SUSPENDED', filledQuantity: dec('0') });
    await operate('market/COIN/resume');
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'FILLED', filledQuantity: '10' });
    await expectLedgersAgree(orderId);
  });
});
