import { createServer } from 'node:net';

/** The embedded server listens here only: it has no log-in. */
export const LOOPBACK = '127.0.0.1';

/** What a port is for, and the variable that sets it. */
export interface PortUse {
  readonly purpose: string;
  readonly variable: string;
}

/** The asked port when it is free, any free port when none is asked. */
export async function claimPort(asked: number | undefined, use: PortUse): Promise<number> {
  const server = createServer();
  return new Promise<number>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new Error(portProblem(asked, use, cause), { cause }));
    });
    server.listen({ host: LOOPBACK, port: asked ?? 0, exclusive: true }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

function portProblem(asked: number | undefined, use: PortUse, cause: NodeJS.ErrnoException): string {
  const { purpose, variable } = use;
  const remedy = `set ${variable} to another port, or to 0 for any free one`;
  if (asked === undefined) return `No free port on ${LOOPBACK} for ${purpose}: ${cause.message}`;
  if (cause.code === 'EADDRINUSE') {
    return (
      `Port ${asked} on ${LOOPBACK}, asked for ${purpose}, is in use by another program. ` +
      `Stop that program (find it with "ss -ltnp sport = :${asked}"), or ${remedy}.`
    );
  }
  return `Port ${asked} on ${LOOPBACK} cannot be used for ${purpose} (${cause.message}): ${remedy}.`;
}
