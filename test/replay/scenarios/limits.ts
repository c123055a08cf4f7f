/** Changes of limits; played last on their system, as the other orders are then judged by what they leave in force. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Limits } from '../../../src/client/limits';
import type { LimitsAnswer } from '../../../src/contracts/limits';
import { LIMITS_DESK_WORKFLOW_ID } from '../../../src/domain/ids';
import { withAgain } from './stage';
import type { Scenario, Stage } from './stage';

const GONE_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

const scenarios: Readonly<Record<string, Scenario>> = {
  'limits-of-two-people': async (stage) => {
    const limits = new Limits(stage.system.client);
    assert.equal(statusOf(await propose(stage, limits, '100')), 'IN_FORCE');
    const loose = await propose(stage, limits, '200');
    assert.equal(statusOf(loose), 'WAITING');
    assert.equal((await limits.approve(idOf(loose), { actor: 'jo' })).kind, 'refused');
    assert.equal(statusOf(await limits.approve(idOf(loose), { actor: 'kim' })), 'IN_FORCE');
    return atRest(stage);
  },
  'limits-that-nobody-approves': async (stage) => {
    const limits = new Limits(stage.system.client);
    await propose(stage, limits, '50');
    const loose = await propose(stage, limits, '60', 1_000);
    assert.equal(statusOf(loose), 'WAITING');
    return atRest(stage);
  },
  'limits-without-database': async (stage) => {
    const limits = new Limits(stage.system.client);
    const { version = 0 } = (await limits.current()) ?? {};
    await delay(LOOK_EVERY_MS);
    stage.database.stop();
    const answer = await limits.propose({ ...proposalOf(stage, '40'), baseVersion: version });
    assert.equal(answer.kind, 'underWay');
    stage.database.resume();
    return atRest(stage);
  },
};
/** Each once more, by the version that takes each thing by itself. */
export const limitsScenarios = withAgain(scenarios, 'one-by-one');

async function propose(stage: Stage, limits: Limits, quantity: string, waitMs?: number): Promise<LimitsAnswer> {
  const { version = 0 } = (await limits.current()) ?? {};
  const proposal = { ...proposalOf(stage, quantity), baseVersion: version };
  return limits.propose(waitMs === undefined ? proposal : { ...proposal, waitMs });
}
const proposalOf = ({ system }: Stage, maxOrderQuantity: string) => ({
  document: { version: `desk-${system.id()}`, entries: [{ scope: {}, limits: { maxOrderQuantity } }] },
  ...{ actor: 'jo', reason: 'a rehearsal', proposalId: system.id() },
});
const statusOf = (answer: LimitsAnswer) => (answer.kind === 'taken' ? answer.proposal.status : answer.kind);
const idOf = (answer: LimitsAnswer): string => (answer.kind === 'taken' ? answer.proposal.proposalId : '');

/** The desk ends when nothing is left to wait for. */
async function atRest({ system }: Stage): Promise<string> {
  const endMs = Date.now() + GONE_WITHIN_MS;
  while (Date.now() < endMs) {
    const { status } = await system.client.workflow.getHandle(LIMITS_DESK_WORKFLOW_ID).describe();
    if (status.name === 'COMPLETED') return LIMITS_DESK_WORKFLOW_ID;
    await delay(LOOK_EVERY_MS);
  }
  throw new Error('the limits desk does not come to rest');
}
