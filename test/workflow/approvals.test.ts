import pino from 'pino';
import { Approvals } from '../../src/client/approvals';
import { KillSwitch } from '../../src/client/kill-switch';
import type { OrderView } from '../../src/contracts/order-messages';
import { orderWorkflowId } from '../../src/domain/ids';
import type { OrderId } from '../../src/domain/ids';
import { dec } from '../../src/domain/money';
import { openDatabase } from '../../src/persistence/open-database';
import { eventually, OmsUnderTest, OPEN_MS } from '../support/oms-under-test';
import { StoppableDatabase } from '../support/stoppable-database';

jest.setTimeout(300_000);

const KIM = { actor: 'kim', reason: 'a hedge of yesterday' } as const;
/** Crosses the market at 101: 10 of it are worth 1010, over the limit. */
const OVER = { limitPrice: '101', strategy: 'patient' } as const;
/** Whoever sends under this strategy is denied soon. */
const HURRIED = { ...OVER, strategy: 'hurried' } as const;

/**
 * Goal: an order over a limit of judgement waits, durably, for a second person, and goes out only as that person let it.
 * Method: orders over a limit of 1000 USD for one order on a whole system; the venue's ledger says what was sent.
 */
describe('an order over a limit', () => {
  let database: StoppableDatabase;
  let system: OmsUnderTest;
  let approvals: Approvals;
  const logged: object[] = [];
  beforeAll(async () => {
    database = new StoppableDatabase(await openDatabase({}));
    system = new OmsUnderTest({
      database,
      log: pino({ level: 'warn' }, { write: (line: string) => logged.push(JSON.parse(line) as object) }),
      riskLimits: {
        version: 'v1',
        entries: [
          { scope: {}, limits: { maxConcentrationPercent: dec('100'), maxOrderValue: dec('1000') } },
          { scope: { strategy: 'patient' }, limits: { approvalWithinMs: 600_000 } },
          { scope: { strategy: 'hurried' }, limits: { approvalWithinMs: 1_500 } },
        ],
      },
    });
    await system.start();
    approvals = new Approvals(system.oms.client);
  });
  afterEach(() => {
    database.resume();
  });
  afterAll(async () => {
    await system.stop();
    await database.close();
  });

  /** An order of jo that waits for somebody else. */
  const waiting = async (change = {}): Promise<OrderId> => {
    const request = system.request({ ...OVER, ...change });
    const { orderId, order } = await system.orders.submit(request, { wait: 'risk', submittedBy: 'jo' });
    expect(order).toMatchObject({ status: 'HELD', held: 'APPROVAL', submission: 'NONE', submittedBy: 'jo' });
    return orderId;
  };
  const ends = (orderId: OrderId, status: OrderView['status']): Promise<OrderView> =>
    system.until(orderId, (order) => {
      expect(order).toMatchObject({ status, finalized: true });
    });
  const recorded = (orderId: OrderId, held: string | undefined): Promise<void> =>
    eventually(async () => {
      expect(await system.oms.deps.orders.order(orderId)).toMatchObject({ status: 'HELD', held });
    });
  const told = async (orderId: OrderId): Promise<readonly string[]> =>
    (await system.orders.history(orderId)).map(({ text }) => text);

  test('is held, shown to whom it concerns, and sent when another person has approved it', async () => {
    const orderId = await waiting();
    await recorded(orderId, 'APPROVAL');
    const order = await system.orders.get(orderId);
    expect(order.why).toMatch(
      /^waits for approval: .*Worth at most 1000 USD, not 1010.*other than jo may approve it until/,
    );
    await eventually(async () => {
      expect((await approvals.list({ strategy: 'patient' })).map((line) => line.orderId)).toEqual([orderId]);
    });
    expect(await system.oms.deps.orders.openReservations()).toEqual([]);
    const workflow = system.client.workflow.getHandle(orderWorkflowId(orderId));
    const { currentDetails } = await workflow.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails).toMatch(/^\*\*HELD\*\* — waits for approval: [^]*- `MAX_ORDER_VALUE` quantity = 10: /);
    await eventually(() => {
      expect(logged).toContainEqual(expect.objectContaining({ orderId, alert: true, code: 'APPROVAL_WANTED' }));
    });

    const alone = await approvals.approve(orderId, { ...KIM, actor: 'jo' });
    expect(alone).toMatchObject({ accepted: false, code: 'SAME_PERSON', order: { status: 'HELD' } });
    expect(await approvals.approve(orderId, { ...KIM, reason: '' })).toMatchObject({ code: 'REASON_MISSING' });
    expect(await system.orders.modify(orderId, { quantity: dec('5') })).toMatchObject({ code: 'AWAITS_APPROVAL' });

    const word = { ...KIM, commandId: 'yes' };
    expect(await approvals.approve(orderId, word)).toMatchObject({ accepted: true });
    expect(await approvals.approve(orderId, word)).toMatchObject({ accepted: true });
    const filled = await ends(orderId, 'FILLED');
    expect(await system.booked(filled)).toHaveLength(1);
    expect(filled.override?.approval).toMatchObject({ by: 'kim', waived: ['MAX_ORDER_VALUE'] });
    expect(await told(orderId)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('waits for approval'),
        expect.stringContaining('approve refused: jo asked for the order'),
        'kim waived MAX_ORDER_VALUE: a hedge of yesterday',
        expect.stringContaining('passed risk but MAX_ORDER_VALUE, which was waived'),
      ]),
    );
    const journal = await system.oms.deps.orders.events(orderId);
    expect(journal.find(({ type }) => type === 'OrderApproved')).toMatchObject({
      waived: [{ code: 'MAX_ORDER_VALUE', value: '10' }],
    });
    expect((await system.oms.deps.journal.verify()).broken).toEqual([]);
    const stored = await database.query<{ step: number; verdict: string }>(
      'SELECT step, verdict FROM decisions WHERE order_id = $1 ORDER BY step',
      [orderId],
    );
    expect(stored.map(({ step, verdict }) => [step, JSON.parse(verdict) as unknown])).toEqual([
      [-1, expect.objectContaining({ kind: 'approved', override: expect.objectContaining({ by: 'kim' }) as unknown })],
      [0, expect.objectContaining({ kind: 'needsApproval' })],
    ]);
  });

  test('is denied after the approval by what nobody waived: a kill switch, or cash that is gone', async () => {
    const [halted, poor] = await Promise.all([waiting(), waiting({ account: 'beta', quantity: '9000' })]);
    // The switch would cancel what waits: its state alone is what the checks must find.
    await database.query(
      `INSERT INTO trading_states VALUES ('{"account":"alpha"}', 'alpha', NULL, NULL, NULL, 'HALTED', 1, 'jo', NULL, 'x', 0)`,
    );
    await database.query(`UPDATE cash SET booked = 1 WHERE account = 'beta'`);
    await approvals.approve(halted, KIM);
    await approvals.approve(poor, KIM);
    const codes = ({ reasons }: OrderView): readonly string[] => reasons.map(({ code }) => code);
    expect(codes(await ends(halted, 'DENIED'))).toEqual(['TRADING_HALTED']);
    expect(codes(await ends(poor, 'DENIED'))).toEqual(['BUYING_POWER']);
    // What breaks a hard rule beside the limit waits for nobody.
    const { order } = await system.orders.submit(system.request({ ...OVER, account: 'beta' }), { wait: 'risk' });
    expect([order!.status, ...codes(order!)]).toEqual(['DENIED', 'MAX_ORDER_VALUE', 'BUYING_POWER']);
    await database.query('DELETE FROM trading_states');
    await database.query(`UPDATE cash SET booked = 1000000000 WHERE account = 'beta'`);
    expect(await system.oms.deps.orders.openReservations()).toEqual([]);
  });

  test('is denied when nobody has approved it in time, or somebody has said no; nothing is sent', async () => {
    // Its time may be over before its answer comes: what it is denied for tells that it has waited.
    const { orderId: late } = await system.orders.submit(system.request(HURRIED));
    const refused = await waiting();
    const expireAtMs = OPEN_MS + (Date.now() - system.realOriginMs) + 5_000;
    const expiring = await waiting({ timeInForce: 'GTD', expireAtMs });
    expect(await approvals.reject(refused, { actor: 'kim', reason: 'not today' })).toMatchObject({ accepted: true });
    expect(await ends(refused, 'DENIED')).toMatchObject({
      reasons: [
        { code: 'MAX_ORDER_VALUE' },
        { code: 'APPROVAL_REFUSED', value: 'kim', rule: 'Not let pass: not today' },
      ],
    });
    expect(await ends(late, 'DENIED')).toMatchObject({
      reasons: [{ code: 'MAX_ORDER_VALUE' }, { code: 'APPROVAL_MISSING' }],
    });
    expect((await ends(expiring, 'EXPIRED')).why).toContain('ended before anybody had approved it');
    expect(await approvals.approve(late, KIM)).toMatchObject({ accepted: false, code: 'ORDER_CLOSED' });
    // Where nobody is given time, nobody is asked.
    const { order: plain } = await system.orders.submit(system.request({ limitPrice: '101' }), { wait: 'risk' });
    expect(plain).toMatchObject({ status: 'DENIED', reasons: [{ code: 'MAX_ORDER_VALUE' }] });
  });

  test('can be canceled while it waits: by its owner, and by the kill switch, which proves it closed', async () => {
    const [own, swept] = [await waiting(), await waiting({ account: 'beta' })];
    expect(await system.orders.cancel(own, 'enough')).toMatchObject({ accepted: true });
    await ends(own, 'CANCELED');
    await recorded(swept, 'APPROVAL');
    const switches = new KillSwitch(system.oms.client);
    const scope = { account: 'beta' };
    await switches.set(scope, { state: 'HALTED', actor: 'jo', reason: 'enough' });
    await eventually(async () => {
      expect(await switches.report(scope)).toMatchObject({ done: true, found: 1, closed: 1 });
    }, 60_000);
    expect(await ends(swept, 'CANCELED')).toMatchObject({ submission: 'NONE' });
    await switches.set(scope, { state: 'ACTIVE', actor: 'jo', reason: 'all clear', approvedBy: 'kim' });
  });

  test('waits through a restart and a full history; approved while the database is away, it goes out when that is back', async () => {
    const orderId = await waiting();
    await recorded(orderId, 'APPROVAL');
    await system.stopOms();
    await system.startOms();
    approvals = new Approvals(system.oms.client);
    const { runId } = await system.orders.get(orderId);
    const workflow = system.client.workflow.getHandle(orderWorkflowId(orderId));
    // Temporal suggests a new run at 4 MB of history; such messages change nothing.
    const padding = { price: '1', marketTimeMs: 1, padding: 'x'.repeat(100_000) };
    for (let sent = 0; (await system.orders.get(orderId)).runId === runId && sent < 200; sent += 10)
      await Promise.all(Array.from({ length: 10 }, () => workflow.signal('marketTrigger', padding)));
    expect(await system.orders.get(orderId)).toMatchObject({ status: 'HELD', held: 'APPROVAL' });
    expect((await system.orders.get(orderId)).runId).not.toBe(runId);
    database.stop();
    expect(await approvals.approve(orderId, KIM)).toMatchObject({ accepted: true, order: { status: 'CREATED' } });
    expect(await approvals.approve(orderId, KIM)).toMatchObject({ code: 'NOT_WAITING' });
    database.resume();
    expect(await system.booked(await ends(orderId, 'FILLED'))).toHaveLength(1);
  });
});
