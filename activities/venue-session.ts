/** Reads a venue account's report stream into the inbox and hands each report to its order. */
import { activityInfo, heartbeat, cancellationSignal } from '@temporalio/activity';
import type { ActivityDependencies } from './dependencies';
import { askForReadable } from './report-questions';
import { keepUnreadable, tellConflicts } from './report-troubles';
import { isAdoptable } from '../src/domain/adoption';
import type { ExecutionReport } from '../src/domain/execution-report';
import type { OrderId } from '../src/domain/ids';
import { REPORTS_TOLD_MAX } from '../src/domain/news';
import { SequenceBeganAgainError } from '../src/domain/sequence-began-again';
import type { InboxEntry } from '../src/ports/stores';
import type { VenueConnector } from '../src/ports/venue';

/** Three of these fit into the heartbeat timeout, so that one lost beat moves nothing. */
const HEARTBEAT_EVERY_MS = 1_500;
/** Wait between delivery rounds of what could not be delivered: the order's record may still be on its way. */
const REDELIVER_EVERY_MS = 2_000;
/** Wait between rounds of questions for what could not be read; their own pauses are never shorter. */
const ASK_EVERY_MS = 1_000;
/** Undelivered entries looked at per round. */
const REDELIVER_MAX = 500;

type Dependencies = Pick<ActivityDependencies, 'venues' | 'venueStore' | 'orders' | 'signals' | 'log' | 'clock'>;
/** What delivery needs. */
type DeliveryDependencies = Pick<Dependencies, 'venueStore' | 'orders' | 'signals' | 'log'>;
interface Position {
  readonly sequence: number;
}

/**
 * Runs until cancelled: resumes after the last sequence that is safely in the inbox, fills the gap by query, then
 * follows the stream. Throws when stream or database break; Temporal starts it again, here or on another worker.
 */
export async function runVenueSession(
  deps: Dependencies,
  input: { venue: string; venueAccount: string },
): Promise<void> {
  const { venue, venueAccount } = input;
  const connector = deps.venues.get(venue);
  if (connector === undefined) throw new Error(`no connector for venue ${venue}`);
  const stop = new AbortController();
  const cancel = cancellationSignal();
  const abort = (): void => {
    stop.abort();
  };
  cancel.addEventListener('abort', abort, { once: true });

  const beaten = activityInfo().heartbeatDetails as Position | undefined;
  // The inbox is the truth; the heartbeat only saves the question when the database has lost nothing.
  let position = Math.max(0, await deps.venueStore.lastSequence(venue, venueAccount));
  deps.log.info({ venue, venueAccount, position, heartbeat: beaten?.sequence }, 'venue session starts');
  const beat = setInterval(() => {
    heartbeat({ sequence: position } satisfies Position);
  }, HEARTBEAT_EVERY_MS);
  const take: Parameters<VenueConnector['streamReports']>[2] = async (reports, unreadable) => {
    await takeIn(deps, reports);
    const passed = [...reports, ...unreadable].reduce((last, { sequence = 0 }) => Math.max(last, sequence), position);
    await keepUnreadable(deps, { venue, venueAccount }, unreadable, passed);
    position = passed;
  };
  const questions = {
    ...{ connector, venueAccount, position: () => position, signal: stop.signal },
    takeIn: (reports: readonly ExecutionReport[]) => takeIn(deps, reports),
  };
  // Questions to a slow venue must not hold back a delivery.
  const rounds = Promise.all([
    everyRound(deps, REDELIVER_EVERY_MS, stop.signal, () => redeliver(deps, input)),
    everyRound(deps, ASK_EVERY_MS, stop.signal, () => askForReadable(deps, questions)),
  ]);
  try {
    const follow = (after: number): Promise<void> => connector.streamReports(venueAccount, after, take, stop.signal);
    await follow(position).catch((error: unknown) => {
      if (!(error instanceof SequenceBeganAgainError)) throw error;
      deps.log.warn({ alert: true, code: 'SEQUENCE_BEGAN_AGAIN', venue, venueAccount }, error.message);
      position = 0;
      return follow(position);
    });
    if (!cancel.aborted) throw new Error(`the report stream of ${venue}/${venueAccount} ended`);
  } finally {
    clearInterval(beat);
    stop.abort();
    cancel.removeEventListener('abort', abort);
    await rounds;
  }
}

/** Stores reports and delivers what is new; the stream waits for it, so nothing outruns the inbox. */
async function takeIn(deps: Dependencies, reports: readonly ExecutionReport[]): Promise<void> {
  await deliver(deps, await deps.venueStore.receive(reports));
}

