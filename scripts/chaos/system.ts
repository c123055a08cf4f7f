/** The system under chaos: every part a process of its own, each of which can be made to fail. */
import { Client, Connection } from '@temporalio/client';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OmsClient } from '../../src/client/oms-client';
import { SearchAttribute } from '../../src/contracts/names';
import { startEmbeddedServer } from '../../src/temporal/embedded-server';
import type { EmbeddedServer } from '../../src/temporal/embedded-server';
import { spawnSimulatedVenue } from '../../src/venues/simulated/supervisor';
import type { SupervisedVenue } from '../../src/venues/simulated/supervisor';
import { CHAOS_ACCOUNTS, CHAOS_SYMBOL, CHAOS_VENUE, chaosCatalog, chaosVenue, QUIET_MARKET } from './catalog';
import { Network } from './network';
import { persistently } from './persistently';
import { Worker } from './worker';
import type { WorkerSetup } from './worker-messages';

const NAMESPACE = 'default';
const CACHED_WORKFLOWS = 500;

export interface SystemOptions {
  readonly stateDir: string;
  readonly say: (line: string) => void;
}

export class ChaosSystem {
  readonly catalog = chaosCatalog();
  readonly worker: Worker;
  connection!: Connection;
  client!: Client;
  orders!: OmsClient;
  network!: Network;
  private temporal!: EmbeddedServer;
  private venue!: SupervisedVenue;
  private readonly undo: (() => Promise<unknown>)[] = [];

  private constructor(readonly options: SystemOptions) {
    this.worker = new Worker(() => this.workerSetup());
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

  get address(): string {
    return this.temporal.address;
  }
  get venueUrl(): string {
    return `http://127.0.0.1:${String(this.venue.port)}`;
  }
  /** Of every part; a part that is down has none. */
  get pids(): { readonly worker: number | undefined; readonly temporal: number; readonly venue: number } {
    return { worker: this.worker.pid, temporal: this.temporal.pid, venue: this.venue.pid };
  }
  get databaseDir(): string {
    return join(this.options.stateDir, 'database');
  }

  /** Makes the venue go on with another market, or with the quiet one. */
  async market(change: Partial<typeof QUIET_MARKET> = {}): Promise<void> {
    await this.tellVenue(`market/${CHAOS_SYMBOL}`, { ...QUIET_MARKET, ...change });
  }
  async fault(fault: string, settings: Record<string, unknown> = {}): Promise<void> {
    await this.tellVenue('faults', { fault, ...settings });
  }
  async clearFaults(): Promise<void> {
    await persistently('the venue clears its faults', async () => {
      const answer = await fetch(`${this.venueUrl}/v1/${CHAOS_VENUE}/faults`, { method: 'DELETE' });
      if (!answer.ok) throw new Error(await answer.text());
    });
  }

  /** The server dies as by `kill -9` and comes back on its files and its port. */
  async killTemporal(downMs: number): Promise<void> {
    process.kill(this.temporal.pid, 'SIGKILL');
    await this.temporal.exited;
    await new Promise((done) => setTimeout(done, downMs));
    this.temporal = await this.startTemporal(Number(this.temporal.address.split(':')[1]));
  }
  async killVenue(downMs: number): Promise<void> {
    const { port } = this.venue;
    await this.venue.kill();
    await new Promise((done) => setTimeout(done, downMs));
    this.venue = await spawnSimulatedVenue({ config: chaosVenue(this.ledgerDir, port) });
  }

  /** Ends what is left, whatever state it is in. */
  async stop(): Promise<void> {
    for (let end = this.undo.pop(); end !== undefined; end = this.undo.pop()) await end().catch(() => undefined);
  }

  private async assemble(): Promise<void> {
    await mkdir(this.ledgerDir, { recursive: true });
    this.temporal = await this.startTemporal();
    this.undo.push(() => this.temporal.stop());
    this.venue = await spawnSimulatedVenue({ config: chaosVenue(this.ledgerDir, 0) });
    this.undo.push(() => this.venue.stop());
    this.network = await Network.start(() => this.venue.port);
    this.undo.push(() => this.network.stop());
    this.connection = await Connection.connect({ address: this.temporal.address });
    this.undo.push(() => this.connection.close());
    this.undo.push(() => this.worker.stop());
    this.client = new Client({ connection: this.connection, namespace: NAMESPACE });
    this.orders = new OmsClient({
      client: this.client,
      reference: {
        instruments: new Map(this.catalog.instruments.map((instrument) => [instrument.symbol, instrument])),
        accounts: new Set(CHAOS_ACCOUNTS),
        marketTimeMs: () => Date.now(),
      },
    });
    await this.worker.start();
  }

  private get ledgerDir(): string {
    return join(this.options.stateDir, 'venue');
  }
  private startTemporal(port?: number): Promise<EmbeddedServer> {
    return startEmbeddedServer({
      ...{ stateDir: this.options.stateDir, namespace: NAMESPACE, retention: '1 day' },
      searchAttributes: Object.values(SearchAttribute),
      ...(port === undefined ? {} : { port }),
      // Quiet: its coming and going is what is played here.
      log: () => undefined,
    });
  }
  private workerSetup(): WorkerSetup {
    return {
      ...{ kind: 'setup', address: this.address, namespace: NAMESPACE },
      database: { dataDir: this.databaseDir },
      venueUrl: `http://127.0.0.1:${String(this.network.port)}`,
      ...{ maxCachedWorkflows: CACHED_WORKFLOWS, wrongCode: false, clockOffsetMs: 0 },
      logFile: join(this.options.stateDir, 'worker.log'),
    };
  }
  private async tellVenue(path: string, body: unknown): Promise<void> {
    await persistently(
      `the venue takes ${path}`,
      async () => {
        const answer = await fetch(`${this.venueUrl}/v1/${CHAOS_VENUE}/${path}`, {
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
