import { temporal } from '@temporalio/proto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changed } from '../../../scripts/deploy/builds';
import { readRun } from '../../../scripts/deploy/proofs';
import { dynamicConfigOf } from '../../../scripts/production/temporal-config';

const { WorkflowTaskFailedCause: Cause } = temporal.api.enums.v1;
const source = readFileSync(join(__dirname, '../../../workflows/order.ts'), 'utf8');

test('a build differs from the one of today by one step, behind a patch or not', () => {
  expect(changed(source, 'none')).toBe(source);
  expect(changed(source, 'patched')).toContain("if (patched('one-step-more')) await sleep(1");
  expect(changed(source, 'wrong')).toMatch(/^ {2}await sleep\(1/m);
  expect(changed(source, 'wrong')).not.toContain('patched');
  expect(() => changed('export {};', 'wrong')).toThrow('has no single line');
});

test('a history tells the builds that worked on it, in turn, and what failed for its code', () => {
  const by = (buildId: string) => ({
    workflowTaskCompletedEventAttributes: { deploymentVersion: { deploymentName: 'desk', buildId } },
  });
  const fails = (cause: temporal.api.enums.v1.WorkflowTaskFailedCause) => ({
    workflowTaskFailedEventAttributes: { cause },
  });
  const moved = { workflowExecutionOptionsUpdatedEventAttributes: { versioningOverride: { autoUpgrade: true } } };
  const read = (...events: temporal.api.history.v1.IHistoryEvent[]) => {
    const { builds, wasMoved, failures } = readRun('run', 'order/alpha/1', { events });
    return { builds, wasMoved, failures };
  };
  expect(read(by('a'), by('a'), moved, by('b'), by('a'))).toEqual({
    ...{ builds: ['a', 'b', 'a'], wasMoved: true, failures: 0 },
  });
  expect(
    read(
      fails(Cause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND),
      fails(Cause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR),
      fails(Cause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE),
      { workflowTaskCompletedEventAttributes: {} },
    ),
  ).toEqual({ builds: [], wasMoved: false, failures: 2 });
});

test('settings of the Temporal server come beside its usual ones', () => {
  expect(JSON.parse(dynamicConfigOf({ 'limit.historyCount.suggestContinueAsNew': 90 }))).toMatchObject({
    'frontend.rps': [{ value: 100_000 }],
    'limit.historyCount.suggestContinueAsNew': [{ value: 90 }],
  });
});
