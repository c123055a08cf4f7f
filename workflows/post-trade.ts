/** Looks at what was traded and at the limits as they stand: by a schedule, and when somebody asks. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild } from '@temporalio/workflow';
import type { PostTradeRunReport } from '../src/contracts/post-trade';
import { WorkflowName } from '../src/contracts/names';
import { POST_TRADE_WORKFLOW_ID } from '../src/domain/ids';
import { postTradeActivities } from './activity-options';

/** One run; its workflow id is one for the firm, so that no two record at once. */
export async function postTrade(): Promise<PostTradeRunReport> {
  return postTradeActivities.runPostTrade();
}

/** What a schedule starts, under an id with the time in it: the one run, or none when one is under way. */
export async function scheduledPostTrade(): Promise<PostTradeRunReport | undefined> {
  try {
    return await executeChild<typeof postTrade>(WorkflowName.postTrade, { workflowId: POST_TRADE_WORKFLOW_ID });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}
