/** Puts what the order store read of an account together with what the market says of it. */
import type { ActivityDependencies } from './dependencies';
import type { Instrument } from '../src/domain/instruments';
import { isNegative, subtract, ZERO } from '../src/domain/money';
import { dayMoneyOf } from '../src/domain/risk/day-money';
import { firmExposureOf, peakEquityOf, portfolioOf } from '../src/domain/risk/market-values';
import type { MarketView } from '../src/domain/risk/market-values';
import type { Borrow, DayFigures, Portfolio, RiskData } from '../src/domain/risk/risk-data';
import type { DayBook, RiskFacts, SoldShort } from '../src/ports/risk-facts';

type Dependencies = Pick<ActivityDependencies, 'instruments' | 'marketData' | 'fxRates'>;

/** The data of a judgement; what was not asked for, or cannot be known, is absent and denies where it is needed. */
export function riskDataOf(
  deps: Dependencies,
  facts: RiskFacts,
  instrument: Instrument | undefined,
  wallTimeMs: number,
): RiskData {
  const { tradingStates, recent, ownOpenOrders, accountHoldings, dayBook, peak, soldShort, firmHoldings } = facts;
  const market = marketView(deps, wallTimeMs);
  const portfolio =
    accountHoldings?.baseCurrency === undefined
      ? undefined
      : portfolioOf(accountHoldings, accountHoldings.baseCurrency, instrument?.currency, market);
  const firm = firmHoldings && firmExposureOf(firmHoldings.lines, firmHoldings.currencies, market);
  const peakEquity = peak && portfolio && peakEquityOf(peak, portfolio, market);
  const borrow = soldShort && borrowOf(instrument, soldShort);
  return {
    ...(tradingStates === undefined ? {} : { tradingStates }),
    ...(recent === undefined ? {} : { recent }),
    ...(ownOpenOrders === undefined ? {} : { ownOpenOrders }),
    ...(portfolio === undefined ? {} : { portfolio }),
    ...(firm === undefined ? {} : { firm }),
    ...(peakEquity === undefined ? {} : { peakEquity }),
    ...(borrow === undefined ? {} : { borrow }),
    ...(instrument === undefined ? {} : { reference: instrument }),
    ...(dayBook === undefined ? {} : { day: dayFigures(dayBook, portfolio, market) }),
  };
}

function dayFigures(book: DayBook, portfolio: Portfolio | undefined, market: MarketView): DayFigures {
  const { fromMs, toMs, orders, symbolQuantity } = book;
  const money =
    portfolio === undefined ? { turnover: undefined, profit: undefined } : dayMoneyOf(book, portfolio, market);
  return { fromMs, toMs, orders, symbolQuantity, ...money };
}

/** What the catalog says can be borrowed, less what the firm has sold short already. */
function borrowOf(instrument: Instrument | undefined, { sold, open }: SoldShort): Borrow | undefined {
  if (instrument?.borrowAvailable === undefined) return undefined;
  const left = subtract(instrument.borrowAvailable, sold);
  return { availableQuantity: isNegative(left) ? ZERO : left, openShortQuantity: open };
}

/** The market as this process knows it. */
export function marketView({ instruments, marketData, fxRates }: Dependencies, wallTimeMs: number): MarketView {
  return {
    wallTimeMs,
    fxRates,
    sectorOf: (symbol) => instruments.get(symbol)?.sector,
    quotesOf: (symbol) =>
      (instruments.get(symbol)?.venues ?? [])
        .map((venue) => marketData.quote(symbol, venue))
        .filter((quote) => quote !== undefined),
  };
}
