import fc from 'fast-check';
import { dec, decOfInteger } from '../../../../src/domain/money';
import type { Side } from '../../../../src/domain/order-request';
import { DEFAULT_CHECKS, runChecks } from '../../../../src/domain/risk/checks';
import type { RiskContext, RiskLimits } from '../../../../src/domain/risk/risk-context';
import { VIOLATION_CODES } from '../../../../src/domain/violations';
import {
  account,
  context,
  exposure,
  instrument,
  MARKET_MS,
  marketRequest,
  NOW_MS,
  quote,
  request,
} from '../trading-fixtures';

const codes = (change: Partial<RiskContext>): readonly string[] => runChecks(context(change)).map(({ code }) => code);
const limits = (change: Partial<RiskLimits>) => account({ limits: { ...account().limits, ...change } });
const sell = (side: Side, quantity = '100') => request({ side, quantity: dec(quantity), limitPrice: dec('644') });
const session = (openMs: number) => ({ openMs, closeMs: openMs + 23_400_000, tradeDate: '2014-06-06' });

test('an order that keeps every rule passes every check', () => {
  expect(runChecks(context())).toEqual([]);
  expect(runChecks(context({ request: marketRequest() }))).toEqual([]);
});

test.each<[string, Partial<RiskContext>, readonly string[]]>([
  ['no account', { account: undefined }, ['ACCOUNT_UNKNOWN']],
  ['a halted account', { account: account({ status: 'HALTED' }) }, ['ACCOUNT_HALTED']],
  ['a status that we do not know', { account: account({ status: 'NEW' as 'ACTIVE' }) }, ['ACCOUNT_HALTED']],
  ['reducing: a buy from flat', { account: account({ status: 'REDUCING' }) }, ['ACCOUNT_REDUCING']],
  [
    'reducing: a short sale',
    {
      account: account({ status: 'REDUCING', shortSellingAllowed: true }),
      request: sell('SELL_SHORT'),
      exposure: exposure({ position: dec('500') }),
    },
    ['ACCOUNT_REDUCING'],
  ],
  [
    'reducing: a buy that would turn a short',
    { account: account({ status: 'REDUCING' }), exposure: exposure({ position: dec('-99') }) },
    ['ACCOUNT_REDUCING'],
  ],
  [
    'reducing: a part is promised already',
    {
      account: account({ status: 'REDUCING' }),
      exposure: exposure({ position: dec('-150'), reservedBuyQuantity: dec('51') }),
    },
    ['ACCOUNT_REDUCING'],
  ],
  ['no instrument', { instrument: undefined }, ['INSTRUMENT_UNKNOWN']],
  ['a closed instrument', { instrument: instrument({ tradable: false }) }, ['INSTRUMENT_NOT_TRADABLE']],
  ['a venue without it', { request: request({ venue: 'SIMZ' }) }, ['VENUE_NOT_LISTED', 'MARKET_DATA_MISSING']],
  ['half a lot', { request: request({ quantity: dec('0.5') }) }, ['QUANTITY_LOT', 'QUANTITY_MIN']],
  [
    'a market order worth too little',
    { request: marketRequest({ quantity: dec('1') }), instrument: instrument({ minNotional: dec('644.01') }) },
    ['NOTIONAL_MIN'],
  ],
  ['half a tick', { request: request({ limitPrice: dec('644.005') }) }, ['PRICE_TICK']],
  ['GTD in the past', { request: request({ timeInForce: 'GTD', expireAtMs: MARKET_MS }) }, ['EXPIRE_PAST']],
  [
    'IOC before the open',
    { request: request({ timeInForce: 'IOC' }), session: session(MARKET_MS + 1) },
    ['MARKET_CLOSED'],
  ],
  [
    'an order for the opening of a market that never closes',
    { request: request({ timeInForce: 'AT_THE_OPEN' }), session: undefined },
    ['NO_OPENING'],
  ],
  [
    'GTD that ends before the open',
    { request: request({ timeInForce: 'GTD', expireAtMs: MARKET_MS + 1 }), session: session(MARKET_MS + 1) },
    ['MARKET_CLOSED'],
  ],
  ['no quote', { quotes: [] }, ['MARKET_DATA_MISSING']],
  ['quotes of others only', { quotes: [quote({ symbol: 'MSFT' }), quote({ venue: 'SIMZ' })] }, ['MARKET_DATA_MISSING']],
  ['an old quote', { quotes: [quote({ receivedAtMs: NOW_MS - 5_001 })] }, ['MARKET_DATA_STALE']],
  [
    'an old quote and a market order',
    { quotes: [quote({ receivedAtMs: NOW_MS - 5_001 })], request: marketRequest() },
    ['MARKET_DATA_STALE'],
  ],
  ['a quote from the future', { quotes: [quote({ receivedAtMs: NOW_MS + 5_001 })] }, ['MARKET_DATA_STALE']],
  [
    'an old quote on the named venue',
    { request: request({ venue: 'SIMX' }), quotes: [quote({ receivedAtMs: 0 }), quote({ venue: 'SIMY' })] },
    ['MARKET_DATA_STALE'],
  ],
  [
    'a market order and no ask',
    { request: marketRequest(), quotes: [quote({ askPrice: dec('0') })] },
    ['MARKET_DATA_MISSING'],
  ],
  [
    'a quote without any price',
    { quotes: [quote({ askPrice: dec('0'), lastPrice: dec('0') })] },
    ['MARKET_DATA_MISSING'],
  ],
  ['a limit too high', { request: request({ limitPrice: dec('708.41') }) }, ['PRICE_COLLAR']],
  ['a limit too low', { request: request({ limitPrice: dec('579.59') }) }, ['PRICE_COLLAR']],
  ['a stop too high', { request: request({ type: 'STOP_LIMIT', stopPrice: dec('708.41') }) }, ['PRICE_COLLAR']],
  ['too much value', { account: limits({ maxOrderValue: dec('64409.99') }) }, ['MAX_ORDER_VALUE']],
  [
    'too much value of a replace, filled part included',
    { account: limits({ maxOrderValue: dec('64409.99') }), filledQuantity: dec('50') },
    ['MAX_ORDER_VALUE'],
  ],
  ['too much value by the multiplier', { instrument: instrument({ multiplier: dec('4') }) }, ['MAX_ORDER_VALUE']],
  ['too many open orders', { exposure: exposure({ openOrders: 10 }) }, ['MAX_OPEN_ORDERS']],
  [
    'too long a position',
    { exposure: exposure({ position: dec('800'), reservedBuyQuantity: dec('101') }) },
    ['POSITION_LIMIT'],
  ],
  [
    'too short a position',
    {
      account: account({ shortSellingAllowed: true }),
      request: sell('SELL_SHORT'),
      exposure: exposure({ position: dec('-800'), reservedSellQuantity: dec('101') }),
    },
    ['POSITION_LIMIT'],
  ],
  [
    'a sale of more than is held',
    { request: sell('SELL'), exposure: exposure({ position: dec('99') }) },
    ['SHORT_NOT_ALLOWED'],
  ],
  [
    'a sale of what is promised',
    { request: sell('SELL'), exposure: exposure({ position: dec('150'), reservedSellQuantity: dec('51') }) },
    ['SHORT_NOT_ALLOWED'],
  ],
  [
    'a sale beyond the position where short is allowed',
    { account: account({ shortSellingAllowed: true }), request: sell('SELL') },
    ['SHORT_NOT_ALLOWED'],
  ],
  [
    'a short sale where it is not allowed',
    { request: sell('SELL_SHORT'), exposure: exposure({ position: dec('500') }) },
    ['SHORT_NOT_ALLOWED'],
  ],
  ['a cent too little cash', { exposure: exposure({ cash: dec('64474.4') }) }, ['BUYING_POWER']],
  ['cash that is promised', { exposure: exposure({ reservedCash: dec('940000') }) }, ['BUYING_POWER']],
  ['no exposure', { exposure: undefined }, ['EXPOSURE_UNKNOWN']],
])('%s is denied', (_name, change, expected) => {
  expect(codes(change)).toEqual(expected);
});

