/** Puts what the order store read of an account together with what the market says of it. */
import type { ActivityDependencies } from './dependencies';
import type { Instrument } from '../src/domain/instruments';
import { portfolioOf } from '../src/domain/risk/market-values';
import type { MarketView } from '../src/domain/risk/market-values';
import type { RiskData } from '../src/domain/risk/risk-data';
import type { RiskFacts } from '../src/ports/risk-facts';

type Dependencies = Pick<ActivityDependencies, 'instruments' | 'marketData' | 'fxRates'>;

/** The data of a judgement; what was not asked for, or cannot be known, is absent and denies where it is needed. */
export function riskDataOf(
  deps: Dependencies,
  facts: RiskFacts,
  instrument: Instrument | undefined,
  wallTimeMs: number,
): RiskData {
  const { tradingStates, recent, ownOpenOrders, accountHoldings } = facts;
  const market = marketView(deps, wallTimeMs);
  const portfolio =
    accountHoldings?.baseCurrency === undefined
      ? undefined
      : portfolioOf(accountHoldings, accountHoldings.baseCurrency, instrument?.currency, market);
  return {
    ...(tradingStates === undefined ? {} : { tradingStates }),
    ...(recent === undefined ? {} : { recent }),
    ...(ownOpenOrders === undefined ? {} : { ownOpenOrders }),
    ...(portfolio === undefined ? {} : { portfolio }),
  };
}

function marketView({ instruments, marketData, fxRates }: Dependencies, wallTimeMs: number): MarketView {
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
