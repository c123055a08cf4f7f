/** Orders over a limit that wait for a second person. */
import assert from 'node:assert/strict';
import { Approvals } from '../../../src/client/approvals';
import type { OrderId } from '../../../src/domain/ids';
import { dec } from '../../../src/domain/money';
import type { LimitDocument } from '../../../src/domain/risk/limit-document';
import { CROSSING } from './stage';
import type { Request, Scenario, Stage } from './stage';
import { CONTINUE_AS_NEW_EVENTS } from './trouble';

/** 10 at 101 are over the limit of one order; who sends under the strategy `hurried` waits no long time for a person. */
export const APPROVAL_LIMITS: LimitDocument = {
  version: 'v1',
  entries: [
    {
      scope: {},
      limits: { maxConcentrationPercent: dec('100'), maxOrderValue: dec('1000'), approvalWithinMs: 600_000 },
    },
    { scope: { strategy: 'hurried' }, limits: { approvalWithinMs: 1_500 } },
  ],
};
const KIM = { actor: 'kim', reason: 'a hedge of yesterday' } as const;

export const approvalScenarios: Readonly<Record<string, Scenario>> = {
  'approved-and-filled': async (stage) => {
    const orderId = await waiting(stage);
    assert.equal((await approvalsOf(stage).approve(orderId, { ...KIM, actor: 'jo' })).accepted, false);
    assert.equal((await approvalsOf(stage).approve(orderId, KIM)).accepted, true);
    return stage.ends(orderId, 'FILLED', { filledQuantity: dec('10') });
  },
  'approved-without-database': async (stage) => {
    const orderId = await waiting(stage);
    stage.database.stop();
    await stage.signal(orderId, 'approveOrder', KIM);
    await stage.reaches(orderId, 'CREATED');
    stage.database.resume();
    return stage.ends(orderId, 'FILLED');
  },
  'approval-denied-anew': async (stage) => {
    const orderId = await waiting(stage);
    const halted = `'{"account":"alpha"}', 'alpha', NULL, NULL, NULL, 'HALTED', 1, 'jo', NULL, 'x', 0`;
    await stage.database.query(`INSERT INTO trading_states VALUES (${halted})`);
    await approvalsOf(stage).approve(orderId, KIM);
    const workflowId = await stage.ends(orderId, 'DENIED');
    await stage.database.query('DELETE FROM trading_states');
    return workflowId;
  },
  'approved-in-a-later-run': async (stage) => {
    const orderId = await waiting(stage);
    const { runId } = await stage.system.orders.get(orderId);
    for (let asked = 1; (await stage.system.orders.get(orderId)).runId === runId; asked += 1) {
      assert.ok(asked < CONTINUE_AS_NEW_EVENTS, 'the order never continued as new');
      await stage.system.orders.modify(orderId, { quantity: dec('5') });
    }
    assert.equal((await approvalsOf(stage).approve(orderId, KIM)).accepted, true);
    return stage.ends(orderId, 'FILLED', { quantity: dec('10') });
  },
  'approval-missed': async (stage) => stage.ends(await waiting(stage, { strategy: 'hurried' }), 'DENIED'),
  'approval-rejected': async (stage) => {
    const orderId = await waiting(stage);
    await approvalsOf(stage).reject(orderId, { ...KIM, reason: 'not today' });
    return stage.ends(orderId, 'DENIED');
  },
  'canceled-while-it-waits': async (stage) => {
    const orderId = await waiting(stage);
    await stage.system.orders.cancel(orderId, 'enough');
    return stage.ends(orderId, 'CANCELED');
  },
};

const approvalsOf = ({ system }: Stage): Approvals => new Approvals(system.oms.client);

async function waiting(stage: Stage, change: Request = {}): Promise<OrderId> {
  const orderId = await stage.submit({ ...CROSSING, ...change }, { wait: 'risk', submittedBy: 'jo' });
  await stage.reaches(orderId, 'HELD');
  return orderId;
}
