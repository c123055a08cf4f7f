/** One production worker process: connects to what runs elsewhere, works for its roles, and drains when it is stopped. */
import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Catalog } from '../src/catalog';
import type { Config } from '../src/config';
import type { Driver } from '../src/persistence/driver';
import { openDatabase } from '../src/persistence/open-database';
import { connectNative } from '../src/temporal/connection';
import { serverAddress } from '../src/temporal/server-resolver';
import { workflowBuildId, workflowBundle } from './build-bundle';
import { taskQueuesOf } from './create-workers';
import { startHealthServer } from './health-server';
import type { Check } from './health-server';
import { startOms } from './oms';
import type { Oms } from './oms';
import { checkOwnServer } from './own-server';
import { simulatedConnectors } from './simulated-setup';
import { workerSettings } from './worker-settings';

export interface WorkerProcessOptions {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
}

export interface WorkerProcess {
  /** Rejects when a worker breaks; resolves after `stop`. */
  readonly running: Promise<void>;
  /** Not ready from here on; takes nothing new, lets what is on the wire finish, then closes everything. */
  stop(): Promise<void>;
}

interface Parts {
  readonly oms: Oms;
  readonly connection: NativeConnection;
  readonly database: Driver;
}

/** Starts the process's parts; on failure what had started is closed again. The health port answers from the beginning. */
export async function startWorkerProcess(options: WorkerProcessOptions): Promise<WorkerProcess> {
  const { config, catalog, log } = options;
  // Before anything is opened: a wrong environment costs no connection.
  workerSettings(config, catalog);
  const undo: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step().catch(() => undefined);
  };
  let parts: Parts | undefined;
  let isDraining = false;
  try {
    const { healthHost: host, healthPort: port } = config.worker;
    const health = await startHealthServer({ host, port }, () => readinessChecks(config, parts, isDraining));
    undo.push(() => health.close());
    log.info({ part: 'health', host, port: health.port }, 'health port is open');
    parts = await startParts(options, undo);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    running: parts.oms.running,
    async stop() {
      isDraining = true;
      await close();
    },
  };
}

/** A worker that drains, or that cannot reach what it needs, must not count when others are stopped. */
function readinessChecks(
  config: Config,
  parts: Parts | undefined,
  isDraining: boolean,
): Readonly<Record<string, Check>> {
  const { namespace } = config.temporal;
  return {
    accepting: () => !isDraining,
    workers: () => parts?.oms.isPolling() ?? false,
    temporal: async () => {
      await parts?.connection.workflowService.describeNamespace({ namespace });
      return parts !== undefined;
    },
    database: async () => {
      await parts?.database.query('SELECT 1');
      return parts !== undefined;
    },
  };
}

async function startParts(
  { config, catalog, env, log }: WorkerProcessOptions,
  undo: (() => Promise<unknown>)[],
): Promise<Parts> {
  const { databaseUrl, venueUrl, scope } = workerSettings(config, catalog);
  const server = await serverAddress(env);
  if (server === undefined) throw new Error('TEMPORAL_ADDRESS is not set');
  await checkOwnServer(server, 'Start it or correct the variable.');
  // Brings the schema up to date too; the database lets one process at a time do that.
  const database = await openDatabase({
    databaseUrl,
    onNotice: (notice) => {
      log.info({ part: 'database' }, notice);
    },
  });
  undo.push(() => database.close());
  const connection = await connectNative(server);
  undo.push(() => connection.close());
  const connectors = simulatedConnectors(catalog.venues, venueUrl);
  undo.push(() => Promise.all(connectors.map((connector) => connector.close())));
  const version = await versionOf(config);
  const oms = await startOms({
    connection,
    namespace: server.namespace,
    database,
    catalog,
    connectors,
    routing: { defaultPolicy: config.routingPolicy, weights: config.routingWeights },
    workflowBundle: await workflowBundle(),
    maxCachedWorkflows: config.maxCachedWorkflows,
    callStacks: config.callStacks,
    log,
    scope,
    ...(version === undefined ? {} : { version }),
  });
  undo.push(() => oms.stop());
  const { address, namespace } = server;
  const { roles } = config.worker;
  log.info({ address, namespace, roles, taskQueues: taskQueuesOf(scope), ...version }, 'worker is up');
  return { oms, connection, database };
}

/** The build that this process is; undefined when it is none of a deployment. */
async function versionOf({ worker }: Config): Promise<WorkerDeploymentVersion | undefined> {
  const { deployment } = worker;
  if (deployment === undefined) return undefined;
  return { deploymentName: deployment.name, buildId: deployment.buildId ?? (await workflowBuildId()) };
}
