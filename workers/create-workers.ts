import { Worker } from '@temporalio/worker';
import type {
  NativeConnection,
  WorkerDeploymentOptions,
  WorkerOptions,
  WorkflowBundleOption,
} from '@temporalio/worker';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import { createOrderActivities, createSessionActivities, createVenueActivities } from '../activities';
import type { ActivityDependencies } from '../activities/dependencies';
import { TaskQueue } from '../src/contracts/names';
import { takeCallStacks } from './workflow-threads';

export interface WorkerSetup {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly workflowBundle: WorkflowBundleOption;
  readonly maxCachedWorkflows: number;
  /** Temporal's UI can show where a workflow's code waits, at the price of processor time. Off by default. */
  readonly callStacks?: boolean | undefined;
  readonly deps: ActivityDependencies;
  /** Absent: everything. */
  readonly scope?: WorkerScope | undefined;
  /** The build that these workers are, by which orders stay with the code that they began on; absent: any code takes any order. */
  readonly version?: WorkerDeploymentVersion | undefined;
}

/**
 * How long one turn of a workflow may compute. The SDK interrupts a longer one in a way that can abort the whole process
 * ("async hook stack has become corrupted"), and with it every other order of the worker; its own 5 s were reached by
 * thousands of fills at once on a busy machine. The option works and is missing from the SDK's public type.
 */
const PATIENT_SANDBOX = { isolateExecutionTimeout: '60s' } as const;

/** How long a stopping worker lets its activities finish: enough for a submission on the wire to get its answer. */
export const SHUTDOWN_GRACE_MS = 10_000;

/**
 * Tasks of orders that a worker has at once. Their code shares one thread, and what is not done within 10 s of being given out is
 * given out again: of orders that it must carry out anew, more would only keep each other from being done in time.
 */
const ORDERS_AT_ONCE = 8;

/** Concurrent submissions to one venue; a venue that is slower than this queues them, and cancels pass by. */
const SUBMISSIONS_AT_ONCE = 50;
/** Cancels and questions have slots of their own. */
const CANCELS_AT_ONCE = 50;

/** Which task queues a process works on. */
export interface WorkerScope {
  readonly orders: boolean;
  readonly sessions: boolean;
  /** Venues of whose submissions and cancels it takes its part. */
  readonly venues: readonly string[];
}

/** The task queues of a scope. */
export function taskQueuesOf({ orders, sessions, venues }: WorkerScope): readonly string[] {
  return [
    ...(orders ? [TaskQueue.orders] : []),
    ...(sessions ? [TaskQueue.sessions] : []),
    ...venues.flatMap((venue) => [TaskQueue.venue(venue), TaskQueue.venueCancels(venue)]),
  ];
}

/** Builds the workers of a process: orders, service workflows, and two task queues per venue, as far as they are in scope. */
export async function createWorkers(setup: WorkerSetup): Promise<Worker[]> {
  const { scope = everything(setup.deps) } = setup;
  takeCallStacks(setup.callStacks === true);
  return Promise.all([
    ...(scope.orders ? [orderWorker(setup)] : []),
    ...(scope.sessions ? [sessionWorker(setup)] : []),
    ...scope.venues.flatMap((venue) => venueWorkers(setup, venue)),
  ]);
}

const everything = (deps: ActivityDependencies): WorkerScope => ({
  orders: true,
  sessions: true,
  venues: [...deps.venues.keys()],
});

function orderWorker(setup: WorkerSetup): Promise<Worker> {
  return Worker.create({
    ...baseOf(setup),
    taskQueue: TaskQueue.orders,
    workflowBundle: setup.workflowBundle,
    activities: { ...createOrderActivities(setup.deps) },
    maxCachedWorkflows: setup.maxCachedWorkflows,
    maxConcurrentWorkflowTaskExecutions: ORDERS_AT_ONCE,
    // When a worker dies, its cached orders wait this long for it before another one takes over; the default is 10 s.
    stickyQueueScheduleToStartTimeout: '2s',
  });
}

function sessionWorker(setup: WorkerSetup): Promise<Worker> {
  return Worker.create({
    ...baseOf(setup),
    // Sessions and watches are cancelled at once: they lose nothing, and shutdown need not wait for them.
    shutdownGraceTime: 0,
    taskQueue: TaskQueue.sessions,
    workflowBundle: setup.workflowBundle,
    activities: { ...createSessionActivities(setup.deps) },
    maxCachedWorkflows: 10,
  });
}

function venueWorkers(setup: WorkerSetup, venue: string): readonly Promise<Worker>[] {
  const activities = { ...createVenueActivities(setup.deps, venue) };
  return [
    Worker.create({
      ...baseOf(setup),
      taskQueue: TaskQueue.venue(venue),
      activities,
      maxConcurrentActivityTaskExecutions: SUBMISSIONS_AT_ONCE,
    }),
    Worker.create({
      ...baseOf(setup),
      taskQueue: TaskQueue.venueCancels(venue),
      activities,
      maxConcurrentActivityTaskExecutions: CANCELS_AT_ONCE,
    }),
  ];
}

function baseOf({
  connection,
  namespace,
  version,
}: WorkerSetup): Pick<WorkerOptions, 'connection' | 'namespace' | 'shutdownGraceTime' | 'workerDeploymentOptions'> {
  return {
    ...{ connection, namespace, shutdownGraceTime: SHUTDOWN_GRACE_MS, ...PATIENT_SANDBOX },
    ...(version === undefined ? {} : { workerDeploymentOptions: versioned(version) }),
  };
}

/** Service workflows live for ever and move with each deploy; orders say for themselves that they stay. */
const versioned = (version: WorkerDeploymentVersion): WorkerDeploymentOptions => ({
  ...{ version, useWorkerVersioning: true, defaultVersioningBehavior: 'AUTO_UPGRADE' },
});
