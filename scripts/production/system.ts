/** The production-like system of one machine: each part a process of its own that ends with this one, killed or not. */
import { Connection } from '@temporalio/client';
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client as PgClient } from 'pg';
import { z } from 'zod';
import { SearchAttribute } from '../../src/contracts/names';
import { prepareNamespace } from '../../src/temporal/namespace-setup';
import { identifyProcess } from '../../src/temporal/process-identity';
import { firstLine } from '../../src/temporal/server-binary';
import { claimPort, LOOPBACK } from '../../src/temporal/server-ports';
import { logTail, startServerProcess } from '../../src/temporal/server-process';
import type { ServerProcess } from '../../src/temporal/server-process';
import type { ProductionRecord } from './record';
import { DATABASES, dynamicConfigOf, OTHER_PORTS, temporalConfig } from './temporal-config';
import type { DynamicConfig } from './temporal-config';
import { temporalPrograms } from './temporal-programs';
import type { TemporalPrograms } from './temporal-programs';

export interface ProductionOptions {
  readonly stateDir: string;
  readonly workers: number;
  /** Only PostgreSQL and Temporal on it, for who brings venue and workers of their own; everything when absent. */
  readonly parts?: 'stores';
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  /** Settings of the Temporal server beside its usual ones. */
  readonly dynamicConfig?: DynamicConfig;
  /** Of a new state folder; as many as production has when absent. */
  readonly historyShards?: number;
}

/** One process of the system. */
export interface ProductionPart {
  readonly name: string;
  /** URL or `host:port` at which it answers. */
  readonly where: string;
  readonly process: ServerProcess;
}

export interface ProductionSystem {
  readonly parts: readonly ProductionPart[];
  /** What a client needs: `npm run worker` and the commands take it as their environment. */
  readonly settings: Readonly<Record<string, string>>;
  /** Kills PostgreSQL or Temporal as `kill -9` does, and starts it again after a while on its data and its address. */
  crash(name: 'temporal' | 'postgres-temporal' | 'postgres-oms', downMs: number): Promise<void>;
  stop(): Promise<void>;
}

const ROOT = join(__dirname, '..', '..');
// initdb, or a recovery after a kill, on a slow disk; a worker bundles its workflows first.
const UP_WITHIN_MS = 120_000;
const POLL_MS = 100;
const SERVER_PORT = { purpose: 'the Temporal server', variable: '--state' };
const run = promisify(execFile);

/** Starts everything that `stateDir` holds or will hold; on failure nothing is left running. */
export async function startProduction(options: ProductionOptions): Promise<ProductionSystem> {
  const system = new Starting(options);
  try {
    await system.start();
  } catch (error) {
    await system.stop();
    throw error;
  }
  return system;
}

/** The system as its state folder remembers it. */
export async function recordOf({ parts }: Pick<ProductionSystem, 'parts'>): Promise<ProductionRecord> {
  const owner = await identifyProcess(process.pid);
  if (owner === undefined) throw new Error('this process cannot be identified');
  const known = await Promise.all(
    parts.map(async ({ name, where, process: { pid } }) => ({ name, where, identity: await identifyProcess(pid) })),
  );
  return { owner, parts: known.flatMap(({ identity, ...part }) => (identity ? [{ ...part, identity }] : [])) };
}

class Starting implements ProductionSystem {
  readonly parts: ProductionPart[] = [];
  settings: Readonly<Record<string, string>> = {};
  private readonly folder: string;

  constructor(private readonly options: ProductionOptions) {
    this.folder = resolve(options.stateDir);
  }

  async start(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    // PostgreSQL runs as a user of its own when we are root, and must be able to walk in.
    await chmod(this.folder, 0o711);
    const programs = await temporalPrograms(this.options.env, this.options.log);
    const [store, database] = await Promise.all([this.postgres('postgres-temporal'), this.postgres('postgres-oms')]);
    const address = await this.temporal(programs, store);
    this.settings = { TEMPORAL_ADDRESS: address, DATABASE_URL: database };
    if (this.options.parts === 'stores') return;
    this.settings = { ...this.settings, OMS_VENUE_URL: await this.venue() };
    await Promise.all(Array.from({ length: this.options.workers }, (_, at) => this.worker(`worker-${String(at + 1)}`)));
  }

