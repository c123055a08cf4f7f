import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inTime } from '../src/in-time';

/** One thing that must hold before a process counts as ready; it rejects or answers false when it does not. */
export type Check = () => boolean | Promise<boolean>;

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** An answer that takes longer is none: an orchestrator asks every few seconds and gives up after as long. */
const CHECK_WITHIN_MS = 2_000;

/**
 * Serves `GET /live` (200 as long as the process runs its loop) and `GET /ready` (200 when every check holds, else 503
 * with the ones that do not; never why, as whoever reaches the port may read it).
 */
export async function startHealthServer(
  { host, port }: { readonly host: string; readonly port: number },
  checks: () => Readonly<Record<string, Check>>,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(`${JSON.stringify(body)}\n`);
    };
    if (request.method !== 'GET') answer(405, { allowed: ['GET'] });
    else if (request.url === '/live') answer(200, { live: true });
    else if (request.url !== '/ready') answer(404, { paths: ['/live', '/ready'] });
    else {
      void failing(checks()).then((failed) => {
        answer(failed.length === 0 ? 200 : 503, { ready: failed.length === 0, failed });
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new Error(`OMS_HEALTH_PORT = ${String(port)}: cannot be listened on at OMS_HEALTH_HOST = ${host}`, {
          cause: error,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** The names of the checks that do not hold. */
async function failing(checks: Readonly<Record<string, Check>>): Promise<readonly string[]> {
  const names = Object.keys(checks);
  const held = await Promise.all(names.map((name) => holds(checks[name])));
  return names.filter((_, at) => held[at] !== true);
}

async function holds(check: Check | undefined): Promise<boolean> {
  try {
    return await inTime(Promise.resolve(check?.() ?? false), CHECK_WITHIN_MS, () => new Error('no answer'));
  } catch {
    return false;
  }
}
