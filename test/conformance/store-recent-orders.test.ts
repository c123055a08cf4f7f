/** Goal: rates, repeats and self-trades are judged by what the account has really sent, through the real store. */
import { dec } from '../../src/domain/money';
import type { RiskFacts, RiskQuestion } from '../../src/ports/risk-facts';
import { COINS, openDesk, RiskDesk } from './risk-desk';
import { describeBackends } from './store-backends';
import { approve, deny, needOf, OrderTape, requestOf, RUN } from './store-fixtures';

describeBackends('recent and own open orders', (backend) => {
  const desk = () => new RiskDesk(backend().orders, COINS);
  const open = (...accounts: string[]) => openDesk(backend().orders, accounts);
  const question = (parts: RiskQuestion['parts'], recentWindowMs = 60_000): RiskQuestion => ({
    ...{ parts, recentWindowMs, marketTimeMs: 7_000, wallTimeMs: 1_000_000_000 },
  });
  /** What a decision on a new order of the account is given. */
  const factsFor = async (account: string, asked: RiskQuestion, id = `asks-${String(Math.random())}`) => {
    const tape = new OrderTape(requestOf(account, id));
    const key = { orderId: tape.order.orderId, step: 0, firstRunId: RUN };
    let seen: RiskFacts = {};
    await backend().orders.decideOnce(
      key,
      tape.request,
      'USD',
      (_account, _exposure, facts) => {
        seen = facts;
        return deny;
      },
      asked,
    );
    return seen;
  };
  const backdate = (account: string, byMs: number) =>
    backend().driver.query('UPDATE decisions SET approved_wall_ms = approved_wall_ms - $2 WHERE account = $1', [
      account,
      byMs,
    ]);

  it('F01 reads only what is asked for', async () => {
    await open('f01');
    await desk().approved('f01', 'o');
    expect(await factsFor('f01', question([]))).toEqual({ tradingStates: [] });
    expect(Object.keys(await factsFor('f01', question(['recent'])))).toEqual(['tradingStates', 'recent']);
  });

  it('F02 lists approvals of the account within the window, denied and other ones apart', async () => {
    await open('f02', 'f02-other');
    await desk().approved('f02', 'old');
    await backdate('f02', 120_000);
    await desk().approved('f02', 'new', { side: 'SELL_SHORT', quantity: dec('3'), strategy: 's' });
    await desk().approved('f02-other', 'o');
    const { recent } = await factsFor('f02', question(['recent']));
    const { approvedAtMs, ...order } = recent?.orders[0] ?? { approvedAtMs: 0 };
    expect([recent?.orders.length, recent?.completeFromMs, order]).toEqual([
      1,
      1_000_000_000 - 60_000,
      { strategy: 's', symbol: 'ACME', side: 'SELL_SHORT', quantity: '3', limitPrice: '100' },
    ]);
    // By the clock of the asker, whatever that is.
    expect(approvedAtMs).toBeLessThanOrEqual(1_000_000_000);
    expect(approvedAtMs).toBeGreaterThan(1_000_000_000 - 60_000);
    expect((await factsFor('f02', question(['recent'], 240_000))).recent?.orders).toHaveLength(2);
  });

  it('F03 keeps the market time of an approval beside the wall time', async () => {
    await open('f03');
    const tape = new OrderTape(requestOf('f03', 'o'));
    const key = { orderId: tape.order.orderId, step: 0, firstRunId: RUN };
    const yes = () => approve(needOf(tape.request));
    await backend().orders.decideOnce(key, tape.request, 'USD', yes, question([]));
    const rows = await backend().driver.query("SELECT approved_market_ms FROM decisions WHERE account = 'f03'");
    expect(rows).toEqual([{ approved_market_ms: '7000' }]);
  });

  it('F04 lets as many orders pass as the rate allows, denies the next, and passes it when the window has moved on', async () => {
    await open('f04');
    const limits = { maxOrderRate: 2, orderRateWindowMs: 60_000 };
    const send = (id: string, parts = {}) => desk().send(limits, requestOf('f04', id, parts));
    expect([await send('1'), await send('2'), await send('3')]).toEqual(['approved', 'approved', ['ORDER_RATE']]);
    await backdate('f04', 60_000);
    expect(await send('4')).toBe('approved');
  });

  it('F05 counts a strategy and alike orders by themselves', async () => {
    await open('f05');
    const send = (limits: object, id: string, parts = {}) =>
      desk().send({ orderRateWindowMs: 60_000, repeatWindowMs: 60_000, ...limits }, requestOf('f05', id, parts));
    expect(await send({ maxStrategyOrderRate: 1 }, '1')).toBe('approved');
    expect(await send({ maxStrategyOrderRate: 1 }, '2')).toEqual(['STRATEGY_ORDER_RATE']);
    expect(await send({ maxStrategyOrderRate: 1 }, '3', { strategy: 'second' })).toBe('approved');
    expect(await send({ maxRepeatedOrders: 3 }, '4')).toBe('approved');
    expect(await send({ maxRepeatedOrders: 3 }, '5')).toEqual(['REPEATED_ORDER']);
    expect(await send({ maxRepeatedOrders: 3 }, '6', { quantity: dec('11') })).toBe('approved');
  });

  it('F06 never lets rivals past one rate', async () => {
    await open('f06');
    const shared = desk();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        shared.send({ maxOrderRate: 7, orderRateWindowMs: 60_000 }, requestOf('f06', String(index))),
      ),
    );
    expect(answers.filter((answer) => answer === 'approved')).toHaveLength(7);
  });

  it('F07 denies what crosses an own open order, approved or recorded, and passes what does not reach it', async () => {
    await open('f07');
    const buy = await desk().approved('f07', 'buy', { limitPrice: dec('99') });
    const sell = (id: string, limitPrice: string) =>
      desk().send(
        { preventSelfTrade: true },
        requestOf('f07', id, { side: 'SELL_SHORT', limitPrice: dec(limitPrice) }),
      );
    expect(await sell('1', '99')).toEqual(['SELF_TRADE']);
    expect(await sell('2', '99.01')).toBe('approved');
    buy.accepted();
    await backend().orders.record(buy.order, buy.events, RUN);
    expect(await sell('3', '99')).toEqual(['SELF_TRADE']);
    buy.canceled();
    await backend().orders.record(buy.order, buy.from(buy.order.version), RUN);
    expect(await sell('4', '99')).toBe('approved');
  });

  it('F08 gives both forms of an order whose replace has no answer yet, and the new one after it', async () => {
    await open('f08');
    const tape = await desk().approved('f08', 'o', { limitPrice: dec('99') });
    tape.accepted();
    await backend().orders.record(tape.order, tape.events, RUN);
    const key = { orderId: tape.order.orderId, step: 1, firstRunId: RUN };
    const dearer = { ...tape.request, limitPrice: dec('101') };
    await backend().orders.decideOnce(key, dearer, 'USD', () => approve(needOf(dearer)));
    const prices = async () =>
      (await factsFor('f08', question(['ownOpenOrders']))).ownOpenOrders?.map((own) => own.limitPrice);
    expect(await prices()).toEqual(['99', '101']);
    const answered = { limitPrice: dec('101'), acceptedStep: 1 };
    tape.add({ type: 'OrderReplaced', step: 1, quantity: dec('10'), limitPrice: dec('101') }, answered);
    await backend().orders.record(tape.order, tape.from(tape.order.version), RUN);
    expect(await prices()).toEqual(['101']);
  });

  it('F09 says of a stop whether it waits, and gives neither other symbols nor the order itself', async () => {
    await open('f09');
    const stop = { type: 'STOP_LIMIT', limitPrice: dec('105'), stopPrice: dec('104') } as const;
    await desk().approved('f09', 'stop', stop);
    await desk().approved('f09', 'other', { symbol: 'OTHER' });
    const own = async (id?: string) => (await factsFor('f09', question(['ownOpenOrders']), id)).ownOpenOrders;
    expect(await own()).toEqual([
      { orderId: 'f09/stop', venue: 'SIM', side: 'BUY', limitPrice: '105', isWaitingStop: true },
    ]);
    await desk().approved('f09', 'own');
    await backend().driver.query("UPDATE decisions SET first_run_id = 'earlier life' WHERE order_id = 'f09/own'");
    expect((await own('own'))?.map(({ orderId }) => orderId)).toEqual(['f09/stop']);
  });
});
