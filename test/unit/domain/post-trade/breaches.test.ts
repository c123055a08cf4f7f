import { dec } from '../../../../src/domain/money';
import { breachSteps } from '../../../../src/domain/post-trade/breaches';
import { firmMeasures, measuresOf } from '../../../../src/domain/post-trade/limit-measures';
import type { Measured } from '../../../../src/domain/post-trade/limit-measures';
import type { LimitValues, ResolvedLimits } from '../../../../src/domain/risk/limits';
import type { Portfolio, PortfolioLine } from '../../../../src/domain/risk/risk-data';
import { account } from '../trading-fixtures';

const NOW_MS = 1_700_000_000_000;
const line = (change: Partial<PortfolioLine> = {}): PortfolioLine => ({
  ...{ symbol: 'ACME', currency: 'USD', sector: 'TECH', multiplier: dec('1'), position: dec('10') },
  ...{ openBuyQuantity: dec('0'), openSellQuantity: dec('0'), markPrice: dec('100'), markedAtMs: NOW_MS },
  ...change,
});
const portfolio = (lines: readonly PortfolioLine[], change: Partial<Portfolio> = {}): Portfolio => ({
  ...{ baseCurrency: 'USD', rates: { USD: dec('1'), EUR: dec('2') }, lines, equity: dec('1000') },
  ...change,
});
/** Limits of the firm; of other symbols the same. */
const limits = (values: LimitValues): ResolvedLimits =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, scope: 'the firm' }]));
const measured = (values: LimitValues, lines: readonly PortfolioLine[], change: Partial<Measured> = {}): Measured => ({
  account: account({
    account: 'alpha',
    limits: { ...account().limits, maxPosition: dec('1000'), maxQuoteAgeMs: 5_000 },
  }),
  ...{ portfolio: portfolio(lines), days: [], limitsOf: () => limits(values), wallTimeMs: NOW_MS },
  ...change,
});
/** What is exceeded, and what cannot be told. */
const judged = (...args: Parameters<typeof measured>) => {
  const all = measuresOf(measured(...args));
  const subjects = (is: boolean | undefined) => all.filter(({ isBroken }) => isBroken === is).map((one) => one.subject);
  return { broken: subjects(true), unknown: subjects(undefined) };
};

