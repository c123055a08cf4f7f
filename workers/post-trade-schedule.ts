import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { TaskQueue, WorkflowName } from '../src/contracts/names';
import { POST_TRADE_WORKFLOW_ID } from '../src/domain/ids';

/** How long a breach of a limit may stay unseen. */
const EVERY = '1 minute';
/** Runs that were missed while the server was away are not made up for: the next one looks at all that came since. */
const CATCHUP_WINDOW = '1 minute';

/** Has post-trade runs made for ever, unless that is scheduled already; a person may pause the schedule. */
export async function schedulePostTrade(client: Client): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: POST_TRADE_WORKFLOW_ID,
      spec: { intervals: [{ every: EVERY }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_WINDOW },
      action: {
        type: 'startWorkflow',
        workflowType: WorkflowName.scheduledPostTrade,
        workflowId: `scheduled-${POST_TRADE_WORKFLOW_ID}`,
        taskQueue: TaskQueue.sessions,
        args: [],
        staticSummary: POST_TRADE_WORKFLOW_ID,
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
