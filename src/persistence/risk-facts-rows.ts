/** Turns what oms_risk_facts answers into the figures of a decision. */
import { canonical } from '../domain/money';
import type { OwnOpenOrder, RecentOrder, TradingStateEntry } from '../domain/risk/risk-data';
import type {
  CurrencyAmount,
  DayBook,
  Holding,
  KeptPeak,
  RiskFacts,
  RiskQuestion,
  SoldShort,
} from '../ports/risk-facts';

/** Answer of the function oms_risk_facts; amounts are decimal texts without trailing zeros. */
export interface RiskFactRows {
  readonly recent?: readonly (Omit<RecentOrder, 'approvedAtMs'> & { readonly ageMs: number })[];
  readonly ownOpenOrders?: readonly OwnOpenOrder[];
  readonly baseCurrency?: string;
  readonly holdings?: readonly Holding[];
  readonly cash?: readonly CurrencyAmount[];
  readonly day?: Omit<DayBook, 'turnover' | 'fromMs' | 'toMs'> & {
    readonly turnover: readonly Partial<CurrencyAmount>[];
  };
  readonly peak?: KeptPeak;
  readonly soldShort?: SoldShort;
  readonly firm?: { readonly currencies?: readonly string[]; readonly lines: readonly Holding[] };
}

/** The facts of a decision; without a question the trading states alone. */
export function riskFactsOf(
  tradingStates: readonly TradingStateEntry[] | undefined,
  rows: RiskFactRows,
  question: RiskQuestion | undefined,
): RiskFacts {
  const states = tradingStates === undefined ? {} : { tradingStates };
  if (question === undefined) return states;
  const { recent, ownOpenOrders, baseCurrency, holdings, cash = [], day, peak, soldShort, firm } = rows;
  const { wallTimeMs, recentWindowMs } = question;
  return {
    ...states,
    ...(ownOpenOrders === undefined ? {} : { ownOpenOrders }),
    ...(recent === undefined
      ? {}
      : {
          recent: {
            completeFromMs: wallTimeMs - recentWindowMs,
            // Ages come from the database's clock alone, so that a worker whose clock is off counts right.
            orders: recent.map(({ ageMs, ...order }) => ({ ...order, approvedAtMs: wallTimeMs - ageMs })),
          },
        }),
    ...(holdings === undefined
      ? {}
      : { accountHoldings: { ...(baseCurrency === undefined ? {} : { baseCurrency }), lines: holdings, cash } }),
    ...(day === undefined || question.day === undefined
      ? {}
      : { dayBook: { ...day, ...question.day, turnover: complete(day.turnover) } }),
    ...(peak === undefined ? {} : { peak }),
    ...(soldShort === undefined ? {} : { soldShort }),
    ...(firm === undefined ? {} : { firmHoldings: { currencies: firm.currencies ?? [], lines: firm.lines } }),
  };
}

/** Undefined when a part lacks its currency or its amount. */
function complete(parts: readonly Partial<CurrencyAmount>[]): readonly CurrencyAmount[] | undefined {
  const known = parts.flatMap(({ currency, amount }) =>
    currency === undefined || amount === undefined ? [] : [{ currency, amount: canonical(amount) }],
  );
  return known.length === parts.length ? known : undefined;
}
