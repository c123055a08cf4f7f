/** Runs post-trade analysis when somebody asks: for operators and for programs. */
import type { Client } from '@temporalio/client';
import type { PostTradeRunReport } from '../contracts/post-trade';
import { TaskQueue, WorkflowName } from '../contracts/names';
import { POST_TRADE_WORKFLOW_ID } from '../domain/ids';
import type { postTrade } from '../../workflows';

export class PostTrade {
  constructor(private readonly client: Client) {}

  /** Runs it and answers with what it found; while a run is under way, with what that one finds. */
  async run(): Promise<PostTradeRunReport> {
    return this.client.workflow.execute<typeof postTrade>(WorkflowName.postTrade, {
      ...{ workflowId: POST_TRADE_WORKFLOW_ID, taskQueue: TaskQueue.sessions, args: [] },
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: POST_TRADE_WORKFLOW_ID,
    });
  }
}
