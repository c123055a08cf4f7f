/** Post-trade runs: one that somebody asks for, and one of the schedule. */
import assert from 'node:assert/strict';
import { PostTrade } from '../../../src/client/post-trade';
import { POST_TRADE_WORKFLOW_ID } from '../../../src/domain/ids';
import { triggered } from './reconciliation';
import type { Scenario } from './stage';

export const postTradeScenarios: Readonly<Record<string, Scenario>> = {
  'post-trade': async (stage) => {
    const report = await new PostTrade(stage.system.client).run();
    assert.ok(report.accounts > 0);
    return POST_TRADE_WORKFLOW_ID;
  },
  'scheduled-post-trade': async (stage) => {
    const workflowId = await triggered(stage, POST_TRADE_WORKFLOW_ID);
    assert.notEqual(await stage.system.client.workflow.getHandle(workflowId).result(), undefined);
    return workflowId;
  },
};
