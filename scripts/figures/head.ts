import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Stack } from '../../workers/stack';

/** What every file of figures begins with, so that figures of different days can be compared; no stack: no server was used. */
export async function figuresHead(
  stack: Pick<Stack, 'connection'> | undefined,
  profile: 'embedded' | 'production',
  fsync: string,
) {
  const info = await stack?.connection.workflowService.getSystemInfo({});
  const gigabyte = 1024 ** 3;
  return {
    at: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    temporalServer: info?.serverVersion ?? 'none',
    profile,
    store:
      profile === 'embedded'
        ? { oms: 'pglite', temporal: 'sqlite', fsync }
        : { oms: 'postgresql', temporal: 'postgresql', fsync },
    machine: { cpus: cpus().length, memoryGb: Math.round((totalmem() / gigabyte) * 10) / 10 },
  };
}

function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, {
        cwd: join(__dirname, '..', '..'),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+changes'}`;
  } catch {
    return 'unknown';
  }
}
