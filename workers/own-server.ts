import { SearchAttribute } from '../src/contracts/names';
import { connectNative } from '../src/temporal/connection';
import { requireNamespace } from '../src/temporal/namespace-setup';
import type { ServerAddress } from '../src/temporal/server-resolver';

/** One's own server must answer and be prepared: without its search attributes every order would fail, and not the start. */
export async function checkOwnServer(server: ServerAddress, remedy: string): Promise<void> {
  const { address, namespace } = server;
  const connection = await connectNative(server, { setting: `TEMPORAL_ADDRESS=${address}`, remedy });
  try {
    const setting = `TEMPORAL_NAMESPACE=${namespace}`;
    await requireNamespace(connection, {
      namespace,
      searchAttributes: Object.values(SearchAttribute),
      address,
      setting,
    });
  } finally {
    await connection.close();
  }
}
