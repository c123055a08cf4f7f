/** The system under chaos: every part a process of its own, each of which can be made to fail. */
import { Client, Connection } from '@temporalio/client';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OmsClient } from '../../src/client/oms-client';
import { spawnSimulatedVenue } from '../../src/venues/simulated/supervisor';
import type { SupervisedVenue } from '../../src/venues/simulated/supervisor';
import { SYMBOL, VENUE } from '../coin';
import { chaosCatalog, chaosReference, chaosVenue, QUIET_MARKET } from './catalog';
import { Clients } from './clients';
import type { OrderEntry } from './clients';
import { Network } from './network';
import { pause, persistently } from './persistently';
import { NAMESPACE, startStores } from './stores';
import type { Profile, Stores } from './stores';
import { Crew } from './worker';
import type { WorkerSetup } from './worker-messages';

const CACHED_WORKFLOWS = 500;
const ROOT = join(__dirname, '..', '..');
/** Processes of each kind; the embedded database lives in its one worker. */
const WORKERS = { embedded: 1, production: 2 } as const;
const CLIENTS = 2;

export interface SystemOptions {
  readonly stateDir: string;
  readonly say: (line: string) => void;
  /** Embedded when absent. */
  readonly profile?: Profile;
  /** Root of the sources that the workers run; absent: this checkout. */
  readonly sources?: string;
}

export class ChaosSystem {
  readonly catalog = chaosCatalog();
  readonly worker: Crew;
  /** SIGKILLs by part. */
  readonly kills = { worker: 0, client: 0, temporal: 0, postgres: 0, venue: 0 };
  connection!: Connection;
  client!: Client;
  /** Reads and sends orders from this process. */
  orders!: OmsClient;
  /** Sends orders as strategies do: from processes of their own where the profile has them. */
  entry!: OrderEntry;
  clients: Clients | undefined;
  network!: Network;
  private stores!: Stores;
  private venue!: SupervisedVenue;
  private readonly undo: (() => Promise<unknown>)[] = [];
  private stopping: Promise<void> | undefined;

  private constructor(readonly options: SystemOptions) {
    this.worker = new Crew({
      count: WORKERS[this.profile],
      sources: options.sources ?? ROOT,
      setup: (nth) => this.workerSetup(nth),
      onKill: () => (this.kills.worker += 1),
    });
  }

  static async start(options: SystemOptions): Promise<ChaosSystem> {
    const system = new ChaosSystem(options);
    try {
      await system.assemble();
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  get profile(): Profile {
    return this.options.profile ?? 'embedded';
  }
  get address(): string {
    return this.stores.address;
  }
  get venueUrl(): string {
    return `http://127.0.0.1:${String(this.venue.port)}`;
  }
  /** Of every part; a part that is down has none. */
  get pids(): { readonly worker: number | undefined; readonly temporal: number; readonly venue: number } {
    return { worker: this.worker.pid, temporal: this.stores.temporalPid, venue: this.venue.pid };
  }
  /** Of the embedded database. */
  get databaseDir(): string {
    return join(this.options.stateDir, 'database');
  }
  get database(): Stores['database'] {
    return this.stores.database;
  }

  /** Makes the venue go on with another market, or with the quiet one. */
  async market(change: Partial<typeof QUIET_MARKET> = {}): Promise<void> {
    await this.tellVenue(`market/${SYMBOL}`, { ...QUIET_MARKET, ...change });
  }
  async fault(fault: string, settings: Record<string, unknown> = {}): Promise<void> {
    await this.tellVenue('faults', { fault, ...settings });
  }
  async clearFaults(): Promise<void> {
    await persistently('the venue clears its faults', async () => {
      const answer = await fetch(`${this.venueUrl}/v1/${VENUE}/faults`, { method: 'DELETE' });
      if (!answer.ok) throw new Error(await answer.text());
    });
  }

  /** The server dies as by `kill -9` and comes back on its data and its port. */
  async killTemporal(downMs: number): Promise<void> {
    this.kills.temporal += 1;
    await this.stores.killTemporal(downMs);
  }
  async killPostgres(whose: 'oms' | 'temporal', downMs: number): Promise<void> {
    this.kills.postgres += 1;
    await this.stores.killPostgres(whose, downMs);
  }
  async killVenue(downMs: number): Promise<void> {
    const { port } = this.venue;
    this.kills.venue += 1;
    await this.venue.kill();
    await pause(downMs);
    this.venue = await spawnSimulatedVenue({ config: chaosVenue(this.ledgerDir, port) });
  }

  /** Ends what is left, whatever state it is in. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    for (let end = this.undo.pop(); end !== undefined; end = this.undo.pop()) await end().catch(() => undefined);
  }

  private async assemble(): Promise<void> {
    const { stateDir, say } = this.options;
    await mkdir(this.ledgerDir, { recursive: true });
    // PostgreSQL runs as a user of its own when we are root, and must be able to walk in.
    if (this.profile === 'production') await chmod(stateDir, 0o711);
    this.stores = await startStores({ profile: this.profile, stateDir, say });
    this.undo.push(() => this.stores.stop());
    this.venue = await spawnSimulatedVenue({ config: chaosVenue(this.ledgerDir, 0) });
    this.undo.push(() => this.venue.stop());
    this.network = await Network.start(() => this.venue.port);
    this.undo.push(() => this.network.stop());
    this.connection = await Connection.connect({ address: this.address });
    this.undo.push(() => this.connection.close());
    this.client = new Client({ connection: this.connection, namespace: NAMESPACE });
    this.orders = new OmsClient({ client: this.client, reference: chaosReference() });
    this.undo.push(() => this.worker.stop());
    await this.worker.start();
    this.entry = await this.startClients();
  }

  private async startClients(): Promise<OrderEntry> {
    if (this.profile === 'embedded') return this.orders;
    const clients = await Clients.start({
      ...{ count: CLIENTS, address: () => this.address, namespace: NAMESPACE },
      onKill: () => (this.kills.client += 1),
    });
    this.undo.push(() => clients.stop());
    this.clients = clients;
    return clients;
  }

  private get ledgerDir(): string {
    return join(this.options.stateDir, 'venue');
  }
  private workerSetup(nth: number): WorkerSetup {
    return {
      ...{ kind: 'setup', address: this.address, namespace: NAMESPACE, database: this.database },
      venueUrl: `http://127.0.0.1:${String(this.network.port)}`,
      ...{ maxCachedWorkflows: CACHED_WORKFLOWS, wrongCode: false, clockOffsetMs: 0 },
      logFile: join(this.options.stateDir, `worker-${String(nth + 1)}.log`),
    };
  }
  private async tellVenue(path: string, body: unknown): Promise<void> {
    await persistently(
      `the venue takes ${path}`,
      async () => {
        const answer = await fetch(`${this.venueUrl}/v1/${VENUE}/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        if (answer.status >= 400 && answer.status < 500) throw new WrongRequest(`${path}: ${await answer.text()}`);
        if (!answer.ok) throw new Error(await answer.text());
      },
      (error) => error instanceof WrongRequest,
    );
  }
}

/** Nobody else's fault: asking again does not help. */
class WrongRequest extends Error {}
