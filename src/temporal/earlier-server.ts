import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddedServer } from './embedded-server';
import { commandLineOf, identifyProcess, isSameProcess, type ProcessIdentity } from './process-identity';

/** What a state folder remembers of the server that was started in it. */
export interface ServerRecord {
  readonly pid: number;
  readonly address: string;
  readonly uiUrl: string;
  /** The process that started the server and ends it. */
  readonly owner?: ProcessIdentity;
}

interface RecordFiles {
  readonly record: string;
  readonly database: string;
}

interface AskedPorts {
  readonly port?: number;
  readonly uiPort?: number;
}

// The watchdog gives an ownerless server 10 s to end; a little more for its last step.
const OWNERLESS_END_MS = 12_000;
const POLL_MS = 50;

/** Remembers a server, so that the next start finds it. */
export async function writeServerRecord(files: RecordFiles, record: ServerRecord): Promise<void> {
  await writeFile(files.record, `${JSON.stringify(record, null, 2)}\n`);
}

/** Forgets the server after its end. */
export async function clearServerRecord(files: RecordFiles): Promise<void> {
  await rm(files.record, { force: true });
}

/** The server of a living owner in the same state folder: two servers on one database would tear it apart. */
export async function findSharedServer(files: RecordFiles, asked: AskedPorts): Promise<EmbeddedServer | undefined> {
  const record = await readServerRecord(files);
  if (record?.owner === undefined || !(await isSameProcess(record.owner))) return undefined;
  if (!(await isThatServer(record.pid, files))) return undefined;
  refuseOtherPorts(record, asked);
  return {
    address: record.address,
    uiUrl: record.uiUrl,
    pid: record.pid,
    owned: false,
    exited: new Promise(() => undefined),
    stop: async () => undefined,
  };
}

/**
 * Ends a server that outlived its owner. It is on its way out already when the watchdog works; when the watchdog was
 * killed too, it is stopped here, but only after its command line proved that the number still belongs to it.
 */
export async function endEarlierServer(files: RecordFiles, log: (line: string) => void): Promise<void> {
  const record = await readServerRecord(files);
  if (record === undefined) return;
  if (await isThatServer(record.pid, files)) {
    log(`ending the Temporal server of an earlier run (pid ${record.pid}); its data stays`);
    const server = await identifyProcess(record.pid);
    if (server !== undefined) await endProcess(server);
  }
  await clearServerRecord(files);
}

async function readServerRecord(files: RecordFiles): Promise<ServerRecord | undefined> {
  const text = await readFile(files.record, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as ServerRecord;
  } catch {
    // Cut off by a crash while it was written; the server it meant fails to get the database and says so.
    return undefined;
  }
}

async function isThatServer(pid: number, files: RecordFiles): Promise<boolean> {
  const commandLine = (await commandLineOf(pid)) ?? '';
  return commandLine.includes('server start-dev') && commandLine.includes(`--db-filename ${files.database} `);
}

async function endProcess(server: ProcessIdentity): Promise<void> {
  process.kill(server.pid, 'SIGTERM');
  const deadline = Date.now() + OWNERLESS_END_MS;
  while (await isSameProcess(server)) {
    if (Date.now() > deadline) process.kill(server.pid, 'SIGKILL');
    await delay(POLL_MS);
  }
}

function refuseOtherPorts(record: ServerRecord, asked: AskedPorts): void {
  const other =
    (asked.port !== undefined && !record.address.endsWith(`:${asked.port}`)) ||
    (asked.uiPort !== undefined && !record.uiUrl.endsWith(`:${asked.uiPort}`));
  if (!other) return;
  throw new Error(
    `A Temporal server already runs on this state folder at ${record.address} (web page ${record.uiUrl}), started by ` +
      `process ${record.owner?.pid ?? 'unknown'}. Stop that process, ask for the same ports, or choose another state folder.`,
  );
}
