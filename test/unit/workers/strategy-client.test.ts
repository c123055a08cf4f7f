/** Goal: whoever starts a strategy without a system reads which variable counts, not one that he never set. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { embeddedOrigin } from '../../../src/temporal/connection-problem';
import { connectKillSwitch, connectStrategy } from '../../../workers/strategy-client';

jest.setTimeout(300_000);

/** A port on which nothing listens any more. */
async function deadPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

const REMEDY =
  ' `npm start` must be running on this machine, and OMS_TEMPORAL_PORT be the port of the Temporal server that it ' +
  'prints; for a server of your own set TEMPORAL_ADDRESS.';
const told = (connecting: Promise<unknown>): Promise<string> =>
  connecting.then(
    () => 'it connected',
    (error: unknown) => (error as Error).message,
  );

test.each([
  ['a strategy', connectStrategy],
  ['the kill switch', connectKillSwitch],
])('%s without a system blames the port that was set', async (_who, connect) => {
  const port = await deadPort();
  expect(await told(connect({ OMS_TEMPORAL_PORT: port }))).toBe(
    `OMS_TEMPORAL_PORT=${port}: no Temporal server answers there (connection refused).${REMEDY}`,
  );
});

test.each([{}, { OMS_TEMPORAL_PORT: '' }])('where nothing is set, the default is told as one', (env) => {
  // By its name, as a system of somebody may run on the default port of this machine.
  expect(embeddedOrigin(7233, env)).toMatchObject({
    setting: 'OMS_TEMPORAL_PORT=7233 (its default; neither it nor TEMPORAL_ADDRESS is set)',
    remedy: REMEDY.trim(),
  });
});

test('something else on the port is told without a hint at TLS, which the embedded server never has', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).on('data', () => socket.end('what?\r\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = String((server.address() as AddressInfo).port);
  try {
    expect(await told(connectStrategy({ OMS_TEMPORAL_PORT: port }))).toBe(
      `OMS_TEMPORAL_PORT=${port}: something listens there, but it does not answer as a Temporal server without TLS.${REMEDY}`,
    );
  } finally {
    server.close();
  }
});

test('a server that was named is blamed by its own variable', async () => {
  const address = `127.0.0.1:${await deadPort()}`;
  expect(await told(connectStrategy({ TEMPORAL_ADDRESS: address }))).toBe(
    `TEMPORAL_ADDRESS=${address}: no Temporal server answers there (connection refused). Start it or correct the variable.`,
  );
});
