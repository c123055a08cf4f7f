/** Orders of a busy desk, made by a seed: twelve of everything that a check may look at, and every limit set. */
import type { Instrument, Quote } from '../../src/domain/instruments';
import { dec } from '../../src/domain/money';
import type { DecimalString } from '../../src/domain/money';
import type { OrderRequest, Side } from '../../src/domain/order-request';
import type { LimitDocument, LimitEntry } from '../../src/domain/risk/limit-document';
import type { LimitValues } from '../../src/domain/risk/limits';
import type { OwnOpenOrder, PortfolioLine, RecentOrder, RiskData } from '../../src/domain/risk/risk-data';
import type { RiskContext } from '../../src/domain/risk/risk-context';

export const ORDERS_SEED = 20_260_101;
/** Quotes, positions, own open orders and recent orders, each. */
const OF_EACH = 12;
const NOW_MS = 1_700_000_000_000;
const MARKET_MS = 1_700_000_000_000;
const DAY_MS = 86_400_000;

const ACCOUNTS = ['alpha', 'beta', 'gamma', 'delta'] as const;
const STRATEGIES = ['crossover', 'maker', 'twap', 'basket'] as const;
const SECTORS = ['TECHNOLOGY', 'ENERGY', 'HEALTH', 'FINANCE'] as const;
const VENUES = Array.from({ length: OF_EACH }, (_none, index) => `V${String(index)}`);
/** Every fourth symbol is a coin: its quantities have eight decimals and go the long way through decimal.js. */
const SYMBOLS = Array.from({ length: 24 }, (_none, index) => ({
  symbol: `S${String(index)}`,
  isCoin: index % 4 === 3,
  sector: SECTORS[index % SECTORS.length] ?? SECTORS[0],
  currency: index % 3 === 2 ? 'EUR' : 'USD',
}));
type Symbol = (typeof SYMBOLS)[number];

/** Whole numbers from a seed: the same run on every machine. */
class Chance {
  constructor(private state: number) {}

  /** From 0 to below `bound`. */
  below(bound: number): number {
    // Mulberry32: 32 bits of state, even enough for picking orders.
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }
  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }
}

/** Contexts without limits; those are looked up for each order anew. */
export function makeOrders(count: number): readonly RiskContext[] {
  const chance = new Chance(ORDERS_SEED);
  // An order and what it is judged against come as JSON, from Temporal and from the database.
  return Array.from(
    { length: count },
    (_none, index) => JSON.parse(JSON.stringify(makeOrder(chance, index))) as RiskContext,
  );
}

function makeOrder(chance: Chance, index: number): RiskContext {
  const symbol = chance.pick(SYMBOLS);
  const side = chance.pick<Side>(['BUY', 'BUY', 'SELL', 'SELL', 'SELL_SHORT']);
  const cents = 5_000 + chance.below(60_000);
  const request = requestOf(chance, symbol, side, cents, index);
  return {
    ...{ request, instrument: instrumentOf(symbol), quotes: quotesOf(chance, symbol.symbol, cents) },
    account: {
      ...{ account: request.account, status: 'ACTIVE', shortSellingAllowed: true },
      limits: {
        ...{ priceCollarPercent: dec('10'), maxOrderValue: dec('250000'), maxOpenOrders: 200 },
        ...{ maxPosition: dec('10000'), maxQuoteAgeMs: 90_000 },
      },
    },
    exposure: {
      ...{ position: whole(500 + chance.below(500)), reservedBuyQuantity: whole(chance.below(200)) },
      ...{ reservedSellQuantity: whole(chance.below(200)), openOrders: OF_EACH },
      ...{ cash: money(500_000_000 + chance.below(1_000_000)), reservedCash: money(chance.below(10_000_000)) },
    },
    session: { openMs: MARKET_MS - DAY_MS / 4, closeMs: MARKET_MS + DAY_MS / 4, tradeDate: '2023-11-14' },
    ...{ marketTimeMs: MARKET_MS, wallTimeMs: NOW_MS, filledQuantity: dec('0') },
    ...dataOf(chance, symbol, cents),
  };
}

