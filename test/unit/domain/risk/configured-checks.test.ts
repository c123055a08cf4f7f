/** Goal: each limit of a document denies one step beyond its value and passes at it, and says whose it is. */
import { dec } from '../../../../src/domain/money';
import { DEFAULT_CHECKS, judgeRisk, runChecks } from '../../../../src/domain/risk/checks';
import { LIMITS } from '../../../../src/domain/risk/limits';
import type { LimitValues } from '../../../../src/domain/risk/limits';
import { account, MARKET_MS, marketRequest, request } from '../trading-fixtures';
import { bounds } from './limit-bounds';
import {
  EVERY_LIMIT,
  VERSION,
  day,
  holding,
  limited,
  limitsInForce,
  line,
  own,
  portfolio,
  sale,
  short,
  shortSale,
} from './risk-fixtures';
import type { Change } from './risk-fixtures';

const codes = (limits: LimitValues, change: Change = {}): readonly string[] =>
  runChecks(limited(limits, change)).map(({ code }) => code);

test('an order passes every check when every limit is set and kept', () => {
  expect(runChecks(limited(EVERY_LIMIT))).toEqual([]);
  expect(runChecks(limited(EVERY_LIMIT, { request: marketRequest() }))).toEqual([]);
  expect(runChecks(limited(EVERY_LIMIT, { ...short, request: shortSale() }))).toEqual([]);
  expect(Object.keys(EVERY_LIMIT).sort()).toEqual(Object.keys(LIMITS).sort());
});

test.each(bounds)('%s: the order passes at the limit', (_name, kept, _broken, change) => {
  expect(codes(kept, change)).toEqual([]);
});

test.each(bounds)(
  '%s: the order is denied beyond the limit, and the scope is named',
  (_name, _kept, broken, change, code) => {
    const found = runChecks(limited(broken, change));
    expect(found.map((one) => one.code)).toEqual([code]);
    const isAge = code === 'MARKET_DATA_STALE';
    expect(isAge || found.every(({ rule }) => rule.includes(`the firm in limits ${VERSION}`))).toBe(true);
  },
);

test.each<[string, LimitValues, Change, readonly string[]]>([
  ['a halted firm', { tradingState: 'HALTED' }, {}, ['TRADING_HALTED']],
  ['a state that we do not know', { tradingState: 'PAUSED' as 'HALTED' }, {}, ['TRADING_HALTED']],
  ['a reducing firm: a buy from flat', { tradingState: 'REDUCING' }, {}, ['REDUCE_ONLY']],
  ['reduce-only: a buy that would turn a short', { reduceOnly: true }, holding('-99'), ['REDUCE_ONLY']],
  ['reduce-only: a short sale', { reduceOnly: true }, { ...short, request: shortSale() }, ['REDUCE_ONLY']],
  [
    'a strategy halted by hand',
    {},
    { tradingStates: [{ scope: { strategy: 'test' }, state: 'HALTED' }] },
    ['TRADING_HALTED'],
  ],
  [
    'an account reducing by hand',
    {},
    { tradingStates: [{ scope: { account: 'alpha' }, state: 'REDUCING' }] },
    ['REDUCE_ONLY'],
  ],
  ['a restricted symbol', { restricted: true }, {}, ['RESTRICTED']],
  ['a restricted symbol, even to close', { restricted: true }, { ...holding('100'), request: sale() }, ['RESTRICTED']],
  [
    'a sale that crosses an own buy',
    { preventSelfTrade: true },
    { ...holding('100'), request: sale(), ...own({ side: 'BUY' }) },
    ['SELF_TRADE'],
  ],
  [
    'a sale at the price of an own buy',
    { preventSelfTrade: true },
    { ...holding('100'), request: sale(), ...own({ side: 'BUY', limitPrice: dec('644') }) },
    ['SELF_TRADE'],
  ],
  ['a buy at the price of an own sale', { preventSelfTrade: true }, own(), ['SELF_TRADE']],
  ['a buy that crosses an own short sale', { preventSelfTrade: true }, own({ side: 'SELL_SHORT' }), ['SELF_TRADE']],
  [
    'a market buy and an own sale',
    { preventSelfTrade: true },
    { ...own({ limitPrice: dec('9999') }), request: marketRequest() },
    ['SELF_TRADE'],
  ],
  [
    'a short sale of more than can be borrowed',
    { locateRequired: true },
    {
      ...short,
      request: shortSale('1001'),
      account: account({
        shortSellingAllowed: true,
        limits: { ...account().limits, maxPosition: dec('9999'), maxOrderValue: dec('9999999') },
      }),
    },
    ['BORROW'],
  ],
  [
    'a short sale where open ones use the borrow up',
    { locateRequired: true },
    { ...short, request: shortSale(), borrow: { availableQuantity: dec('150'), openShortQuantity: dec('51') } },
    ['BORROW'],
  ],
])('%s is denied', (_name, limits, change, expected) => {
  expect(codes(limits, change)).toEqual(expected);
});

