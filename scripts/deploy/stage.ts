/** A production-like system whose workers are builds of one deployment. */
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { join } from 'node:path';
import { OmsClient } from '../../src/client/oms-client';
import { describeDeployment, setCurrentBuild } from '../../src/temporal/deployment';
import type { BuildState } from '../../src/temporal/deployment';
import { claimPort, LOOPBACK } from '../../src/temporal/server-ports';
import { startServerProcess } from '../../src/temporal/server-process';
import type { ServerProcess } from '../../src/temporal/server-process';
import { pause } from '../chaos/persistently';
import { startProduction } from '../production/system';
import type { ProductionSystem } from '../production/system';
import type { Build } from './builds';

export const DEPLOYMENT = 'rolling';
const NAMESPACE = 'default';
const UP_WITHIN_MS = 180_000;
const POLL_MS = 250;

/**
 * A day of waiting made short: what is drained is looked at every few seconds, and a history is full soon. It is full by its
 * size, as the server's own workflows of a deployment have many short events, and stand still when they begin anew all the time.
 */
const SHORTENED = {
  'matching.wv.VersionDrainageStatusVisibilityGracePeriod': '5s',
  'matching.wv.VersionDrainageStatusRefreshInterval': '5s',
  'limit.historySize.suggestContinueAsNew': 200_000,
} as const;

export class Stage {
  private readonly workers = new Map<string, ServerProcess>();

  private constructor(
    private readonly system: ProductionSystem,
    private readonly stateDir: string,
    readonly connection: NativeConnection,
    readonly client: Client,
    readonly orders: OmsClient,
  ) {}

  static async start(stateDir: string, log: (line: string) => void): Promise<Stage> {
    const system = await startProduction({
      ...{ stateDir, workers: 0, env: process.env, log, dynamicConfig: SHORTENED },
    });
    try {
      const connection = await NativeConnection.connect({ address: system.settings['TEMPORAL_ADDRESS'] ?? '' });
      const client = new Client({ connection, namespace: NAMESPACE });
      return new Stage(system, stateDir, connection, client, new OmsClient({ client }));
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  get venueUrl(): string {
    return this.system.settings['OMS_VENUE_URL'] ?? '';
  }
  /** What a program needs to reach the system. */
  get settings(): Readonly<Record<string, string>> {
    return this.system.settings;
  }

  /** Starts a worker of a build and waits until it is ready; it gets new orders only when its build is current. */
  async startWorker({ name, folder }: Build): Promise<void> {
    const port = await claimPort(undefined, { purpose: 'the health of a worker', variable: 'OMS_HEALTH_PORT' });
    const settings = { ...this.system.settings, OMS_DEPLOYMENT: DEPLOYMENT, OMS_HEALTH_PORT: String(port) };
    const assigned = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    const program = [process.execPath, '--import', 'tsx', join(folder, 'workers', 'main.ts')];
    const logFile = join(this.stateDir, `worker-${name}.log`);
    const worker = await startServerProcess('env', [...assigned, ...program], logFile);
    this.workers.set(name, worker);
    let ended: string | undefined;
    void worker.exited.then((how) => (ended = how));
    await until(`the worker of build ${name} to be ready (${logFile})`, async () => {
      if (ended !== undefined) throw new Error(`the worker of build ${name} ${ended}; see ${logFile}`);
      return fetch(`http://${LOOPBACK}:${String(port)}/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  }
  async stopWorker({ name }: Build): Promise<void> {
    await this.workers.get(name)?.stop();
    this.workers.delete(name);
  }

  /** Makes a build current; the server wants to have heard of all its task queues first. */
  async promote({ buildId, name }: Build): Promise<void> {
    let refusal: unknown;
    await until(`build ${name} to become current`, () =>
      setCurrentBuild(this.client, { deploymentName: DEPLOYMENT, buildId }).then(
        () => true,
        (error: unknown) => {
          refusal = error;
          return false;
        },
      ),
    ).catch((error: unknown) => {
      throw new Error(String(error), { cause: refusal });
    });
  }
  async stateOf({ buildId }: Build): Promise<BuildState | undefined> {
    const deployment = await describeDeployment(this.client, DEPLOYMENT);
    return deployment?.builds.find((build) => build.buildId === buildId)?.state;
  }

  async stop(): Promise<void> {
    // One that the end of the server has broken has nothing to close.
    await this.connection.close().catch(() => undefined);
    await Promise.all([...this.workers.values()].map((worker) => worker.stop()));
    await this.system.stop();
  }
}

/** Repeats a question until it is answered by yes. */
export async function until(what: string, ask: () => Promise<boolean>, withinMs = UP_WITHIN_MS): Promise<void> {
  const giveUpMs = Date.now() + withinMs;
  while (!(await ask())) {
    if (Date.now() > giveUpMs) throw new Error(`waited ${String(withinMs / 1_000)} s for ${what}`);
    await pause(POLL_MS);
  }
}
