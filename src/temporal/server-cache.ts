import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';

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

// A holder that is alive touches the lock every 5 s; one that died is overruled after 20 s.
const LOCK_STALE_MS = 20_000;
const LOCK_UPDATE_MS = 5_000;
// A first build takes minutes, so a second process waits up to 20 minutes for it, looking once a second.
const LOCK_RETRIES = { retries: 1_200, factor: 1, minTimeout: 1_000, maxTimeout: 1_000 };

/** Runs one fetch at a time per cache folder, over all processes. */
export async function withCacheLock<T>(cache: string, action: () => Promise<T>): Promise<T> {
  await mkdir(cache, { recursive: true });
  const release = await lock(cache, { stale: LOCK_STALE_MS, update: LOCK_UPDATE_MS, retries: LOCK_RETRIES });
  try {
    return await action();
  } finally {
    await release();
  }
}