/** Signals each order once with all its reports of the batch. */
export async function deliver(deps: DeliveryDependencies, entries: readonly InboxEntry[]): Promise<void> {
  const ours = entries.filter((entry) => entry.orderId !== undefined);
  const foreign = entries.filter((entry) => entry.orderId === undefined);
  const unusable = foreign.filter(({ report }) => !isAdoptable(report));
  for (const { report } of unusable)
    deps.log.warn({ alert: true, code: 'REPORT_ORPHAN', report }, 'report for no known order; kept in the inbox');
  await deps.venueStore.markDelivered(unusable, 'UNUSABLE');
  const adopted = await adoptedOrders(
    deps,
    foreign.filter(({ report }) => isAdoptable(report)),
  );
  await Promise.all([
    ...grouped(ours, (entry) => entry.orderId).map(([orderId, own]) => deliverTo(deps, orderId, own)),
    ...grouped([...adopted.keys()], (entry) => adopted.get(entry)).map(async ([orderId, own]) => {
      await deps.signals.adopt(orderId, reportsOf(own));
      await deps.venueStore.markDelivered(own, 'ORDER');
    }),
  ]);
}

/**
 * The adopted order of each entry; one after the other, as the first report of an order decides for those behind it. None
 * for as long as a report that cannot be read yet may tell that it is one of ours: it waits for the next round.
 */
async function adoptedOrders(
  { venueStore }: Pick<Dependencies, 'venueStore'>,
  entries: readonly InboxEntry[],
): Promise<ReadonlyMap<InboxEntry, OrderId | undefined>> {
  const orders = new Map<InboxEntry, OrderId | undefined>();
  for (const entry of entries)
    if (!(await venueStore.troubles.mayExplain(entry.report)))
      orders.set(entry, await venueStore.adoptedOrder(entry.report));
  return orders;
}
const reportsOf = (entries: readonly InboxEntry[]): readonly ExecutionReport[] => entries.map(({ report }) => report);

function grouped(
  entries: readonly InboxEntry[],
  keyOf: (entry: InboxEntry) => OrderId | undefined,
): readonly (readonly [OrderId, readonly InboxEntry[]])[] {
  const groups = new Map<OrderId, InboxEntry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups];
}

/** One message after the other when there are many: each must fit into a payload. */
async function deliverTo(deps: DeliveryDependencies, orderId: OrderId, entries: readonly InboxEntry[]): Promise<void> {
  for (let from = 0; from < entries.length; from += REPORTS_TOLD_MAX)
    await deliverMessage(deps, orderId, entries.slice(from, from + REPORTS_TOLD_MAX));
}

async function deliverMessage(
  deps: DeliveryDependencies,
  orderId: OrderId,
  entries: readonly InboxEntry[],
): Promise<void> {
  const outcome = await deps.signals.sendReports(orderId, reportsOf(entries));
  if (outcome === 'sent') {
    await deps.venueStore.markDelivered(entries, 'ORDER');
    return;
  }
  // The order's workflow is over. What it has booked is a duplicate; what it has not is late and must not be lost.
  const news = await newsOf(deps, orderId, entries);
  const isNews = (entry: InboxEntry): boolean => news.includes(entry);
  await deps.venueStore.markDelivered(
    entries.filter((entry) => !isNews(entry)),
    'DUPLICATE',
  );
  if (news.length === 0) return;
  await deps.signals.correct(orderId, reportsOf(news));
  await deps.venueStore.markDelivered(news, 'CORRECTION');
}

/**
 * What of it an order that is over does not know: trades and their changes, and an acknowledge where there should be none;
 * and what follows these, as a trade that is taken back may open the order again.
 */
async function newsOf(
  { orders }: Pick<Dependencies, 'orders'>,
  orderId: OrderId,
  entries: readonly InboxEntry[],
): Promise<readonly InboxEntry[]> {
  const [order, executions] = await Promise.all([orders.order(orderId), orders.executions(orderId)]);
  const booked = new Set(executions.map((execution) => execution.execId));
  const first = entries.findIndex(({ report }) => {
    if (TRADES.has(report.execType)) return !booked.has(report.execId);
    return report.execType === 'NEW' && order?.venueOrderId === undefined;
  });
  return first < 0 ? [] : entries.slice(first);
}
const TRADES: ReadonlySet<string> = new Set(['TRADE', 'TRADE_CORRECT', 'TRADE_CANCEL']);

/** Tries again what stayed undelivered, and tells of conflicts. */
async function redeliver(deps: Dependencies, session: { venue: string; venueAccount: string }): Promise<void> {
  const entries = await deps.venueStore.undelivered(REDELIVER_MAX);
  if (entries.length > 0) await deliver(deps, entries);
  await tellConflicts(deps, session);
}

/** Rounds of work until stopped; one that fails waits for the next. */
async function everyRound(
  { log }: Pick<Dependencies, 'log'>,
  everyMs: number,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (await pause(everyMs, signal)) {
    try {
      await work();
    } catch (error) {
      log.warn({ error }, 'a round of the venue session failed; the next one tries again');
    }
  }
}

/** Waits; false when stopped meanwhile. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve(!signal.aborted);
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
