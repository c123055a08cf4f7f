import { setTimeout as delay } from 'node:timers/promises';
import { lock } from 'proper-lockfile';

// A holder that is alive touches the lock every 5 s; one that died is overruled after 20 s.
const STALE_MS = 20_000;
const UPDATE_MS = 5_000;
const POLL_MS = 200;

/** Runs one action at a time per path, over all processes; waits for the others, but not for a folder that refuses. */
export async function withFileLock<T>(path: string, waitMs: number, action: () => Promise<T>): Promise<T> {
  const release = await acquire(path, Date.now() + waitMs);
  try {
    return await action();
  } finally {
    // A folder that was removed meanwhile has no lock left to give back.
    await release().catch(() => undefined);
  }
}

/** The lock's own retries would also repeat what can never work, such as a read-only folder. */
async function acquire(path: string, deadline: number): Promise<() => Promise<void>> {
  for (;;) {
    try {
      return await lock(path, { stale: STALE_MS, update: UPDATE_MS });
    } catch (error) {
      if ((error as { code?: string }).code !== 'ELOCKED') throw error;
      if (Date.now() > deadline) throw new Error(`Another process holds ${path}.lock for too long`, { cause: error });
    }
    await delay(POLL_MS);
  }
}
