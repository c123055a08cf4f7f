import { createServer } from 'node:net';

/** The embedded server listens here only: it has no log-in. */
export const LOOPBACK = '127.0.0.1';

/** The asked port when it is free, any free port when none is asked. */
export async function claimPort(asked: number | undefined, purpose: string): Promise<number> {
  const server = createServer();
  return new Promise<number>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new Error(portProblem(asked, purpose, cause), { cause }));
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

function portProblem(asked: number | undefined, purpose: string, cause: NodeJS.ErrnoException): string {
  if (asked === undefined) return `No free port on ${LOOPBACK} for ${purpose}: ${cause.message}`;
  if (cause.code === 'EADDRINUSE') {
    return (
      `Port ${asked} on ${LOOPBACK}, asked for ${purpose}, is in use by another program. ` +
      `Stop that program (find it with "ss -ltnp sport = :${asked}") or ask for another port, or for none to get a free one.`
    );
  }
  return `Port ${asked} on ${LOOPBACK} cannot be used for ${purpose}: ${cause.message}. Ask for another port.`;
}
