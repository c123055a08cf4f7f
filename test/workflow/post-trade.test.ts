import pino from 'pino';
import { PostTrade } from '../../src/client/post-trade';
import type { PostTradeRunReport } from '../../src/contracts/post-trade';
import { POST_TRADE_WORKFLOW_ID } from '../../src/domain/ids';
import type { OrderId } from '../../src/domain/ids';
import { dec } from '../../src/domain/money';
import { orderSlippage } from '../../src/domain/post-trade/slippage';
import { eventually, OmsUnderTest } from '../support/oms-under-test';

jest.setTimeout(300_000);

const CODES = ['SURVEILLANCE', 'LIMIT_BREACH', 'LIMIT_BREACH_OVER', 'TRADE_SUSPECT'];

/**
 * Goal: what two accounts do together at a venue, and what a market does to limits that every order passed, is found and
 * told exactly once, however often it is looked for. Method: a real venue matches the orders; the table is the judge.
 */
describe('post-trade', () => {
  const alerts: { code: string; finding: string }[] = [];
  const log = pino(
    { level: 'warn' },
    { write: (line: string) => alerts.push(JSON.parse(line) as { code: string; finding: string }) },
  );
  const system = new OmsUnderTest({
    log,
    riskLimits: {
      version: 'one',
      entries: [
        { scope: {}, limits: { maxConcentrationPercent: dec('100') } },
        { scope: { account: 'alpha' }, limits: { maxSymbolExposure: dec('2000') } },
      ],
    },
  });
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  const told = () => alerts.filter(({ code }) => CODES.includes(code)).map(({ code, finding }) => `${code} ${finding}`);
  const run = (): Promise<PostTradeRunReport> => new PostTrade(system.client).run();
  const marketAt = async (bidPrice: string, askPrice: string): Promise<void> => {
    for (const venue of ['SIMX', 'SIMY']) await system.market('COIN', { bidPrice, askPrice }, venue);
    await eventually(() => {
      for (const venue of ['SIMX', 'SIMY']) expect(system.oms.quotes.quote('COIN', venue)?.bidPrice).toBe(bidPrice);
    });
  };
  const submit = async (change: Parameters<typeof system.request>[0]): Promise<OrderId> =>
    (await system.orders.submit(system.request(change), { wait: 'acknowledged' })).orderId;
  const ends = (orderId: OrderId, status: string) =>
    system.until(orderId, (order) => {
      expect(order).toMatchObject({ status, finalized: true, reasons: [] });
    });
  const found = async () => (await system.oms.deps.postTrade.store.findings({})).map(({ code }) => code);

  test('finds a wash trade, layers and a breach by a price that moved, each exactly once', async () => {
    await marketAt('99', '101');
    const bid = await submit({ limitPrice: '100' });
    const offer = await submit({ account: 'beta', side: 'SELL_SHORT', limitPrice: '100' });
    await ends(offer, 'FILLED');
    await ends(bid, 'FILLED');

    const layers: OrderId[] = [];
    for (const limitPrice of ['110', '111', '112'])
      layers.push(await submit({ account: 'beta', side: 'SELL_SHORT', limitPrice }));
    const taker = await submit({ quantity: '5', limitPrice: '101' });
    await ends(taker, 'FILLED');
    for (const layer of layers) await system.orders.cancel(layer);
    for (const layer of layers) await ends(layer, 'CANCELED');

    // The stream may bring a match id, and the database an end, a moment later.
    await eventually(async () => {
      await run();
      expect([...(await found())].sort()).toEqual(['LAYERING', 'MATCHED_OWN_ORDERS']);
    }, 60_000);
    const { trades, orders } = await system.oms.deps.postTrade.store.tradesSince({ sinceMs: 0 });
    const own = trades.filter(({ orderId }) => orderId === taker);
    const slippage = orderSlippage(own, orders.get(taker), system.oms.deps.postTrade.settings);
    // Bought 5 at 101 when the market stood at 99 to 101.
    expect(slippage.arrivalMid).toEqual({ known: true, price: '1', bps: '100', money: '5' });

    await marketAt('140', '142');
    expect((await run()).openBreaches).toEqual(['alpha maxSymbolExposure COIN']);
    expect((await run()).found).toEqual({});
    expect(told()).toEqual([
      ...['SURVEILLANCE MATCHED_OWN_ORDERS', 'SURVEILLANCE LAYERING'],
      'LIMIT_BREACH LIMIT_BREACH',
    ]);

    // Another worker, and the schedule.
    await system.stopOms();
    await system.startOms();
    await marketAt('140', '142');
    const runs = async () =>
      (await system.database.query('SELECT run_id FROM post_trade_runs WHERE ended_at_ms > 0')).length;
    const before = await runs();
    await system.client.schedule.getHandle(POST_TRADE_WORKFLOW_ID).trigger();
    await eventually(async () => {
      expect(await runs()).toBeGreaterThan(before);
    }, 60_000);
    await run();
    expect(await found()).toHaveLength(3);
    expect(told()).toHaveLength(3);

    await marketAt('99', '101');
    expect((await run()).openBreaches).toEqual([]);
    await run();
    expect(await found()).toHaveLength(3);
    expect(told().slice(3)).toEqual(['LIMIT_BREACH_OVER LIMIT_BREACH']);
  });
});
