/** Goal: a decision asks the store for what its limits need, and an order without limits for nothing. */
import { riskQuestion } from '../../../activities/risk-question';
import { CALENDARS } from '../../../src/calendars/definitions';
import { createExchangeCalendars } from '../../../src/calendars/exchange-calendars';
import { dec } from '../../../src/domain/money';
import { DEFAULT_CHECKS } from '../../../src/domain/risk/checks';
import { createLimitResolver } from '../../../src/domain/risk/limit-document';
import type { LimitEntry } from '../../../src/domain/risk/limit-document';
import { context, instrument, MARKET_MS, NOW_MS, request } from '../domain/trading-fixtures';

const calendars = createExchangeCalendars(CALENDARS);
const times = { session: context().session, marketTimeMs: MARKET_MS, wallTimeMs: NOW_MS };

function asked(entries: readonly LimitEntry[] | undefined, change = {}) {
  const riskLimits = entries && createLimitResolver({ version: 'v1', entries });
  return riskQuestion({ riskChecks: DEFAULT_CHECKS, riskLimits, calendars }, request(change), instrument(), times);
}
const partsFor = (limits: LimitEntry['limits'], scope = {}, change = {}) => asked([{ scope, limits }], change).parts;

test('an order without a limit document asks for nothing, and its approval is kept with its market time', () => {
  expect(asked(undefined)).toEqual({ parts: [], recentWindowMs: 0, marketTimeMs: MARKET_MS, wallTimeMs: NOW_MS });
});

test.each<[string, LimitEntry['limits'], readonly string[]]>([
  ['the share of one symbol, which is in force by default', { watched: true }, ['portfolio']],
  ['a rate', { maxOrderRate: 1 }, ['recent', 'portfolio']],
  ['own orders', { preventSelfTrade: true }, ['ownOpenOrders', 'portfolio']],
  ['a flag that is off', { preventSelfTrade: false }, ['portfolio']],
  ['a day', { maxDailyOrders: 1 }, ['portfolio', 'day']],
  ['a fall from a peak', { maxDrawdownPercent: dec('1') }, ['portfolio', 'peakEquity']],
  ['the firm', { maxFirmExposure: dec('1') }, ['portfolio', 'firm']],
])('limits of %s', (_name, limits, parts) => {
  expect(partsFor(limits)).toEqual(parts);
});

test('the borrow is asked for of short sales alone, as they wait for each other', () => {
  expect(partsFor({ locateRequired: true }, {}, { side: 'SELL_SHORT' })).toEqual(['portfolio', 'borrow']);
  expect(partsFor({ locateRequired: true }, {}, { side: 'SELL' })).toEqual(['portfolio']);
});

test('limits of another account ask for nothing of their own', () => {
  expect(partsFor({ maxOrderRate: 1 }, { account: 'beta' })).toEqual(['portfolio']);
});

test('an order that names no venue asks for what the limits of every venue in reach need', () => {
  expect(partsFor({ maxOrderRate: 1 }, { venue: 'SIMY' })).toEqual(['recent', 'portfolio']);
  expect(partsFor({ maxOrderRate: 1 }, { venue: 'SIMY' }, { venue: 'SIMX' })).toEqual(['portfolio']);
});

test('the longest window is asked for, and the day of the instrument', () => {
  const limits = {
    maxOrderRate: 1,
    orderRateWindowMs: 5_000,
    maxRepeatedOrders: 1,
    repeatWindowMs: 90_000,
    maxDailyOrders: 1,
  };
  expect(asked([{ scope: {}, limits }])).toMatchObject({
    recentWindowMs: 90_000,
    day: { fromMs: Date.UTC(2014, 5, 5, 20), toMs: Date.UTC(2014, 5, 6, 20) },
  });
});
