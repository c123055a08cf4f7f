import { dec } from '../../../src/domain/money';
import { FxRates } from '../../../src/domain/fx-rates';
import type { FxRate } from '../../../src/domain/fx-rates';

const NOW = 1_000_000;
const MAX_AGE = 60_000;
const rate = (pair: string, value: string, atMs = NOW): FxRate => {
  const [from = '', to = ''] = pair.split('/');
  return { from, to, rate: dec(value), atMs };
};
const converted = (rates: readonly FxRate[], amount: string, from: string, to: string) =>
  new FxRates(rates, { pivots: ['USD', 'USDT'], maxAgeMs: MAX_AGE }).convert(dec(amount), from, to, NOW);

describe('converting money', () => {
  it.each<[string, readonly FxRate[], string, string, string, string]>([
    ['the same currency needs no rate', [], '1.5', 'EUR', 'EUR', '1.5'],
    ['by the rate', [rate('EUR/USD', '1.08')], '100', 'EUR', 'USD', '108'],
    ['by the opposite rate', [rate('EUR/USD', '1.25')], '100', 'USD', 'EUR', '80'],
    ['through a pivot', [rate('GBP/USD', '1.3'), rate('USD/JPY', '150')], '10', 'GBP', 'JPY', '1950'],
    ['through a pivot both opposite', [rate('USD/GBP', '0.8'), rate('JPY/USD', '0.008')], '8', 'GBP', 'JPY', '1250'],
    ['with one rounding on the whole way', [rate('USD/GBP', '3'), rate('USD/JPY', '3')], '1', 'GBP', 'JPY', '1'],
    ['through the second pivot', [rate('BTC/USDT', '50000'), rate('USDT/EUR', '0.9')], '0.1', 'BTC', 'EUR', '4500'],
    [
      'by the newer of two',
      [rate('EUR/USD', '2', NOW - 5), rate('EUR/USD', '3'), rate('EUR/USD', '4', NOW - 9)],
      '1',
      'EUR',
      'USD',
      '3',
    ],
    [
      'directly before a pivot',
      [rate('EUR/JPY', '160'), rate('EUR/USD', '1'), rate('USD/JPY', '1')],
      '1',
      'EUR',
      'JPY',
      '160',
    ],
    [
      'through a pivot when the direct rate is stale',
      [rate('EUR/JPY', '1', 0), rate('EUR/USD', '2'), rate('USD/JPY', '3')],
      ...(['1', 'EUR', 'JPY', '6'] as const),
    ],
    ['a debt stays a debt', [rate('EUR/USD', '1.08')], '-100', 'EUR', 'USD', '-108'],
    ['rounded at 18 places', [rate('USD/EUR', '3')], '1', 'EUR', 'USD', '0.333333333333333333'],
  ])('%s', (_name, rates, amount, from, to, expected) => {
    expect(converted(rates, amount, from, to)).toEqual({ known: true, amount: expected });
  });

  it('says that a rate is missing, instead of 0 or 1', () => {
    expect(converted([rate('EUR/USD', '1.08')], '5', 'EUR', 'CHF')).toEqual({
      known: false,
      why: 'NO_RATE',
      what: 'EUR/CHF',
    });
  });

  it('says since when a rate is stale: the older one of a cross', () => {
    const rates = [rate('GBP/USD', '1.3', NOW - MAX_AGE - 1), rate('USD/JPY', '150')];
    expect(converted(rates, '5', 'GBP', 'JPY')).toEqual({
      ...{ known: false, why: 'STALE_RATE', what: 'GBP/JPY', lastAtMs: NOW - MAX_AGE - 1 },
    });
    expect(converted([rate('GBP/USD', '1.3', NOW - MAX_AGE)], '1', 'GBP', 'USD')).toMatchObject({ known: true });
  });

  it.each(['0', '-1.5'])('takes no rate of %s', (value) => {
    expect(() => converted([rate('EUR/USD', value)], '1', 'EUR', 'USD')).toThrow(`EUR/USD is ${value}`);
  });
  it('takes no rate from a currency to itself', () => {
    expect(() => converted([rate('EUR/EUR', '2')], '1', 'EUR', 'EUR')).toThrow('EUR to itself');
  });
});
