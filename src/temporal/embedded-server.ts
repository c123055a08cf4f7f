import { Connection } from '@temporalio/client';
import { mkdir, rename, rm, statfs, writeFile, access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EMBEDDED_DYNAMIC_CONFIG } from './dynamic-config';
import { clearServerRecord, endEarlierServer, findSharedServer, writeServerRecord } from './earlier-server';
import { KEYWORD_ATTRIBUTES_MAX, prepareNamespace, type NamespaceRequirements } from './namespace-setup';
import { identifyProcess } from './process-identity';
import { firstLine } from './server-binary';
import { withFileLock } from './file-lock';
import { claimPort, LOOPBACK } from './server-ports';
import { startServerProcess, type ServerProcess } from './server-process';
import { findServerBinary } from './server-resolver';

/** What to start and where its state rests. */
export interface EmbeddedServerOptions extends NamespaceRequirements {
  readonly stateDir: string;
  /** Port for clients; a free one when not given. */
  readonly port?: number;
  /** Port of the web page; a free one when not given. */
  readonly uiPort?: number;
  readonly log: (line: string) => void;
  /** The server program; searched for when not given. */
  readonly binaryPath?: string;
  readonly dynamicConfig?: Readonly<Record<string, number>>;
  /** Whether each commit waits for the disk (default). Without, a power cut may take the last moments; a kill takes nothing. */
  readonly syncEachCommit?: boolean;
}

/** A running server of this machine. */
export interface EmbeddedServer {
  readonly address: string;
  readonly uiUrl: string;
  readonly pid: number;
  /** False when another process of this machine started it and will end it; `stop` then leaves it alone. */
  readonly owned: boolean;
  /** Settles with a sentence when the server has ended, asked or not; never for a server that is not owned. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/** The files of the embedded server inside the state folder. */
export function serverFiles(stateDir: string) {
  const folder = resolve(stateDir);
  return {
    folder,
    database: join(folder, 'temporal.db'),
    // Written after the first healthy start: a database without it was never finished and holds no order.
    databaseReady: join(folder, 'temporal.db.ready'),
    log: join(folder, 'temporal.log'),
    record: join(folder, 'temporal.json'),
    lock: join(folder, 'temporal.start'),
  } as const;
}

type ServerFiles = ReturnType<typeof serverFiles>;

// A start takes 1-9 s, the longer after a crash with much to recover; a slow, loaded machine gets a minute.
const HEALTHY_TIMEOUT_MS = 60_000;
const HEALTH_POLL_MS = 100;
// Free ports are looked for and used a moment later, ours and the server's own ones: another program may come between.
const STARTS_MAX = 3;
const PORT_TAKEN = /address already in use|can't (set|use)/i;
const DISK_FREE_MIN_BYTES = 64 * 1024 * 1024;
// The start of another process on the same folder ends well within its own timeouts.
const START_WAIT_MS = 90_000;

/**
 * Starts Temporal's dev server on a durable file in the state folder, or joins the one that a living process of this
 * machine already runs there. It ends with this process, even when this process is killed.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  if (options.searchAttributes.length > KEYWORD_ATTRIBUTES_MAX) {
    throw new Error(
      `${options.searchAttributes.length} search attributes asked; the dev server holds ${KEYWORD_ATTRIBUTES_MAX} at most`,
    );
  }
  const files = serverFiles(options.stateDir);
  await mkdir(files.folder, { recursive: true });
  // The lock wants a path; the folder itself may be locked by others for other reasons.
  await writeFile(files.lock, '');
  return withFileLock(files.lock, START_WAIT_MS, async () => {
    const shared = await findSharedServer(files, options);
    if (shared === undefined) {
      await endEarlierServer(files, options.log);
      return startFresh(files, options);
    }
    await whenHealthy(shared.address, options, () => false);
    options.log(`joined the Temporal server at ${shared.address} (pid ${shared.pid}), which another process runs`);
    return shared;
  });
}

async function startFresh(files: ServerFiles, options: EmbeddedServerOptions, nth = 1): Promise<EmbeddedServer> {
  await checkDisk(files.folder);
  await setUnfinishedAside(files, options.log);
  const program = options.binaryPath ?? (await findServerBinary({ log: options.log })).path;
  const port = await claimPort(options.port, { purpose: 'the Temporal server', variable: 'OMS_TEMPORAL_PORT' });
  const uiPort = await claimPort(options.uiPort, { purpose: "Temporal's web page", variable: 'OMS_UI_PORT' });
  const address = `${LOOPBACK}:${port}`;
  const uiUrl = `http://${LOOPBACK}:${uiPort}`;
  const server = await startServerProcess(program, serverArguments(files, options, port, uiPort), files.log);
  try {
    const owner = await identifyProcess(process.pid);
    await writeServerRecord(files, { pid: server.pid, address, uiUrl, ...(owner === undefined ? {} : { owner }) });
    let ended = false;
    const failure = failWhenEnded(server, files).finally(() => (ended = true));
    await Promise.race([whenHealthy(address, options, () => ended), failure]);
    await writeFile(files.databaseReady, '');
  } catch (error) {
    await server.stop();
    await clearServerRecord(files);
    if (nth === STARTS_MAX || !PORT_TAKEN.test(await server.lastWords())) throw error;
    options.log('another program took a port that the Temporal server was to listen on: it is started again');
    return startFresh(files, options, nth + 1);
  }
  options.log(`Temporal server at ${address}, web page at ${uiUrl} (pid ${server.pid}, log ${files.log})`);
  return {
    address,
    uiUrl,
    pid: server.pid,
    owned: true,
    exited: server.exited,
    stop: async () => {
      await server.stop();
      await clearServerRecord(files);
    },
  };
}

function serverArguments(files: ServerFiles, options: EmbeddedServerOptions, port: number, uiPort: number): string[] {
  const dynamicConfig = Object.entries(options.dynamicConfig ?? EMBEDDED_DYNAMIC_CONFIG);
  return [
    ...['server', 'start-dev', '--ip', LOOPBACK, '--port', String(port), '--ui-port', String(uiPort)],
    ...['--namespace', options.namespace, '--db-filename', files.database, '--log-level', 'warn'],
    // Write-ahead log with a sync at every commit: an order that was acknowledged survives a power cut.
    ...[
      '--sqlite-pragma',
      'journal_mode=wal',
      '--sqlite-pragma',
      `synchronous=${options.syncEachCommit === false ? 'normal' : 'full'}`,
    ],
    ...options.searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...dynamicConfig.flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
  ];
}

/** Waits until the server answers over gRPC and the namespace is as it must be. */
async function whenHealthy(address: string, wanted: NamespaceRequirements, isHopeless: () => boolean): Promise<void> {
  const deadline = Date.now() + HEALTHY_TIMEOUT_MS;
  let reason: unknown;
  while (Date.now() < deadline && !isHopeless()) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: '2s' });
      try {
        await prepareNamespace(connection, wanted);
        return;
      } finally {
        await connection.close();
      }
    } catch (error) {
      reason = error;
      await delay(HEALTH_POLL_MS);
    }
  }
  throw new Error(
    `The Temporal server at ${address} did not become healthy within ${HEALTHY_TIMEOUT_MS / 1000} s: ${firstLine(reason)}`,
    { cause: reason },
  );
}

