/** Puts what the order store read of an account together with what the market says of it. */
import type { ActivityDependencies } from './dependencies';
import type { Instrument } from '../src/domain/instruments';
import { dayMoneyOf, firmExposureOf, portfolioOf } from '../src/domain/risk/market-values';
import type { MarketView } from '../src/domain/risk/market-values';
import type { DayFigures, Portfolio, RiskData } from '../src/domain/risk/risk-data';
import type { DayBook, RiskFacts } from '../src/ports/risk-facts';

type Dependencies = Pick<ActivityDependencies, 'instruments' | 'marketData' | 'fxRates'>;

/** The data of a judgement; what was not asked for, or cannot be known, is absent and denies where it is needed. */
export function riskDataOf(
  deps: Dependencies,
  facts: RiskFacts,
  instrument: Instrument | undefined,
  wallTimeMs: number,
): RiskData {
  const { tradingStates, recent, ownOpenOrders, accountHoldings, dayBook, firmHoldings } = facts;
  const market = marketView(deps, wallTimeMs);
  const portfolio =
    accountHoldings?.baseCurrency === undefined
      ? undefined
      : portfolioOf(accountHoldings, accountHoldings.baseCurrency, instrument?.currency, market);
  const firm = firmHoldings && firmExposureOf(firmHoldings.lines, firmHoldings.currencies, market);
  return {
    ...(tradingStates === undefined ? {} : { tradingStates }),
    ...(recent === undefined ? {} : { recent }),
    ...(ownOpenOrders === undefined ? {} : { ownOpenOrders }),
    ...(portfolio === undefined ? {} : { portfolio }),
    ...(firm === undefined ? {} : { firm }),
    ...(instrument === undefined ? {} : { reference: instrument }),
    ...(dayBook === undefined ? {} : { day: dayFigures(dayBook, portfolio, market) }),
  };
}

function dayFigures(book: DayBook, portfolio: Portfolio | undefined, market: MarketView): DayFigures {
  const { fromMs, toMs, orders, symbolQuantity } = book;
  const money =
    portfolio === undefined ? { turnover: undefined, profit: undefined } : dayMoneyOf(book, portfolio, market);
  // Nobody keeps a record of the equity over time: a limit of the fall from its peak denies.
  return { fromMs, toMs, orders, symbolQuantity, ...money, peakEquity: undefined };
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
