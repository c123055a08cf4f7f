import pino from 'pino';
import { Reconciliation } from '../../src/client/reconciliation';
import type { ReconciliationReport } from '../../src/contracts/reconciliation';
import type { ExecutionReport } from '../../src/domain/execution-report';
import { orderWorkflowId, reconciliationWorkflowId } from '../../src/domain/ids';
import type { OrderId, VenueClientOrderId } from '../../src/domain/ids';
import { dec } from '../../src/domain/money';
import type { Finding } from '../../src/domain/reconciliation-findings';
import type { VenueConnector } from '../../src/ports/venue';
import { eventually, OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);

const SIMX = { venue: 'SIMX', venueAccount: 'HOUSE' };
/** Nothing but the pause between the two readings is shortened, and orders need not grow old. */
const QUICK = { youngOrderMs: 0, confirmAfterMs: 300 };

/**
 * Goal: what this system and its venue believe differently is found, mended by the venue's own reports or told, and
 * nothing is concluded from silence. Method: a real venue whose report stream is cut, orders entered behind our back; the
 * venue's ledger and our database are the judges.
 */
describe('reconciliation', () => {
  const alerts: { code: string; finding?: Finding }[] = [];
  let isCut = false;
  let cut = new AbortController();
  /** An order for which nobody gets an answer before the worker that asks dies. */
  let stalled: { readonly base: string; readonly untilDeath: () => Promise<never> } | undefined;
  /** The stream brings nothing while it is cut. */
  const wrap = (inner: VenueConnector): VenueConnector =>
    new Proxy(inner, {
      get: (target, name) => {
        if (name === 'streamReports')
          return async (...[account, after, onReports, signal]: Parameters<VenueConnector['streamReports']>) => {
            const either = AbortSignal.any([signal, cut.signal]);
            if (!isCut) return target.streamReports(account, after, onReports, either);
            return new Promise<void>((done) => {
              either.addEventListener('abort', () => {
                done();
              });
            });
          };
        if (name === 'findOrder')
          return async (...asked: Parameters<VenueConnector['findOrder']>) => {
            if (stalled !== undefined && asked[1].startsWith(`${stalled.base}-`)) await stalled.untilDeath();
            return target.findOrder(...asked);
          };
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  const log = pino(
    { level: 'error' },
    { write: (line: string) => alerts.push(JSON.parse(line) as { code: string; finding?: Finding }) },
  );
  const system = new OmsUnderTest({ wrap, log });
  let reconciliation: Reconciliation;

  beforeAll(async () => {
    await system.start();
    reconciliation = new Reconciliation(system.client);
  });
  afterEach(async () => {
    await system.clearFaults();
    await system.market('COIN');
  });
  afterAll(() => system.stop());

  /** A run may still be under way, as the one at the start, and another one would be answered with its findings. */
  const isIdle = (): Promise<void> =>
    eventually(async () => {
      const { status } = await system.client.workflow.getHandle(reconciliationWorkflowId('SIMX', 'HOUSE')).describe();
      expect(status.name).toBe('COMPLETED');
    });
  const start = (settings: object): Promise<ReconciliationReport> =>
    reconciliation.run({ ...SIMX, settings: { ...QUICK, ...settings } });
  const run = async (settings: object = {}): Promise<ReconciliationReport> => {
    await isIdle();
    return start(settings);
  };
  const short = ({ findings }: ReconciliationReport): readonly string[] =>
    findings.map(({ kind, key, action }) => `${kind} ${key} ${action}`);
  const working = async (change = {}): Promise<OrderId> =>
    (await system.orders.submit(system.request(change), { wait: 'acknowledged' })).orderId;
  const setCut = (on: boolean): void => {
    isCut = on;
    const before = cut;
    cut = new AbortController();
    before.abort();
  };
  const base = async (orderId: OrderId): Promise<string> =>
    (await system.orders.get(orderId)).clientOrderIdBase ?? 'none';
  const ends = async (orderId: OrderId, status: string) =>
    system.until(orderId, (order) => {
      expect(order.status).toBe(status);
    });
  /** Trades with whatever asks for 95, then back to the quiet market. */
  const trade = async (quantity: string): Promise<void> => {
    await system.market('COIN', { bidPrice: '94', askPrice: '95', askQuantity: quantity, lastPrice: '95' });
    await system.market('COIN');
  };

  test('two sides that agree have no findings, and the run is recorded', async () => {
    await working();
    const report = await run();
    expect(report).toMatchObject({ findings: [], compared: { ourOrders: 1, theirOrders: 1 } });
    expect(new Set(Object.values(report.sources))).toEqual(new Set(['answered']));
    const rows = await system.database.query('SELECT * FROM reconciliation_runs WHERE run_id = $1', [report.runId]);
    expect(rows).toMatchObject([{ venue: 'SIMX', ended_at_ms: expect.anything() as unknown }]);
  });

  test('a fill that the stream did not bring is found and booked once', async () => {
    const [partial, whole] = [await working({ limitPrice: '95' }), await working({ limitPrice: '95', quantity: '3' })];
    setCut(true);
    await trade('4');
    await trade('9');
    const trades = (await system.ledger('reports')).filter(({ execType }) => execType === 'TRADE');
    const first = await run();
    expect([...short(first)].sort()).toEqual(
      trades.map(({ execId }) => `MISSING_FILL ${String(execId)} CORRECT`).sort(),
    );
    await ends(partial, 'FILLED');
    await ends(whole, 'FILLED');
    const record = await system.oms.deps.reconciliations.findings(first.runId);
    const found = record.map(({ key, before, after }) => ({ key, before, ...after }));
    const expected = trades.map(({ execId, lastQuantity }) => ({ key: execId, quantity: lastQuantity }));
    expect(found).toHaveLength(trades.length);
    for (const { key, quantity } of expected)
      expect(found).toContainEqual(expect.objectContaining({ key, before: {}, quantity, price: '95' }));
    await eventually(async () => {
      expect((await run()).findings).toEqual([]);
    });
    // The stream brings the same reports again.
    setCut(false);
    await eventually(async () => {
      const rows = await system.database.query('SELECT count(*) AS n FROM execution_inbox WHERE sequence > 0');
      expect(Number(rows[0]?.['n'])).toBe(await sequences());
    });
    const booked = (await system.oms.deps.orders.executions()).map(({ quantity }) => quantity);
    expect([...booked].sort()).toEqual(trades.map(({ lastQuantity }) => lastQuantity).sort());
    expect((await run()).findings).toEqual([]);
  });
  const sequences = async (): Promise<number> =>
    (await system.ledger('reports')).filter(({ venueAccount }) => venueAccount === 'HOUSE').length;

  test('an order that the venue has ended meanwhile is ended by its own reports', async () => {
    const orderId = await working();
    setCut(true);
    const clientOrderId = `${await base(orderId)}-0` as VenueClientOrderId;
    await system.connectors[0]?.cancel({ venueAccount: 'HOUSE', symbol: 'COIN', clientOrderId }, Date.now() + 5_000);
    expect(short(await run())).toEqual([`MISSING_AT_VENUE ${orderId} CORRECT`]);
    await ends(orderId, 'CANCELED');
    await eventually(async () => {
      expect((await run()).findings).toEqual([]);
    });
    setCut(false);
  });

  test('an order that nobody here sent is adopted with its fill', async () => {
    setCut(true);
    const order = {
      venueAccount: 'HOUSE',
      clientOrderId: 'desk-7' as VenueClientOrderId,
      symbol: 'COIN',
      side: 'BUY',
    } as const;
    const terms = { type: 'LIMIT', quantity: dec('10'), limitPrice: dec('95'), timeInForce: 'GTC' } as const;
    await system.connectors[0]?.submit({ ...order, ...terms }, Date.now() + 5_000);
    await trade('4');
    const found = await run();
    expect(short(found)).toEqual([expect.stringMatching(/^ORPHAN_ORDER SIMX-\d+ ADOPT$/) as string]);
    const adopted = `external/SIMX-${String(found.findings[0]?.key)}` as OrderId;
    await system.until(adopted, (view) => {
      expect(view).toMatchObject({ status: 'PARTIALLY_FILLED', filledQuantity: '4' });
    });
    await eventually(async () => {
      expect((await run()).findings).toEqual([]);
    });
    setCut(false);
  });

  test('an order of somebody else under an id like ours is adopted, and a price changed at the venue is mended', async () => {
    const [over, other] = [await working(), await working({ limitPrice: '94' })];
    const [taken, changed] = [`${await base(over)}-1`, `${await base(other)}-0`];
    await system.orders.cancel(over);
    await ends(over, 'CANCELED');
    await system.orders.final(over);
    setCut(true);
    const order = {
      venueAccount: 'HOUSE',
      clientOrderId: taken as VenueClientOrderId,
      symbol: 'COIN',
      side: 'BUY',
    } as const;
    const terms = { type: 'LIMIT', quantity: dec('2'), limitPrice: dec('90'), timeInForce: 'GTC' } as const;
    await system.connectors[0]?.submit({ ...order, ...terms }, Date.now() + 5_000);
    await system.replaceAtVenue(changed, { clientOrderId: 'desk-price', quantity: '10', limitPrice: '93' });
    const found = await run();
    const orphan = expect.stringMatching(/^ORPHAN_ORDER SIMX-\d+ ADOPT$/) as string;
    expect([...short(found)].sort()).toEqual([orphan, `QUANTITY_DIFFERENCE ${other} CORRECT`]);
    expect(found.findings.find(({ orderId }) => orderId === other)).toMatchObject({
      before: { limitPrice: '94' },
      after: { limitPrice: '93' },
    });
    const venueOrderId = found.findings.find(({ kind }) => kind === 'ORPHAN_ORDER')?.key;
    await system.until(`external/SIMX-${String(venueOrderId)}` as OrderId, (view) => {
      expect(view).toMatchObject({ status: 'ACCEPTED', quantity: '2' });
    });
    await system.until(other, (view) => {
      expect(view).toMatchObject({ limitPrice: '93' });
    });
    await eventually(async () => {
      expect((await run()).findings).toEqual([]);
    });
    setCut(false);
    await system.cancelAtVenue(taken);
    await ends(`external/SIMX-${String(venueOrderId)}` as OrderId, 'CANCELED');
    await system.orders.cancel(other);
    await ends(other, 'CANCELED');
  });

  test('a young order is left alone', async () => {
    const orderId = await working();
    setCut(true);
    const clientOrderId = `${await base(orderId)}-0` as VenueClientOrderId;
    await system.connectors[0]?.cancel({ venueAccount: 'HOUSE', symbol: 'COIN', clientOrderId }, Date.now() + 5_000);
    expect(short(await run({ youngOrderMs: 600_000 }))).toEqual([`MISSING_AT_VENUE ${orderId} WAIT`]);
    expect(short(await run())).toEqual([`MISSING_AT_VENUE ${orderId} CORRECT`]);
    setCut(false);
    await ends(orderId, 'CANCELED');
  });

  test('an order whose workflow somebody ended by hand is taken up again, told of, and can be canceled', async () => {
    const orderId = await working();
    await eventually(async () => {
      expect(await system.oms.deps.orders.order(orderId)).toMatchObject({ status: 'ACCEPTED' });
    });
    await system.client.workflow.getHandle(orderWorkflowId(orderId)).terminate('by hand');
    expect(short(await run())).toEqual([`UNATTENDED_ORDER ${orderId} CORRECT`]);
    expect(alerts.map(({ code }) => code)).toContain('ORDER_UNATTENDED');
    expect((await run()).findings).toEqual([]);
    expect(await system.orders.get(orderId)).toMatchObject({ status: 'ACCEPTED' });
    await system.orders.signalCancel(orderId, 'over');
    await ends(orderId, 'CANCELED');
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED', finalized: true });
    expect(await system.booked({ clientOrderIdBase: await base(orderId) })).toMatchObject([{ status: 'CANCELED' }]);
  });

  test('a venue that does not answer concludes nothing, and is told when it stays silent', async () => {
    const orderId = await working();
    await system.fault('error503BeforeBooking', { params: { operations: ['query'] } });
    const silent = ['orders', 'trades', 'positions', 'balances'].map((source) => `SOURCE_UNAVAILABLE ${source} WAIT`);
    expect(short(await run())).toEqual(silent);
    expect(alerts.filter(({ code }) => code === 'RECONCILIATION_BLIND')).toEqual([]);
    await run();
    expect(alerts.filter(({ code }) => code === 'RECONCILIATION_BLIND')).toHaveLength(4);
    expect(await system.orders.get(orderId)).toMatchObject({ status: 'ACCEPTED' });
    await system.clearFaults();
    expect((await run()).findings).toEqual([]);
  });

  test('a position and cash that no execution explains are told once and change nothing', async () => {
    const before = await system.oms.deps.orders.positions();
    await system.database.query(
      `INSERT INTO executions (venue, venue_account, exec_id, order_id, account, symbol, side, quantity, price, currency, fee,
         fee_currency, liquidity, at_ms, settle_at_ms, multiplier)
       VALUES ('SIMX', 'HOUSE', 'made-up', 'alpha/t1', 'alpha', 'COIN', 'BUY', 7, 10, 'USD', 0, 'USD', 'TAKER', 1, 1, 1)`,
    );
    // It explains the amounts, so it alone is the finding; the venue, asked for its order, has nothing of it.
    expect(short(await run())).toEqual(['UNKNOWN_EXECUTION made-up ESCALATE']);
    expect(await told()).toEqual(['UNKNOWN_EXECUTION']);
    await run();
    expect(await told()).toEqual(['UNKNOWN_EXECUTION']);
    // Confirmed by the stream, as far as can be told, it explains nothing any more.
    await system.database.query(
      `INSERT INTO execution_inbox (venue, venue_account, exec_id, sequence, base, content, report, delivered)
       VALUES ('SIMX', 'HOUSE', 'made-up', 1, 'none', '{}', '{}', 'ORDER')`,
    );
    expect(short(await run())).toEqual(['POSITION_DIFFERENCE COIN ESCALATE', 'CASH_DIFFERENCE USD ESCALATE']);
    expect(await told()).toEqual(['UNKNOWN_EXECUTION', 'POSITION_DIFFERENCE', 'CASH_DIFFERENCE']);
    expect(await system.oms.deps.orders.positions()).toEqual(before);
  });
  const told = async (): Promise<readonly (string | undefined)[]> =>
    alerts.flatMap(({ code, finding }) => (code === 'RECONCILIATION_DIFFERENCE' ? [finding?.kind] : []));

  test('a run whose worker dies in the middle is gone on with: found once, booked once', async () => {
    // Before what other tests left at 95.
    const [early, late] = [await working({ limitPrice: '96' }), await working({ limitPrice: '96', quantity: '3' })];
    setCut(true);
    await trade('13');
    const clientOrderIds = [`${await base(early)}-0`, `${await base(late)}-0`];
    const trades = (await system.ledger('reports')).filter(
      ({ execType, clientOrderId }) => execType === 'TRADE' && clientOrderIds.includes(String(clientOrderId)),
    );
    let isAsked = false;
    let die: (why: Error) => void = () => undefined;
    const death = new Promise<never>((_none, failed) => (die = failed));
    const untilDeath = (): Promise<never> => {
      isAsked = true;
      return death;
    };
    stalled = { base: await base(late), untilDeath };
    const running = run();
    await eventually(() => {
      expect(isAsked).toBe(true);
    });
    const executions = async (orderId: OrderId) =>
      (await system.oms.deps.orders.executions(orderId)).map(({ quantity }) => quantity);
    await eventually(async () => {
      expect(await executions(early)).toEqual(['10']);
    });
    const stopped = system.stopOms();
    stalled = undefined;
    die(new Error('the worker dies'));
    await stopped;
    expect(await executions(late)).toEqual([]);
    await system.startOms();
    const { runId } = await running;
    const missing = (await system.oms.deps.reconciliations.findings(runId)).filter(
      ({ kind }) => kind === 'MISSING_FILL',
    );
    expect(missing.map(({ key, action }) => `${key} ${action}`).sort()).toEqual(
      trades.map(({ execId }) => `${String(execId)} CORRECT`).sort(),
    );
    await ends(late, 'FILLED');
    await eventually(async () => {
      expect([await executions(early), await executions(late)]).toEqual([['10'], ['3']]);
    });
    setCut(false);
  });

  test('a schedule runs it, and two never run at once', async () => {
    const schedule = system.client.schedule.getHandle(reconciliationWorkflowId('SIMX', 'HOUSE'));
    const { spec, policies } = await schedule.describe();
    expect(spec.intervals).toMatchObject([{ every: 300_000 }]);
    expect(policies.overlap).toBe('SKIP');
    const runs = async () =>
      (await system.database.query("SELECT run_id FROM reconciliation_runs WHERE venue = 'SIMX'")).length;
    const before = await runs();
    await isIdle();
    const [first, second] = await Promise.all([start({ confirmAfterMs: 1_500 }), start({ confirmAfterMs: 1_500 })]);
    expect(second.runId).toBe(first.runId);
    expect(await runs()).toBe(before + 1);
    await schedule.trigger();
    await eventually(async () => {
      expect(await runs()).toBe(before + 2);
    });
  });

  test('a fill that was told and never booked is named by each run', async () => {
    const orderId = await working({ limitPrice: '95' });
    setCut(true);
    await trade('10');
    const reports = (await system.ledger('reports')) as unknown as readonly ExecutionReport[];
    const own = await base(orderId);
    const lost = reports.filter(({ execType, clientOrderId }) => execType === 'TRADE' && clientOrderId === `${own}-0`);
    const { venueStore } = system.oms.deps;
    await venueStore.markDelivered(
      await venueStore.receive(lost.map((report) => ({ ...report, sequence: 0 }))),
      'ORDER',
    );
    const expected = lost.map(({ execId }) => `MISSING_FILL ${execId} ESCALATE`);
    expect(expected).toHaveLength(1);
    setCut(false);
    // The stream brings it as well, and it is known as told.
    await eventually(async () => {
      expect(await venueStore.lastSequence('SIMX', 'HOUSE')).toBe(await sequences());
    });
    for (const report of [await run(), await run()]) expect(short(report)).toEqual(expect.arrayContaining(expected));
  });
});
