import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Makes this process the only writer of a ledger folder until it ends.
 *
 * The lock is a listening local socket: unlike a lock file it cannot outlive its process, not even a killed one.
 */
export async function lockLedger(ledgerDir: string): Promise<void> {
  // A socket's path is short by law of the system; the folder's own path may be long.
  const name = createHash('sha256').update(resolve(ledgerDir)).digest('hex').slice(0, 24);
  const path = join(tmpdir(), `oms-ledger-${name}.sock`);
  const taken = await listen(path);
  if (!taken) return;
  if (await isAlive(path)) {
    throw new Error(
      `the ledger folder ${ledgerDir} is in use by another venue process: stop it or set another ledgerDir`,
    );
  }
  rmSync(path, { force: true });
  if (await listen(path)) throw new Error(`the ledger folder ${ledgerDir} was just taken by another venue process`);
}

function listen(path: string): Promise<boolean> {
  return new Promise((done, failed) => {
    const server: Server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') done(true);
      else failed(error);
    });
    server.listen(path, () => {
      // The lock must not keep the process alive.
      server.unref();
      done(false);
    });
  });
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => {
      done(false);
    });
  });
}
