import { temporal } from '@temporalio/proto';
import { noTaskFailed } from '../../../workers/invariants';

const { WorkflowTaskFailedCause } = temporal.api.enums.v1;

/** The history of an order with one task that failed. */
const failed = (cause: keyof typeof WorkflowTaskFailedCause, identity: string) => {
  const workflowTaskFailedEventAttributes = { cause: WorkflowTaskFailedCause[cause], identity };
  const history = temporal.api.history.v1.History.create({ events: [{}, { workflowTaskFailedEventAttributes }] });
  return { workflowId: 'order/alpha/1', history };
};

test.each([
  ['WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND', '1@right', true],
  ['WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND', '1@right', true],
  ['WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE', '1@right', false],
  ['WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR', '1@right', false],
  ['WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR', '2@wrong', true],
] as const)('a task that failed by %s at worker %s is meant: %s', (cause, identity, isMeant) => {
  const { ok, checked } = noTaskFailed([failed(cause, identity)], new Set(['2@wrong']));
  expect({ ok, checked }).toEqual({ ok: isMeant, checked: 1 });
});