async function failWhenEnded(server: ServerProcess, files: ServerFiles): Promise<never> {
  const end = await server.exited;
  const tail = await server.lastWords();
  throw new Error(`The Temporal server ${end} while starting. ${adviceFor(tail, files)}\nIts last words:\n${tail}`);
}

function adviceFor(tail: string, files: ServerFiles): string {
  if (/disk is full|no space left|SQLITE_FULL/i.test(tail)) {
    return `The disk of ${files.folder} is full: free some space or choose another state folder.`;
  }
  if (PORT_TAKEN.test(tail)) {
    return 'A port is in use by another program: start again, or ask for other ports.';
  }
  if (/malformed|not a database|corrupt/i.test(tail)) {
    return `Its database is damaged: move ${files.database}* to another place to keep it, then start again with an empty one.`;
  }
  if (/read-?only|permission denied|unable to open/i.test(tail)) {
    return `It may not write to ${files.folder}: give this user the right to, or choose another state folder.`;
  }
  return `The whole log is ${files.log}.`;
}

async function checkDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= DISK_FREE_MIN_BYTES) return;
  throw new Error(
    `The disk of ${folder} is full (${Math.floor((bavail * bsize) / 1_048_576)} MiB left, ` +
      `${DISK_FREE_MIN_BYTES / 1_048_576} MiB needed): free some space or choose another state folder.`,
  );
}

/** A kill during the very first start leaves a database without its tables, on which no server starts again. */
async function setUnfinishedAside(files: ServerFiles, log: (line: string) => void): Promise<void> {
  const isReady = await exists(files.databaseReady);
  if (isReady || !(await exists(files.database))) return;
  const aside = `${files.database}.unfinished-${Date.now()}`;
  log(`the first start in ${files.folder} never finished; its database is set aside as ${aside}`);
  await rename(files.database, aside);
  await rm(`${files.database}-wal`, { force: true });
  await rm(`${files.database}-shm`, { force: true });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
