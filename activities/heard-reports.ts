/** What a venue has told of a request by its report stream: the source that is left when it finds no such order. */
import type { ActivityDependencies } from './dependencies';
import { keepUnreadableAnswer } from './report-troubles';
import type { ExecutionReport } from '../src/domain/execution-report';
import type { SubmissionIntent } from '../src/ports/stores';
import type { VenueConnector } from '../src/ports/venue';

/** Reports read at once. */
const PAGE = 500;

/**
 * Every report under the client order id of an intent: those that came, and those that the stream has yet to bring, asked
 * for up to its end. Undefined when that cannot be read, and then proves nothing.
 */
export async function heardOf(
  deps: Pick<ActivityDependencies, 'venueStore' | 'log' | 'clock'>,
  connector: VenueConnector,
  { venue, venueAccount, clientOrderId }: SubmissionIntent,
): Promise<readonly ExecutionReport[] | undefined> {
  // The place first: what comes while the inbox is looked through lies behind it, and is asked for.
  let after = await deps.venueStore.lastSequence(venue, venueAccount);
  const came = await deps.venueStore.heard(venue, venueAccount, clientOrderId);
  if (came === undefined || came.length > 0) return came;
  const heard: ExecutionReport[] = [];
  for (;;) {
    const page = await connector.reportsAfter(venueAccount, after, PAGE).catch((error: unknown) => {
      deps.log.warn({ venue, venueAccount, clientOrderId, error }, 'the reports of the venue could not be read');
    });
    if (page === undefined) return undefined;
    if (page.unreadable !== undefined) {
      await keepUnreadableAnswer(deps, { venue, venueAccount }, page.unreadable);
      return undefined;
    }
    heard.push(...page.reports.filter((report) => report.clientOrderId === clientOrderId));
    // A venue that began to count anew has what it told since then from the first place on.
    const began = page.lastSequence < after;
    const last = page.reports.reduce((most, { sequence }) => Math.max(most, sequence), began ? 0 : after);
    if (last >= page.lastSequence) return heard;
    if (page.reports.length === 0 && !began) return undefined;
    after = last;
  }
}
