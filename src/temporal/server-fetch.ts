import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cachedBinaryPath } from './server-cache';
import { findOnPath } from './server-binary';

/** The newest tag that `go install` accepts: later modules hold a replace directive, which it refuses. */
export const GO_INSTALL_VERSION = '1.5.1';
const GO_MODULE = `github.com/temporalio/cli/cmd/temporal@v${GO_INSTALL_VERSION}`;

/** Name under which the SDK's own download rests in the cache; the SDK decides which release that is. */
export const SDK_DOWNLOAD_VERSION = 'sdk-default';

const PROGRESS_EVERY_MS = 5_000;
// Two slow cores need five minutes; three times that is a build that hangs.
const GO_BUILD_TIMEOUT_MS = 15 * 60_000;
// The SDK asks the download site first and opens its file only after the answer: no file by then means no way out.
const FIRST_BYTE_TIMEOUT_MS = 10_000;
// About 100 MB, so 200 KB/s still arrives.
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/** What both ways of fetching need. */
export interface FetchOptions {
  readonly cache: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  /** The program that downloads into the folder given as its last argument; tests put their own here. */
  readonly downloadCommand?: readonly string[];
  readonly firstByteTimeoutMs?: number;
}

/** Lets the SDK download its own server and keeps the program in the cache. */
export async function downloadBySdk(options: FetchOptions): Promise<string> {
  await mkdir(options.cache, { recursive: true });
  const folder = await mkdtemp(join(options.cache, 'download-'));
  try {
    const [program, ...args] = options.downloadCommand ?? sdkDownloadCommand();
    if (program === undefined) throw new Error('the download command is empty');
    const child = spawn(program, [...args, folder], { env: options.env, stdio: ['ignore', 'ignore', 'pipe'] });
    await watchDownload(child, folder, options);
    const file = (await readdir(folder)).find((name) => !name.endsWith('.downloading'));
    if (file === undefined) throw new Error('the download ended without a file');
    return await keep(join(folder, file), cachedBinaryPath(options.cache, SDK_DOWNLOAD_VERSION));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Builds the server from its sources with the Go that is installed, which takes minutes the first time. */
export async function buildWithGo(options: FetchOptions): Promise<string> {
  const place = cachedBinaryPath(options.cache, GO_INSTALL_VERSION);
  const request = { modules: [GO_MODULE], what: 'the Temporal server', minutes: '3 to 5', folder: dirname(place) };
  await goInstall(request, options);
  return place;
}

/** Programs to build from Go modules, and the folder that they are kept in. */
export interface GoInstall {
  /** Paths of main packages with their versions. */
  readonly modules: readonly string[];
  /** What is built, and how many minutes the first time takes on two cores: for the progress lines. */
  readonly what: string;
  readonly minutes: string;
  readonly folder: string;
}

/** Builds programs with `go install`; each appears in its folder whole or not at all, under the name that Go gives it. */
export async function goInstall(
  { modules, what, minutes, folder: place }: GoInstall,
  options: Pick<FetchOptions, 'cache' | 'env' | 'log'>,
): Promise<void> {
  const go = await findOnPath('go', options.env['PATH']);
  if (go === undefined) throw new Error('Go is not on PATH');
  await mkdir(options.cache, { recursive: true });
  const folder = await mkdtemp(join(options.cache, 'build-'));
  const started = Date.now();
  options.log(`building ${what} with ${go} install ${modules.join(' ')}; the first time takes ${minutes} minutes`);
  const progress = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    options.log(`building ${what}: ${seconds} s so far, ${minutes} minutes in all`);
  }, PROGRESS_EVERY_MS);
  try {
    const child = spawn(go, ['install', ...modules], {
      env: { ...options.env, GOBIN: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await ended(child, GO_BUILD_TIMEOUT_MS);
    for (const name of await readdir(folder)) await keep(join(folder, name), join(place, name));
  } finally {
    clearInterval(progress);
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Starts the SDK's throw-away server once, in a process of its own: that downloads the program, and a process can be
 * given up on when there is no way to the internet, which a native call cannot.
 */
function sdkDownloadCommand(): string[] {
  const script = `
    const { TestWorkflowEnvironment } = require(process.argv[1]);
    TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'cached-download', downloadDir: process.argv[2] } },
    }).then((environment) => environment.teardown()).then(() => process.exit(0), (error) => {
      const causes = [];
      for (let e = error; e; e = e.cause) causes.push(e.message);
      process.stderr.write(causes.join(': '));
      process.exit(1);
    });`;
  return [process.execPath, '-e', script, require.resolve('@temporalio/testing')];
}

async function watchDownload(child: ChildProcess, folder: string, options: FetchOptions): Promise<void> {
  const started = Date.now();
  const firstByteTimeoutMs = options.firstByteTimeoutMs ?? FIRST_BYTE_TIMEOUT_MS;
  let gaveUp: string | undefined;
  const giveUpWithoutFile = setTimeout(() => {
    void readdir(folder).then((files) => {
      if (files.length > 0) return;
      gaveUp = `no answer from the download site within ${firstByteTimeoutMs / 1000} s`;
      child.kill('SIGKILL');
    });
  }, firstByteTimeoutMs);
  const progress = setInterval(() => {
    void sizeOf(folder).then((bytes) => {
      const seconds = Math.round((Date.now() - started) / 1000);
      options.log(`downloading the Temporal server: ${Math.round(bytes / 1_000_000)} MB after ${seconds} s`);
    });
  }, PROGRESS_EVERY_MS);
  try {
    await ended(child, DOWNLOAD_TIMEOUT_MS);
  } catch (cause) {
    throw gaveUp === undefined ? cause : new Error(gaveUp, { cause });
  } finally {
    clearTimeout(giveUpWithoutFile);
    clearInterval(progress);
  }
}

/** Waits for a process to end well; otherwise the error holds the last thing that it said. */
function ended(child: ChildProcess, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000);
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) {
        resolve();
        return;
      }
      const end = signal === null ? `exit code ${code ?? 'none'}` : `ended by ${signal}`;
      reject(new Error(`${end}: ${said.trim().split('\n').slice(-3).join(' | ')}`));
    });
  });
}

/** Moves a finished program to its place in one step, so that nobody ever runs half a file. */
async function keep(file: string, place: string): Promise<string> {
  await chmod(file, 0o755);
  await mkdir(dirname(place), { recursive: true });
  await rename(file, place);
  return place;
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    files.map((file) =>
      stat(join(folder, file)).then(
        (entry) => entry.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
