/** Measures every account against its limits: what it holds from the ledger, what that is worth from the market. */
import type { ActivityDependencies } from './dependencies';
import { marketDayOf } from './market-day';
import { marketView } from './risk-data';
import type { Measure, Measured } from '../src/domain/post-trade/limit-measures';
import { firmMeasures, measuresOf, valuedEquity } from '../src/domain/post-trade/limit-measures';
import type { LimitResolver } from '../src/domain/risk/limit-document';
import type { ResolvedLimits } from '../src/domain/risk/limits';
import { dayMoneyOf } from '../src/domain/risk/day-money';
import { firmExposureOf, portfolioOf } from '../src/domain/risk/market-values';
import type { MarketView } from '../src/domain/risk/market-values';
import type { Account } from '../src/domain/risk/risk-context';
import type { Portfolio } from '../src/domain/risk/risk-data';
import type { Closing, MarketDay } from '../src/ports/risk-facts';

interface Dependencies extends Pick<
  ActivityDependencies,
  'instruments' | 'calendars' | 'marketData' | 'fxRates' | 'clock'
> {
  readonly postTrade: Pick<ActivityDependencies['postTrade'], 'store'>;
}

/** What every account and the firm are measured at, the limits of strategies and venues apart: nothing is held by them. */
export async function measureAll(
  deps: Dependencies,
  accounts: readonly Account[],
  limits: LimitResolver | undefined,
): Promise<readonly Measure[]> {
  const market = marketView(deps, deps.clock.nowMs());
  const days = runningDays(deps, market);
  const measures: Measure[] = [];
  for (const account of accounts) measures.push(...(await measuresOfAccount(deps, account, limits, { market, days })));
  const firmLimits = limitsOf(limits, '', '');
  const [first] = accounts;
  if (first === undefined || firmLimits.maxFirmExposure === undefined) return measures;
  const { firmHoldings: held } = await deps.postTrade.store.facts(first.account, ['firm'], market.wallTimeMs);
  const firm = held && firmExposureOf(held.lines, held.currencies, market);
  return [...measures, ...firmMeasures(firm, firmLimits)];
}

interface Now {
  readonly market: MarketView;
  readonly days: readonly RunningDay[];
}
interface RunningDay extends MarketDay {
  readonly name: string;
  /** Market time of the newest quote. */
  readonly marketTimeMs: number;
}

async function measuresOfAccount(
  { postTrade: { store } }: Dependencies,
  account: Account,
  limits: LimitResolver | undefined,
  { market, days }: Now,
): Promise<readonly Measure[]> {
  const { wallTimeMs } = market;
  const own = (symbol: string): ResolvedLimits => limitsOf(limits, account.account, symbol);
  const { accountHoldings: held } = await store.facts(account.account, ['portfolio'], wallTimeMs);
  if (held === undefined) return [];
  // Without a base currency positions can be measured, and money cannot.
  const portfolio = portfolioOf(held, held.baseCurrency ?? '', undefined, market);
  const measured = { account, portfolio, limitsOf: own, wallTimeMs };
  const equity = held.baseCurrency === undefined ? undefined : valuedEquity(measured);
  const peakEquity = equity && (await store.raisePeak(account.account, portfolio.baseCurrency, equity, wallTimeMs));
  if (held.baseCurrency !== undefined) {
    for (const { toMs, marketTimeMs } of days)
      await store.keepClosing(account.account, toMs, closingOf(portfolio, marketTimeMs));
  }
  const profits: { day: string; profit: Measured['days'][number]['profit'] }[] = [];
  for (const day of own('').maxDailyLoss === undefined ? [] : days) {
    const { dayBook } = await store.facts(account.account, ['portfolio'], wallTimeMs, day);
    profits.push({ day: day.name, profit: dayBook && dayMoneyOf(dayBook, portfolio, market).profit });
  }
  return measuresOf({ ...measured, days: profits, peakEquity });
}

/** What the account's holdings are worth now; of what cannot be valued nothing is kept, which denies where it is needed. */
const closingOf = ({ baseCurrency, rates, lines }: Portfolio, marketTimeMs: number): Closing => ({
  ...{ marketTimeMs, baseCurrency, rates },
  marks: Object.fromEntries(
    lines.flatMap(({ symbol, markPrice }) => (markPrice === undefined ? [] : [[symbol, markPrice]])),
  ),
});

const limitsOf = (limits: LimitResolver | undefined, account: string, symbol: string): ResolvedLimits =>
  limits?.limitsOf({ account, strategy: '', symbol }) ?? {};

/** The market day of every calendar of which a quote tells the time. */
function runningDays({ instruments, calendars }: Dependencies, { quotesOf }: MarketView): readonly RunningDay[] {
  const newest = new Map<string, number>();
  for (const { symbol, calendarId } of instruments.values()) {
    for (const { marketTimeMs } of quotesOf(symbol))
      newest.set(calendarId, Math.max(newest.get(calendarId) ?? 0, marketTimeMs));
  }
  return [...newest].map(([calendarId, marketTimeMs]) => {
    const session = calendars.sessions(calendarId, marketTimeMs, 1)[0];
    const day = marketDayOf(calendars, calendarId, session, marketTimeMs);
    return { ...day, marketTimeMs, name: `${calendarId} ${session?.tradeDate ?? String(day.fromMs)}` };
  });
}
