/** A PostgreSQL of a bench's own: its folder is thrown away, its commits are on disk (fsync). */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const POSTGRES = join(__dirname, '..', 'postgres.sh');

/** Runs `work` with the URL of a fresh server; stops it and removes its folder afterwards, whatever came of it. */
export async function withPrivatePostgres<T>(work: (databaseUrl: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'oms-bench-'));
  // The server runs as a user of its own, who must be able to enter.
  chmodSync(folder, 0o755);
  let isUp = false;
  try {
    const told = execFileSync(POSTGRES, ['start', folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    isUp = true;
    const databaseUrl = /^DATABASE_URL=(\S+)$/m.exec(told)?.[1];
    if (databaseUrl === undefined) throw new Error(`scripts/postgres.sh did not say where the server is: ${told}`);
    return await work(databaseUrl);
  } finally {
    if (isUp) execFileSync(POSTGRES, ['stop', folder], { stdio: 'ignore' });
    rmSync(folder, { recursive: true, force: true });
  }
}
