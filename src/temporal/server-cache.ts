import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withFileLock } from './file-lock';

/** The per-user folder for downloaded and built servers; `OMS_CACHE_DIR` moves it. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const named = env['OMS_CACHE_DIR'];
  if (named !== undefined && named !== '') return named;
  const userCache = env['XDG_CACHE_HOME'];
  return join(userCache === undefined || userCache === '' ? join(homedir(), '.cache') : userCache, 'durable-oms');
}

/** Where the server of one version rests in the cache. */
export function cachedBinaryPath(cache: string, version: string): string {
  return join(cache, `temporal-${version}`, 'temporal');
}

// A first build takes minutes, so a second process waits up to 20 minutes for it.
const FETCH_WAIT_MS = 20 * 60_000;

/** Runs one fetch at a time per cache folder, over all processes. */
export async function withCacheLock<T>(cache: string, action: () => Promise<T>): Promise<T> {
  await mkdir(cache, { recursive: true });
  return withFileLock(cache, FETCH_WAIT_MS, action);
}