describe('limits measured against what is there', () => {
  it.each<[string, LimitValues, readonly PortfolioLine[], string]>([
    ['a long position', { maxLongPosition: dec('9') }, [line()], 'alpha maxLongPosition ACME'],
    [
      'with open orders',
      { maxLongPosition: dec('11') },
      [line({ openBuyQuantity: dec('2') })],
      'alpha maxLongPosition ACME',
    ],
    ['a short one', { maxShortPosition: dec('3') }, [line({ position: dec('-4') })], 'alpha maxShortPosition ACME'],
    [
      'both sides',
      { maxGrossPosition: dec('13') },
      [line({ openBuyQuantity: dec('2'), openSellQuantity: dec('2') })],
      'alpha maxGrossPosition ACME',
    ],
    ['any position', { maxPosition: dec('9') }, [line()], 'alpha maxPosition ACME'],
    ['a symbol', { maxSymbolExposure: dec('999.99') }, [line()], 'alpha maxSymbolExposure ACME'],
    ['a sector', { maxSectorExposure: dec('1999') }, [line(), line({ symbol: 'B' })], 'alpha maxSectorExposure TECH'],
    ['a currency', { maxCurrencyExposure: dec('1999') }, [line({ currency: 'EUR' })], 'alpha maxCurrencyExposure EUR'],
    [
      'an account',
      { maxAccountExposure: dec('2999') },
      [line(), line({ symbol: 'B', currency: 'EUR' })],
      'alpha maxAccountExposure',
    ],
    ['a share', { maxConcentrationPercent: dec('99.9') }, [line()], 'alpha maxConcentrationPercent ACME'],
    ['margin', { initialMarginPercent: dec('100.1') }, [line()], 'alpha initialMarginPercent'],
  ])('exceeded: %s', (_what, values, lines, subject) => {
    expect(judged(values, lines)).toEqual({ broken: [subject], unknown: [] });
  });

  it.each<[string, LimitValues, readonly PortfolioLine[]]>([
    ['at the limit', { maxLongPosition: dec('10'), maxPosition: dec('10'), maxSymbolExposure: dec('1000') }, [line()]],
    ['a share of the floor', { maxConcentrationPercent: dec('20'), concentrationFloor: dec('5000') }, [line()]],
    ['margin that equity covers', { initialMarginPercent: dec('100') }, [line()]],
    ['limits that nobody set', {}, [line({ markPrice: undefined })]],
  ])('not exceeded: %s', (_what, values, lines) => {
    expect(judged(values, lines)).toEqual({ broken: [], unknown: [] });
  });

  it.each<[string, PortfolioLine]>([
    ['without a mark', line({ markPrice: undefined })],
    ['with an old mark', line({ markedAtMs: NOW_MS - 5_001 })],
    ['without a rate', line({ currency: 'JPY' })],
  ])('not told %s, but of the position it is', (_what, held) => {
    const values = { maxSymbolExposure: dec('1'), maxLongPosition: dec('1') };
    expect(judged(values, [held])).toEqual({
      broken: ['alpha maxLongPosition ACME'],
      unknown: ['alpha maxSymbolExposure ACME'],
    });
  });

  it('of the account itself, without any document', () => {
    expect(judged({}, [line({ position: dec('1000.1') })]).broken).toEqual(['alpha maxPosition ACME']);
  });

  it('a loss of the day and a fall from the peak, to the last digit', () => {
    const days = [{ day: '2023-11-14', profit: dec('-100.01') }];
    const values = { maxDailyLoss: dec('100'), maxDrawdownPercent: dec('20') };
    const both = ['alpha maxDailyLoss 2023-11-14', 'alpha maxDrawdownPercent'];
    expect(judged(values, [], { days, peakEquity: dec('1250.01') })).toEqual({ broken: both, unknown: [] });
    const kept = [{ day: '2023-11-14', profit: dec('-100') }];
    expect(judged(values, [], { days: kept, peakEquity: dec('1250') })).toEqual({ broken: [], unknown: [] });
    expect(judged(values, [], { days: [{ day: 'd', profit: undefined }] }).unknown).toEqual([
      'alpha maxDailyLoss d',
      'alpha maxDrawdownPercent',
    ]);
    const stale = [line({ markedAtMs: 0 })];
    expect(judged({ maxDailyLoss: dec('1') }, stale, { days }).unknown).toEqual(['alpha maxDailyLoss 2023-11-14']);
  });

  it('of the firm', () => {
    const firm = { grossExposure: dec('101'), rate: dec('1') };
    const [one] = firmMeasures(firm, limits({ maxFirmExposure: dec('100') }));
    expect(one).toMatchObject({ subject: 'the firm maxFirmExposure', isBroken: true });
    expect(firmMeasures(undefined, limits({ maxFirmExposure: dec('100') }))[0]?.isBroken).toBeUndefined();
    expect(firmMeasures(firm, {})).toEqual([]);
  });
});

describe('breaches', () => {
  const of = (position: string, change: Partial<PortfolioLine> = {}) =>
    measuresOf(measured({ maxSymbolExposure: dec('1000') }, [line({ position: dec(position), ...change })]));
  const SUBJECT = 'alpha maxSymbolExposure ACME';

  it('open once, are quiet while they last, and are over', () => {
    const { opened, over } = breachSteps([], of('11'), NOW_MS);
    expect(over).toEqual([]);
    expect(opened).toMatchObject([
      {
        ...{ kind: 'BREACH', code: 'LIMIT_BREACH', subject: SUBJECT, account: 'alpha', symbol: 'ACME' },
        ...{ before: { maxSymbolExposure: '1000' }, after: { value: '1100' } },
      },
    ]);
    expect(breachSteps([SUBJECT], of('12'), NOW_MS)).toEqual({ opened: [], over: [] });
    expect(breachSteps([SUBJECT], of('10'), NOW_MS)).toMatchObject({ opened: [], over: [{ subject: SUBJECT }] });
    expect(breachSteps([], of('10'), NOW_MS)).toEqual({ opened: [], over: [] });
  });

  it('are over when nothing is left to measure, and stay while nothing is known', () => {
    expect(breachSteps([SUBJECT], [], NOW_MS).over).toHaveLength(1);
    expect(breachSteps([SUBJECT], of('11', { markPrice: undefined }), NOW_MS)).toEqual({ opened: [], over: [] });
  });
});
