/** A process of its own that runs an embedded server on the state folder given and waits to be killed. */
import { startEmbeddedServer } from '../../src/temporal/embedded-server';

async function main(stateDir: string): Promise<void> {
  const server = await startEmbeddedServer({
    stateDir,
    namespace: 'default',
    searchAttributes: [],
    retention: '30d',
    log: () => undefined,
  });
  console.log(JSON.stringify({ address: server.address, pid: server.pid }));
  setInterval(() => undefined, 60_000);
}

void main(process.argv[2] ?? '');
