/** Prepares a Temporal server of your own: namespace, retention and search attributes (`npm run setup-temporal`). */
import { Command } from 'commander';
import { readConfig } from '../src/config';
import { SearchAttribute } from '../src/contracts/names';
import { connectClient } from '../src/temporal/connection';
import { prepareNamespace } from '../src/temporal/namespace-setup';
import { serverAddress } from '../src/temporal/server-resolver';

async function main(): Promise<void> {
  new Command('setup-temporal')
    .description(
      'Prepare a Temporal server of your own, named by TEMPORAL_ADDRESS and its like: namespace, retention and search attributes; safe to repeat.',
    )
    .allowExcessArguments(false)
    .showHelpAfterError()
    .parse();
  readConfig(process.env);
  const server = await serverAddress(process.env);
  if (server === undefined) {
    throw new Error('TEMPORAL_ADDRESS is not set: name your server as host:port; the embedded one needs no set-up');
  }
  const connection = await connectClient(server);
  try {
    const searchAttributes = Object.values(SearchAttribute);
    await prepareNamespace(connection, { namespace: server.namespace, searchAttributes, retention: '30 days' });
    console.log(
      `namespace ${server.namespace} of ${server.address} is ready: retention 30 days, ${searchAttributes.join(', ')}`,
    );
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