function requestOf(chance: Chance, symbol: Symbol, side: Side, cents: number, index: number): OrderRequest {
  const isMarket = chance.below(5) === 0;
  return {
    ...{ clientOrderId: `o${String(index)}`, account: chance.pick(ACCOUNTS), strategy: chance.pick(STRATEGIES) },
    ...{ symbol: symbol.symbol, side, type: isMarket ? 'MARKET' : 'LIMIT', timeInForce: 'DAY' },
    quantity: symbol.isCoin ? coins(1 + chance.below(10_000_000_000)) : whole(1 + chance.below(150)),
    ...(isMarket ? {} : { limitPrice: money(cents + (side === 'BUY' ? 1 : -1) * chance.below(100)) }),
    ...(chance.below(2) === 0 ? { venue: chance.pick(VENUES) } : {}),
  };
}

function instrumentOf({ symbol, isCoin, sector, currency }: Symbol): Instrument {
  return {
    ...{ symbol, assetClass: isCoin ? 'CRYPTO_SPOT' : 'EQUITY', currency, sector, calendarId: 'XNYS' },
    ...{ tickSize: dec('0.01'), lotSize: dec(isCoin ? '0.00000001' : '1'), multiplier: dec('1') },
    ...{ minQuantity: dec(isCoin ? '0.00000001' : '1'), maxQuantity: dec('100000'), minNotional: dec('0') },
    ...{ settlementCycleDays: 1, currencyDecimals: 2, tradable: true, venues: VENUES },
  };
}

function quotesOf(chance: Chance, symbol: string, cents: number): readonly Quote[] {
  return VENUES.map((venue) => {
    const middle = cents + chance.below(20) - 10;
    return {
      ...{ symbol, venue, bidPrice: money(middle - 1), askPrice: money(middle + 1), lastPrice: money(middle) },
      ...{ bidQuantity: whole(100 + chance.below(900)), askQuantity: whole(100 + chance.below(900)) },
      ...{ marketTimeMs: MARKET_MS, receivedAtMs: NOW_MS - chance.below(5_000) },
    };
  });
}

function dataOf(chance: Chance, own: Symbol, cents: number): RiskData {
  const others = SYMBOLS.filter(({ symbol }) => symbol !== own.symbol).slice(0, OF_EACH - 1);
  return {
    portfolio: {
      ...{ baseCurrency: 'USD', rates: { EUR: dec('1.0842') }, equity: money(1_000_000_000) },
      lines: [own, ...others].map((symbol) => lineOf(chance, symbol)),
    },
    firm: { grossExposure: money(2_000_000_000 + chance.below(1_000_000_000)), rate: dec('1') },
    day: {
      ...{ fromMs: MARKET_MS - DAY_MS / 2, toMs: MARKET_MS + DAY_MS / 2, orders: chance.below(5_000) },
      ...{ symbolQuantity: whole(chance.below(20_000)), turnover: money(chance.below(1_000_000_000)) },
      profit: money(chance.below(4_000_000) - 2_000_000),
    },
    peakEquity: money(1_010_000_000),
    recent: {
      completeFromMs: NOW_MS - 60_000,
      orders: Array.from({ length: OF_EACH }, () => recentOf(chance, own, cents)),
    },
    ownOpenOrders: VENUES.map((venue, index) => openOrderOf(chance, venue, cents, index)),
    borrow: { availableQuantity: whole(100_000), openShortQuantity: whole(chance.below(500)) },
    reference: { referencePrice: money(cents + chance.below(200) - 100), averageDailyVolume: whole(1_000_000) },
    tradingStates: [],
  };
}

function lineOf(chance: Chance, { symbol, currency, sector, isCoin }: Symbol): PortfolioLine {
  const hasOrders = chance.below(2) === 0;
  return {
    ...{ symbol, currency, sector, multiplier: dec('1'), markedAtMs: NOW_MS - chance.below(10_000) },
    position: isCoin ? coins(chance.below(10_000_000_000)) : whole(chance.below(1_000) - 300),
    openBuyQuantity: hasOrders ? whole(chance.below(200)) : dec('0'),
    openSellQuantity: hasOrders ? whole(chance.below(200)) : dec('0'),
    markPrice: money(5_000 + chance.below(60_000)),
  };
}

