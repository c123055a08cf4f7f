import { dec, ZERO } from '../../../../src/domain/money';
import { createLimitResolver } from '../../../../src/domain/risk/limit-document';
import type { LimitValues, ResolvedLimits } from '../../../../src/domain/risk/limits';
import type {
  OwnOpenOrder,
  Portfolio,
  PortfolioLine,
  RecentOrder,
  RiskData,
} from '../../../../src/domain/risk/risk-data';
import type { RiskContext } from '../../../../src/domain/risk/risk-context';
import { account, context, exposure, instrument, MARKET_MS, NOW_MS, request } from '../trading-fixtures';

/** Version of the document of every test that does not name one. */
export const VERSION = 'v1';

/** The limits as a document of one entry for the whole firm puts them in force; any concentration is allowed. */
export const limitsInForce = (limits: LimitValues = {}): ResolvedLimits =>
  createLimitResolver({
    version: VERSION,
    entries: [{ scope: {}, limits: { maxConcentrationPercent: dec('100'), ...limits } }],
  }).limitsOf({ account: 'alpha', strategy: 'test', symbol: 'AAPL' });

export const line = (change: Partial<PortfolioLine> = {}): PortfolioLine => ({
  symbol: 'MSFT',
  currency: 'USD',
  sector: 'TECHNOLOGY',
  multiplier: dec('1'),
  position: dec('-100'),
  openBuyQuantity: ZERO,
  openSellQuantity: ZERO,
  markPrice: dec('40'),
  markedAtMs: NOW_MS - 1_000,
  ...change,
});

export const portfolio = (change: Partial<Portfolio> = {}): Portfolio => ({
  baseCurrency: 'USD',
  rates: { EUR: dec('1.25') },
  lines: [
    line(),
    line({ symbol: 'SAP', currency: 'EUR', sector: 'SOFTWARE', position: dec('10'), markPrice: dec('80') }),
  ],
  equity: dec('1000000'),
  ...change,
});

export const recentOrder = (change: Partial<RecentOrder> = {}): RecentOrder => ({
  strategy: 'test',
  symbol: 'AAPL',
  side: 'BUY',
  quantity: dec('100'),
  limitPrice: dec('644.1'),
  approvedAtMs: NOW_MS - 999,
  ...change,
});

/** Every part that a limit can need, of a quiet account. */
export const riskData = (change: Partial<RiskData> = {}): RiskData => ({
  portfolio: portfolio(),
  firm: { grossExposure: dec('5000000'), rate: dec('1') },
  day: {
    fromMs: MARKET_MS - 3_600_000,
    toMs: MARKET_MS + 82_800_000,
    orders: 0,
    symbolQuantity: ZERO,
    turnover: ZERO,
    profit: ZERO,
  },
  peakEquity: dec('1000000'),
  recent: { completeFromMs: NOW_MS - 60_000, orders: [] },
  ownOpenOrders: [],
  borrow: { availableQuantity: dec('1000'), openShortQuantity: ZERO },
  reference: { referencePrice: dec('640'), averageDailyVolume: dec('1000000') },
  ...change,
});

/** Every limit set so that the order of the fixtures passes. */
export const EVERY_LIMIT: LimitValues = {
  tradingState: 'ACTIVE',
  reduceOnly: false,
  restricted: false,
  watched: true,
  minOrderQuantity: dec('1'),
  maxOrderQuantity: dec('1000'),
  minOrderValue: dec('1'),
  maxOrderValue: dec('1000000'),
  maxVolumePercent: dec('1'),
  maxQuoteAgeMs: 5_000,
  priceCollarPercent: dec('5'),
  referenceCollarPercent: dec('10'),
  lowestPrice: dec('500'),
  highestPrice: dec('800'),
  maxOrderRate: 10,
  maxStrategyOrderRate: 5,
  orderRateWindowMs: 1_000,
  maxRepeatedOrders: 3,
  repeatWindowMs: 2_000,
  maxDailyOrders: 1_000,
  maxDailyQuantity: dec('10000'),
  maxDailyTurnover: dec('10000000'),
  maxOpenOrders: 10,
  maxPosition: dec('1000'),
  maxLongPosition: dec('1000'),
  maxShortPosition: dec('1000'),
  maxGrossPosition: dec('2000'),
  maxConcentrationPercent: dec('100'),
  concentrationFloor: dec('100000'),
  maxSymbolExposure: dec('500000'),
  maxSectorExposure: dec('600000'),
  maxCurrencyExposure: dec('700000'),
  maxAccountExposure: dec('800000'),
  maxFirmExposure: dec('9000000'),
  initialMarginPercent: dec('50'),
  maxMarkAgeMs: 60_000,
  maxDailyLoss: dec('10000'),
  maxDrawdownPercent: dec('20'),
  locateRequired: true,
  preventSelfTrade: true,
  approvalWithinMs: 60_000,
};

/** A context with all parts, in which the limits are in force. */
export const limited = (limits: LimitValues = {}, change: Partial<RiskContext> = {}): RiskContext =>
  context({
    instrument: instrument({ sector: 'TECHNOLOGY' }),
    ...riskData(),
    limits: limitsInForce(limits),
    ...change,
  });

export type Change = Partial<RiskContext>;
export const short = { account: account({ shortSellingAllowed: true }) };
export const sale = (quantity = '100') => request({ side: 'SELL', quantity: dec(quantity), limitPrice: dec('644') });
export const shortSale = (quantity = '100') =>
  request({ side: 'SELL_SHORT', quantity: dec(quantity), limitPrice: dec('644') });
export const holding = (position: string) => ({ exposure: exposure({ position: dec(position) }) });
export const recent = (...orders: readonly RecentOrder[]): Change => ({ recent: { completeFromMs: 0, orders } });
export const day = (change: Partial<NonNullable<RiskContext['day']>>): Change => ({
  day: { ...riskData().day!, ...change },
});
export const own = (change: Partial<OwnOpenOrder> = {}): Change => ({
  ownOpenOrders: [
    { orderId: 'alpha/own', venue: 'SIMX', side: 'SELL', limitPrice: dec('644.1'), isWaitingStop: false, ...change },
  ],
});
export const at = (ageMs: number, change: Partial<RecentOrder> = {}): RecentOrder =>
  recentOrder({ approvedAtMs: NOW_MS - ageMs, ...change });

/** A line whose sector nobody knows. */
export function noSector(): PortfolioLine {
  const { sector: _sector, ...rest } = line({ symbol: 'SAP', position: dec('25') });
  return rest;
}
