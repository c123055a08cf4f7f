/** Goal: limits of a market day are judged by what the account has sent, traded, won and lost on that day. */
import { dec } from '../../src/domain/money';
import { SqlPostTradeStore } from '../../src/persistence/post-trade-store';
import { COINS, openDesk, RiskDesk } from './risk-desk';
import { describeBackends } from './store-backends';
import { fillOf, requestOf, RUN } from './store-fixtures';
import type { OrderTape } from './store-fixtures';

const HOUR_MS = 3_600_000;
const NOON_MS = Date.UTC(2026, 4, 6, 12);

describeBackends('the figures of the day', (backend) => {
  /** A desk at an hour of one day; hours below 0 are the day before. */
  const deskAt = (hour: number) => {
    const desk = new RiskDesk(backend().orders, COINS);
    desk.nowMs = NOON_MS + (hour - 12) * HOUR_MS;
    return desk;
  };
  const postTrade = () => new SqlPostTradeStore(backend().driver);
  const open = (account: string) => openDesk(backend().orders, [account]);
  const fillIt = async (tape: OrderTape, hour: number, price: string, fee = '0') => {
    const { quantity, account, clientOrderId } = tape.request;
    const times = { atMs: deskAt(hour).nowMs, settleAtMs: deskAt(hour).nowMs };
    const parts = { quantity, price: dec(price), fee: dec(fee), ...times };
    tape.accepted().filled(fillOf(`${account}-${clientOrderId}`, parts));
    await backend().orders.record(tape.order, tape.events, RUN);
  };
  const trade = async (account: string, id: string, hour: number, quantity: string, parts: object = {}) => {
    const tape = await deskAt(hour).approved(account, id, { quantity: dec(quantity), ...parts });
    await fillIt(tape, hour, '100');
  };

  it('Y01 counts the approvals of the day, not those of the day before', async () => {
    await open('y01');
    await deskAt(-1).approved('y01', 'yesterday');
    await deskAt(0).approved('y01', 'first');
    const send = (id: string, hour: number) => deskAt(hour).send({ maxDailyOrders: 2 }, requestOf('y01', id));
    expect(await send('second', 12)).toBe('approved');
    expect(await send('third', 23)).toEqual(['DAILY_ORDERS']);
    expect(await send('tomorrow', 24)).toBe('approved');
  });

  it('Y02 adds up what was traded on the day and what is open, of the symbol', async () => {
    await open('y02');
    await trade('y02', 'yesterday', -1, '50');
    await trade('y02', 'bought', 1, '20');
    await trade('y02', 'sold', 2, '5', { side: 'SELL' });
    await trade('y02', 'other', 2, '40', { symbol: 'OTHER' });
    await deskAt(3).approved('y02', 'open', { quantity: dec('7') });
    const send = (id: string, most: string) => deskAt(4).send({ maxDailyQuantity: dec(most) }, requestOf('y02', id));
    expect(await send('1', '41.9')).toEqual(['DAILY_QUANTITY']);
    expect(await send('2', '42')).toBe('approved');
  });

  it('Y03 takes a trade back that the venue took back', async () => {
    await open('y03');
    await trade('y03', 'busted', 1, '20');
    await backend().driver.script(
      `INSERT INTO executions SELECT venue, venue_account, exec_id || ':opposite', order_id, account, symbol, side, -quantity,
         price, currency, -fee, fee_currency, liquidity, at_ms, settle_at_ms, settled, exec_id, multiplier, position_effect,
         place + 1 FROM executions WHERE account = 'y03'`,
    );
    const send = (id: string, most: string) => deskAt(4).send({ maxDailyQuantity: dec(most) }, requestOf('y03', id));
    expect(await send('1', '9.9')).toEqual(['DAILY_QUANTITY']);
    expect(await send('2', '10')).toBe('approved');
  });

  it('Y04 adds up the turnover of all symbols: trades at their price, open orders at what they reserve', async () => {
    await open('y04');
    const cheap = await deskAt(1).approved('y04', 'cheap', { quantity: dec('10') });
    await fillIt(cheap, 1, '95');
    await trade('y04', 'yesterday', -1, '50', { symbol: 'OTHER' });
    await deskAt(2).approved('y04', 'open', { symbol: 'OTHER', quantity: dec('2') });
    // 950 traded, 200 open, and 1000 of this order.
    const send = (id: string, most: string) => deskAt(4).send({ maxDailyTurnover: dec(most) }, requestOf('y04', id));
    expect(await send('1', '2149.99')).toEqual(['DAILY_TURNOVER']);
    expect(await send('2', '2150')).toBe('approved');
  });

  it('Y05 knows loss and fees of an account that began the day without positions', async () => {
    await open('y05');
    const tape = await deskAt(1).approved('y05', 'bought', { quantity: dec('10') });
    await fillIt(tape, 1, '100', '3');
    const desk = deskAt(4);
    desk.prices.set('ACME', dec('95'));
    const send = (id: string, loss: string) =>
      desk.send({ maxDailyLoss: dec(loss) }, requestOf('y05', id, { symbol: 'OTHER' }));
    expect(await send('1', '52.99')).toEqual(['DAILY_LOSS']);
    expect(await send('2', '53')).toBe('approved');
  });

  it('Y06 does not guess the profit of an account that began the day with a position', async () => {
    await open('y06');
    await trade('y06', 'yesterday', -1, '10');
    const send = (id: string, parts: object) =>
      deskAt(4).send({ maxDailyLoss: dec('1000000') }, requestOf('y06', id, parts));
    expect(await send('1', { symbol: 'OTHER' })).toEqual(['RISK_DATA_MISSING']);
    expect(await send('2', { side: 'SELL' })).toBe('approved');
  });

  it('Y07 measures the loss of held positions from their worth when the day began', async () => {
    await open('y07');
    await trade('y07', 'yesterday', -2, '10');
    const evening = deskAt(-0.5);
    evening.prices.set('ACME', dec('120'));
    await evening.runPostTrade(postTrade(), ['y07']);
    await trade('y07', 'today', 1, '5');
    const desk = deskAt(4);
    desk.prices.set('ACME', dec('90'));
    // 10 from 120 to 90, and 5 bought at 100.
    const send = (id: string, loss: string) =>
      desk.send({ maxDailyLoss: dec(loss) }, requestOf('y07', id, { symbol: 'OTHER' }));
    expect(await send('1', '349.99')).toEqual(['DAILY_LOSS']);
    expect(await send('2', '350')).toBe('approved');
  });

  it('Y08 takes the newest valuation of the day before, not one of the day itself, and not one long before its end', async () => {
    await open('y08');
    await trade('y08', 'yesterday', -5, '10');
    const value = async (hour: number, price: string) => {
      const desk = deskAt(hour);
      desk.prices.set('ACME', dec(price));
      await desk.runPostTrade(postTrade(), ['y08']);
    };
    const send = (id: string, loss: string) =>
      deskAt(4).send({ maxDailyLoss: dec(loss) }, requestOf('y08', id, { symbol: 'OTHER' }));
    await value(-1.1, '150');
    expect(await send('early', '1000000')).toEqual(['RISK_DATA_MISSING']);
    await value(-0.5, '103');
    // A run whose clock is behind changes nothing.
    await value(-0.9, '500');
    await value(1, '900');
    expect(await send('1', '29.99')).toEqual(['DAILY_LOSS']);
    expect(await send('2', '30')).toBe('approved');
  });

  it('Y09 measures a fall from the highest equity of any run', async () => {
    await open('y09');
    await trade('y09', 'held', -5, '1000');
    const best = deskAt(-3);
    best.prices.set('ACME', dec('600'));
    await best.runPostTrade(postTrade(), ['y09']);
    // 1,500,000 then, 1,000,000 now.
    const send = (id: string, percent: string) =>
      deskAt(4).send({ maxDrawdownPercent: dec(percent) }, requestOf('y09', id, { symbol: 'OTHER' }));
    expect(await send('1', '33.33')).toEqual(['DRAWDOWN']);
    expect(await send('2', '33.34')).toBe('approved');
  });

  it('Y10 measures a fall from the opening cash before any run has valued the account', async () => {
    await open('y10');
    const send = (id: string, percent: string, price: string) => {
      const desk = deskAt(4);
      desk.prices.set('ACME', dec(price));
      const request = requestOf('y10', id, { symbol: 'OTHER' });
      return desk.send({ maxDrawdownPercent: dec(percent) }, request);
    };
    expect(await send('flat', '0', '100')).toBe('approved');
    await trade('y10', 'held', 1, '1000');
    expect(await send('1', '4.99', '50')).toEqual(['DRAWDOWN']);
    expect(await send('2', '5', '50')).toBe('approved');
    expect(await send('risen', '0', '200')).toBe('approved');
  });
});
