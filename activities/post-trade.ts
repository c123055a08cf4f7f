/** One post-trade run: looks at what was booked since the last one and at the limits as they stand, records, and tells. */
import { activityInfo, heartbeat } from '@temporalio/activity';
import type { ActivityDependencies } from './dependencies';
import { measureAll } from './post-trade-limits';
import type { PostTradeRunReport } from '../src/contracts/post-trade';
import { breachSteps } from '../src/domain/post-trade/breaches';
import { checkFill } from '../src/domain/post-trade/fill-checks';
import type { FillContext } from '../src/domain/post-trade/fill-checks';
import type { PostTradeFinding } from '../src/domain/post-trade/findings';
import { inspect } from '../src/domain/post-trade/surveillance';
import { effectiveLimit } from '../src/domain/risk/effective-limits';
import { settlementTimeOf } from '../src/domain/settlement-terms';
import type { LimitResolver } from '../src/domain/risk/limit-document';
import type { Account } from '../src/domain/risk/risk-context';
import type { PostTradeRange, ReadTrade, ReadTrades } from '../src/ports/post-trade';

/** Places of executions that are read at once. */
const PAGE = 5_000;
/** Five of these fit into the heartbeat timeout. */
const HEARTBEAT_EVERY_MS = 3_000;
/** Longer than a recording may take, and than a stream takes to bring what a submission was answered with. */
const LATE_MS = 60_000;

type Dependencies = Pick<
  ActivityDependencies,
  | 'postTrade'
  | 'limits'
  | 'limitsInForce'
  | 'orders'
  | 'instruments'
  | 'calendars'
  | 'marketData'
  | 'fxRates'
  | 'clock'
  | 'log'
>;
interface Run {
  readonly runId: string;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly limits: LimitResolver | undefined;
}

export async function runPostTrade(deps: Dependencies): Promise<PostTradeRunReport> {
  const { runId } = activityInfo().workflowExecution ?? {};
  if (runId === undefined) throw new Error('a post-trade run runs in a workflow, whose run id is its own');
  const beat = setInterval(() => {
    heartbeat();
  }, HEARTBEAT_EVERY_MS);
  try {
    return await runOnce(deps, runId);
  } finally {
    clearInterval(beat);
  }
}

async function runOnce(deps: Dependencies, runId: string): Promise<PostTradeRunReport> {
  const { postTrade, clock } = deps;
  const { store, settings } = postTrade;
  const startedAtMs = clock.nowMs();
  const range = await store.begin(runId, startedAtMs, LATE_MS + settings.layeringWindowMs + settings.washWindowMs);
  const accounts = await deps.orders.accounts();
  const { riskLimits, denial } = await deps.limitsInForce.at(await deps.limits.version());
  const run = {
    runId,
    accounts: new Map(accounts.map((account) => [account.account, account])),
    limits: riskLimits,
  };
  const { trades, found } = await lookAtTrades(deps, run, range);
  // Against limits that cannot be read nothing begins and nothing is over; people are told of them elsewhere.
  const steps =
    denial === undefined
      ? breachSteps(await store.openBreaches(), await measureAll(deps, accounts, riskLimits), clock.nowMs())
      : { opened: [], over: [] };
  await store.keepBreaches(runId, steps, clock.nowMs());
  await tell(deps);
  const counts: Record<string, number> = {};
  for (const { code } of [...found, ...steps.opened]) counts[code] = (counts[code] ?? 0) + 1;
  const openBreaches = await store.openBreaches();
  const summary = { trades, accounts: accounts.length, found: counts, openBreaches };
  const endedAtMs = clock.nowMs();
  await store.end(runId, endedAtMs, range, summary);
  return { runId, startedAtMs, endedAtMs, ...summary };
}

