import type { Instrument, Quote } from '../../../src/domain/instruments';
import { dec, ZERO } from '../../../src/domain/money';
import type { OrderRequest } from '../../../src/domain/order-request';
import type { Account, Exposure, RiskContext } from '../../../src/domain/risk/risk-context';

/** Wall time of every test that does not move it. */
export const NOW_MS = 1_700_000_000_000;
/** Market time: 6 June 2014, 10:00 in New York. */
export const MARKET_MS = Date.UTC(2014, 5, 6, 14);

export const request = (change: Partial<OrderRequest> = {}): OrderRequest => ({
  clientOrderId: 'one',
  account: 'alpha',
  strategy: 'test',
  symbol: 'AAPL',
  side: 'BUY',
  type: 'LIMIT',
  quantity: dec('100'),
  limitPrice: dec('644.1'),
  timeInForce: 'DAY',
  ...change,
});

/** The same without its limit price: a market order, or a stop where `change` says so. */
export function marketRequest(change: Partial<OrderRequest> = {}): OrderRequest {
  const entries = Object.entries(request()).filter(([field]) => field !== 'limitPrice');
  return { ...(Object.fromEntries(entries) as unknown as OrderRequest), type: 'MARKET', ...change };
}

export const instrument = (change: Partial<Instrument> = {}): Instrument => ({
  symbol: 'AAPL',
  assetClass: 'EQUITY',
  currency: 'USD',
  tickSize: dec('0.01'),
  lotSize: dec('1'),
  minQuantity: dec('1'),
  maxQuantity: dec('100000'),
  minNotional: dec('0'),
  multiplier: dec('1'),
  calendarId: 'XNYS',
  settlementCycleDays: 1,
  currencyDecimals: 2,
  tradable: true,
  venues: ['SIMX', 'SIMY'],
  ...change,
});

export const quote = (change: Partial<Quote> = {}): Quote => ({
  symbol: 'AAPL',
  venue: 'SIMX',
  bidPrice: dec('643.9'),
  bidQuantity: dec('300'),
  askPrice: dec('644'),
  askQuantity: dec('200'),
  lastPrice: dec('643.95'),
  marketTimeMs: MARKET_MS,
  receivedAtMs: NOW_MS - 100,
  ...change,
});

export const account = (change: Partial<Account> = {}): Account => ({
  account: 'alpha',
  status: 'ACTIVE',
  shortSellingAllowed: false,
  limits: {
    priceCollarPercent: dec('10'),
    maxOrderValue: dec('250000'),
    maxOpenOrders: 10,
    maxPosition: dec('1000'),
    maxQuoteAgeMs: 5_000,
  },
  ...change,
});

export const exposure = (change: Partial<Exposure> = {}): Exposure => ({
  position: ZERO,
  reservedBuyQuantity: ZERO,
  reservedSellQuantity: ZERO,
  cash: dec('1000000'),
  reservedCash: ZERO,
  openOrders: 0,
  ...change,
});

/** A context in which every check passes. */
export const context = (change: Partial<RiskContext> = {}): RiskContext => ({
  request: request(),
  account: account(),
  instrument: instrument(),
  exposure: exposure(),
  quotes: [quote()],
  session: { openMs: MARKET_MS - 1_800_000, closeMs: MARKET_MS + 21_600_000, tradeDate: '2014-06-06' },
  marketTimeMs: MARKET_MS,
  wallTimeMs: NOW_MS,
  filledQuantity: ZERO,
  ...change,
});
