import type { WorkflowDefinitionOptions } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';

/**
 * With Worker Versioning an order stays on the build that it began on. A run that carries on an earlier one is of an order
 * that lives long: it moves with each deploy, as else every old build would have to run as long as it does (rule 10).
 * Without versioning nothing may be said: the server refuses the task of a worker that is of no deployment and says it.
 */
export function staysWhileYoung(): WorkflowDefinitionOptions {
  const { currentDeploymentVersion, continuedFromExecutionRunId } = workflowInfo();
  if ((currentDeploymentVersion?.deploymentName ?? '') === '') return {};
  return { versioningBehavior: continuedFromExecutionRunId === undefined ? 'PINNED' : 'AUTO_UPGRADE' };
}
