import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { ServerAddress } from './server-resolver';

/** Connects a worker, and a client that shares its connection: the way to eager starts. */
export function connectNative(server: ServerAddress): Promise<NativeConnection> {
  return NativeConnection.connect(connectionOptions(server));
}

/** Connects a client process of its own. */
export function connectClient(server: ServerAddress): Promise<Connection> {
  return Connection.connect(connectionOptions(server));
}

function connectionOptions(server: ServerAddress) {
  return {
    address: server.address,
    ...(server.tls === undefined ? {} : { tls: server.tls }),
    ...(server.apiKey === undefined ? {} : { apiKey: server.apiKey }),
  };
}