test.each<[string, Partial<RiskContext>]>([
  [
    'reducing: a buy that closes a short',
    { account: account({ status: 'REDUCING' }), exposure: exposure({ position: dec('-100') }) },
  ],
  [
    'reducing: a sale of the position',
    { account: account({ status: 'REDUCING' }), request: sell('SELL'), exposure: exposure({ position: dec('100') }) },
  ],
  ['a DAY order before the open', { session: session(MARKET_MS + 1) }],
  ...(['AT_THE_OPEN', 'AT_THE_CLOSE', 'GTX'] as const).map((timeInForce): [string, Partial<RiskContext>] => [
    `${timeInForce} before the open`,
    { request: request({ timeInForce }), session: session(MARKET_MS + 1) },
  ]),
  [
    'an order for an opening that the venue may still owe',
    { request: request({ timeInForce: 'AT_THE_OPEN' }), session: session(MARKET_MS - 1) },
  ],
  [
    'AT_THE_CLOSE on a market that never closes',
    { request: request({ timeInForce: 'AT_THE_CLOSE' }), session: undefined },
  ],
  ['IOC at the open', { request: request({ timeInForce: 'IOC' }), session: session(MARKET_MS) }],
  ['IOC on a market that never closes', { request: request({ timeInForce: 'IOC' }), session: undefined }],
  ['a quote of the greatest age', { quotes: [quote({ receivedAtMs: NOW_MS - 5_000 })] }],
  ['one fresh quote beside an old one', { quotes: [quote({ receivedAtMs: 0 }), quote({ venue: 'SIMY' })] }],
  ['a limit order on an empty side: the last trade is the market', { quotes: [quote({ askPrice: dec('0') })] }],
  ['a limit at the collar', { request: request({ limitPrice: dec('708.4') }) }],
  ['the greatest value', { account: limits({ maxOrderValue: dec('64410') }) }],
  ['the last free order', { exposure: exposure({ openOrders: 9 }) }],
  ['the position limit, reached', { exposure: exposure({ position: dec('800'), reservedBuyQuantity: dec('100') }) }],
  [
    'a buy back above the limit of a short',
    { account: limits({ maxPosition: dec('1') }), exposure: exposure({ position: dec('-500') }) },
  ],
  ['exactly the cash, fees included', { exposure: exposure({ cash: dec('64474.41') }) }],
  [
    'a replace needs cash for what is left only',
    { filledQuantity: dec('99'), exposure: exposure({ cash: dec('645') }) },
  ],
  ['a short sale that is allowed', { account: account({ shortSellingAllowed: true }), request: sell('SELL_SHORT') }],
])('%s passes', (_name, change) => {
  expect(codes(change)).toEqual([]);
});

