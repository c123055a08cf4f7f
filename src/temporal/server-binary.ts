import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A `temporal` program that answers and is new enough. */
export interface ServerBinary {
  readonly path: string;
  /** Version of the server inside the program, such as `1.29.1`. */
  readonly serverVersion: string;
}

/** The oldest server whose Worker Versioning keeps an order on the build that started it. */
export const OLDEST_SERVER = '1.29.1';

// A healthy program answers in well under a second; a cold disk under load may need several.
const PROBE_TIMEOUT_MS = 15_000;

/** Asks a program for its version and refuses one that is no Temporal server, or too old. */
export async function probeServerBinary(path: string): Promise<ServerBinary> {
  let output: string;
  try {
    output = (await run(path, ['--version'], { timeout: PROBE_TIMEOUT_MS })).stdout;
  } catch (cause) {
    throw new Error(`${path} does not run: ${firstLine(cause)}`, { cause });
  }
  const serverVersion = /\bServer (\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (serverVersion === undefined) {
    throw new Error(`${path} is no Temporal CLI with a server: it calls itself "${output.trim().slice(0, 80)}"`);
  }
  if (compareVersions(serverVersion, OLDEST_SERVER) < 0) {
    throw new Error(`${path} holds server ${serverVersion}; ${OLDEST_SERVER} or newer is needed`);
  }
  return { path, serverVersion };
}

/** Finds a program by name in the folders of a PATH. */
export async function findOnPath(name: string, pathVariable: string | undefined): Promise<string | undefined> {
  for (const folder of (pathVariable ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const candidate = join(folder, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** Says whether a file is there and may be run. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The first line of an error's message, for a list of reasons. */
export function firstLine(error: unknown): string {
  // By shape, not by instanceof: errors of Node's own code come from another realm under a test runner.
  const isError = typeof error === 'object' && error !== null && 'message' in error;
  const message = String(isError ? error.message : error);
  return message.trim().split('\n', 1)[0] ?? '';
}

function compareVersions(left: string, right: string): number {
  const leftParts = left.split('.').map(Number);
  const rightParts = right.split('.').map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (leftParts[i] ?? 0) - (rightParts[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
