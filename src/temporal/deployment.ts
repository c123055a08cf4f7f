/** The builds of a deployment, as Worker Versioning knows them: which is current, which still has orders, who moves. */
import type { Client } from '@temporalio/client';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { hasGrpcStatus } from './grpc-status';

/** `CURRENT` takes what is new; `DRAINING` has pinned orders of its own; `DRAINED` has none and may be stopped. */
export type BuildState = 'INACTIVE' | 'CURRENT' | 'RAMPING' | 'DRAINING' | 'DRAINED' | 'UNKNOWN';

export interface Build {
  readonly buildId: string;
  readonly state: BuildState;
}
export interface DeploymentState {
  readonly current?: string;
  readonly ramping?: { readonly buildId: string; readonly percent: number };
  /** Oldest first. */
  readonly builds: readonly Build[];
}

const { WorkerDeploymentVersionStatus: Status, VersioningBehavior } = temporal.api.enums.v1;
const STATES: Readonly<Partial<Record<temporal.api.enums.v1.WorkerDeploymentVersionStatus, BuildState>>> = {
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_INACTIVE]: 'INACTIVE',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT]: 'CURRENT',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING]: 'RAMPING',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING]: 'DRAINING',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED]: 'DRAINED',
};

/** The deployment as it is now; undefined before any of its workers has polled. */
export async function describeDeployment(client: Client, deploymentName: string): Promise<DeploymentState | undefined> {
  const { namespace } = client.options;
  const answer = await client.workflowService
    .describeWorkerDeployment({ namespace, deploymentName })
    .catch((error: unknown) => {
      if (hasGrpcStatus(error, 'notFound')) return undefined;
      throw error;
    });
  const info = answer?.workerDeploymentInfo;
  if (info === undefined || info === null) return undefined;
  const { currentDeploymentVersion, rampingDeploymentVersion, rampingVersionPercentage } = info.routingConfig ?? {};
  const current = currentDeploymentVersion?.buildId ?? undefined;
  const ramping = rampingDeploymentVersion?.buildId ?? undefined;
  const builds = [...(info.versionSummaries ?? [])]
    .sort((a, b) => Number(a.createTime?.seconds ?? 0) - Number(b.createTime?.seconds ?? 0))
    .map(({ deploymentVersion, status }) => ({
      buildId: deploymentVersion?.buildId ?? '',
      state: STATES[status ?? Status.WORKER_DEPLOYMENT_VERSION_STATUS_UNSPECIFIED] ?? 'UNKNOWN',
    }));
  return {
    ...(current === undefined ? {} : { current }),
    ...(ramping === undefined ? {} : { ramping: { buildId: ramping, percent: rampingVersionPercentage ?? 0 } }),
    builds,
  };
}

/**
 * Lets a build take all that is new, and all that moves with each deploy. The server refuses a build whose workers do not
 * poll every task queue of the one before.
 */
export async function setCurrentBuild(client: Client, version: WorkerDeploymentVersion): Promise<void> {
  const { namespace, identity } = client.options;
  await client.workflowService.setWorkerDeploymentCurrentVersion({ namespace, identity, ...version });
}

/** Lets a build take a part of what is new, chosen by workflow id; 0 percent ends that. */
export async function rampBuild(client: Client, version: WorkerDeploymentVersion, percentage: number): Promise<void> {
  const { namespace, identity } = client.options;
  await client.workflowService.setWorkerDeploymentRampingVersion({ namespace, identity, ...version, percentage });
}

/** Which build an open workflow is on, and whether it stays there. */
export interface Placement {
  /** Undefined before its first task, and for one that no versioned worker has had. */
  readonly buildId?: string;
  readonly stays: boolean;
}
export async function placementOf(client: Client, workflowId: string): Promise<Placement> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const info = raw.workflowExecutionInfo?.versioningInfo;
  const override = info?.versioningOverride;
  const isPinned = info?.behavior === VersioningBehavior.VERSIONING_BEHAVIOR_PINNED;
  const buildId = info?.deploymentVersion?.buildId ?? undefined;
  return {
    ...(buildId === undefined ? {} : { buildId }),
    stays: override?.autoUpgrade === true ? false : isPinned,
  };
}

/** From its next task on the workflow goes to the current build, and to each one after it. */
export async function moveWithDeploys(client: Client, workflowId: string): Promise<void> {
  await client.workflowService.updateWorkflowExecutionOptions({
    namespace: client.options.namespace,
    identity: client.options.identity,
    workflowExecution: { workflowId },
    workflowExecutionOptions: { versioningOverride: { autoUpgrade: true } },
    updateMask: { paths: ['versioning_override'] },
  });
}

/** Open workflows that stay on a build of the deployment other than `buildId`, begun before a time: those to move. */
export function staysOnOlderBuild({ deploymentName, buildId }: WorkerDeploymentVersion, begunBefore: Date): string {
  return [
    `ExecutionStatus = 'Running'`,
    `TemporalWorkflowVersioningBehavior = 'Pinned'`,
    `TemporalWorkerDeployment = '${deploymentName}'`,
    `TemporalWorkerDeploymentVersion != '${deploymentName}:${buildId}'`,
    `StartTime < '${begunBefore.toISOString()}'`,
  ].join(' AND ');
}
