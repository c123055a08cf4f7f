import { continueAsNew, sleep, workflowInfo } from '@temporalio/workflow';
import { sessionActivities } from './activity-options';

/** How often a head over all journal chains is written; an edit older than this shows against the head. */
const JOURNAL_HEAD_EVERY_MS = 60_000;

/**
 * Keeps one venue account's report stream running: one long activity that heartbeats, moves to another worker when its
 * own dies, and goes on from its last position. Cancel the workflow to stop the session.
 */
export async function venueSession(input: { readonly venue: string; readonly venueAccount: string }): Promise<void> {
  await sessionActivities.runVenueSession.executeWithOptions(
    { summary: `reports of ${input.venue}/${input.venueAccount}` },
    [input],
  );
  // The activity ends only after its 30 days; a fresh run starts with a short history.
  await continueAsNew<typeof venueSession>(input);
}

/** Watches the market for stop orders that are held here. */
export async function marketWatch(): Promise<void> {
  await sessionActivities.runMarketWatch.executeWithOptions({ summary: 'quotes for held stop orders' }, []);
  await continueAsNew<typeof marketWatch>();
}

/** Writes a head over all journal chains every minute. */
export async function journalHead(): Promise<void> {
  while (!workflowInfo().continueAsNewSuggested) {
    await sessionActivities.writeJournalHead.executeWithOptions(
      { startToCloseTimeout: '1 minute', heartbeatTimeout: '1 minute' },
      [],
    );
    await sleep(JOURNAL_HEAD_EVERY_MS, { summary: 'next journal head' });
  }
  await continueAsNew<typeof journalHead>();
}