  async stop(): Promise<void> {
    const named = (start: string): readonly ProductionPart[] => this.parts.filter(({ name }) => name.startsWith(start));
    // Each kind after those that need it.
    for (const kind of ['worker', 'venue', 'temporal', 'postgres'])
      await Promise.all(named(kind).map(({ process }) => process.stop()));
  }

  /** Starts a PostgreSQL of its own and answers with its URL. */
  private async postgres(name: string): Promise<string> {
    const folder = join(this.folder, name);
    await mkdir(folder, { recursive: true });
    const guard = join(ROOT, 'scripts', 'production', 'postgres-guard.sh');
    const part = await this.launch(name, '', guard, [folder]);
    const url = await this.until(part, async () => (await readFile(join(folder, 'url'), 'utf8')).trim());
    return url.replace(/^DATABASE_URL=/, '');
  }

  private async temporal({ server, sqlTool }: TemporalPrograms, storeUrl: string): Promise<string> {
    const { host, hostname, port, username } = new URL(storeUrl);
    for (const [database, schema] of [
      [DATABASES.main, 'temporal'],
      [DATABASES.visibility, 'visibility'],
    ] as const) {
      const tool = (...args: string[]) =>
        run(sqlTool, [
          ...['--plugin', 'postgres12', '--endpoint', hostname, '--port', port, '--user', username],
          ...['--database', database, ...args],
        ]);
      // Both leave what is there as it is.
      await tool('create-database', '--defaultdb', 'postgres');
      await tool('setup-schema', '--version', '0.0');
      await tool('update-schema', '--schema-name', `postgresql/v12/${schema}`);
    }
    const config = join(this.folder, 'temporal');
    const dynamic = join(config, 'dynamic.yaml');
    await mkdir(config, { recursive: true });
    const [frontend = 0, ...others] = await keptPorts(join(config, 'ports.json'), 1 + OTHER_PORTS);
    await writeFile(dynamic, dynamicConfigOf(this.options.dynamicConfig));
    const store = { address: host, user: username };
    const { historyShards } = this.options;
    const settings = temporalConfig(store, { frontend, others }, dynamic, historyShards);
    await writeFile(join(config, 'production.yaml'), settings);
    const address = `${LOOPBACK}:${String(frontend)}`;
    await this.serve(server, address);
    return address;
  }

  private async serve(server: string, address: string): Promise<void> {
    const args = ['--root', this.folder, '--config', 'temporal', '--env', 'production', '--allow-no-auth', 'start'];
    const part = await this.launch('temporal', address, server, args);
    await this.until(part, () => prepare(address));
  }

  async crash(name: 'temporal' | 'postgres-temporal' | 'postgres-oms', downMs: number): Promise<void> {
    const at = this.parts.findIndex((part) => part.name === name);
    const part = this.parts[at];
    if (part === undefined) throw new Error(`there is no ${name}`);
    if (name !== 'temporal') return this.crashPostgres(part, downMs);
    process.kill(part.process.pid, 'SIGKILL');
    await part.process.exited;
    this.parts.splice(at, 1);
    await delay(downMs);
    const { server } = await temporalPrograms(this.options.env, this.options.log);
    return this.serve(server, part.where);
  }

  /** What runs as the part is the guard of the server; it starts the server again when it is told to. */
  private async crashPostgres(part: ProductionPart, downMs: number): Promise<void> {
    const folder = join(this.folder, part.name);
    const [pid] = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n');
    const url = (await readFile(join(folder, 'url'), 'utf8')).trim().replace(/^DATABASE_URL=/, '');
    process.kill(Number(pid), 'SIGKILL');
    await delay(downMs);
    process.kill(part.process.pid, 'SIGUSR1');
    await this.until(part, async () => {
      const client = new PgClient({ connectionString: url, connectionTimeoutMillis: 3_000 });
      // One that is cut off while it connects tells it here, too.
      client.on('error', () => undefined);
      await client.connect();
      await client.end();
    });
  }

