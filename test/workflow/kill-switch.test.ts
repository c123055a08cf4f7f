import { KillSwitch } from '../../src/client/kill-switch';
import { killSwitchWorkflowId } from '../../src/domain/ids';
import type { OrderId } from '../../src/domain/ids';
import { scopeName } from '../../src/domain/trading-state';
import { openDatabase } from '../../src/persistence/open-database';
import { eventually, OmsUnderTest } from '../support/oms-under-test';
import { StoppableDatabase } from '../support/stoppable-database';

jest.setTimeout(300_000);

const HALT = { state: 'HALTED', actor: 'jo', reason: 'the market went mad' } as const;
const RESUME = { state: 'ACTIVE', actor: 'jo', reason: 'all clear' } as const;

/**
 * Goal: one command stops trading at once, ends what is open, and says of each order whether it is proved closed.
 * Method: orders on real venues; the venue's own list of open orders is the judge, and faults keep it from answering.
 */
describe('the kill switch', () => {
  let database: StoppableDatabase;
  let system: OmsUnderTest;
  let switches: KillSwitch;
  beforeAll(async () => {
    database = new StoppableDatabase(await openDatabase({}));
    system = new OmsUnderTest({ database });
    await system.start();
    switches = new KillSwitch(system.oms.client);
  });
  afterEach(async () => {
    database.resume();
    await system.clearFaults();
  });
  afterAll(async () => {
    await system.stop();
    await database.close();
  });

  const working = async (change = {}): Promise<OrderId> =>
    (await system.orders.submit(system.request(change), { wait: 'acknowledged' })).orderId;
  const openAt = async (venue = 'SIMX'): Promise<number> =>
    (await system.ledger('orders', venue)).filter(({ status }) => status === 'OPEN').length;
  const finished = async (scope: object) => {
    await eventually(async () => {
      expect(await switches.report(scope)).toMatchObject({ done: true });
    }, 60_000);
    return switches.report(scope);
  };
  /** Makes the history of a workflow longer than one run may have. */
  const goOnInANewRun = async (workflowId: string): Promise<void> => {
    const { client } = system.oms;
    const { runId } = await client.workflow.getHandle(workflowId).describe();
    const noise = 'x'.repeat(100_000);
    for (let sent = 0; sent < 45; sent += 1)
      await client.workflow.getHandle(workflowId).signal('nobody-takes-it', noise);
    await eventually(async () => {
      expect((await client.workflow.getHandle(workflowId).describe()).runId).not.toBe(runId);
    }, 60_000);
  };
  const verdictOf = async (change = {}) => (await system.orders.submit(system.request(change), { wait: 'risk' })).order;
  const resume = async (scope: object): Promise<void> => {
    expect(await switches.set(scope, { ...RESUME, approvedBy: 'kim' })).toMatchObject({ answer: { kind: 'set' } });
  };

  test('stops one account: nothing new passes, everything open is closed and proved, the others trade on', async () => {
    const resting = await Promise.all(Array.from({ length: 20 }, () => working()));
    const elsewhere = await working({ venue: 'SIMY' });
    const held = await working({ type: 'STOP', stopPrice: '140', venue: 'SIMY' });
    const ofBeta = await working({ account: 'beta' });
    const scope = { account: 'alpha' };
    const first = await switches.set(scope, HALT);
    expect(first).toMatchObject({ scope, answer: { kind: 'set', before: 'ACTIVE', state: 'HALTED' } });
    const denied = await verdictOf();
    expect(denied).toMatchObject({ status: 'DENIED', reasons: [expect.objectContaining({ code: 'TRADING_HALTED' })] });
    expect(await verdictOf({ account: 'beta' })).toMatchObject({ reasons: [] });

    const report = await finished(scope);
    expect(report).toMatchObject({ found: 22, closed: 22, open: [] });
    for (const orderId of [...resting, elsewhere, held])
      expect(await system.orders.get(orderId)).toMatchObject({ status: 'CANCELED' });
    expect(await system.orders.get(ofBeta)).toMatchObject({ status: 'ACCEPTED' });
    expect([await openAt('SIMX'), await openAt('SIMY')]).toEqual([2, 0]);
    const { commandId = '' } = report?.command ?? {};
    const proofs = await system.oms.deps.tradingStates.orders(commandId);
    expect(proofs.map(({ orderId }) => orderId)).toEqual([...resting, elsewhere, held].sort());
    expect(
      proofs.every(({ proof }) => /^CANCELED, (and not among what SIM[XY] has open|never sent)/.test(proof ?? '')),
    ).toBe(true);
    const told = (await system.orders.history(resting[0]!)).map(({ text }) => text);
    expect(told).toContainEqual(expect.stringContaining('kill switch HALTED by jo: the market went mad'));

    // Who stopped alone cannot start alone.
    expect(await switches.set(scope, RESUME)).toMatchObject({ answer: { kind: 'refused', before: 'HALTED' } });
    for (const approvedBy of ['jo', 'JO'])
      expect(await switches.set(scope, { ...RESUME, approvedBy })).toMatchObject({ answer: { kind: 'refused' } });
    expect(await verdictOf()).toMatchObject({ status: 'DENIED' });
    await resume(scope);
    const again = await working();
    await system.orders.cancel(again);
    await system.orders.cancel(ofBeta);
  });

  test('orders that race with it: after its answer none is let through, and at its end none is open', async () => {
    const scope = {};
    const flood = Array.from({ length: 60 }, (_, at) =>
      system.orders.submit(system.request({ account: at % 2 === 0 ? 'alpha' : 'beta' }), { wait: 'accepted' }),
    );
    await Promise.all(flood.slice(0, 20));
    const stopped = switches.set(scope, HALT);
    const orders = await Promise.all(flood);
    expect(await stopped).toMatchObject({ answer: { kind: 'set' } });
    // It is denied, or the switch has canceled it before it was judged; either way it is not sent.
    const late = await verdictOf();
    expect(late).toMatchObject({ submission: 'NONE', status: expect.stringMatching(/DENIED|CANCELED/) as string });
    const report = await finished(scope);
    expect(report?.open).toEqual([]);
    for (const { orderId } of orders) {
      const { status } = await system.orders.get(orderId);
      expect(['DENIED', 'CANCELED']).toContain(status);
    }
    expect(await openAt()).toBe(0);
    await resume(scope);
  });

  test('reducing closes what was open, and leaves alone what it lets pass, however long it goes on', async () => {
    const scope = { account: 'alpha' };
    await system.until(await working({ limitPrice: '101' }), (order) => {
      expect(order.status).toBe('FILLED');
    });
    const stuck = await working();
    await system.fault('error503BeforeBooking', { params: { operations: ['cancel', 'query'] } });
    const sell = { side: 'SELL', quantity: '2', limitPrice: '140', venue: 'SIMY' };
    expect(await switches.set(scope, { ...HALT, state: 'REDUCING' })).toMatchObject({ answer: { kind: 'set' } });
    const reducing: OrderId[] = [];
    const deniedBuy = await verdictOf();
    expect(deniedBuy).toMatchObject({ status: 'DENIED' });
    for (const rounds of [2, 4]) {
      reducing.push(await working(sell));
      await eventually(async () => {
        expect((await switches.report(scope))?.rounds).toBeGreaterThanOrEqual(rounds);
      }, 60_000);
    }
    const before = (await switches.report(scope))?.rounds ?? 0;
    await goOnInANewRun(killSwitchWorkflowId(scopeName(scope)));
    reducing.push(await working(sell));
    await eventually(async () => {
      expect((await switches.report(scope))?.rounds).toBeGreaterThan(before + 1);
    }, 60_000);
    await system.clearFaults();
    expect(await finished(scope)).toMatchObject({ found: 1, closed: 1 });
    expect(await system.orders.final(stuck)).toMatchObject({ status: 'CANCELED' });
    for (const orderId of reducing) {
      expect(await system.orders.get(orderId)).toMatchObject({ status: 'ACCEPTED' });
      await system.orders.cancel(orderId);
    }
    await resume(scope);
  });

  test('without the database cancels go out at once; the state follows when it is back', async () => {
    const orderId = await working();
    database.stop();
    const scope = { strategy: 'test' };
    const asked = switches.set(scope, HALT);
    await eventually(async () => {
      expect(await openAt()).toBe(0);
    });
    expect(await asked).not.toHaveProperty('answer');
    expect(await switches.report(scope)).toMatchObject({ done: false });
    database.resume();
    expect(await finished(scope)).toMatchObject({ answer: { kind: 'set' }, found: 1, closed: 1 });
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED' });
    await resume(scope);
  });

  test('a venue that does not answer is not taken for one that has nothing open', async () => {
    const orderId = await working();
    await system.fault('error503BeforeBooking', { params: { operations: ['query'] } });
    const scope = { venue: 'SIMX' };
    await switches.set(scope, HALT);
    await eventually(async () => {
      expect(await switches.report(scope)).toMatchObject({
        ...{ done: false, found: 1, closed: 0 },
        open: [{ orderId, venue: 'SIMX', status: 'CANCELED', why: expect.stringContaining('does not say') as string }],
      });
    });
    // The other venue takes what this one may not have.
    const { venue: _named, ...unnamed } = system.request();
    const { order: other } = await system.orders.submit(unnamed, { wait: 'risk' });
    expect(other?.route).toMatchObject({ venue: 'SIMY' });
    expect(await verdictOf({ venue: 'SIMX' })).toMatchObject({ status: 'DENIED' });
    await system.clearFaults();
    expect(await finished(scope)).toMatchObject({ found: 1, closed: 1, open: [] });
    await resume(scope);
    await system.orders.cancel(other!.orderId);
  });

  test('a cancel that the venue refuses is asked for again, until the order is closed', async () => {
    const orderId = await working();
    await system.fault('error503BeforeBooking', { count: 2, params: { operations: ['cancel'] } });
    const scope = { symbol: 'COIN' };
    await switches.set(scope, HALT);
    expect(await finished(scope)).toMatchObject({ found: 1, closed: 1 });
    expect(await system.orders.final(orderId)).toMatchObject({ status: 'CANCELED' });
    await resume(scope);
  });

  test.each([
    [{ account: "x' OR 1=1" }, HALT, /account/],
    [{ trader: 'jo' }, HALT, /trader/],
    [{}, { ...HALT, state: 'STOPPED' }, /state "?STOPPED/],
    [{}, { ...HALT, actor: '' }, /actor/],
    [{}, { ...HALT, reason: ' ' }, /reason/],
    [{}, { ...HALT, approvedBy: 'two people' }, /approvedBy/],
  ])('refuses what it cannot carry out: %j %j', async (scope, command, message) => {
    await expect(switches.set(scope as { account?: string }, command as typeof HALT)).rejects.toThrow(message);
  });
});