const recentOf = (chance: Chance, { symbol }: Symbol, cents: number): RecentOrder => ({
  ...{ strategy: chance.pick(STRATEGIES), symbol, side: chance.pick<Side>(['BUY', 'SELL']) },
  ...{ quantity: whole(1 + chance.below(150)), limitPrice: money(cents), approvedAtMs: NOW_MS - chance.below(20_000) },
});

/** Buys below the market and sales above it, as a desk's orders stand in a book. */
function openOrderOf(chance: Chance, venue: string, cents: number, index: number): OwnOpenOrder {
  const isBuy = index % 2 === 0;
  const price = isBuy ? cents - 200 - chance.below(100) : cents + 200 + chance.below(100);
  return {
    ...{ orderId: `own-${String(index)}`, venue, side: isBuy ? 'BUY' : 'SELL', limitPrice: money(price) },
    isWaitingStop: index === 0,
  };
}

/** Every limit for the firm, and tighter ones for accounts, strategies, symbols and venues: some 100 entries. */
export function deskLimits(): LimitDocument {
  const scoped = (part: keyof LimitEntry['scope'], names: readonly string[], limits: LimitValues): LimitEntry[] =>
    names.map((name) => ({ scope: { [part]: name }, limits }));
  return {
    version: 'bench',
    entries: [
      { scope: {}, limits: FIRM_LIMITS },
      ...scoped('account', ACCOUNTS, { maxDailyOrders: 9_000, maxAccountExposure: dec('90000000') }),
      ...scoped('strategy', STRATEGIES, { maxStrategyOrderRate: 40, maxRepeatedOrders: 9 }),
      ...scoped(
        'symbol',
        SYMBOLS.map(({ symbol }) => symbol),
        { maxSymbolExposure: dec('9000000') },
      ),
      ...scoped('venue', VENUES, { maxOrderQuantity: dec('9000') }),
      ...ACCOUNTS.flatMap((account) =>
        VENUES.map((venue) => ({ scope: { account, venue }, limits: { maxOrderValue: dec('240000') } })),
      ),
    ],
  };
}

const FIRM_LIMITS: LimitValues = {
  ...{ tradingState: 'ACTIVE', reduceOnly: false, restricted: false, watched: false },
  ...{ minOrderQuantity: dec('0.00000001'), maxOrderQuantity: dec('10000') },
  ...{ minOrderValue: dec('0.01'), maxOrderValue: dec('250000'), maxVolumePercent: dec('5') },
  ...{ maxQuoteAgeMs: 60_000, priceCollarPercent: dec('5'), referenceCollarPercent: dec('10') },
  ...{ lowestPrice: dec('1'), highestPrice: dec('10000'), maxOrderRate: 100, maxStrategyOrderRate: 50 },
  ...{ orderRateWindowMs: 10_000, maxRepeatedOrders: 10, repeatWindowMs: 10_000, maxDailyOrders: 10_000 },
  ...{ maxDailyQuantity: dec('100000'), maxDailyTurnover: dec('100000000'), maxOpenOrders: 100 },
  ...{ maxPosition: dec('9000'), maxLongPosition: dec('9000'), maxShortPosition: dec('5000') },
  ...{ maxGrossPosition: dec('20000'), maxConcentrationPercent: dec('20'), concentrationFloor: dec('5000000') },
  ...{ maxSymbolExposure: dec('10000000'), maxSectorExposure: dec('40000000'), maxCurrencyExposure: dec('80000000') },
  ...{ maxAccountExposure: dec('100000000'), maxFirmExposure: dec('900000000'), initialMarginPercent: dec('25') },
  ...{ maxMarkAgeMs: 60_000, maxDailyLoss: dec('50000'), maxDrawdownPercent: dec('10') },
  ...{ locateRequired: true, preventSelfTrade: true, approvalWithinMs: 300_000 },
};

const whole = (units: number): DecimalString => dec(String(units));
/** Cents as money, two decimals at most. */
const money = (cents: number): DecimalString => placed(cents, 2);
/** Satoshis as coins, eight decimals at most. */
const coins = (units: number): DecimalString => placed(units, 8);

function placed(units: number, places: number): DecimalString {
  const digits = String(Math.abs(units)).padStart(places + 1, '0');
  return dec(
    `${units < 0 ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '') || '0',
  );
}
