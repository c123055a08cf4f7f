/**
 * Goal: each way to a Temporal server is found, in its order, and a failure names every way.
 * Method: real tiny programs in temporary folders stand in for `temporal`, `go` and the download; nothing of ours is
 * replaced.
 */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findServerBinary, resolveTemporalServer } from '../../../src/temporal/server-resolver';

const GOOD = 'echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"';
const NO_DOWNLOAD = ['/bin/sh', '-c', 'echo "no route to host" >&2; exit 1'];

let folder: string;
let bin: string;
let cache: string;
let lines: string[];
const log = (line: string) => lines.push(line);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oms-resolver-'));
  bin = join(folder, 'bin');
  cache = join(folder, 'cache');
  lines = [];
  await mkdir(bin);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The surroundings of a fresh machine: nothing but our own folders. */
const surroundings = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: bin,
  OMS_CACHE_DIR: cache,
  ...more,
});

async function program(path: string, body: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

/** A program text that writes a working server to the path in its shell expression. */
const writesServer = (target: string) =>
  `printf '#!/bin/sh\\necho "temporal version 1 (Server 1.30.0, UI 2)"\\n' > ${target}`;

describe('an address', () => {
  test('is taken before anything else, with namespace and TLS from files', async () => {
    const certificate = join(folder, 'client.pem');
    await writeFile(certificate, 'certificate');
    const env = surroundings({
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_NAMESPACE: 'orders',
      TEMPORAL_TLS_CLIENT_CERT_PATH: certificate,
      TEMPORAL_TLS_CLIENT_KEY_DATA: 'key',
      TEMPORAL_TLS_SERVER_NAME: 'inner.example',
      TEMPORAL_CLI_PATH: await program(join(folder, 'temporal'), GOOD),
    });
    expect(await resolveTemporalServer({ env, log })).toEqual({
      kind: 'address',
      server: {
        address: 'temporal.example:7233',
        namespace: 'orders',
        tls: {
          clientCertPair: { crt: Buffer.from('certificate'), key: Buffer.from('key') },
          serverNameOverride: 'inner.example',
        },
      },
    });
  });

  test('with an API key uses TLS', async () => {
    const env = surroundings({ TEMPORAL_ADDRESS: 'a.example:7233', TEMPORAL_API_KEY: 'secret' });
    expect(await resolveTemporalServer({ env, log })).toEqual({
      kind: 'address',
      server: { address: 'a.example:7233', namespace: 'default', tls: true, apiKey: 'secret' },
    });
  });

  test('with half a client certificate is refused', async () => {
    const env = surroundings({ TEMPORAL_ADDRESS: 'a.example:7233', TEMPORAL_TLS_CLIENT_CERT_DATA: 'certificate' });
    await expect(resolveTemporalServer({ env, log })).rejects.toThrow('set both or none');
  });

  test('with a certificate file that is missing names the variable', async () => {
    const env = surroundings({
      TEMPORAL_ADDRESS: 'a.example:7233',
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(folder, 'no'),
    });
    await expect(resolveTemporalServer({ env, log })).rejects.toThrow('TEMPORAL_TLS_SERVER_CA_CERT_PATH: ENOENT');
  });
});

describe('a program', () => {
  test('named by TEMPORAL_CLI_PATH comes before PATH', async () => {
    const named = await program(join(folder, 'my-temporal'), GOOD);
    await program(join(bin, 'temporal'), GOOD);
    const found = await findServerBinary({ env: surroundings({ TEMPORAL_CLI_PATH: named }), log });
    expect(found).toEqual({ path: named, serverVersion: '1.29.1' });
  });

  test('named by TEMPORAL_CLI_PATH that does not work is told, and PATH is searched', async () => {
    const onPath = await program(join(bin, 'temporal'), GOOD);
    const found = await findServerBinary({ env: surroundings({ TEMPORAL_CLI_PATH: join(folder, 'gone') }), log });
    expect(found.path).toBe(onPath);
    expect(lines).toEqual([expect.stringContaining('gone is not there or may not be run; looking elsewhere')]);
  });

  test('on PATH that is too old gives way to the cached one', async () => {
    await program(join(bin, 'temporal'), 'echo "temporal version 1.1.0 (Server 1.25.0, UI 2.30)"');
    const cached = await program(join(cache, 'temporal-1.5.1', 'temporal'), GOOD);
    expect((await findServerBinary({ env: surroundings(), log })).path).toBe(cached);
  });
});

describe('fetching', () => {
  test('keeps what the SDK downloads and finds it the next time', async () => {
    const downloadCommand = ['/bin/sh', '-c', writesServer('"$1/temporal-sdk"'), 'download'];
    const expected = { path: join(cache, 'temporal-sdk-default', 'temporal'), serverVersion: '1.30.0' };
    expect(await findServerBinary({ env: surroundings(), log, downloadCommand })).toEqual(expected);
    expect(await findServerBinary({ env: surroundings(), log, downloadCommand: NO_DOWNLOAD })).toEqual(expected);
  });

  test('gives up on a download that never answers and builds with Go', async () => {
    await program(join(bin, 'go'), `echo "$@" > ${folder}/asked; ${writesServer('"$GOBIN/temporal"')}`);
    const downloadCommand = ['/bin/sh', '-c', 'exec /bin/sleep 60', 'download'];
    const found = await findServerBinary({ env: surroundings(), log, downloadCommand, firstByteTimeoutMs: 200 });
    expect(found.path).toBe(join(cache, 'temporal-1.5.1', 'temporal'));
    expect(await readFile(join(folder, 'asked'), 'utf8')).toBe(
      'install github.com/temporalio/cli/cmd/temporal@v1.5.1\n',
    );
    expect(lines).toContainEqual(expect.stringContaining('the first time takes 3 to 5 minutes'));
  });

  test('happens once when two processes want it at the same time', async () => {
    await program(
      join(bin, 'go'),
      `echo built >> ${folder}/builds; /bin/sleep 1; ${writesServer('"$GOBIN/temporal"')}`,
    );
    const find = () => findServerBinary({ env: surroundings(), log, downloadCommand: NO_DOWNLOAD });
    const [first, second] = await Promise.all([find(), find()]);
    expect(second).toEqual(first);
    expect(await readFile(join(folder, 'builds'), 'utf8')).toBe('built\n');
  });

  test('by the SDK itself ends soon without a way to the internet', async () => {
    // Port 1 refuses at once, as the proxy of a machine that is cut off does.
    const env = surroundings({ HTTPS_PROXY: 'http://127.0.0.1:1' });
    await expect(findServerBinary({ env, log })).rejects.toThrow(/the SDK's own download: \S.*\n/);
  });

  test('that fails in every way lists each one with its reason', async () => {
    await program(join(bin, 'temporal'), 'echo "some other tool"');
    await program(join(bin, 'go'), 'echo "cannot find module" >&2; exit 1');
    const search = findServerBinary({ env: surroundings(), log, downloadCommand: NO_DOWNLOAD });
    const message = await search.then(
      () => 'found',
      (error: unknown) => String(error).replace('Error: ', ''),
    );
    expect(message.split('\n').slice(0, 7)).toEqual([
      'No Temporal server found. Tried, in this order:',
      '  - TEMPORAL_ADDRESS: not set',
      '  - TEMPORAL_CLI_PATH: not set',
      `  - temporal on PATH: ${join(bin, 'temporal')} is no Temporal CLI with a server: it calls itself "some other tool"`,
      `  - cached binary under ${cache}: nothing there yet`,
      "  - the SDK's own download: exit code 1: no route to host",
      '  - go install, version 1.5.1: exit code 1: cannot find module',
    ]);
  });

  test('into a cache that cannot be written fails at once and names it', async () => {
    await writeFile(cache, 'a file where a folder should be');
    const search = findServerBinary({ env: surroundings(), log, downloadCommand: NO_DOWNLOAD });
    await expect(search).rejects.toThrow(`fetching one into the cache ${cache}: EEXIST`);
  });
});
