import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { TaskQueue, WorkflowName } from '../src/contracts/names';
import { reconciliationWorkflowId } from '../src/domain/ids';

/** How long a difference may stay unseen while nothing else goes wrong. */
const EVERY = '5 minutes';
/** Runs that were missed while the server was away are not made up for: one shows what all would have. */
const CATCHUP_WINDOW = '1 minute';

/** Has a venue account reconciled for ever, unless that is scheduled already; a person may pause the schedule. */
export async function scheduleReconciliation(
  client: Client,
  of: { readonly venue: string; readonly venueAccount: string },
): Promise<void> {
  const scheduleId = reconciliationWorkflowId(of.venue, of.venueAccount);
  try {
    await client.schedule.create({
      scheduleId,
      spec: { intervals: [{ every: EVERY }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_WINDOW },
      action: {
        type: 'startWorkflow',
        workflowType: WorkflowName.scheduledReconciliation,
        // The server puts the time behind it; the one run of the account is a child under the account's own id.
        workflowId: `scheduled-${scheduleId}`,
        taskQueue: TaskQueue.sessions,
        args: [of],
        staticSummary: scheduleId,
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
