/** Goal: the profit of a market day is told from what was held when it began, and says what is missing to tell it. */
import { FxRates } from '../../../../src/domain/fx-rates';
import { dec, ZERO } from '../../../../src/domain/money';
import { dayMoneyOf } from '../../../../src/domain/risk/day-money';
import type { DayMoney } from '../../../../src/domain/risk/day-money';
import { peakEquityOf } from '../../../../src/domain/risk/market-values';
import type { MarketView } from '../../../../src/domain/risk/market-values';
import { runChecks } from '../../../../src/domain/risk/checks';
import { NOW_MS } from '../trading-fixtures';
import { day, limited, line, portfolio } from './risk-fixtures';

const DAY_MS = 1_000_000_000_000;
const fxRates = new FxRates([{ from: 'EUR', to: 'USD', rate: dec('1.2'), atMs: 0 }], {
  pivots: [],
  maxAgeMs: Number.MAX_SAFE_INTEGER,
});
const market: MarketView = { wallTimeMs: NOW_MS, quotesOf: () => [], sectorOf: () => undefined, fxRates };
const closing = {
  ...{ marketTimeMs: DAY_MS - 60_000, baseCurrency: 'USD' },
  ...{ marks: { AAPL: dec('90') }, rates: { EUR: dec('1.1') } },
};
const money = (change: Partial<DayMoney> = {}): DayMoney => ({
  ...{ fromMs: DAY_MS, turnover: [], flows: [], cashAtStart: [{ currency: 'USD', amount: dec('5') }], heldAtStart: [] },
  ...change,
});
const aapl = { symbol: 'AAPL', currency: 'USD', multiplier: dec('1'), position: dec('10') };
const held = (change: Partial<DayMoney> = {}): DayMoney => money({ heldAtStart: [aapl], closing, ...change });
/** 10 at 100 now. */
const now = portfolio({ lines: [line({ position: dec('10'), markPrice: dec('100') })] });
const usd = (amount: string) => ({ currency: 'USD', amount: dec(amount) });
const eur = (amount: string) => ({ currency: 'EUR', amount: dec(amount) });

test.each<[string, DayMoney, typeof now, string]>([
  ['nothing held at the start', money({ flows: [usd('-950')] }), now, '50'],
  ['held all day', held(), now, '100'],
  ['sold on the day', held({ flows: [usd('880')] }), portfolio({ lines: [] }), '-20'],
  [
    'a part sold on the day',
    held({ heldAtStart: [{ ...aapl, position: dec('15') }], flows: [usd('500')] }),
    now,
    '150',
  ],
  [
    'short at the start',
    held({ heldAtStart: [{ ...aapl, position: dec('-10') }], flows: [usd('-950')] }),
    portfolio({ lines: [] }),
    '-50',
  ],
  ['a multiplier', held({ heldAtStart: [{ ...aapl, multiplier: dec('2') }] }), now, '-800'],
  [
    'foreign cash, by its rate alone',
    held({ heldAtStart: [], cashAtStart: [eur('1000')] }),
    portfolio({ lines: [] }),
    '100',
  ],
  ['foreign positions, by price and rate', held({ heldAtStart: [{ ...aapl, currency: 'EUR' }] }), now, '10'],
])('%s', (_name, moved, portfolioNow, profit) => {
  expect(dayMoneyOf(moved, portfolioNow, market)).toEqual({ turnover: ZERO, profit });
});

test.each<[string, DayMoney, string]>([
  ['no closing', held({ closing: undefined } as unknown as Partial<DayMoney>), 'AAPL not valued before the day began'],
  [
    'a closing in another currency',
    held({ closing: { ...closing, baseCurrency: 'EUR' } }),
    'AAPL not valued before the day began',
  ],
  [
    'an old closing',
    held({ closing: { ...closing, marketTimeMs: DAY_MS - 3_600_001 } }),
    'AAPL last valued 3600001 ms before the day began',
  ],
  ['a closing without the mark', held({ closing: { ...closing, marks: {} } }), 'no worth of AAPL when the day began'],
  [
    'a closing without the rate',
    held({ cashAtStart: [eur('1')], closing: { ...closing, rates: {} } }),
    'no worth of EUR when the day began',
  ],
  [
    'an unknown multiplier',
    held({ heldAtStart: [{ symbol: 'AAPL', currency: 'USD', position: dec('1') }] }),
    'no worth of AAPL when the day began',
  ],
  ['a rate that nobody knows now', held({ flows: [{ currency: 'GBP', amount: dec('1') }] }), 'no worth of GBP'],
])('%s: no profit, and the reason', (_name, moved, why) => {
  expect(dayMoneyOf(moved, now, market)).toEqual({ turnover: ZERO, profit: undefined, profitUnknown: why });
});

test('a line without a mark now: no profit, and the reason', () => {
  const blind = portfolio({ lines: [line({ symbol: 'AAPL', position: dec('10'), markPrice: undefined })] });
  expect(dayMoneyOf(held(), blind, market)).toMatchObject({ profit: undefined, profitUnknown: 'no worth of AAPL' });
});

test('the valuation may be as old as an hour', () => {
  expect(dayMoneyOf(held({ closing: { ...closing, marketTimeMs: DAY_MS - 3_600_000 } }), now, market).profit).toBe(
    '100',
  );
});

test('the denial of a loss that cannot be told says what is missing', () => {
  const unknown = day({ profit: undefined, profitUnknown: 'no worth of AAPL' });
  const [found] = runChecks(limited({ maxDailyLoss: dec('1') }, unknown));
  expect(found).toMatchObject({
    code: 'RISK_DATA_MISSING',
    rule: expect.stringContaining('no worth of AAPL') as string,
  });
});

test.each<[string, Parameters<typeof peakEquityOf>[0], string | undefined, string | undefined]>([
  ['the kept peak, though the equity is higher now', { equity: dec('7'), openingCash: [usd('100')] }, '9', '7'],
  ['the opening cash without a kept peak', { openingCash: [usd('100'), eur('10')] }, '9', '112'],
  ['the equity now where it is more', { openingCash: [usd('100')] }, '101', '101'],
  [
    'no peak of an opening cash without a rate',
    { openingCash: [{ currency: 'GBP', amount: dec('1') }] },
    '9',
    undefined,
  ],
  ['no peak of an equity that is not known', { openingCash: [usd('100')] }, undefined, undefined],
])('peak: %s', (_name, kept, equity, peak) => {
  const held = portfolio({ equity: equity === undefined ? undefined : dec(equity) });
  expect(peakEquityOf(kept, held, market)).toBe(peak);
});
