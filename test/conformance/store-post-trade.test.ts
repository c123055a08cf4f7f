/** Goal: what post-trade analysis needs is kept with decisions and executions, and what it finds is kept once. */
import { orderIdOf } from '../../src/domain/ids';
import { dec } from '../../src/domain/money';
import type { PostTradeFinding } from '../../src/domain/post-trade/findings';
import { orderSlippage } from '../../src/domain/post-trade/slippage';
import { SqlPostTradeStore } from '../../src/persistence/post-trade-store';
import type { FindingStep } from '../../src/ports/post-trade';
import { describeBackends } from './store-backends';
import { accountSetup, approve, fillOf, needOf, OrderTape, requestOf, RUN } from './store-fixtures';

/** The time of the fixtures. */
const AT_MS = 1_700_000_000_000;
const QUOTE = { bidPrice: dec('99'), askPrice: dec('101.50'), lastPrice: dec('100'), marketTimeMs: AT_MS };

const found = (subject: string, change: Partial<PostTradeFinding> = {}): PostTradeFinding => ({
  ...{ kind: 'SURVEILLANCE', code: 'WASH_TRADE', subject, account: 'a', symbol: 'ACME' },
  ...{ before: { looksFor: 'this' }, after: { seen: "that's it" }, reason: 'alike', atMs: AT_MS },
  evidence: { orderIds: ['a/1'], execIds: ['e1', 'e2'], timesMs: [1, 2] },
  ...change,
});
const step = (name: FindingStep, actor = 'jo') => ({ step: name, actor, reason: 'looked at', atMs: AT_MS });

