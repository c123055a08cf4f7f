/**
 * Goal: no change of workflow code breaks an order that is under way. Method: every history that any release recorded
 * replays with today's code; and code with one careless change does not replay, so the gate is known to close.
 */
import { bundleWorkflowCode, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readHistories } from '../../src/temporal/history-files';
import type { NamedHistory } from '../../src/temporal/history-files';
import { workflowBundle, workflowsPath } from '../../workers/build-bundle';
import { replayHistories } from '../../workers/replay';
import type { ReplayOutcome } from '../../workers/replay';
import { historyFileNames, SCENARIO_NAMES } from './scenarios/all';

jest.setTimeout(300_000);
const ignore = (): void => undefined;
const quiet = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
// A mutant's every refusal would be logged with its stack.
Runtime.install({
  logger: quiet,
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
});

const MUTANTS = join(__dirname, 'mutants');
let recorded: Awaited<ReturnType<typeof readHistories>>;
const histories = (): readonly NamedHistory[] =>
  recorded.filter((history): history is NamedHistory => 'history' in history);

beforeAll(async () => {
  recorded = await readHistories(join(__dirname, 'histories'));
});

describe('the recorded histories', () => {
  test('show every scenario, and none is unreadable', () => {
    const missing = SCENARIO_NAMES.filter(
      (scenario) => !recorded.some(({ name }) => historyFileNames(scenario).test(basename(name))),
    );
    expect(missing).toEqual([]);
    expect(recorded.filter((history) => !('history' in history))).toEqual([]);
  });

  test('show every activity that workflows may call', () => {
    const contract = readFileSync(join(__dirname, '../../activities/contract.ts'), 'utf8');
    const activities = [...contract.matchAll(/^ {2}(\w+)\(.*\): Promise</gm)].map(([, name]) => name);
    const called = new Set(
      histories()
        .flatMap(({ history }) => history.events ?? [])
        .map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name),
    );
    expect(activities).toContain('submitOrder');
    expect(activities.filter((activity) => !called.has(activity))).toEqual([]);
  });

  test('replay with the workflows of today', async () => {
    const outcomes = await all(replayHistories(await workflowBundle(), recorded));
    expect(
      outcomes.filter(({ error }) => error !== undefined).map(({ name, error }) => `${name}: ${String(error)}`),
    ).toEqual([]);
    expect(outcomes).toHaveLength(recorded.length);
  });
});

describe('a careless change', () => {
  test('to another activity breaks every order that was sent', async () => {
    await expectBroken(await mutant({ interceptor: 'submits-by-another-activity' }), sends);
  });
  test('that waits before the checks breaks every order', async () => {
    await expectBroken(await mutant({ interceptor: 'waits-before-risk' }), isFirstRun);
  });
  test('that sends before it checks breaks every order', async () => {
    await expectBroken(await mutant({ workflows: 'submits-before-risk' }), isFirstRun);
  });
  test('that skips settlement breaks every order that settled', async () => {
    await expectBroken(await mutant({ interceptor: 'settles-never' }), (history) => calls(history, 'settleTrades'));
  });
});

/** The mutants change the workflow `order`; an adopted order has the id of one and a workflow of its own. */
const isOrder = ({ history }: NamedHistory): boolean =>
  history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name === 'order';

/** Replays the histories that the change concerns; each must fail for not being deterministic. */
async function expectBroken(bundle: { code: string }, concerns: (history: NamedHistory) => boolean): Promise<void> {
  const concerned = histories().filter((history) => isOrder(history) && concerns(history));
  expect(concerned).not.toHaveLength(0);
  const outcomes = await all(replayHistories(bundle, concerned));
  expect(
    outcomes
      .filter(({ error }) => error?.name !== DeterminismViolationError.name)
      .map(({ name, error }) => `${name}: ${String(error)}`),
  ).toEqual([]);
}

/** The workflows with one change: workflow code of their own, or an interceptor around the real one. */
function mutant(change: { workflows: string } | { interceptor: string }): Promise<{ code: string }> {
  return bundleWorkflowCode({
    workflowsPath: 'workflows' in change ? join(MUTANTS, `${change.workflows}.ts`) : workflowsPath(),
    workflowInterceptorModules: 'interceptor' in change ? [join(MUTANTS, `${change.interceptor}.ts`)] : [],
    logger: quiet,
  });
}

const calls = ({ history }: NamedHistory, activity: string): boolean =>
  (history.events ?? []).some((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity);
const sends = (history: NamedHistory): boolean => calls(history, 'submitOrder');
/** A run that carries on an order has its checks behind it. */
const isFirstRun = ({ history }: NamedHistory): boolean =>
  (history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '') === '';

async function all(outcomes: AsyncIterable<ReplayOutcome>): Promise<ReplayOutcome[]> {
  const list = [];
  for await (const outcome of outcomes) list.push(outcome);
  return list;
}
