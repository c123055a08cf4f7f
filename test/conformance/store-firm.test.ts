/** Goal: orders of different accounts, judged at the same moment, do not pass a limit of the firm together. */
import { FxRates } from '../../src/domain/fx-rates';
import { dec } from '../../src/domain/money';
import { COINS, openDesk, RiskDesk } from './risk-desk';
import { describeBackends } from './store-backends';
import { accountSetup, fillOf, requestOf, RUN } from './store-fixtures';

describeBackends('the exposure of the firm', (backend) => {
  const desk = () => new RiskDesk(backend().orders, COINS);

  /** Each test counts all accounts: none may leave anything open for the next. */
  afterEach(async () => {
    await backend().driver.script(
      `UPDATE reservations SET status = 'RELEASED'; DELETE FROM positions; DELETE FROM accounts`,
    );
  });

  it('X01 adds up all accounts, positions and open orders, this order apart, and reaches its limit', async () => {
    await openDesk(backend().orders, ['x01', 'x01-other', 'x01-held']);
    const held = await desk().approved('x01-held', 'held', { quantity: dec('5') });
    held.accepted().filled(fillOf('x01', { quantity: dec('5'), price: dec('100'), fee: dec('0') }));
    await backend().orders.record(held.order, held.events, RUN);
    await desk().approved('x01-other', 'open', { symbol: 'OTHER', quantity: dec('3') });
    await desk().approved('x01', 'own', { symbol: 'OTHER', quantity: dec('2') });
    const send = (id: string, most: string) => desk().send({ maxFirmExposure: dec(most) }, requestOf('x01', id));
    expect(await send('1', '1999.99')).toEqual(['FIRM_EXPOSURE']);
    expect(await send('2', '2000')).toBe('approved');
  });

  it('X02 never lets rivals of many accounts past the limit of the firm', async () => {
    const accounts = Array.from({ length: 12 }, (_, index) => `x02-${String(index)}`);
    await openDesk(backend().orders, accounts);
    const shared = desk();
    const answers = await Promise.all(
      accounts.flatMap((account) =>
        COINS.map(({ symbol }) =>
          shared.send({ maxFirmExposure: dec('7000') }, requestOf(account, symbol, { symbol })),
        ),
      ),
    );
    expect(answers.filter((answer) => answer === 'approved')).toHaveLength(7);
    expect(answers.filter((answer) => answer[0] === 'FIRM_EXPOSURE')).toHaveLength(17);
  });

  it('X03 holds no lock of the firm for an order without such a limit', async () => {
    await openDesk(backend().orders, ['x03']);
    const locks: unknown[] = [];
    const driver = backend().driver;
    for (const entries of [undefined, [{ scope: {}, limits: { maxFirmExposure: dec('1000000') } }]]) {
      const request = requestOf('x03', String(locks.length));
      const parts = entries === undefined ? [] : (['firm'] as const);
      await driver.transaction(async (tx) => {
        await tx.call('oms_decide_load', {
          ...{ orderId: `x03/${request.clientOrderId}`, step: 0, firstRunId: RUN, account: 'x03', symbol: 'ACME' },
          ask: { parts, recentWindowMs: 0 },
        });
        const held = await tx.query(
          `SELECT objid::int FROM pg_locks WHERE locktype = 'advisory' AND classid = 7261 AND objid = 2 AND pid = pg_backend_pid()`,
        );
        locks.push(held.length);
      });
    }
    expect(locks).toEqual([0, 1]);
  });

  it('X04 does not add up what it cannot value, nor accounts with different base currencies', async () => {
    await openDesk(backend().orders, ['x04', 'x04-other']);
    await desk().approved('x04-other', 'open', { symbol: 'OTHER' });
    const limits = { maxFirmExposure: dec('1000000') };
    const blind = desk();
    blind.prices.delete('OTHER');
    expect(await blind.send(limits, requestOf('x04', '1'))).toEqual(['RISK_DATA_MISSING']);
    expect(await desk().send(limits, requestOf('x04', '2'))).toBe('approved');
    await backend().orders.saveAccounts([{ ...accountSetup('x04-euro'), baseCurrency: 'EUR' }]);
    const rate = { from: 'EUR', to: 'USD', rate: dec('1.2'), atMs: 0 };
    const fxRates = new FxRates([rate], { pivots: [], maxAgeMs: Number.MAX_SAFE_INTEGER });
    const rich = new RiskDesk(backend().orders, COINS, { fxRates });
    expect(await rich.send(limits, requestOf('x04', '3'))).toEqual(['RISK_DATA_MISSING']);
  });
});