test.each([
  ['BUY', '640', '700'],
  ['SELL', '650', '700'],
] as const)('the market price of a %s is the best of the fresh quotes', (side, best, worse) => {
  const at = (venue: string, price: string) => quote({ venue, askPrice: dec(price), bidPrice: dec(price) });
  const prices = side === 'BUY' ? [best, worse] : ['600', best];
  const quotes = [at('SIMX', prices[0] ?? ''), at('SIMY', prices[1] ?? '')];
  const order = request({ side, limitPrice: dec('500') });
  const said = runChecks(context({ request: order, quotes, exposure: exposure({ position: dec('100') }) }));
  expect(said.map(({ rule }) => rule)).toEqual([`Within 10 % of the market price ${best}.`]);
});

test('all that is wrong is said at once', () => {
  const change = {
    account: account({ status: 'HALTED' }),
    quotes: [],
    request: request({ quantity: dec('0.5'), limitPrice: dec('1.005') }),
  } as const;
  expect(codes(change)).toEqual([
    'ACCOUNT_HALTED',
    'QUANTITY_LOT',
    'QUANTITY_MIN',
    'PRICE_TICK',
    'MARKET_DATA_MISSING',
  ]);
});

test('a check that throws denies, whatever the others say', () => {
  const broken = {
    code: 'BROKEN',
    check: () => {
      throw new Error('boom');
    },
  };
  expect(runChecks(context(), [...DEFAULT_CHECKS, broken])).toEqual([
    { code: 'RISK_CHECK_FAILED', field: 'BROKEN', value: 'boom', rule: 'The check must come to an answer.' },
  ]);
});

