/** Goal: what is booked is what a desk would book, and a rebuild from the executions says the same. */
import { randomInt } from 'node:crypto';
import { dec, multiply, negate, ZERO } from '../../src/domain/money';
import type { Fill } from '../../src/domain/order-events';
import type { OrderRequest } from '../../src/domain/order-request';
import { rebuildPositions } from '../../src/persistence/rebuild';
import type { BookDifference } from '../../src/persistence/cash-book';
import { describeBackends } from './store-backends';
import { accountSetup, approve, fillOf, needOf, OrderTape, requestOf, RUN } from './store-fixtures';

/** A corrected or busted trade as its events tell it. */
const busted = (tape: OrderTape, fill: Fill): OrderTape => {
  tape.add({ type: 'TradeBusted', execId: `${fill.execId}-bust`, fill, settleAtMs: fill.settleAtMs });
  return tape;
};
const corrected = (tape: OrderTape, before: Fill, fill: Fill): OrderTape => {
  tape.add({ type: 'TradeCorrected', before, fill, settleAtMs: fill.settleAtMs });
  return tape;
};

describeBackends('positions', (backend) => {
  const tapeOf = (account: string, id: string, parts: Partial<OrderRequest> = {}): OrderTape =>
    new OrderTape(requestOf(account, id, { quantity: dec('1000'), ...parts })).accepted();
  const record = (tape: OrderTape, from = 1): Promise<readonly string[]> =>
    backend().orders.record(tape.order, tape.from(from), RUN);
  const position = async (account: string) => (await backend().orders.positions(account))[0];
  const cashOf = async (account: string) =>
    (await backend().orders.cash(account)).map(({ currency, booked, settled }) => [currency, booked, settled]);
  const filled = async (account: string, id: string, fill: Fill, parts: Partial<OrderRequest> = {}) => {
    const tape = tapeOf(account, id, parts).filled(fill);
    await record(tape);
    return tape;
  };
  /** The rebuild of everything that the suite has booked so far. */
  const differences = async (account: string): Promise<readonly BookDifference[]> =>
    (await rebuildPositions(backend().driver, { pageRows: 7 })).differences.filter((one) => one.account === account);
  const free = (execId: string, quantity: string, price: string, parts: Partial<Fill> = {}): Fill =>
    fillOf(execId, { quantity: dec(quantity), price: dec(price), fee: ZERO, ...parts });

  it('P01 counts the contract multiplier in reservation, cash, cost and profit alike', async () => {
    const terms = { symbol: 'FUT', currency: 'USD', multiplier: dec('50') };
    await backend().orders.saveInstruments([terms]);
    await backend().orders.saveAccounts([accountSetup('p01')]);
    const tape = tapeOf('p01', 'o', { symbol: 'FUT', quantity: dec('10') });
    await backend().orders.decideOnce(
      { orderId: tape.order.orderId, step: 0, firstRunId: RUN },
      tape.request,
      'USD',
      () => approve(needOf(tape.request, { cash: dec('50010') })),
    );
    await record(tape.filled(free('p01-1', '4', '99', { settleAtMs: 100 })).settled(100, dec('4')));
    const [reserved] = (await backend().orders.openReservations()).filter(({ account }) => account === 'p01');
    // 6 left at 100 and 50 each; the allowance of 10 for fees stays.
    expect(reserved).toMatchObject({ quantity: '6', cash: '30010' });
    expect(await cashOf('p01')).toEqual([['USD', '980200', '980200']]);
    await filled('p01', 'sell', free('p01-2', '4', '100'), { symbol: 'FUT', side: 'SELL' });
    expect(await position('p01')).toMatchObject({ quantity: '0', cost: '0', realizedPnl: '200', multiplier: '50' });
    expect(await cashOf('p01')).toEqual([['USD', '1000200', '980200']]);
    expect(await differences('p01')).toEqual([]);
  });

  it('P02 settles later what was traded with a multiplier, by that multiplier', async () => {
    await backend().orders.saveInstruments([{ symbol: 'FUT', currency: 'USD', multiplier: dec('50') }]);
    const tape = await filled('p02', 'o', free('p02-1', '2', '10', { settleAtMs: 300 }), { symbol: 'FUT' });
    expect(await cashOf('p02')).toEqual([['USD', '-1000', '0']]);
    tape.settled(300, dec('2'));
    await record(tape, tape.order.version);
    expect(await cashOf('p02')).toEqual([['USD', '-1000', '-1000']]);
    expect(await position('p02')).toMatchObject({ averagePrice: '10', settledQuantity: '2' });
  });

  it('P03 knows the currency of an adopted order from the catalog, not from its fee', async () => {
    await backend().orders.saveInstruments([{ symbol: 'COIN', currency: 'USDT', multiplier: dec('1') }]);
    await filled('p03', 'o', free('p03-1', '2', '10', { fee: dec('0.001'), feeCurrency: 'BTC' }), { symbol: 'COIN' });
    expect(await cashOf('p03')).toEqual([
      ['BTC', '-0.001', '0'],
      ['USDT', '-20', '0'],
    ]);
    expect(await position('p03')).toMatchObject({ currency: 'USDT', fees: { BTC: '0.001' } });
  });

  it('P04 leaves no profit of a sale that was taken back, nor an average of a purchase that was', async () => {
    const first = await filled('p04', 'buy', free('p04-1', '10', '100', { fee: dec('1') }));
    const sale = free('p04-2', '10', '110', { fee: dec('2') });
    const sell = await filled('p04', 'sell', sale, { side: 'SELL' });
    await record(busted(sell, sale), 4);
    expect(await position('p04')).toMatchObject({ quantity: '10', cost: '1000', realizedPnl: '0', fees: { USD: '1' } });
    const dear = free('p04-3', '10', '120');
    first.filled(dear);
    await record(busted(first, dear), 4);
    expect(await position('p04')).toMatchObject({ quantity: '10', averagePrice: '100', realizedPnl: '0' });
    expect(await cashOf('p04')).toEqual([['USD', '-1001', '0']]);
    expect(await differences('p04')).toEqual([]);
  });

  it('P05 counts a trade that was corrected twice at its first place, whenever its forms are recorded', async () => {
    const forms = ['100', '95', '90'].map((price, index) => free(`p05-${String(index)}`, '10', price));
    const [one, two, three] = forms;
    if (one === undefined || two === undefined || three === undefined) throw new Error('three forms');
    const tapes = ['apart', 'together', 'overlapping'].map((how) => {
      const own = (fill: Fill): Fill => ({ ...fill, execId: `${how}-${fill.execId}` });
      const tape = tapeOf(`p05-${how}`, 'buy').filled(own(one));
      return { how, own, tape };
    });
    for (const { how, own, tape } of tapes) {
      const account = `p05-${how}`;
      if (how !== 'together') await record(tape);
      if (how !== 'together') await filled(account, 'dear', free(`${how}-dear`, '10', '120'));
      if (how !== 'together') await filled(account, 'sell', free(`${how}-sale`, '10', '130'), { side: 'SELL' });
      corrected(tape, own(one), own(two));
      if (how === 'apart') await record(tape, tape.order.version);
      corrected(tape, own(two), own(three));
      await record(tape, how === 'apart' ? tape.order.version : 1);
      if (how === 'together') await filled(account, 'dear', free(`${how}-dear`, '10', '120'));
      if (how === 'together') await filled(account, 'sell', free(`${how}-sale`, '10', '130'), { side: 'SELL' });
      // (90 + 120) / 2 is the average of which 10 were sold at 130.
      expect(await position(account)).toMatchObject({ quantity: '10', averagePrice: '105', realizedPnl: '250' });
      expect(await differences(account)).toEqual([]);
    }
  });

  it('P06 keeps the legs of a hedging account apart, and its mode once it has traded', async () => {
    const hedging = { ...accountSetup('p06'), positionMode: 'HEDGING', baseCurrency: 'EUR' } as const;
    await backend().orders.saveAccounts([{ ...hedging, positionMode: 'NETTING' }]);
    await backend().orders.saveAccounts([hedging]);
    await filled('p06', 'long', free('p06-1', '10', '100'));
    await filled('p06', 'short', free('p06-2', '4', '110'), { side: 'SELL_SHORT' });
    await filled('p06', 'more', free('p06-3', '10', '120'), { positionEffect: 'OPEN' });
    const closing = free('p06-4', '1', '105');
    const close = await filled('p06', 'close', closing, { positionEffect: 'CLOSE' });
    const legs = {
      long: { quantity: '20', cost: '2200', realizedPnl: '0' },
      short: { quantity: '-3', cost: '-330', realizedPnl: '5' },
    };
    expect(await position('p06')).toMatchObject({ quantity: '17', cost: '1870', realizedPnl: '5', legs });
    expect(await differences('p06')).toEqual([]);
    await record(busted(close, closing), 4);
    expect((await position('p06'))?.legs?.short).toEqual({ quantity: '-4', cost: '-440', realizedPnl: '0' });
    expect(await differences('p06')).toEqual([]);
    await expect(backend().orders.saveAccounts([{ ...hedging, positionMode: 'NETTING' }])).rejects.toMatchObject({
      type: 'ALREADY_TRADED',
      message: expect.stringContaining('mode HEDGING') as string,
    });
    expect(await backend().orders.book('p06')).toMatchObject({
      accounts: [{ account: 'p06', mode: 'HEDGING', baseCurrency: 'EUR' }],
      positions: [{ symbol: 'ACME', currency: 'USD', quantity: '16' }],
      cash: [{ currency: 'USD', settled: '1000000' }],
    });
  });

  it('P07 changes the terms of a symbol only while nobody trades it', async () => {
    const terms = { symbol: 'P07', currency: 'USD', multiplier: dec('10') };
    await backend().orders.saveInstruments([{ ...terms, multiplier: dec('2') }]);
    await backend().orders.saveInstruments([terms]);
    await filled('p07', 'o', free('p07-1', '1', '5'), { symbol: 'P07' });
    await backend().orders.saveInstruments([{ ...terms, multiplier: dec('10.0') }]);
    await expect(backend().orders.saveInstruments([{ ...terms, multiplier: dec('5') }])).rejects.toMatchObject({
      type: 'ALREADY_TRADED',
      message: expect.stringContaining('P07 is traded in USD with multiplier 10') as string,
    });
    expect(await position('p07')).toMatchObject({ cost: '50', multiplier: '10' });
  });

  it('P08 books trades and busts of many orders at once as their rebuild does', async () => {
    const seed = Number(process.env['OMS_TEST_SEED'] ?? randomInt(2 ** 31));
    const random = randomFrom(seed);
    await backend().orders.saveAccounts([accountSetup('p08-n'), { ...accountSetup('p08-h'), positionMode: 'HEDGING' }]);
    const account = () => (random(2) === 0 ? 'p08-n' : 'p08-h');
    const lives = Array.from({ length: 40 }, (_, index) => async (): Promise<void> => {
      const side = (['BUY', 'SELL', 'SELL_SHORT'] as const)[random(3)] ?? 'BUY';
      const tape = tapeOf(account(), `o${String(index)}`, { side });
      for (let count = 1 + random(4); count > 0; count -= 1) {
        const id = `p08-${String(seed)}-${String(index)}-${String(count)}`;
        const units = (most: number) => dec(String(1 + random(most)));
        const fill = free(id, '1', '1', {
          ...{ quantity: multiply(units(9_000), dec('0.01')), price: multiply(units(9_000), dec('0.01')) },
          ...{ fee: negate(multiply(units(90), dec('0.001'))), feeCurrency: random(2) === 0 ? 'USD' : 'BNB' },
          settleAtMs: 100,
        });
        const from = tape.order.version + 1;
        tape.filled(fill);
        if (random(2) === 0) await record(tape, from === 3 ? 1 : from);
        const fate = random(4);
        if (fate === 0) busted(tape, fill);
        if (fate === 1) corrected(tape, fill, { ...fill, execId: `${id}-new`, price: units(90) });
        if (random(3) === 0) tape.settled(100, ZERO);
        await record(tape);
      }
    });
    try {
      await Promise.all(lives.map((life) => life()));
      expect(await differences('p08-n')).toEqual([]);
      expect(await differences('p08-h')).toEqual([]);
      expect((await backend().orders.executions()).filter(({ reverses }) => reverses !== undefined)).not.toEqual([]);
    } catch (error) {
      throw new Error(`failed with OMS_TEST_SEED=${String(seed)}`, { cause: error });
    }
  });

  it('P09 rebuilds tables that were tampered with, and says what was wrong', async () => {
    const { driver } = backend();
    await backend().orders.saveAccounts([accountSetup('p09')]);
    await filled('p09', 'buy', free('p09-1', '10', '100', { fee: dec('1'), feeCurrency: 'BNB' }));
    await filled('p09', 'other', free('p09-2', '3', '7'), { symbol: 'OTHER' });
    const before = [await backend().orders.positions('p09'), await cashOf('p09')];
    await driver.script(`UPDATE positions SET cost = cost + 1, fees = '{"BNB":"2"}', last_place = 0 WHERE account = 'p09' AND symbol = 'ACME';
      DELETE FROM positions WHERE account = 'p09' AND symbol = 'OTHER';
      INSERT INTO positions (account, symbol, currency, quantity) VALUES ('p09', 'GHOST', 'USD', 5);
      UPDATE cash SET settled = settled - 0.01 WHERE account = 'p09' AND currency = 'USD';
      INSERT INTO cash VALUES ('p09', 'CHF', 1, 0)`);
    const wrong = [
      { account: 'p09', of: 'ACME', field: 'cost', table: '1001', rebuilt: '1000' },
      { account: 'p09', of: 'ACME', field: 'fees BNB', table: '2', rebuilt: '1' },
      { account: 'p09', of: 'ACME', field: 'lastPlace', table: '0', rebuilt: '1' },
      { account: 'p09', of: 'OTHER', field: 'row', table: 'none', rebuilt: 'a position' },
      { account: 'p09', of: 'GHOST', field: 'quantity', table: '5', rebuilt: '0' },
      { account: 'p09', of: 'USD', field: 'settled', table: '999999.99', rebuilt: '1000000' },
      { account: 'p09', of: 'CHF', field: 'booked', table: '1', rebuilt: '0' },
    ];
    const told = await differences('p09');
    expect(told).toHaveLength(wrong.length);
    expect(told).toEqual(expect.arrayContaining(wrong));
    const written = await rebuildPositions(driver, { write: { actor: 'tester', wallMs: 5 } });
    expect(await differences('p09')).toEqual([]);
    expect([await backend().orders.positions('p09'), await cashOf('p09')]).toEqual(before);
    const [line] = await driver.query('SELECT * FROM ledger_rebuilds WHERE rebuild = $1', [written.rebuild]);
    expect(line).toMatchObject({ actor: 'tester', wall_ms: '5', changes: expect.arrayContaining(wrong) as unknown });
    await expect(driver.script('DELETE FROM ledger_rebuilds')).rejects.toThrow('append-only');
    await expect(driver.script('UPDATE opening_cash SET amount = 0')).rejects.toThrow('append-only');
  });

  it('P10 writes nothing when it only compares', async () => {
    const { driver } = backend();
    await filled('p10', 'buy', free('p10-1', '10', '100'));
    await driver.script("UPDATE positions SET quantity = 11 WHERE account = 'p10'");
    expect(await differences('p10')).toHaveLength(1);
    expect(await position('p10')).toMatchObject({ quantity: '11' });
    await driver.script("UPDATE positions SET quantity = 10 WHERE account = 'p10'");
  });

  it('P11 lets recordings go on before and after a rebuild that writes', async () => {
    await backend().orders.saveAccounts([accountSetup('p11')]);
    const trades = Array.from({ length: 30 }, (_, index) =>
      filled('p11', `o${String(index)}`, free(`p11-${String(index)}`, '1', '100')),
    );
    const rebuilds = Array.from({ length: 3 }, () =>
      rebuildPositions(backend().driver, { write: { actor: 'tester', wallMs: 6 }, pageRows: 50 }),
    );
    const results = await Promise.all(rebuilds);
    await Promise.all(trades);
    expect(results.flatMap((result) => result.differences)).toEqual([]);
    expect(await differences('p11')).toEqual([]);
    expect(await position('p11')).toMatchObject({ quantity: '30', cost: '3000' });
  });
});

/** A small generator (mulberry32): the same seed gives the same run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
