import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { connectionProblem } from './connection-problem';
import type { AddressOrigin } from './connection-problem';
import type { ServerAddress } from './server-resolver';

/** Connects a worker, and a client that shares its connection: the way to eager starts. */
export function connectNative(server: ServerAddress, origin = environmentOrigin(server)): Promise<NativeConnection> {
  return explained(NativeConnection.connect(connectionOptions(server)), server, origin);
}

/** Connects a client process of its own. */
export function connectClient(server: ServerAddress, origin = environmentOrigin(server)): Promise<Connection> {
  return explained(Connection.connect(connectionOptions(server)), server, origin);
}

function environmentOrigin({ address }: ServerAddress): AddressOrigin {
  return { setting: `TEMPORAL_ADDRESS=${address}`, remedy: 'Start it or correct the variable.' };
}

/** Waits for a connection; a failure is told in terms of the setting that named the server. */
async function explained<T>(connection: Promise<T>, server: ServerAddress, origin: AddressOrigin): Promise<T> {
  try {
    return await connection;
  } catch (error) {
    throw await connectionProblem(server, origin, error);
  }
}

function connectionOptions(server: ServerAddress) {
  return {
    address: server.address,
    ...(server.tls === undefined ? {} : { tls: server.tls }),
    ...(server.apiKey === undefined ? {} : { apiKey: server.apiKey }),
  };
}
