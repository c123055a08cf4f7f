/** Moves orders that have grown old off the build that they began on, each only when its history replays with the new code. */
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { moveWithDeploys, staysOnOlderBuild } from '../src/temporal/deployment';
import { hasGrpcStatus } from '../src/temporal/grpc-status';
import { liveHistories } from '../src/temporal/live-histories';
import { replayHistories } from './replay';

export interface MoveOptions {
  readonly client: Client;
  /** The current build. */
  readonly version: WorkerDeploymentVersion;
  /** The workflow code of that build. */
  readonly workflowBundle: WorkflowBundleOption;
  readonly begunBefore: Date;
  readonly limit: number;
}

export interface Moved {
  readonly moved: readonly string[];
  /** Orders that the code of the build cannot carry on, with why; they stay where they are. */
  readonly held: readonly { readonly workflowId: string; readonly reason: string }[];
}

/** Moves what a visibility query finds; that lags by moments, so what has just begun or moved is found the next time. */
export async function moveOldOrders(options: MoveOptions): Promise<Moved> {
  const { client, workflowBundle, limit } = options;
  const moved: string[] = [];
  const held: { workflowId: string; reason: string }[] = [];
  const histories = liveHistories(client, { query: staysOnOlderBuild(options.version, options.begunBefore), limit });
  for await (const { name, workflowId = name, error } of replayHistories(workflowBundle, histories)) {
    if (error !== undefined) held.push({ workflowId, reason: error.message });
    else if (await isMoved(client, workflowId)) moved.push(workflowId);
  }
  return { moved, held };
}

async function isMoved(client: Client, workflowId: string): Promise<boolean> {
  try {
    await moveWithDeploys(client, workflowId);
    return true;
  } catch (error) {
    // Ended since it was listed.
    if (error instanceof WorkflowNotFoundError || hasGrpcStatus(error, 'notFound')) return false;
    throw error;
  }
}