test.each<[string, LimitValues, Change]>([
  ['an active firm', { tradingState: 'ACTIVE' }, {}],
  ['reduce-only: a sale of the position', { reduceOnly: true }, { ...holding('100'), request: sale() }],
  ['reduce-only switched off', { reduceOnly: false }, {}],
  [
    'a halt of others',
    {},
    {
      tradingStates: [
        { scope: { account: 'beta' }, state: 'HALTED' },
        { scope: { venue: 'SIMX' }, state: 'HALTED' },
      ],
    },
  ],
  ['a symbol that is not restricted', { restricted: false }, {}],
  [
    'a sale above an own buy',
    { preventSelfTrade: true },
    { ...holding('100'), request: sale(), ...own({ side: 'BUY', limitPrice: dec('643.99') }) },
  ],
  ['a buy below an own sale', { preventSelfTrade: true }, own({ limitPrice: dec('644.11') })],
  ['an own order on the same side', { preventSelfTrade: true }, own({ side: 'BUY' })],
  [
    'an own order on another venue',
    { preventSelfTrade: true },
    { ...own({ venue: 'SIMY' }), request: request({ venue: 'SIMX' }) },
  ],
  ['an own stop that waits', { preventSelfTrade: true }, own({ isWaitingStop: true })],
  [
    'a stop that waits itself',
    { preventSelfTrade: true },
    { ...own(), request: marketRequest({ type: 'STOP', stopPrice: dec('645') }) },
  ],
  ['self-trades where nobody minds', { preventSelfTrade: false }, own()],
  [
    'a buy where locates are needed',
    { locateRequired: true },
    { borrow: { availableQuantity: dec('0'), openShortQuantity: dec('0') } },
  ],
  [
    'a short sale without locates',
    { locateRequired: false },
    { ...short, request: shortSale(), borrow: { availableQuantity: dec('0'), openShortQuantity: dec('0') } },
  ],
  [
    'a short sale of all that is left to borrow',
    { locateRequired: true },
    { ...short, request: shortSale(), borrow: { availableQuantity: dec('150'), openShortQuantity: dec('50') } },
  ],
  ['a profit of the day', { maxDailyLoss: dec('0') }, day({ profit: dec('1') })],
  ['the first moment of the day', { maxDailyOrders: 1 }, day({ fromMs: MARKET_MS })],
  [
    'a symbol held in another currency when only this one is limited',
    { maxCurrencyExposure: dec('64400') },
    { portfolio: portfolio({ lines: [line({ currency: 'EUR', markPrice: dec('999') })] }) },
  ],
])('%s passes', (_name, limits, change) => {
  expect(codes(limits, change)).toEqual([]);
});

test('an order on the watch list passes and is reported', () => {
  const verdict = judgeRisk(limited({ watched: true }));
  expect(verdict.violations).toEqual([]);
  expect(verdict.notes).toEqual([
    {
      code: 'WATCHED',
      field: 'symbol',
      value: 'AAPL',
      rule: `BUY 100 by strategy test; watched by the firm in limits ${VERSION}.`,
    },
  ]);
  expect(judgeRisk(limited({ watched: false })).notes).toEqual([]);
});

test('the stricter of the account and the document counts, and only the document is named', () => {
  const wide = limitsInForce({ maxOrderValue: dec('99999999') });
  const accountOf = (maxOrderValue: string) =>
    account({ limits: { ...account().limits, maxOrderValue: dec(maxOrderValue) } });
  expect(runChecks(limited({}, { limits: wide, account: accountOf('100') }))[0]?.rule).toBe(
    'Worth at most 100 USD, not 64410.',
  );
  expect(runChecks(limited({ maxOrderValue: dec('99') }, { account: accountOf('100') }))[0]?.rule).toBe(
    `Worth at most 99 USD, not 64410 (limit of the firm in limits ${VERSION}).`,
  );
});

test('all that is wrong is said at once, in the order of the checks', () => {
  const everything = codes(
    {
      maxLongPosition: dec('0'),
      maxAccountExposure: dec('0'),
      maxSymbolExposure: dec('0'),
      maxDailyLoss: dec('0'),
      maxDrawdownPercent: dec('0'),
      maxOrderQuantity: dec('1'),
      restricted: true,
      tradingState: 'HALTED',
      maxDailyOrders: 0,
      maxOrderRate: 0,
    },
    { ...day({ profit: dec('-1') }), peakEquity: dec('9000000') },
  );
  const order = DEFAULT_CHECKS.map(({ code }) => code);
  expect(everything).toEqual([...everything].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
  expect(everything.length).toBeGreaterThan(9);
});
