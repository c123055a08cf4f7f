import type { ExecutionReport } from '../../src/domain/execution-report';
import { dec } from '../../src/domain/money';
import type { Finding } from '../../src/domain/reconciliation-findings';
import type { TheirOrder } from '../../src/domain/reconciliation-views';
import { orderIdOf } from '../../src/domain/ids';
import type { Driver } from '../../src/persistence/driver';
import { SqlReconciliationStore } from '../../src/persistence/reconciliation-store';
import type { EndedRun, ReconciliationWindow } from '../../src/ports/reconciliation';
import { describeBackends } from './store-backends';
import { accountSetup, fillOf, intentOf, OrderTape, reportOf, requestOf, RUN } from './store-fixtures';

const AT_MS = 1_700_000_100_000;
const ALL: ReconciliationWindow = { fromSequence: 0, fromArrival: 0, throughArrival: 1_000_000 };

/**
 * Goal: both databases tell a reconciliation the same, each test of a venue account of its own, and keep what a run found
 * once, however often its worker dies. Method: orders recorded as their workflows do, reports received as a session does.
 */
describeBackends('reconciliations', (backend) => {
  const store = (): SqlReconciliationStore => new SqlReconciliationStore(backend().driver);
  const of = (venueAccount: string) => ({ venue: 'SIM', venueAccount });
  beforeAll(async () => {
    await backend().orders.saveAccounts([accountSetup('A')]);
  });

  /** An order whose intent and events are recorded, with the fills. */
  const recorded = async (venueAccount: string, id: string, execIds: readonly string[] = []): Promise<OrderTape> => {
    const tape = new OrderTape(requestOf('A', id));
    tape.order = { ...tape.order, venueAccount };
    tape.accepted();
    tape.order = { ...tape.order, venueOrderId: `v-${id}` };
    for (const execId of execIds) tape.filled(fillOf(execId));
    const intent = intentOf(`b-A-${id}`, 0, { orderId: orderIdOf('A', id), venueAccount, status: 'ANSWERED' });
    await backend().venues.openIntent(intent);
    await backend().orders.record(tape.order, tape.events, RUN);
    return tape;
  };
  const theirs = (id: string, change: Partial<TheirOrder> = {}): TheirOrder => ({
    ...{ clientOrderIds: [`b-A-${id}-0`], venueOrderId: `v-${id}`, symbol: 'ACME', side: 'BUY' },
    ...{ quantity: dec('10'), cumQuantity: dec('0') },
    ...change,
  });
  const trade = (venueAccount: string, id: string, execId: string, sequence: number) =>
    reportOf(execId, sequence, { venueAccount, clientOrderId: intentOf(`b-A-${id}`).clientOrderId });
  const ended = (venueAccount: string, runId: string, change: Partial<EndedRun> = {}): EndedRun => ({
    ...{ runId, ...of(venueAccount), endedAtMs: AT_MS, compared: { ourOrders: 0, theirOrders: 0, reports: 0 } },
    ...{ sources: {}, counts: { CORRECT: 0, ADOPT: 0, ESCALATE: 0, WAIT: 0 } },
    ...{ throughSequence: 0, throughArrival: 0 },
    ...change,
  });

  it('R01 lists the open orders of the account alone, and those that a venue order is though they have ended', async () => {
    await recorded('r01', 'r01-open');
    await recorded('r01-other', 'r01-other');
    const over = await recorded('r01', 'r01-over');
    over.canceled();
    await backend().orders.record(over.order, over.from(over.order.version), RUN);
    const page = await store().openOrders(of('r01'), '');
    expect(page).toEqual({
      orders: [
        {
          ...{
            orderId: 'A/r01-open',
            status: 'ACCEPTED',
            ended: false,
            sent: true,
            quantity: '10',
            filledQuantity: '0',
          },
          ...{ clientOrderId: 'b-A-r01-open-0', clientOrderIdBase: 'b-A-r01-open', venueOrderId: 'v-r01-open' },
          ...{ lastStep: 0, limitPrice: '100' },
          changedAtMs: expect.any(Number) as unknown,
        },
      ],
    });
    const known = await store().ordersOf(of('r01'), [theirs('r01-over'), theirs('r01-none')]);
    expect(known).toMatchObject([{ orderId: 'A/r01-over', status: 'CANCELED', ended: true }]);
    expect(await store().ordersOf(of('r01-other'), [theirs('r01-over')])).toEqual([]);
    expect(await store().ordersOf(of('r01'), [])).toEqual([]);
  });

  it('R02 knows an order of which only the intent is recorded', async () => {
    const intent = intentOf('b-A-r02', 0, { orderId: orderIdOf('A', 'r02'), venueAccount: 'r02' });
    await backend().venues.openIntent(intent);
    expect(await store().ordersOf(of('r02'), [theirs('r02')])).toMatchObject([
      { orderId: 'A/r02', status: 'SUBMITTING', ended: false, sent: true, clientOrderIdBase: 'b-A-r02' },
    ]);
  });

  it('R03 tells of trades, in their order, what is booked, waiting, told or absent', async () => {
    await recorded('r03', 'r03', ['r03-booked']);
    const reports = ['none', 'booked', 'waiting', 'told'].map((id, at) => trade('r03', 'r03', `r03-${id}`, at + 1));
    const received = await backend().venues.receive(reports.slice(1));
    await backend().venues.markDelivered(
      received.filter(({ report }) => report.execId !== 'r03-waiting'),
      'ORDER',
    );
    expect(await store().knownTrades(of('r03'), reports)).toMatchObject([
      { execId: 'r03-none', orderId: 'A/r03', inbox: 'ABSENT' },
      { execId: 'r03-booked', orderId: 'A/r03', inbox: 'TOLD', booked: { quantity: '4', price: '99.5' } },
      { execId: 'r03-waiting', orderId: 'A/r03', inbox: 'WAITING' },
      { execId: 'r03-told', orderId: 'A/r03', inbox: 'TOLD', changedAtMs: expect.any(Number) as unknown },
    ]);
    const undelivered = await store().undelivered(reports);
    expect(undelivered.map(({ execId }) => execId)).toEqual(['r03-none', 'r03-waiting']);
  });

  it('R04 has as unconfirmed what the stream did not bring, within the window, and sums up all', async () => {
    await recorded('r04', 'r04', ['r04-streamed', 'r04-asked']);
    await backend().venues.receive([trade('r04', 'r04', 'r04-streamed', 1), trade('r04', 'r04', 'r04-asked', 0)]);
    const unconfirmed = await store().unconfirmed(of('r04'), ALL);
    expect(unconfirmed).toMatchObject([
      { execId: 'r04-asked', orderId: 'A/r04', clientOrderId: 'b-A-r04-0', side: 'BUY', quantity: '4', price: '99.5' },
    ]);
    expect(await store().unconfirmed(of('r04'), { ...ALL, throughArrival: 0 })).toEqual([]);
    // Twice 4 at 99.5 with a fee of 0.25.
    expect(await store().amounts(of('r04'))).toEqual({ positions: { ACME: '8' }, cash: { USD: '-796.5' } });
    expect(await store().amounts(of('r04-nobody'))).toEqual({ positions: {}, cash: {} });
  });

  it('R05 goes on where the last run that ended had read, also when a worker begins a run again', async () => {
    await store().begin('r05-a', of('r05'), AT_MS);
    await store().begin('r05-a', of('r05'), AT_MS + 5);
    expect(await store().begin('r05-b', of('r05'), AT_MS)).toMatchObject({ fromSequence: 0, fromArrival: 0 });
    await store().end(ended('r05', 'r05-a', { throughSequence: 70, throughArrival: 5_000 }));
    // The end of a run counts once: what comes after it is of an attempt that was given up.
    await store().end(ended('r05', 'r05-a', { throughSequence: 7, throughArrival: 7 }));
    const window = await store().begin('r05-b', of('r05'), AT_MS + 10);
    expect(window).toMatchObject({ fromSequence: 70, fromArrival: 4_000 });
    expect(await store().begin('r05-c', of('r05-other'), AT_MS)).toMatchObject({ fromSequence: 0 });
    const rows = await backend().driver.query(
      "SELECT run_id, started_at_ms::text AS started FROM reconciliation_runs WHERE run_id = 'r05-a'",
    );
    expect(rows).toEqual([{ run_id: 'r05-a', started: String(AT_MS) }]);
  });

  it('R06 keeps a finding once per run, for ever, and says whether the run before had it', async () => {
    const finding: Finding = {
      ...{ kind: 'ORPHAN_ORDER', key: 'v-9', before: {}, after: { status: 'OPEN' }, action: 'ESCALATE' },
      reason: "it's \u{1F4C8} and\nhas a line break",
    };
    await store().begin('r06-a', of('r06'), AT_MS);
    expect(await store().keep('r06-a', of('r06'), finding)).toBe(true);
    // The same run again, after its worker died: still news, and one record.
    expect(await store().keep('r06-a', of('r06'), { ...finding, reason: 'another time' })).toBe(true);
    expect(await store().findings('r06-a')).toEqual([finding]);
    await store().end(ended('r06', 'r06-a'));
    await store().begin('r06-b', of('r06'), AT_MS + 1);
    expect(await store().keep('r06-b', of('r06'), finding)).toBe(false);
    expect(await store().keep('r06-b', of('r06'), { ...finding, key: 'v-10' })).toBe(true);
    await store().begin('r06-c', of('r06-other'), AT_MS + 1);
    expect(await store().keep('r06-c', of('r06-other'), finding)).toBe(true);
    for (const sql of ['DELETE FROM reconciliation_findings', "UPDATE reconciliation_findings SET reason = ''"])
      await expect(backend().driver.script(sql)).rejects.toThrow('append-only');
  });

  it('R07 walks over more open orders than a page has', async () => {
    await backend().driver.query(
      `INSERT INTO orders (order_id, account, strategy, symbol, side, type, time_in_force, venue, status, ended, quantity,
         filled_quantity, leaves_quantity, request_hash, first_run_id, version, chain_hash, head_due, snapshot, created_at_ms,
         updated_at_ms)
       SELECT 'A/r07-' || i, 'A', 'test', 'ACME', 'BUY', 'LIMIT', 'GTC', 'PAGED', 'ACCEPTED', false, 1, 0, 1, '', '', 1, '',
         false, json_build_object('submission', 'ACKNOWLEDGED', 'venueAccount', 'r07')::text, 1, 1
       FROM generate_series(1, 2500) AS i`,
    );
    const ids: string[] = [];
    let pages = 0;
    for (let after: string | undefined = ''; after !== undefined; pages += 1) {
      const page: Awaited<ReturnType<SqlReconciliationStore['openOrders']>> = await store().openOrders(
        { venue: 'PAGED', venueAccount: 'r07' },
        after,
      );
      ids.push(...page.orders.map(({ orderId }) => orderId));
      after = page.next;
    }
    expect({ pages, orders: ids.length, different: new Set(ids).size }).toEqual({
      pages: 3,
      orders: 2500,
      different: 2500,
    });
  });

  it('R08 knows an order and its trades under an id that somebody else gave it at the venue', async () => {
    const tape = await recorded('r08', 'r08');
    const given = { venueAccount: 'r08', clientOrderId: 'desk-7', venueOrderId: 'v-r08' } as const;
    const replaced = {
      ...given,
      execType: 'REPLACED',
      origClientOrderId: 'b-A-r08-0',
    } as const;
    await backend().venues.receive([reportOf('r08-1', 1, replaced)]);
    const trades = [reportOf('r08-2', 2, { ...given, execType: 'TRADE' })];
    expect(await store().knownTrades(of('r08'), trades)).toMatchObject([{ orderId: 'A/r08', inbox: 'ABSENT' }]);
    const [known] = await store().ordersOf(of('r08'), [theirs('r08', { clientOrderIds: ['desk-7'] })]);
    expect(known).toMatchObject({ orderId: 'A/r08', clientOrderId: 'b-A-r08-0' });
    tape.order = { ...tape.order, acceptedStep: 1, lastStep: 1, renamed: [{ step: 1, clientOrderId: 'desk-7' }] };
    tape.filled(fillOf('r08-2'));
    await backend().orders.record(tape.order, tape.from(tape.order.version), RUN);
    expect(await store().openOrders(of('r08'), '')).toMatchObject({ orders: [{ clientOrderId: 'desk-7' }] });
    expect(await store().openOrders(of('r08'), '')).toMatchObject({ orders: [{ lastStep: 1, limitPrice: '100' }] });
  });

  it('R09 takes another venue order for none of ours, under whatever id somebody entered or renamed it', async () => {
    await recorded('r09', 'r09');
    const there = (execId: string, clientOrderId: string, venueOrderId: string, parts: Partial<ExecutionReport> = {}) =>
      reportOf(execId, 1, { venueAccount: 'r09', clientOrderId, venueOrderId, ...parts });
    const ordersOf = async (...reports: readonly ExecutionReport[]) =>
      (await backend().venues.receive(reports)).map(({ orderId }) => orderId);
    const [ours, next] = ['b-A-r09-0', 'b-A-r09-1'];
    expect(
      await ordersOf(...['b-A-r09', 'b-A-r09-zz', 'b-A-r09-01', next].map((id) => there(`r09-${id}`, id, 'v-phone'))),
    ).toEqual([undefined, undefined, undefined, undefined]);
    // An order that is adopted, and then renamed.
    const phoned = there('r09-1', 'phone-1', 'v-phone-2', { execType: 'NEW' });
    const renamed = { execType: 'REPLACED', origClientOrderId: 'phone-1' } as const;
    expect(await ordersOf(phoned)).toEqual([undefined]);
    await backend().venues.adoptedOrder(phoned);
    const change = there('r09-2', 'b-A-r09-2', 'v-phone-2', renamed);
    expect(await ordersOf(change)).toEqual([undefined]);
    await backend().venues.adoptedOrder(change);
    // What is sent later under an id that it has does not make it ours.
    const orderId = orderIdOf('A', 'r09');
    await backend().venues.openIntent(intentOf('b-A-r09', 2, { orderId, venueAccount: 'r09' }));
    const fill = there('r09-3', 'b-A-r09-2', 'v-phone-2');
    expect(await store().knownTrades(of('r09'), [fill])).toMatchObject([{ orderId: 'external/SIM-v-phone-2' }]);
    expect(await backend().venues.claim([fill], { orderId, reports: [fill] })).toEqual(new Set(['r09-3']));
    expect(await backend().venues.claim([fill], { reports: [fill] })).toEqual(new Set());
    expect(await ordersOf(fill)).toEqual([undefined]);
    // Ours goes on as another venue order under an id that was sent, or that others gave it.
    expect(await ordersOf(there('r09-4', ours, 'v-r09'), there('r09-5', 'b-A-r09-01', 'v-r09'))).toEqual([
      orderId,
      orderId,
    ]);
    await backend().venues.openIntent(intentOf('b-A-r09', 3, { orderId, venueAccount: 'r09' }));
    expect(await ordersOf(there('r09-6', 'b-A-r09-3', 'v-new'))).toEqual([orderId]);
    const strange = { execType: 'REPLACED', origClientOrderId: 'stranger-1' } as const;
    expect(await ordersOf(there('r09-9', 'b-A-r09-3', 'v-strange', strange))).toEqual([undefined]);
    const theirs = there('r09-7', 'b-A-r09-4', 'v-newer', { execType: 'REPLACED', origClientOrderId: ours });
    expect(await ordersOf(theirs, there('r09-8', 'b-A-r09-4', 'v-newer'))).toEqual([orderId, orderId]);
    // Of one whose record is on its way, the venue order is not known: a form of ours is taken for ours.
    const unrecorded = orderIdOf('A', 'r09-young');
    await backend().venues.openIntent(intentOf('b-A-r09-young', 0, { orderId: unrecorded, venueAccount: 'r09' }));
    expect(
      await ordersOf(there('r09-10', 'b-A-r09-young-1', 'v-any'), there('r09-11', 'b-A-r09-young-zz', 'v-any')),
    ).toEqual([unrecorded, undefined]);
  });

  it('R10 asks once for an order, however often it was replaced', async () => {
    const orderId = orderIdOf('A', 'r10');
    const steps = Array.from({ length: 50 }, (_none, step) => step);
    for (const step of steps)
      await backend().venues.openIntent(intentOf('b-A-r10', step, { orderId, venueAccount: 'r10' }));
    const asked: unknown[] = [];
    const spy = Object.assign(Object.create(backend().driver) as Driver, {
      call: <T>(name: string, argument: { readonly bases: unknown }) => {
        asked.push(argument.bases);
        return backend().driver.call<T>(name, argument);
      },
    });
    const replaced = theirs('r10', { clientOrderIds: steps.map((step) => `b-A-r10-${String(step)}`) });
    expect(await new SqlReconciliationStore(spy).ordersOf(of('r10'), [replaced])).toMatchObject([{ orderId }]);
    expect(asked).toEqual([['b-A-r10']]);
  });
});
