import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { connectionProblem } from '../../../src/temporal/connection-problem';

const CAUSE = new Error('tonic::transport::Error(Transport, hyper::Error(Http2, ...))');
let server: Server;
let address: string;

/** Something that is no Temporal server: it answers every word with a line. */
beforeEach(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined).on('data', () => socket.end('what?\r\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterEach(() => {
  server.close();
});

const told = async (given: Parameters<typeof connectionProblem>[0], cause: unknown = CAUSE): Promise<string> =>
  (await connectionProblem(given, { setting: 'TEMPORAL_ADDRESS=x', remedy: 'Do this.' }, cause)).message;

test.each([
  ['127.0.0.1:1', 'connection refused'],
  ['nowhere.invalid:7233', 'no such host'],
  ['127.0.0.1:none', 'Port should be'],
])('an address where nothing answers (%s)', async (nowhere, reason) => {
  const text = await told({ address: nowhere, namespace: 'default' });
  expect(text).toMatch(/^TEMPORAL_ADDRESS=x: no Temporal server answers there \(.*\)\. Do this\.$/);
  expect(text).toContain(reason);
});

test('TLS with a server that has none names TEMPORAL_TLS', async () => {
  const text = await told({ address, namespace: 'default', tls: true });
  expect(text).toContain('TLS with it fails (it does not speak TLS). Set TEMPORAL_TLS=false for a server without TLS');
  expect(text).not.toContain('tonic');
});

test("a listener that is no Temporal server, and a server's own refusal", async () => {
  expect(await told({ address, namespace: 'default' })).toBe(
    'TEMPORAL_ADDRESS=x: something listens there, but it does not answer as a Temporal server without TLS. ' +
      'If it wants TLS, set TEMPORAL_TLS=true. Do this.',
  );
  expect(await told({ address, namespace: 'default' }, new Error('16 UNAUTHENTICATED: no key'))).toContain(
    'without TLS (16 UNAUTHENTICATED: no key).',
  );
});
