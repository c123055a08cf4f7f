/** Reconciles a venue account when somebody asks: for operators and for programs. */
import type { Client } from '@temporalio/client';
import type { ReconciliationInput, ReconciliationReport } from '../contracts/reconciliation';
import { TaskQueue, WorkflowName } from '../contracts/names';
import { reconciliationWorkflowId } from '../domain/ids';
import type { reconciliation } from '../../workflows';

export class Reconciliation {
  constructor(private readonly client: Client) {}

  /** Runs it and answers with what it found; while one of the account is under way, with what that one finds. */
  async run(input: ReconciliationInput): Promise<ReconciliationReport> {
    const workflowId = reconciliationWorkflowId(input.venue, input.venueAccount);
    return this.client.workflow.execute<typeof reconciliation>(WorkflowName.reconciliation, {
      ...{ workflowId, taskQueue: TaskQueue.sessions, args: [input] },
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: workflowId,
    });
  }
}