/** Page by page; each is looked at together with the end of the one before, so that no pattern falls between two. */
async function lookAtTrades(
  deps: Dependencies,
  run: Run,
  range: PostTradeRange,
): Promise<{ readonly trades: number; readonly found: readonly PostTradeFinding[] }> {
  const { store } = deps.postTrade;
  const found: PostTradeFinding[] = [];
  let trades = 0;
  let before: ReadTrades = { trades: [], orders: new Map() };
  for (let from = range.from; from < range.through; from += PAGE) {
    const page = await store.trades(from, Math.min(from + PAGE, range.through));
    const checked = page.trades.flatMap((trade) => checkFill(fillContext(deps, run, page, trade)));
    const suspicions = await suspicionsIn(deps, joined(before, page), range);
    found.push(...(await store.keep(run.runId, [...checked, ...suspicions])));
    trades += page.trades.length;
    before = page;
    heartbeat(from);
  }
  return { trades, found };
}

const joined = (one: ReadTrades, other: ReadTrades): ReadTrades => ({
  trades: [...one.trades, ...other.trades],
  orders: new Map([...one.orders, ...other.orders]),
});

function fillContext(deps: Dependencies, { accounts, limits }: Run, page: ReadTrades, trade: ReadTrade): FillContext {
  const { postTrade, calendars } = deps;
  const { account: name, symbol, venue, atMs } = trade;
  const instrument = deps.instruments.get(symbol);
  const account = accounts.get(name);
  const resolved = limits?.limitsOf({ account: name, strategy: '', symbol, venue });
  const cycleDays = instrument?.settlementCycleDays ?? 0;
  // From the session that ends at the very moment of the trade on: that one is the trade's own.
  const sessions = instrument && calendars.sessions(instrument.calendarId, atMs - 1, cycleDays + 2);
  return {
    trade,
    order: page.orders.get(trade.orderId),
    instrument,
    session: sessions && (sessions[0] ?? null),
    settlesAtMs: sessions && settlementTimeOf({ sessions, cycleDays }, atMs),
    feeTerms: postTrade.feeTerms.get(venue),
    collarPercent:
      account &&
      effectiveLimit(resolved === undefined ? {} : { limits: resolved }, account, 'priceCollarPercent').value,
    settings: postTrade.settings,
  };
}

async function suspicionsIn(
  { postTrade }: Dependencies,
  { trades, orders }: ReadTrades,
  { seenThrough }: PostTradeRange,
): Promise<readonly PostTradeFinding[]> {
  const { store, settings, detectors } = postTrade;
  // Whether a trade has a match id is known when the stream has brought it; the next run does not wait for that any more.
  const ready = trades.filter(({ isConfirmed, arrival }) => isConfirmed || arrival <= seenThrough);
  const bySymbol = new Map<string, ReadTrade[]>();
  for (const trade of ready) bySymbol.set(trade.symbol, [...(bySymbol.get(trade.symbol) ?? []), trade]);
  const findings: PostTradeFinding[] = [];
  // One symbol after the other: replayed markets live in times of their own.
  for (const [symbol, own] of bySymbol) {
    const times = own.map(({ atMs }) => atMs);
    const firstMs = times.reduce((a, b) => Math.min(a, b));
    const lastMs = times.reduce((a, b) => Math.max(a, b));
    const canceled = await store.canceledOrders([symbol], firstMs - settings.layeringWindowMs, lastMs);
    findings.push(...inspect({ trades: own, orders, canceled, settings }, detectors));
  }
  return findings;
}

/** Tells people of every finding that they have not been told of, and of the end of breaches; what is told is noted after. */
async function tell({ postTrade: { store }, clock, log }: Dependencies): Promise<void> {
  for (const { finding, step } of await store.untold()) {
    const { findingId, kind, account, symbol, orderId, evidence } = finding;
    const fields = { alert: true, findingId, account, symbol, orderId, evidence, finding: finding.code };
    if (step === 'TOLD_OVER') {
      const reason = finding.steps.find((taken) => taken.step === 'OVER')?.reason ?? '';
      log.warn({ ...fields, code: 'LIMIT_BREACH_OVER' }, `${finding.subject} is over: ${reason}`);
    } else if (kind === 'BREACH') log.error({ ...fields, code: 'LIMIT_BREACH' }, finding.reason);
    else if (kind === 'FILL') log.error({ ...fields, code: 'TRADE_SUSPECT' }, finding.reason);
    else log.warn({ ...fields, code: 'SURVEILLANCE' }, finding.reason);
    await store.take(findingId, { step, actor: 'post-trade', reason: 'logged as an alert', atMs: clock.nowMs() });
  }
}
