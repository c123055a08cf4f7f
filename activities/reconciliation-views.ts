/** Reads both sides of a venue account as a reconciliation compares them, page by page. */
import type { ActivityDependencies } from './dependencies';
import type { ExecutionReport } from '../src/domain/execution-report';
import { ZERO } from '../src/domain/money';
import type { DecimalString } from '../src/domain/money';
import { tradeFinding } from '../src/domain/reconciliation-amounts';
import type {
  Amounts,
  OurOrder,
  OurView,
  Part,
  ReconciliationSettings,
  TheirOrder,
  TheirTrade,
  TheirTrades,
  TheirView,
  UnconfirmedExecution,
} from '../src/domain/reconciliation-views';
import type { ReconciliationWindow, VenueAccount } from '../src/ports/reconciliation';
import type { VenueConnector } from '../src/ports/venue';

/** Reports asked for at once. */
const PAGE = 1_000;

type Dependencies = Pick<ActivityDependencies, 'reconciliations' | 'venueStore' | 'clock'>;
export interface Reading {
  readonly ours: OurView;
  readonly theirs: TheirView;
  /** Reports of the venue that were looked at. */
  readonly reports: number;
}

/** Both sides: the venue first, so that an order that it lists is recorded here when we look. */
export async function readBoth(
  deps: Dependencies,
  connector: VenueConnector,
  of: VenueAccount,
  window: ReconciliationWindow,
  settings: ReconciliationSettings,
): Promise<Reading> {
  const { reconciliations, venueStore } = deps;
  const theirOrders = await openOrders(connector, of);
  const unconfirmed = await reconciliations.unconfirmed(of, window);
  const { trades, reports } = await readTrades(deps, connector, of, window, settings, unconfirmed);
  const [positions, balances] = [await positionsOf(connector, of), await balancesOf(connector, of)];
  const orders = await ourOrders(deps, of, theirOrders.kind === 'answered' ? theirOrders.value : []);
  const amounts = await reconciliations.amounts(of);
  const streamPosition = await venueStore.lastSequence(of.venue, of.venueAccount);
  return {
    ours: { orders, unconfirmed, ...amounts, streamPosition },
    theirs: { orders: theirOrders, trades, positions, balances },
    reports,
  };
}

/** Open orders, and those that have ended here while the venue lists them. */
async function ourOrders(
  { reconciliations }: Dependencies,
  of: VenueAccount,
  theirs: readonly TheirOrder[],
): Promise<readonly OurOrder[]> {
  const orders: OurOrder[] = [];
  for (let after: string | undefined = ''; after !== undefined;) {
    const page = await reconciliations.openOrders(of, after);
    orders.push(...page.orders);
    after = page.next;
  }
  const known = new Set(orders.map(({ orderId }) => orderId));
  for (let at = 0; at < theirs.length; at += PAGE) {
    for (const order of await reconciliations.ordersOf(of, theirs.slice(at, at + PAGE))) {
      if (!known.has(order.orderId)) orders.push(order);
      known.add(order.orderId);
    }
  }
  return orders;
}

async function openOrders(connector: VenueConnector, of: VenueAccount): Promise<Part<readonly TheirOrder[]>> {
  const answer = await connector.openOrders(of.venueAccount);
  return answer.kind === 'open' ? { kind: 'answered', value: answer.orders } : answer;
}
async function positionsOf(connector: VenueConnector, of: VenueAccount): Promise<Part<Amounts>> {
  const answer = await connector.positions(of.venueAccount);
  if (answer.kind !== 'positions') return answer;
  return amountsOf(answer.positions.map(({ symbol, quantity }) => [symbol, quantity]));
}
async function balancesOf(connector: VenueConnector, of: VenueAccount): Promise<Part<Amounts>> {
  const answer = await connector.balances(of.venueAccount);
  if (answer.kind !== 'balances') return answer;
  return amountsOf(answer.balances.map(({ currency, amount }) => [currency, amount]));
}
const amountsOf = (entries: readonly (readonly [string, DecimalString])[]): Part<Amounts> => ({
  kind: 'answered',
  value: Object.fromEntries(entries),
});

/** The reports of the window; what is booked as the venue has it is not kept. */
async function readTrades(
  deps: Dependencies,
  connector: VenueConnector,
  of: VenueAccount,
  window: ReconciliationWindow,
  settings: ReconciliationSettings,
  unconfirmed: readonly UnconfirmedExecution[],
): Promise<{ readonly trades: Part<TheirTrades>; readonly reports: number }> {
  const wanted = new Set(unconfirmed.map(({ execId }) => execId));
  const open: TheirTrades['open'][number][] = [];
  const confirmed: string[] = [];
  let reports = 0;
  try {
    for (let after = window.fromSequence; ;) {
      const page = await connector.reportsAfter(of.venueAccount, after, PAGE);
      // The venue counts anew: all that it has is read again.
      if (page.lastSequence < after) {
        after = 0;
        continue;
      }
      const trades = page.reports.filter(({ execType }) => TRADES.has(execType));
      const known = trades.length === 0 ? [] : await deps.reconciliations.knownTrades(of, trades);
      for (const [index, report] of trades.entries()) {
        if (wanted.has(report.execId)) confirmed.push(report.execId);
        const entry = { trade: tradeOf(report), known: known[index] };
        if (entry.known === undefined) continue;
        if (tradeFinding(entry.trade, entry.known, settings, deps.clock.nowMs()) !== undefined)
          open.push({ trade: entry.trade, known: entry.known });
      }
      reports += page.reports.length;
      const last = page.reports.at(-1)?.sequence ?? page.lastSequence;
      const passed = Math.max(last, ...(page.unreadable ?? []).map(({ sequence = 0 }) => sequence));
      if (passed <= after || passed >= page.lastSequence)
        return { trades: { kind: 'answered', value: { open, confirmed, lastSequence: page.lastSequence } }, reports };
      after = passed;
    }
  } catch (error) {
    return { trades: { kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) }, reports };
  }
}
const TRADES: ReadonlySet<string> = new Set(['TRADE', 'TRADE_CORRECT', 'TRADE_CANCEL']);

const tradeOf = (report: ExecutionReport): TheirTrade => ({
  ...{ execId: report.execId, execType: report.execType as TheirTrade['execType'], sequence: report.sequence },
  ...(report.execRefId === undefined ? {} : { execRefId: report.execRefId }),
  ...{ clientOrderId: report.clientOrderId, venueOrderId: report.venueOrderId },
  ...{ symbol: report.symbol, side: report.side },
  ...{ quantity: report.lastQuantity ?? ZERO, price: report.lastPrice ?? ZERO, fee: report.fee ?? ZERO },
  ...(report.feeCurrency === undefined ? {} : { feeCurrency: report.feeCurrency }),
});
