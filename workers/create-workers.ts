import { Worker } from '@temporalio/worker';
import type { NativeConnection, WorkerOptions, WorkflowBundleOption } from '@temporalio/worker';
import { createOrderActivities, createSessionActivities, createVenueActivities } from '../activities';
import type { ActivityDependencies } from '../activities/dependencies';
import { TaskQueue } from '../src/contracts/names';

export interface WorkerSetup {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly workflowBundle: WorkflowBundleOption;
  readonly maxCachedWorkflows: number;
  readonly deps: ActivityDependencies;
}

/**
 * How long one turn of a workflow may compute. The SDK interrupts a longer one in a way that can abort the whole process
 * ("async hook stack has become corrupted"), and with it every other order of the worker; its own 5 s were reached by
 * thousands of fills at once on a busy machine. The option works and is missing from the SDK's public type.
 */
const PATIENT_SANDBOX = { isolateExecutionTimeout: '60s' } as const;

/** Concurrent submissions to one venue; a venue that is slower than this queues them, and cancels pass by. */
const SUBMISSIONS_AT_ONCE = 50;
/** Cancels and questions have slots of their own. */
const CANCELS_AT_ONCE = 50;

/** Builds every worker of a process: orders, service workflows, and two task queues per venue. */
export async function createWorkers(setup: WorkerSetup): Promise<Worker[]> {
  const { connection, namespace, deps } = setup;
  const base: Pick<WorkerOptions, 'connection' | 'namespace' | 'shutdownGraceTime'> = {
    connection,
    namespace,
    // Long enough for a submission that is on the wire to get its answer.
    shutdownGraceTime: '10s',
    ...PATIENT_SANDBOX,
  };
  const order = Worker.create({
    ...base,
    taskQueue: TaskQueue.orders,
    workflowBundle: setup.workflowBundle,
    activities: { ...createOrderActivities(deps) },
    maxCachedWorkflows: setup.maxCachedWorkflows,
    // When a worker dies, its cached orders wait this long for it before another one takes over; the default is 10 s.
    stickyQueueScheduleToStartTimeout: '2s',
  });
  const sessions = Worker.create({
    ...base,
    // Sessions and watches are cancelled at once: they lose nothing, and shutdown need not wait for them.
    shutdownGraceTime: 0,
    taskQueue: TaskQueue.sessions,
    workflowBundle: setup.workflowBundle,
    activities: { ...createSessionActivities(deps) },
    maxCachedWorkflows: 10,
  });
  const venues = [...deps.venues.keys()].flatMap((venue) => {
    const activities = { ...createVenueActivities(deps, venue) };
    return [
      Worker.create({
        ...base,
        taskQueue: TaskQueue.venue(venue),
        activities,
        maxConcurrentActivityTaskExecutions: SUBMISSIONS_AT_ONCE,
      }),
      Worker.create({
        ...base,
        taskQueue: TaskQueue.venueCancels(venue),
        activities,
        maxConcurrentActivityTaskExecutions: CANCELS_AT_ONCE,
      }),
    ];
  });
  return Promise.all([order, sessions, ...venues]);
}
