/** Temporal and the databases of a system under chaos, on either profile. */
import { SearchAttribute } from '../../src/contracts/names';
import { startEmbeddedServer } from '../../src/temporal/embedded-server';
import type { EmbeddedServer } from '../../src/temporal/embedded-server';
import { join } from 'node:path';
import { startProduction } from '../production/system';
import type { ProductionSystem } from '../production/system';
import { pause } from './persistently';

export type Profile = 'embedded' | 'production';
export const NAMESPACE = 'default';

export interface Stores {
  /** Of Temporal, for clients. */
  readonly address: string;
  readonly database: { readonly databaseUrl: string } | { readonly dataDir: string };
  readonly temporalPid: number;
  /** Dies as by `kill -9` and comes back on its data and its address. */
  killTemporal(downMs: number): Promise<void>;
  /** The same for the PostgreSQL of the orders or of Temporal; only a production-like system has them. */
  killPostgres(whose: 'oms' | 'temporal', downMs: number): Promise<void>;
  stop(): Promise<void>;
}

export interface StoresOptions {
  readonly profile: Profile;
  readonly stateDir: string;
  readonly say: (line: string) => void;
}

export const startStores = (options: StoresOptions): Promise<Stores> =>
  options.profile === 'embedded' ? EmbeddedStores.open(options) : ProductionStores.open(options);

/** Temporal's dev server on its durable file, and a database inside the worker process. */
class EmbeddedStores implements Stores {
  private constructor(
    private readonly stateDir: string,
    private temporal: EmbeddedServer,
  ) {}

  static async open({ stateDir }: StoresOptions): Promise<Stores> {
    return new EmbeddedStores(stateDir, await startServer(stateDir));
  }

  get address(): string {
    return this.temporal.address;
  }
  get database() {
    return { dataDir: join(this.stateDir, 'database') };
  }
  get temporalPid(): number {
    return this.temporal.pid;
  }
  async killTemporal(downMs: number): Promise<void> {
    process.kill(this.temporal.pid, 'SIGKILL');
    await this.temporal.exited;
    await pause(downMs);
    this.temporal = await startServer(this.stateDir, Number(this.temporal.address.split(':')[1]));
  }
  killPostgres(): Promise<void> {
    return Promise.reject(new Error('the embedded profile has no PostgreSQL'));
  }
  stop(): Promise<void> {
    return this.temporal.stop();
  }
}

function startServer(stateDir: string, port?: number): Promise<EmbeddedServer> {
  return startEmbeddedServer({
    ...{ stateDir, namespace: NAMESPACE, retention: '1 day', searchAttributes: Object.values(SearchAttribute) },
    ...(port === undefined ? {} : { port }),
    // Quiet: its coming and going is what is played here.
    log: () => undefined,
  });
}

/** A Temporal server and two PostgreSQL servers, each a process of its own, as `npm run production` has them. */
class ProductionStores implements Stores {
  private constructor(private readonly system: ProductionSystem) {}

  static async open({ stateDir, say }: StoresOptions): Promise<Stores> {
    const options = { stateDir, parts: 'stores', workers: 0, env: process.env, log: say } as const;
    return new ProductionStores(await startProduction(options));
  }

  get address(): string {
    return this.settingOf('TEMPORAL_ADDRESS');
  }
  get database() {
    return { databaseUrl: this.settingOf('DATABASE_URL') };
  }
  get temporalPid(): number {
    return this.system.parts.find(({ name }) => name === 'temporal')?.process.pid ?? 0;
  }
  killTemporal(downMs: number): Promise<void> {
    return this.system.crash('temporal', downMs);
  }
  killPostgres(whose: 'oms' | 'temporal', downMs: number): Promise<void> {
    return this.system.crash(`postgres-${whose}`, downMs);
  }
  stop(): Promise<void> {
    return this.system.stop();
  }
  private settingOf(name: string): string {
    const value = this.system.settings[name];
    if (value === undefined) throw new Error(`the production-like system has no ${name}`);
    return value;
  }
}
