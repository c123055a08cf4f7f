/** Goal: limits of exposure, concentration and margin are judged by all that the account holds and has open. */
import { FxRates } from '../../src/domain/fx-rates';
import { dec } from '../../src/domain/money';
import type { RiskFacts } from '../../src/ports/risk-facts';
import { coin, openDesk, RiskDesk } from './risk-desk';
import { describeBackends } from './store-backends';
import { accountSetup, deny, fillOf, OrderTape, requestOf, RUN } from './store-fixtures';

describeBackends('the portfolio of a decision', (backend) => {
  const instruments = [
    coin('ACME', { sector: 'TECH' }),
    coin('OTHER'),
    coin('TENFOLD', { multiplier: dec('10'), sector: 'METAL' }),
    coin('EURO', { currency: 'EUR', sector: 'TECH' }),
  ];
  const rate = { from: 'EUR', to: 'USD', rate: dec('1.2'), atMs: 0 };
  const fxRates = new FxRates([rate], { pivots: [], maxAgeMs: Number.MAX_SAFE_INTEGER });
  const desk = (change: object = { fxRates }) => new RiskDesk(backend().orders, instruments, change);
  const open = async (account: string, cash: object = { USD: dec('1000000'), EUR: dec('1000') }) => {
    await openDesk(backend().orders, [], instruments);
    await backend().orders.saveAccounts([{ ...accountSetup(account), baseCurrency: 'USD', openingCash: { ...cash } }]);
  };
  /** Buys through pre-trade and fills the whole order at 100 without a fee. */
  const hold = async (account: string, symbol: string, quantity: string) => {
    const tape = await desk().approved(account, `holds-${symbol}`, { symbol, quantity: dec(quantity) });
    const fill = fillOf(`${account}-${symbol}`, { quantity: dec(quantity), price: dec('100'), fee: dec('0') });
    tape.accepted().filled(fill);
    await backend().orders.record(tape.order, tape.events, RUN);
  };

  it('H01 gives every symbol with a position or an open order, this order apart, and cash', async () => {
    await open('h01');
    await hold('h01', 'ACME', '5');
    await hold('h01', 'TENFOLD', '2');
    await desk().approved('h01', 'b', { symbol: 'OTHER', quantity: dec('7') });
    await desk().approved('h01', 's', { side: 'SELL', quantity: dec('3') });
    const tape = new OrderTape(requestOf('h01', 's'));
    let seen: RiskFacts = {};
    await backend().orders.decideOnce(
      { orderId: tape.order.orderId, step: 1, firstRunId: RUN },
      tape.request,
      'USD',
      (_account, _exposure, facts) => {
        seen = facts;
        return deny;
      },
      { parts: ['portfolio'], marketTimeMs: 1, wallTimeMs: 1, recentWindowMs: 0 },
    );
    const line = { account: 'h01', currency: 'USD', multiplier: '1', openBuyQuantity: '0', openSellQuantity: '0' };
    const bySymbol = [...(seen.accountHoldings?.lines ?? [])].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
    expect({ ...seen.accountHoldings, lines: bySymbol }).toEqual({
      baseCurrency: 'USD',
      lines: [
        { ...line, symbol: 'ACME', position: '5' },
        { ...line, symbol: 'OTHER', position: '0', openBuyQuantity: '7' },
        { ...line, symbol: 'TENFOLD', position: '2', multiplier: '10' },
      ],
      cash: expect.arrayContaining([
        { currency: 'USD', amount: '997500' },
        { currency: 'EUR', amount: '1000' },
      ]) as unknown,
    });
  });

  it('H02 lets the exposure of the account reach its limit over all symbols and currencies, and no more', async () => {
    await open('h02');
    await hold('h02', 'TENFOLD', '2');
    await hold('h02', 'EURO', '5');
    await desk().approved('h02', 'open', { symbol: 'OTHER', quantity: dec('7') });
    // 2 × 100 × 10, 5 × 100 × 1.2, 7 × 100, and 10 × 100 of this order.
    const send = (id: string, maxAccountExposure: string) =>
      desk().send({ maxAccountExposure: dec(maxAccountExposure) }, requestOf('h02', id));
    expect(await send('1', '4299.99')).toEqual(['ACCOUNT_EXPOSURE']);
    expect(await send('2', '4300')).toBe('approved');
  });

  it('H03 judges the share of one symbol in force by default, and its floor', async () => {
    await open('h03');
    await hold('h03', 'OTHER', '40');
    const send = (id: string, limits: object, quantity = '10') =>
      desk().sendUnder([{ scope: {}, limits }], requestOf('h03', id, { quantity: dec(quantity) }));
    expect(await send('1', { watched: false }, '11')).toEqual(['CONCENTRATION']);
    expect(await send('2', { concentrationFloor: dec('5499') }, '11')).toEqual(['CONCENTRATION']);
    expect(await send('3', { concentrationFloor: dec('5500') }, '11')).toBe('approved');
    await open('h03-full');
    await hold('h03-full', 'OTHER', '40');
    expect(await desk().sendUnder([{ scope: {}, limits: { watched: false } }], requestOf('h03-full', '1'))).toBe(
      'approved',
    );
  });

  it('H04 adds up a sector, in which a symbol of no known sector counts, and a currency', async () => {
    await open('h04');
    await hold('h04', 'EURO', '5');
    await hold('h04', 'TENFOLD', '2');
    await hold('h04', 'OTHER', '3');
    const send = (id: string, limits: object) => desk().send(limits, requestOf('h04', id));
    expect(await send('1', { maxSectorExposure: dec('1899') })).toEqual(['SECTOR_EXPOSURE']);
    expect(await send('2', { maxCurrencyExposure: dec('3299') })).toEqual(['CURRENCY_EXPOSURE']);
    expect(await send('3', { maxSectorExposure: dec('1900'), maxCurrencyExposure: dec('3300') })).toBe('approved');
  });

  it('H05 takes cash and positions for the equity that margin needs', async () => {
    await open('h05', { USD: dec('3000'), EUR: dec('100') });
    await hold('h05', 'TENFOLD', '1');
    // 2000 USD, 100 EUR and 1 × 100 × 10 are worth 3120; all positions with this order 2000.
    const send = (id: string, percent: string) =>
      desk().send({ initialMarginPercent: dec(percent) }, requestOf('h05', id));
    expect(await send('1', '156.1')).toEqual(['MARGIN']);
    expect(await send('2', '156')).toBe('approved');
  });

  it('H06 denies without a rate, without a mark, and without a base currency', async () => {
    await open('h06');
    await hold('h06', 'EURO', '5');
    const limits = { maxAccountExposure: dec('1000000') };
    const first = desk({});
    expect(await first.send(limits, requestOf('h06', '1'))).toEqual(['RISK_DATA_MISSING']);
    const second = desk();
    second.prices.delete('EURO');
    expect(await second.send(limits, requestOf('h06', '2'))).toEqual(['RISK_DATA_MISSING']);
    expect(await desk().send(limits, requestOf('h06', '3'))).toBe('approved');
    await backend().orders.saveAccounts([accountSetup('h06-none')]);
    expect(await desk().send(limits, requestOf('h06-none', '1'))).toEqual(['RISK_DATA_MISSING']);
  });

  it('H07 never lets rivals in different symbols past the exposure of one account', async () => {
    await open('h07');
    const shared = desk();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        shared.send(
          { maxAccountExposure: dec('7000') },
          requestOf('h07', String(index), { symbol: index % 2 === 0 ? 'ACME' : 'OTHER' }),
        ),
      ),
    );
    expect(answers.filter((answer) => answer === 'approved')).toHaveLength(7);
  });

  it('H08 measures price and size against what the instrument says of its day, and denies where it says nothing', async () => {
    await open('h08');
    const facts = { referencePrice: dec('104'), averageDailyVolume: dec('200') };
    const limits = { referenceCollarPercent: dec('5'), maxVolumePercent: dec('5') };
    const known = new RiskDesk(backend().orders, [coin('ACME', facts)]);
    const send = (id: string, parts: object) => known.send(limits, requestOf('h08', id, parts));
    expect(await send('1', { limitPrice: dec('98.79') })).toEqual(['REFERENCE_COLLAR']);
    expect(await send('2', { quantity: dec('11') })).toEqual(['VOLUME_SHARE']);
    expect(await send('3', { limitPrice: dec('98.8') })).toBe('approved');
    expect(await desk().send(limits, requestOf('h08', '4'))).toEqual(['RISK_DATA_MISSING']);
  });
});
