/** The floor in one process, client and worker on one connection: the eager start needs it. */
import { Client, WithStartWorkflowOperation } from '@temporalio/client';
import { activityInfo } from '@temporalio/activity';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { connectNative } from '../../../src/temporal/connection';
import { takeCallStacks } from '../../../workers/workflow-threads';
import { FloorMessage } from '../floor/contract';
import type { FloorActivities } from '../floor/contract';
import type { emptyOrder, floorOrder } from '../floor/workflows';
import type { ProcessSetup } from './messages';
import { NAMESPACE, QUIET_BUNDLER } from './build-settings';
import type { RunningBuild } from './order-life';

const TASK_QUEUE = 'bench-floor';

export async function startFloor({ address, maxCachedWorkflows }: ProcessSetup): Promise<RunningBuild> {
  const connection = await connectNative({ address, namespace: NAMESPACE });
  const client = new Client({ connection, namespace: NAMESPACE });
  // The least that can be: without what ours does without.
  takeCallStacks(false);
  const worker = await Worker.create({
    ...{ connection, namespace: NAMESPACE, taskQueue: TASK_QUEUE, maxCachedWorkflows },
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: require.resolve('../floor/workflows'),
      logger: QUIET_BUNDLER,
    }),
    activities: { ...floorActivities(client) },
  });
  const running = worker.run();
  const start = { taskQueue: TASK_QUEUE } as const;
  return {
    orders: {
      client,
      workflowId: (id) => id,
      async begin(life, id) {
        if (life === 'start') {
          const handle = await client.workflow.start<typeof emptyOrder>('emptyOrder', { ...start, workflowId: id });
          return { done: handle.result() };
        }
        if (life === 'accept') {
          const handle = await client.workflow.start<typeof floorOrder>('floorOrder', {
            ...{ ...start, workflowId: id, requestEagerStart: true },
          });
          return { done: handle.result() };
        }
        await client.workflow.executeUpdateWithStart(FloorMessage.acted, {
          startWorkflowOperation: new WithStartWorkflowOperation<typeof floorOrder>('floorOrder', {
            ...{ ...start, workflowId: id, workflowIdConflictPolicy: 'FAIL' },
          }),
        });
        return { done: client.workflow.getHandle(id).result() };
      },
    },
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}

/** Does nothing but tell its order: asked for in the same moment as the end of the activity, both share a workflow task. */
function floorActivities(client: Client): FloorActivities {
  return {
    async act() {
      const { workflowExecution } = activityInfo();
      // Not waited for: a signal that fails leaves its order open, and the bench fails with it.
      void client.workflow.getHandle(workflowExecution?.workflowId ?? '').signal(FloorMessage.told);
    },
  };
}
