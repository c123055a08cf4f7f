/** Kill switches; each stops a strategy of its own, so that the other scenarios trade on. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { KillSwitch } from '../../../src/client/kill-switch';
import type { KillSwitchReport } from '../../../src/contracts/kill-switch';
import { killSwitchWorkflowId } from '../../../src/domain/ids';
import type { LimitScope } from '../../../src/domain/risk/limits';
import { scopeName } from '../../../src/domain/trading-state';
import { withAgain } from './stage';
import type { Scenario, Stage } from './stage';

const HALT = { state: 'HALTED', actor: 'jo', reason: 'enough' } as const;
const REACHED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

const scenarios: Readonly<Record<string, Scenario>> = {
  'kill-switch': async (stage) => {
    const scope = { strategy: stage.system.id() };
    await Promise.all([stage.submit(scope), stage.submit(scope), stage.submit({ ...scope, venue: 'SIMY' })]);
    await switchesOf(stage).set(scope, HALT);
    return done(stage, scope, { found: 3, closed: 3 });
  },
  'kill-switch-without-database': async (stage) => {
    const scope = { strategy: stage.system.id() };
    await stage.submit(scope);
    stage.database.stop();
    const asked = switchesOf(stage).set(scope, { ...HALT, state: 'REDUCING' });
    await until(stage, scope, ({ rounds }) => rounds > 1);
    stage.database.resume();
    await asked;
    return done(stage, scope, { found: 1, closed: 1 });
  },
  'kill-switch-takes-turns': async (stage) => {
    const scope = { strategy: stage.system.id() };
    await stage.submit(scope);
    // The venue does not say what it has open, so that the switch is still at work when the next commands come.
    await stage.system.fault('error503BeforeBooking', { params: { operations: ['query'] } });
    const switches = switchesOf(stage);
    await switches.set(scope, { ...HALT, state: 'REDUCING' });
    await switches.set(scope, HALT);
    const alone = await switches.set(scope, { ...HALT, state: 'ACTIVE' });
    assert.equal(alone.answer?.kind, 'refused');
    await stage.system.clearFaults();
    return done(stage, scope, {});
  },
};
/** Each once more, by the version that takes each thing by itself. */
export const killSwitchScenarios = withAgain(scenarios, 'one-by-one');

const switchesOf = ({ system }: Stage): KillSwitch => new KillSwitch(system.oms.client);

async function until(
  stage: Stage,
  scope: LimitScope,
  isThere: (report: KillSwitchReport) => boolean,
): Promise<KillSwitchReport> {
  const endMs = Date.now() + REACHED_WITHIN_MS;
  while (Date.now() < endMs) {
    const report = await switchesOf(stage).report(scope);
    if (report !== undefined && isThere(report)) return report;
    await delay(LOOK_EVERY_MS);
  }
  throw new Error(`the kill switch of ${scopeName(scope)} does not get there`);
}

async function done(stage: Stage, scope: LimitScope, expected: Partial<KillSwitchReport>): Promise<string> {
  const report = await until(stage, scope, (now) => now.done);
  assert.deepEqual({ ...report, ...expected }, report);
  const workflowId = killSwitchWorkflowId(scopeName(scope));
  await stage.system.client.workflow.getHandle(workflowId).result();
  return workflowId;
}
