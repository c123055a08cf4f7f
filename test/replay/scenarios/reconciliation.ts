/** Reconciliations: one that somebody asks for, one of the schedule, and one of the schedule that finds another under way. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Reconciliation } from '../../../src/client/reconciliation';
import { reconciliationWorkflowId } from '../../../src/domain/ids';
import type { Scenario, Stage } from './stage';

const HOUSE = { venue: 'SIMX', venueAccount: 'HOUSE' };
const ID = reconciliationWorkflowId('SIMX', 'HOUSE');
const REACHED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

export const reconciliationScenarios: Readonly<Record<string, Scenario>> = {
  reconciliation: async (stage) => {
    const report = await new Reconciliation(stage.system.client).run(HOUSE);
    assert.deepEqual(new Set(Object.values(report.sources)), new Set(['answered']));
    return ID;
  },
  'scheduled-reconciliation': async (stage) => {
    const workflowId = await triggered(stage, ID);
    assert.notEqual(await stage.system.client.workflow.getHandle(workflowId).result(), undefined);
    return workflowId;
  },
  'scheduled-reconciliation-finds-another': async (stage) => {
    // Slow enough for the schedule to come while it runs.
    await stage.system.fault('delayReply', { params: { ms: 1_500, operations: ['query'] } });
    const underWay = new Reconciliation(stage.system.client).run(HOUSE);
    const workflowId = await triggered(stage, ID);
    const result: unknown = await stage.system.client.workflow.getHandle(workflowId).result();
    assert.ok(result === undefined || result === null);
    await stage.system.clearFaults();
    await underWay;
    return workflowId;
  },
};

/** Has a schedule run now; answers with the workflow id that the server made. */
export async function triggered({ system }: Stage, scheduleId: string): Promise<string> {
  const schedule = system.client.schedule.getHandle(scheduleId);
  const before = (await schedule.describe()).info.numActionsTaken;
  await schedule.trigger();
  const endMs = Date.now() + REACHED_WITHIN_MS;
  while (Date.now() < endMs) {
    const { numActionsTaken, recentActions } = (await schedule.describe()).info;
    const newest = recentActions.at(-1)?.action;
    if (numActionsTaken > before && newest?.type === 'startWorkflow') return newest.workflow.workflowId;
    await delay(LOOK_EVERY_MS);
  }
  throw new Error('the schedule starts nothing');
}