  private async venue(): Promise<string> {
    const port = await claimPort(undefined, { purpose: 'the simulated venue', variable: 'OMS_VENUE_PORT' });
    const url = `http://${LOOPBACK}:${String(port)}`;
    const settings = { OMS_STATE_DIR: this.folder, OMS_VENUE_PORT: String(port) };
    const part = await this.program('venue', url, 'workers/venue', settings);
    await this.until(part, () => answers(`${url}/healthz`));
    return url;
  }

  private async worker(name: string): Promise<void> {
    const port = await claimPort(undefined, { purpose: 'the health of a worker', variable: 'OMS_HEALTH_PORT' });
    const url = `http://${LOOPBACK}:${String(port)}`;
    const part = await this.program(name, url, 'workers/main', { ...this.settings, OMS_HEALTH_PORT: String(port) });
    await this.until(part, () => answers(`${url}/ready`));
  }

  /** Starts one of our own programs, from the build when this runs from it. */
  private program(name: string, where: string, path: string, settings: Readonly<Record<string, string>>) {
    const isBuilt = __filename.endsWith('.js');
    const program = isBuilt ? [join(ROOT, `${path}.js`)] : ['--import', 'tsx', join(ROOT, `${path}.ts`)];
    const assigned = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    // The watchdog takes TEMPORAL_* out of what its server inherits, so the settings come behind it.
    return this.launch(name, where, 'env', [...assigned, process.execPath, ...program]);
  }

  private async launch(name: string, where: string, program: string, args: readonly string[]): Promise<ProductionPart> {
    const started = await startServerProcess(program, args, this.logOf(name));
    const part = { name, where, process: started };
    this.parts.push(part);
    return part;
  }

  /** Repeats a question until it is answered; fails with the part's last words when it ends or takes too long. */
  private async until<T>({ name, process: started }: ProductionPart, ask: () => Promise<T>): Promise<T> {
    const beganAt = Date.now();
    let ended: string | undefined;
    void started.exited.then((how) => (ended = how));
    for (;;) {
      try {
        const answer = await ask();
        this.options.log(`${name} is up after ${String(Math.round((Date.now() - beganAt) / 100) / 10)} s`);
        return answer;
      } catch (error) {
        const why = ended ?? (Date.now() - beganAt > UP_WITHIN_MS ? `does not answer: ${firstLine(error)}` : undefined);
        if (why !== undefined) throw new Error(`${name} ${why}\n${await this.lastWords(name)}`, { cause: error });
        await delay(POLL_MS);
      }
    }
  }

  /** The end of a part's log; stack traces of a line are in the file. */
  private async lastWords(name: string): Promise<string> {
    const lines = (await logTail(this.logOf(name), { lines: 5 })).split('\n').map((line) => line.slice(0, 300));
    return [`${this.logOf(name)} ends with:`, ...lines].join('\n');
  }

  private logOf(name: string): string {
    return join(this.folder, `${name}.log`);
  }
}

/** The ports of the folder's first start where they are free again: an address that was told once stays right. */
async function keptPorts(file: string, count: number): Promise<readonly number[]> {
  const known = await readFile(file, 'utf8').then(
    (text) => z.array(z.int()).length(count).parse(JSON.parse(text)),
    () => [],
  );
  const free = await Promise.all(known.map((port) => claimPort(port, SERVER_PORT))).catch(() => []);
  const ports = free.length === count ? free : await storablePorts(count);
  await writeFile(file, JSON.stringify(ports));
  return ports;
}

/** Free ports that Temporal's table of members can hold: it keeps them in a column of 16 bits with a sign. */
async function storablePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  for (let tries = 0; ports.size < count; tries += 1) {
    const asked = randomInt(10_000, 32_768);
    try {
      ports.add(await claimPort(asked, SERVER_PORT));
    } catch (error) {
      if (tries > 100) throw error;
    }
  }
  return [...ports];
}

async function prepare(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '2s' });
  try {
    const searchAttributes = Object.values(SearchAttribute);
    await prepareNamespace(connection, { namespace: 'default', searchAttributes, retention: '30 days' });
  } finally {
    await connection.close();
  }
}

async function answers(url: string): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) });
  if (!answer.ok) throw new Error(`${url} says ${String(answer.status)} ${await answer.text()}`);
}
