/** Goal: a limit that is set denies when what it is measured against is missing, old or of another day. */
import { dec } from '../../../../src/domain/money';
import { DEFAULT_CHECKS, runChecks } from '../../../../src/domain/risk/checks';
import type { LimitValues } from '../../../../src/domain/risk/limits';
import type { RiskPart } from '../../../../src/domain/risk/risk-context';
import { account, context, instrument, MARKET_MS, marketRequest, NOW_MS, request } from '../trading-fixtures';
import { EVERY_LIMIT, day, limited, line, portfolio, riskData, short, shortSale } from './risk-fixtures';
import type { Change } from './risk-fixtures';

const codes = (limits: LimitValues, change: Change = {}): readonly string[] =>
  runChecks(limited(limits, change)).map(({ code }) => code);

const configured = DEFAULT_CHECKS.flatMap((check) =>
  (check.needs ?? []).map((part) => [check.code, part, check] as const),
);

test.each(configured)('%s denies by itself without the %s', (code, part: RiskPart, check) => {
  const sells = code === 'BORROW' || code === 'SHORT_LIMIT';
  const limits: LimitValues = { ...EVERY_LIMIT, ...(code === 'REDUCE_ONLY' ? { reduceOnly: true } : {}) };
  const reducing = code === 'ACCOUNT_REDUCING' ? { account: account({ status: 'REDUCING' }) } : {};
  const change: Change = { ...reducing, request: sells ? shortSale() : request() };
  const whole = limited(
    limits,
    code === 'MIN_ORDER_VALUE' || code === 'MAX_ORDER_VALUE' || code === 'DAILY_TURNOVER' || code === 'BUYING_POWER'
      ? { ...change, request: marketRequest() }
      : change,
  );
  const without = { ...whole, [part]: part === 'quotes' ? [] : undefined };
  expect(check.check(without)).not.toEqual([]);
});

test.each(['portfolio', 'firm', 'day', 'peakEquity', 'recent', 'ownOpenOrders', 'borrow', 'reference'] as const)(
  'a limit that is set denies once for the missing %s, and what is not set asks for nothing',
  (part) => {
    const change = { [part]: undefined, ...(part === 'borrow' ? { ...short, request: shortSale() } : {}) };
    expect(runChecks(limited(EVERY_LIMIT, change)).map(({ code, field }) => [code, field])).toEqual([
      ['RISK_DATA_MISSING', part],
    ]);
    expect(runChecks(context({ ...riskData(), ...change }))).toEqual([]);
  },
);

test.each<[string, LimitValues, Change, string]>([
  [
    'a rate of another currency',
    { maxDailyTurnover: dec('1') },
    { instrument: instrument({ currency: 'GBP' }) },
    'portfolio',
  ],
  ['a rate of a held symbol', { maxAccountExposure: dec('1') }, { portfolio: portfolio({ rates: {} }) }, 'portfolio'],
  [
    'a rate of nothing',
    { maxAccountExposure: dec('1') },
    { portfolio: portfolio({ rates: { EUR: dec('0') } }) },
    'portfolio',
  ],
  [
    'a rate of the order',
    { maxSymbolExposure: dec('1') },
    { instrument: instrument({ currency: 'GBP' }) },
    'portfolio',
  ],
  [
    'a mark',
    { maxAccountExposure: dec('1') },
    { portfolio: portfolio({ lines: [line({ markPrice: undefined })] }) },
    'portfolio',
  ],
  [
    'a mark of nothing',
    { maxAccountExposure: dec('1') },
    { portfolio: portfolio({ lines: [line({ markPrice: dec('0') })] }) },
    'portfolio',
  ],
  [
    'a new mark',
    { maxAccountExposure: dec('999999'), maxMarkAgeMs: 999 },
    { portfolio: portfolio({ lines: [line()] }) },
    'portfolio',
  ],
  [
    'an equity for the margin',
    { initialMarginPercent: dec('1') },
    { portfolio: portfolio({ equity: undefined }) },
    'portfolio',
  ],
  [
    'an equity for the drawdown',
    { maxDrawdownPercent: dec('1') },
    { portfolio: portfolio({ equity: undefined }) },
    'portfolio',
  ],
  ['a peak above zero', { maxDrawdownPercent: dec('1') }, { peakEquity: dec('0') }, 'peakEquity'],
  ['a profit', { maxDailyLoss: dec('1') }, day({ profit: undefined }), 'day'],
  ['the figures of today, not of yesterday', { maxDailyOrders: 9 }, day({ toMs: MARKET_MS }), 'day'],
  ['the figures of today, not of tomorrow', { maxDailyQuantity: dec('9999') }, day({ fromMs: MARKET_MS + 1 }), 'day'],
  [
    'orders back to the beginning of the window',
    { maxOrderRate: 9 },
    { recent: { completeFromMs: NOW_MS - 999, orders: [] } },
    'recent',
  ],
  ['a known beginning', { maxRepeatedOrders: 9 }, { recent: { completeFromMs: Number.NaN, orders: [] } }, 'recent'],
  ['an average volume', { maxVolumePercent: dec('1') }, { reference: { referencePrice: dec('640') } }, 'reference'],
  [
    'an average volume of something',
    { maxVolumePercent: dec('1') },
    { reference: { averageDailyVolume: dec('0') } },
    'reference',
  ],
  [
    'a reference price of something',
    { referenceCollarPercent: dec('1') },
    { reference: { referencePrice: dec('0') } },
    'reference',
  ],
  [
    'a reference price',
    { referenceCollarPercent: dec('1') },
    { reference: { averageDailyVolume: dec('1') } },
    'reference',
  ],
  ['a firm rate', { maxFirmExposure: dec('99999999') }, { firm: { grossExposure: dec('0'), rate: dec('0') } }, 'firm'],
  ['a sector', { maxSectorExposure: dec('9999999') }, { instrument: instrument() }, 'sector'],
])('%s that is missing denies', (_name, limits, change, field) => {
  expect(runChecks(limited(limits, change)).map((one) => [one.code, one.field])).toEqual([
    ['RISK_DATA_MISSING', field],
  ]);
});

test('a symbol without position and orders needs no mark, and a mark of the greatest age counts', () => {
  const flat = line({ position: dec('0'), markPrice: undefined });
  expect(codes({ maxAccountExposure: dec('64400') }, { portfolio: portfolio({ lines: [flat] }) })).toEqual([]);
  expect(codes({ maxAccountExposure: dec('69400'), maxMarkAgeMs: 1_000 })).toEqual([]);
});

test('a count that is no number denies', () => {
  expect(codes({ maxDailyOrders: 9 }, day({ orders: Number.NaN }))).toEqual(['DAILY_ORDERS']);
  expect(codes({ maxOrderRate: Number.NaN })).toEqual(['ORDER_RATE']);
  expect(codes({ maxStrategyOrderRate: Number.NaN })).toEqual(['STRATEGY_ORDER_RATE']);
  expect(codes({ maxRepeatedOrders: Number.NaN })).toEqual(['REPEATED_ORDER']);
});