describeBackends('post-trade', (backend) => {
  const store = () => new SqlPostTradeStore(backend().driver);
  const open = (account: string) => backend().orders.saveAccounts([accountSetup(account)]);
  const approved = async (account: string, id: string, parts: object = {}, isOld = false): Promise<OrderTape> => {
    const request = requestOf(account, id, parts);
    const key = { orderId: orderIdOf(account, id), step: 0, firstRunId: RUN };
    const arrival = { quote: QUOTE, marketTimeMs: AT_MS + 5 };
    const verdict = isOld ? approve(needOf(request)) : { ...approve(needOf(request)), arrival };
    await backend().orders.decideOnce(key, request, 'USD', () => verdict);
    return new OrderTape(request).accepted();
  };
  const filled = async (account: string, id: string, execId: string, quote?: typeof QUOTE, isOld = false) => {
    const tape = (await approved(account, id, {}, isOld)).filled(fillOf(execId));
    await backend().orders.record(tape.order, tape.events, RUN, quote);
    return tape;
  };
  const tradesOf = (account: string) => store().tradesSince({ account, sinceMs: 0 });

  it('T01 reads trades with the quote of their booking and the market of their decision', async () => {
    await open('t01');
    await filled('t01', 'with', 't01-1', QUOTE);
    await filled('t01', 'without', 't01-2');
    const { trades, orders } = await tradesOf('t01');
    expect(trades).toMatchObject([
      {
        execId: 't01-1',
        quote: { ...QUOTE, askPrice: '101.50' },
        price: '99.5',
        isConfirmed: false,
        isCorrected: false,
      },
      { execId: 't01-2', orderId: 't01/without' },
    ]);
    expect(trades[1]?.quote).toBeUndefined();
    expect(orders.get('t01/with')).toMatchObject({
      ...{ account: 't01', side: 'BUY', limitPrice: '100', limitRange: { lowest: '100', highest: '100' } },
      arrival: { quote: QUOTE, marketTimeMs: AT_MS + 5 },
    });
  });

  it('T02 reads decisions from before the market was kept, without a figure', async () => {
    await open('t02');
    await filled('t02', 'old', 't02-1', undefined, true);
    const { trades, orders } = await tradesOf('t02');
    const order = orders.get('t02/old');
    expect(order?.arrival).toBeUndefined();
    const { arrivalMid } = orderSlippage(trades, order, { maxQuoteAgeMs: 1, maxQuoteLeadMs: 1 });
    expect(arrivalMid).toEqual({ known: false, why: 'NO_QUOTE' });
  });

  it('T03 leaves out trades that were taken back', async () => {
    await open('t03');
    await filled('t03', 'kept', 't03-1');
    const tape = await filled('t03', 'busted', 't03-2');
    const from = tape.order.version + 1;
    tape.add({ type: 'TradeBusted', execId: 't03-3', fill: fillOf('t03-2'), settleAtMs: AT_MS });
    await backend().orders.record(tape.order, tape.from(from), RUN);
    expect((await tradesOf('t03')).trades.map(({ execId }) => execId)).toEqual(['t03-1']);
  });

  it('T04 tells the life of orders that were canceled before anything of them was filled', async () => {
    await open('t04');
    const unfilled = (await approved('t04', 'unfilled', { symbol: 'T04' })).canceled();
    await backend().orders.record(unfilled.order, unfilled.events, RUN);
    const partly = (await approved('t04', 'partly', { symbol: 'T04' })).filled(fillOf('t04-1')).canceled();
    await backend().orders.record(partly.order, partly.events, RUN);
    expect(await store().canceledOrders(['T04'], AT_MS, AT_MS)).toMatchObject([
      { orderId: 't04/unfilled', status: 'CANCELED', endedAtMs: AT_MS + 3, createdAtMs: AT_MS },
    ]);
    expect(await store().canceledOrders(['T04'], AT_MS + 1, AT_MS + 9)).toEqual([]);
    expect(await store().canceledOrders(['OTHER'], AT_MS, AT_MS)).toEqual([]);
  });

  it('T05 goes on where the run before it stood, and looks once more at what came shortly before that', async () => {
    const LOOK_BACK_MS = 1_000;
    const run = async (id: string, atMs: number) => {
      const range = await store().begin(id, atMs, LOOK_BACK_MS);
      await store().end(id, atMs + 1, range, {});
      return range;
    };
    await open('t05');
    await filled('t05', '1', 't05-1');
    const first = await run('t05-a', 10_000);
    expect(first).toMatchObject({ from: 0, seenThrough: 0 });
    await filled('t05', '2', 't05-2');
    const second = await run('t05-b', 10_500);
    expect(second).toMatchObject({ from: 0, seenThrough: first.through });
    expect((await store().trades(first.through, second.through)).trades.map(({ execId }) => execId)).toEqual(['t05-2']);
    await run('t05-c', 11_600);
    // However long nobody looked: what the last run may have missed is looked at again.
    expect(await store().begin('t05-d', 90_000, LOOK_BACK_MS)).toMatchObject({
      from: second.through,
      seenThrough: second.through,
    });
    // A run that never got to its end does not count.
    expect(await store().begin('t05-e', 90_001, LOOK_BACK_MS)).toMatchObject({ from: second.through });
  });

  it('T06 keeps a finding once for ever, and what becomes of it', async () => {
    const one = found('t06-1');
    expect(await store().keep('r1', [one, found('t06-2')])).toEqual([one, found('t06-2')]);
    expect(await store().keep('r2', [one])).toEqual([]);
    const ours = async (filter = {}) =>
      (await store().findings(filter))
        .filter(({ subject }) => subject.startsWith('t06'))
        .map(({ findingId }) => findingId);
    expect(await ours({ isOpen: true })).toEqual(['WASH_TRADE:t06-1', 'WASH_TRADE:t06-2']);
    expect(await store().take('WASH_TRADE:t06-1', step('REVIEWED'))).toBe(true);
    expect(await store().take('WASH_TRADE:t06-1', step('REVIEWED', 'al'))).toBe(false);
    expect(await store().take('WASH_TRADE:none', step('REVIEWED'))).toBe(false);
    expect(await ours({ isOpen: true })).toEqual(['WASH_TRADE:t06-2']);
    expect(await ours({ account: 'other' })).toEqual([]);
    const [reviewed] = (await store().findings({})).filter(({ subject }) => subject === 't06-1');
    expect(reviewed).toEqual({ ...one, findingId: 'WASH_TRADE:t06-1', steps: [step('REVIEWED')] });
    for (const table of ['post_trade_findings', 'post_trade_steps'])
      await expect(backend().driver.query(`DELETE FROM ${table}`)).rejects.toThrow('append-only');
  });

  it('T07 names what people have not been told of until they are', async () => {
    await store().keep('r1', [found('t07')]);
    const untold = async () => (await store().untold()).filter(({ finding }) => finding.subject === 't07');
    expect(await untold()).toMatchObject([{ step: 'TOLD' }]);
    await store().take('WASH_TRADE:t07', step('TOLD'));
    expect(await untold()).toEqual([]);
  });

  it('T08 opens a breach, ends it, and opens it anew', async () => {
    const breach = found('t08 maxPosition', { kind: 'BREACH', code: 'LIMIT_BREACH' });
    const ours = async () => (await store().openBreaches()).filter((subject) => subject.startsWith('t08'));
    const over = [{ subject: breach.subject, reason: 'sold' }];
    await Promise.all([1, 2, 3].map(() => store().keepBreaches('r1', { opened: [breach], over: [] }, AT_MS)));
    expect(await ours()).toEqual(['t08 maxPosition']);
    await store().keepBreaches('r2', { opened: [], over }, AT_MS + 1);
    await store().keepBreaches('r2', { opened: [], over }, AT_MS + 2);
    expect(await ours()).toEqual([]);
    await store().keepBreaches('r3', { opened: [breach], over: [] }, AT_MS + 3);
    expect(await ours()).toEqual(['t08 maxPosition']);
    const kept = (await store().findings({})).filter(({ subject }) => subject === breach.subject);
    expect(kept.map(({ findingId, steps }) => [findingId, steps.map((one) => one.step)])).toEqual([
      ['LIMIT_BREACH:t08 maxPosition', ['OVER']],
      ['LIMIT_BREACH:t08 maxPosition:2', []],
    ]);
  });

  it('T09 raises a peak and never lowers it', async () => {
    expect(await store().peak('t09', 'USD')).toBeUndefined();
    expect(await store().raisePeak('t09', 'USD', dec('100.50'), 1)).toBe('100.5');
    expect(await store().raisePeak('t09', 'USD', dec('99'), 2)).toBe('100.5');
    expect(await store().raisePeak('t09', 'USD', dec('101'), 3)).toBe('101');
  });

  it('T10 reads what an account holds, all its open orders among it', async () => {
    await open('t10');
    await filled('t10', 'half', 't10-1');
    const { accountHoldings } = await store().facts('t10', ['portfolio'], AT_MS);
    expect(accountHoldings?.lines).toEqual([
      {
        ...{ account: 't10', symbol: 'ACME', currency: 'USD', position: '4' },
        openBuyQuantity: '6',
        openSellQuantity: '0',
      },
    ]);
    const day = { fromMs: AT_MS - 10, toMs: AT_MS + 10 };
    expect((await store().facts('t10', ['portfolio'], AT_MS, day)).dayBook).toMatchObject({ heldAtStart: [] });
    expect((await store().facts('t10', ['firm'], AT_MS)).firmHoldings?.lines.length).toBeGreaterThan(0);
  });
});
