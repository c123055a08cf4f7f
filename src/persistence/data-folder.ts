import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { lock } from 'proper-lockfile';
import { PersistenceError } from './driver';

/** A folder that this process alone may use. */
export interface DataFolder {
  /** Where PGlite keeps its files. */
  readonly databaseDir: string;
  /** Says that the first start went through; a folder without this mark is set aside next time. */
  markReady(): Promise<void>;
  release(): Promise<void>;
}

/** Who holds a folder, as written in its holder file. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Start time of the process in kernel ticks: tells a reused process id apart. Empty where /proc is missing. */
  readonly startTicks: string;
  readonly sinceMs: number;
  readonly token: string;
}

const HOLDER_FILE = 'holder.json';
const READY_FILE = 'database.ready';
const DATABASE_DIR = 'database';
/** A holder on another host cannot be asked whether it lives: it touches its file, and silence of this length ends its claim. */
const HEARTBEAT_MS = 5_000;
const SILENCE_MAX_MS = 30_000;
/** The gate is held for a few file operations only; a process killed inside it delays the next by this long. */
const GATE = { stale: 5_000, retries: { retries: 40, factor: 1, minTimeout: 150, maxTimeout: 300 }, realpath: false };

/**
 * Takes the folder for this process: a live holder is an error that names it, a dead one is succeeded at once. A
 * database whose first start was cut off is renamed to `database.half-made-<time>` and made afresh.
 */
export async function claimDataFolder(
  dataDir: string,
  onNotice: (text: string) => void = () => undefined,
): Promise<DataFolder> {
  const root = resolve(dataDir);
  await mkdir(root, { recursive: true });
  const holder = await throughGate(root, () => becomeHolder(root));
  const heartbeat = setInterval(() => void touch(root), HEARTBEAT_MS).unref();
  const databaseDir = join(root, DATABASE_DIR);
  await setAsideHalfMade(root, databaseDir, onNotice);
  return {
    databaseDir,
    markReady: () => writeFile(join(root, READY_FILE), `${new Date().toISOString()}\n`),
    release: () => {
      clearInterval(heartbeat);
      return throughGate(root, () => resign(root, holder));
    },
  };
}

async function throughGate<T>(root: string, work: () => Promise<T>): Promise<T> {
  const release = await lock(root, { ...GATE, lockfilePath: join(root, 'gate.lock') });
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Fails, as {@link claimDataFolder} would, when a living process has the folder; takes nothing. */
export async function refuseHeldFolder(dataDir: string): Promise<void> {
  const root = resolve(dataDir);
  const current = await readHolder(root);
  if (current !== undefined && (await isAlive(root, current))) {
    const since = new Date(current.sinceMs).toISOString();
    throw new PersistenceError(
      'DATA_FOLDER_IN_USE',
      `${root} is held by process ${String(current.pid)} on ${current.host} since ${since}; stop it, use another folder, ` +
        `or delete ${join(root, HOLDER_FILE)} if that process is certainly gone`,
    );
  }
}

/** Says whether a database was ever started in the folder. */
export const holdsDatabase = (dataDir: string): boolean => existsSync(join(resolve(dataDir), READY_FILE));

async function becomeHolder(root: string): Promise<Holder> {
  await refuseHeldFolder(root);
  const holder = {
    pid: process.pid,
    host: hostname(),
    startTicks: startTicks(process.pid),
    sinceMs: Date.now(),
    token: randomUUID(),
  };
  await writeFile(join(root, HOLDER_FILE), `${JSON.stringify(holder)}\n`);
  return holder;
}

async function resign(root: string, holder: Holder): Promise<void> {
  const current = await readHolder(root);
  if (current?.token === holder.token) await rm(join(root, HOLDER_FILE), { force: true });
}

async function readHolder(root: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(join(root, HOLDER_FILE), 'utf8')) as Holder;
  } catch {
    // Missing, or cut off while it was written: its writer died before it opened anything.
    return undefined;
  }
}

async function touch(root: string): Promise<void> {
  const now = new Date();
  await utimes(join(root, HOLDER_FILE), now, now).catch(() => undefined);
}

async function isAlive(root: string, holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) {
    const { mtimeMs } = await stat(join(root, HOLDER_FILE));
    return Date.now() - mtimeMs < SILENCE_MAX_MS;
  }
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: the process lives under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const ticks = startTicks(holder.pid);
  return ticks === '' || holder.startTicks === '' || ticks === holder.startTicks;
}

/** Field 22 of /proc/<pid>/stat; the command name before it may hold spaces and brackets, so count from its end. */
function startTicks(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

async function setAsideHalfMade(root: string, databaseDir: string, onNotice: (text: string) => void): Promise<void> {
  if (existsSync(join(root, READY_FILE))) return;
  const files = await readdir(databaseDir).catch(() => []);
  if (files.length === 0) return;
  const aside = `${databaseDir}.half-made-${new Date().toISOString().replaceAll(':', '')}`;
  await rename(databaseDir, aside);
  onNotice(`the first start of the database in ${root} was cut off; its half-made files are now in ${aside}`);
}
