/** What is done at once about reports that cannot be read, and about execution ids that are used twice: people are told. */
import type { ActivityDependencies } from './dependencies';
import type { UnreadableReport } from '../src/ports/venue';

/** Alerts of one batch; the rest is counted in one more, as a venue gone mad must not fill the log. */
const ALERTS_MAX = 5;
/** Characters of the raw report in an alert; the whole is in the database. */
const RAW_SHOWN = 500;
/** Conflicts looked at per round. */
const ROUND_MAX = 50;
/** Time between two alerts that nothing more is kept. */
const DROPPED_EVERY_MS = 60_000;

type Dependencies = Pick<ActivityDependencies, 'venueStore' | 'log' | 'clock'>;

/** Keeps unreadable reports, with the position to which the stream was passed, and alerts those that are new. */
export async function keepUnreadable(
  { venueStore, log, clock }: Dependencies,
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
  deps: Dependencies,
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

/** Tells people of execution ids that were used twice. */
export async function tellConflicts(
  { venueStore, log }: Pick<Dependencies, 'venueStore' | 'log'>,
  { venue, venueAccount }: { readonly venue: string; readonly venueAccount: string },
): Promise<void> {
  for (const conflict of await venueStore.troubles.conflicts(venue, venueAccount, ROUND_MAX)) {
    log.warn(
      { alert: true, code: 'EXECUTION_CONFLICT', ...conflict },
      `execution id ${conflict.execId} came again with other content or for another order; the first one stands`,
    );
    await venueStore.troubles.markConflictTold(conflict);
  }
}
