/** What is done about reports that cannot be read and execution ids that are used twice: people and orders are told. */
import type { ActivityDependencies } from './dependencies';
import { unreadableReport } from '../src/domain/execution-report';
import type { ExecutionReport } from '../src/domain/execution-report';
import type { VenueClientOrderId } from '../src/domain/ids';
import type { UnreadableEntry } from '../src/ports/report-troubles';
import type { UnreadableReport, VenueConnector } from '../src/ports/venue';

/** Alerts of one batch; the rest is counted in one more, as a venue gone mad must not fill the log. */
const ALERTS_MAX = 5;
/** Characters of the raw report in an alert; the whole is in the database. */
const RAW_SHOWN = 500;
/** Troubles looked at per round. */
const ROUND_MAX = 50;
/** Time between two alerts that nothing more is kept. */
const DROPPED_EVERY_MS = 60_000;

type Dependencies = Pick<ActivityDependencies, 'venueStore' | 'signals' | 'log' | 'clock'>;

/** Keeps unreadable reports, with the position to which the stream was passed, and alerts those that are new. */
export async function keepUnreadable(
  { venueStore, log, clock }: Pick<Dependencies, 'venueStore' | 'log' | 'clock'>,
  { venue, venueAccount }: { readonly venue: string; readonly venueAccount: string },
  unreadable: readonly UnreadableReport[],
  position = 0,
): Promise<void> {
  if (unreadable.length === 0) return;
  const { fresh, dropped } = await venueStore.troubles.keepUnreadable(venue, venueAccount, unreadable, position);
  for (const { raw, ...report } of fresh.slice(0, ALERTS_MAX))
    log.warn(
      { alert: true, code: 'REPORT_UNREADABLE', ...report, raw: raw.slice(0, RAW_SHOWN) },
      `a report of ${venue} cannot be read: ${report.why}`,
    );
  if (fresh.length > ALERTS_MAX)
    log.warn(
      { alert: true, code: 'REPORT_UNREADABLE', venue, venueAccount, count: fresh.length - ALERTS_MAX },
      `${String(fresh.length - ALERTS_MAX)} more reports of ${venue} cannot be read`,
    );
  const key = `${venue}/${venueAccount}`;
  if (dropped === 0 || clock.nowMs() < (droppedToldMs.get(key) ?? 0) + DROPPED_EVERY_MS) return;
  droppedToldMs.set(key, clock.nowMs());
  log.warn(
    { alert: true, code: 'REPORT_UNREADABLE', venue, venueAccount, dropped },
    `unreadable reports of ${venue} are not kept any more: there is no room for more of them`,
  );
}
const droppedToldMs = new Map<string, number>();

/** As {@link keepUnreadable}, for what came with an answer, which counts more than the record of its faults. */
export async function keepUnreadableAnswer(
  deps: Pick<Dependencies, 'venueStore' | 'log' | 'clock'>,
  of: { readonly venue: string; readonly venueAccount: string },
  unreadable: readonly UnreadableReport[] = [],
): Promise<void> {
  try {
    await keepUnreadable(deps, of, unreadable);
  } catch (error) {
    const raw = unreadable.map((report) => report.raw.slice(0, RAW_SHOWN));
    deps.log.warn({ alert: true, code: 'REPORT_UNREADABLE', ...of, raw, error }, 'an unreadable report was not kept');
  }
}

/** What a round needs of the session that runs it. */
export interface TroubleRound {
  readonly connector: VenueConnector;
  readonly venueAccount: string;
  /** The place to which the stream has been passed. */
  readonly position: () => number;
  /** Takes reports into the inbox and delivers them. */
  readonly takeIn: (reports: readonly ExecutionReport[]) => Promise<void>;
}

/** One round over all that nobody was told of yet. */
export async function tellTroubles(deps: Dependencies, round: TroubleRound): Promise<void> {
  const { venue } = round.connector;
  const { troubles } = deps.venueStore;
  const asked = new Map<string, readonly ExecutionReport[] | undefined>();
  for (const entry of await troubles.untold(venue, round.venueAccount, ROUND_MAX)) {
    const { clientOrderId } = entry;
    if (clientOrderId === undefined) {
      await troubles.markTold(entry, 'NONE');
      continue;
    }
    if (!asked.has(clientOrderId)) asked.set(clientOrderId, await ask(deps, round, clientOrderId));
    const reports = asked.get(clientOrderId);
    // The venue does not answer now: the next round asks again.
    if (reports !== undefined) await settle(deps, round, { ...entry, clientOrderId }, reports);
  }
  for (const conflict of await troubles.conflicts(venue, round.venueAccount, ROUND_MAX)) {
    deps.log.warn(
      { alert: true, code: 'EXECUTION_CONFLICT', ...conflict },
      `execution id ${conflict.execId} came again with other content or for another order; the first one stands`,
    );
    await troubles.markConflictTold(conflict);
  }
}

/** The readable copy of the report takes its place, if the venue has one; then the order is told. */
async function settle(
  { signals, venueStore }: Dependencies,
  { connector, venueAccount, position, takeIn }: TroubleRound,
  entry: UnreadableEntry & { readonly clientOrderId: string },
  reports: readonly ExecutionReport[],
): Promise<void> {
  // What the stream has not passed yet it will bring itself.
  const copies = reports.filter(
    ({ sequence, execId }) => sequence <= position() && (sequence === entry.sequence || execId === entry.execId),
  );
  if (copies.length > 0) await takeIn(copies);
  if (entry.orderId === undefined) {
    await venueStore.troubles.markTold(entry, 'NONE');
    return;
  }
  const about = { venue: connector.venue, venueAccount, clientOrderId: entry.clientOrderId };
  const report = unreadableReport(entry.execId === undefined ? about : { ...about, execId: entry.execId }, entry.why);
  const outcome = await signals.sendReports(entry.orderId, [report]);
  await venueStore.troubles.markTold(entry, outcome === 'sent' ? 'ORDER' : 'OVER');
}

/** All that the venue can say of the order, or undefined when it does not answer. */
async function ask(
  deps: Dependencies,
  { connector, venueAccount }: TroubleRound,
  clientOrderId: string,
): Promise<readonly ExecutionReport[] | undefined> {
  const found = await connector.findOrder(venueAccount, clientOrderId as VenueClientOrderId);
  if (found.kind === 'notFound') return [];
  await keepUnreadableAnswer(deps, { venue: connector.venue, venueAccount }, found.unreadable);
  if (found.kind === 'found') return found.reports;
  return found.unreadable === undefined ? undefined : [];
}