test('no check at all denies', () => {
  expect(runChecks(context(), [])).toMatchObject([{ code: 'RISK_CHECK_FAILED' }]);
});

test.each(['priceCollarPercent', 'maxOrderValue', 'maxOpenOrders', 'maxPosition', 'maxQuoteAgeMs'] as const)(
  'an account whose %s is missing is denied',
  (limit) => {
    const others = Object.fromEntries(Object.entries(account().limits).filter(([name]) => name !== limit));
    expect(codes({ account: account({ limits: others as unknown as RiskLimits }) })).not.toEqual([]);
  },
);

/** Checks that judge every order, whether a limit document is in force or not. */
const judgingAlways = DEFAULT_CHECKS.filter((check) =>
  (check.limits ?? []).every((name) => Object.hasOwn(account().limits, name)),
);

test.each(['account', 'instrument', 'exposure'] as const)(
  'every check that needs the %s denies by itself without it',
  (part) => {
    const silent = judgingAlways
      .filter((check) => check.check(context({ [part]: undefined })).length === 0)
      .map(({ code }) => code);
    expect(judgingAlways).toHaveLength(15);
    expect(silent).toEqual(
      {
        account: [
          'INSTRUMENT_UNKNOWN',
          'INSTRUMENT_NOT_TRADABLE',
          'QUANTITY_INVALID',
          'PRICE_INVALID',
          'MARKET_CLOSED',
        ],
        instrument: [
          'ACCOUNT_UNKNOWN',
          'ACCOUNT_HALTED',
          'ACCOUNT_REDUCING',
          'MARKET_CLOSED',
          'MAX_OPEN_ORDERS',
          'POSITION_LIMIT',
          'SHORT_NOT_ALLOWED',
        ],
        exposure: judgingAlways
          .map(({ code }) => code)
          .filter((code) => !['MAX_OPEN_ORDERS', 'POSITION_LIMIT', 'SHORT_NOT_ALLOWED', 'BUYING_POWER'].includes(code)),
      }[part],
    );
  },
);

test('a sequence of approved and filled orders never breaks cash, position or short limits', () => {
  const step = fc.record({
    side: fc.constantFrom<Side>('BUY', 'SELL', 'SELL_SHORT'),
    lots: fc.integer({ min: 1, max: 900 }),
    cents: fc.integer({ min: 60_000, max: 70_000 }),
  });
  let approved = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.boolean(), (steps, shortSellingAllowed) => {
      let shares = 0;
      let cents = 50_000_000;
      for (const { side, lots, cents: price } of steps) {
        const text = `${String(Math.trunc(price / 100))}.${String(price % 100).padStart(2, '0')}`;
        const verdict = runChecks(
          context({
            account: account({ shortSellingAllowed }),
            request: request({ side, quantity: decOfInteger(lots), limitPrice: dec(text.replace(/\.?0+$/, '')) }),
            exposure: exposure({ position: decOfInteger(shares), cash: dec(String(cents / 100)) }),
          }),
        );
        if (verdict.length > 0) continue;
        approved += 1;
        shares += side === 'BUY' ? lots : -lots;
        cents += (side === 'BUY' ? -1 : 1) * lots * price;
        expect(cents).toBeGreaterThanOrEqual(0);
        expect(Math.abs(shares)).toBeLessThanOrEqual(1000);
        expect(shares >= 0 || shortSellingAllowed).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
  expect(approved).toBeGreaterThan(0);
});

test('every code that a check reports is in the registry', () => {
  const reported = DEFAULT_CHECKS.flatMap((check) =>
    check.check(context({ account: undefined, instrument: undefined, exposure: undefined })),
  );
  expect(reported.filter(({ code }) => !Object.hasOwn(VIOLATION_CODES, code))).toEqual([]);
});
