/** Compares one venue account with its venue: at the start, by a schedule, and when somebody asks. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild } from '@temporalio/workflow';
import type { ReconciliationInput, ReconciliationReport } from '../src/contracts/reconciliation';
import { WorkflowName } from '../src/contracts/names';
import { reconciliationWorkflowId } from '../src/domain/ids';
import { reconciliationActivities } from './activity-options';

/** One run; its workflow id is that of the venue account, so that no two correct at once. */
export async function reconciliation(input: ReconciliationInput): Promise<ReconciliationReport> {
  const summary = `${input.venue}/${input.venueAccount}`;
  return reconciliationActivities.reconcileVenueAccount.executeWithOptions({ summary }, [input]);
}

/** What a schedule starts, under an id with the time in it: the one run of the account, or none when one is under way. */
export async function scheduledReconciliation(input: ReconciliationInput): Promise<ReconciliationReport | undefined> {
  try {
    return await executeChild<typeof reconciliation>(WorkflowName.reconciliation, {
      workflowId: reconciliationWorkflowId(input.venue, input.venueAccount),
      args: [input],
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}
