/**
 * Goal: the embedded server is durable, belongs to one owner, ends with it, and says what to do when it cannot start.
 * Method: real servers on temporary folders; owners are killed with SIGKILL; broken servers are tiny real programs.
 */
import { Client, Connection } from '@temporalio/client';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { SearchAttribute } from '../../src/contracts/names';
import {
  serverFiles,
  startEmbeddedServer,
  type EmbeddedServer,
  type EmbeddedServerOptions,
} from '../../src/temporal/embedded-server';
import { findServerBinary } from '../../src/temporal/server-resolver';
import { identifyProcess } from '../../src/temporal/process-identity';

jest.setTimeout(300_000);

const THIRTY_DAYS_S = 30 * 24 * 3600;

let stateDir: string;
let running: EmbeddedServer[];
let processes: ChildProcess[];

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'oms-embedded-'));
  running = [];
  processes = [];
});
afterEach(async () => {
  for (const child of processes) child.kill('SIGKILL');
  for (const server of running.reverse()) await server.stop();
  await rm(stateDir, { recursive: true, force: true });
});

async function start(more: Partial<EmbeddedServerOptions> = {}): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({
    stateDir,
    namespace: 'default',
    searchAttributes: [],
    retention: '30d',
    log: () => undefined,
    ...more,
  });
  running.push(server);
  return server;
}

async function connected<T>(server: { address: string }, action: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: server.address });
  try {
    return await action(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

/** A workflow that no worker takes: it waits in the server's database. */
const startWaiting = (server: { address: string }, workflowId: string) =>
  connected(server, (client) => client.workflow.start('waiting', { taskQueue: 'nobody', workflowId }));
const stateOf = (server: { address: string }, workflowId: string) =>
  connected(server, async (client) => (await client.workflow.getHandle(workflowId).describe()).status.name);

async function ownerProcess(): Promise<{ address: string; pid: number; kill: () => void }> {
  const script = join(__dirname, '../support/server-owner.ts');
  const owner = spawn(process.execPath, ['--import', 'tsx', script, stateDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(owner);
  const [line] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
  const told = JSON.parse(line) as { address: string; pid: number };
  return { ...told, kill: () => owner.kill('SIGKILL') };
}

async function gone(pid: number): Promise<void> {
  while ((await identifyProcess(pid)) !== undefined) await delay(50);
}

async function brokenServer(body: string): Promise<string> {
  const path = join(stateDir, 'broken-server');
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

test('a server has the attributes, the retention, a write-ahead log and a web page', async () => {
  const server = await start({ searchAttributes: Object.values(SearchAttribute) });
  const { attributes, retention } = await connected(server, async ({ connection }) => ({
    attributes: (await connection.operatorService.listSearchAttributes({ namespace: 'default' })).customAttributes,
    retention: (await connection.workflowService.describeNamespace({ namespace: 'default' })).config,
  }));
  expect(Object.keys(attributes)).toEqual(expect.arrayContaining(Object.values(SearchAttribute)));
  expect(Number(retention?.workflowExecutionRetentionTtl?.seconds)).toBe(THIRTY_DAYS_S);
  expect(await readdir(stateDir)).toContain('temporal.db-wal');
  expect((await fetch(server.uiUrl)).status).toBe(200);
});

test('search attributes that a later version adds are registered on the old database', async () => {
  await (await start({ searchAttributes: ['OmsAccount'] })).stop();
  const server = await start({ searchAttributes: ['OmsAccount', 'OmsVenue'] });
  const attributes = await connected(server, async ({ connection }) =>
    Object.keys((await connection.operatorService.listSearchAttributes({ namespace: 'default' })).customAttributes),
  );
  expect(attributes).toEqual(expect.arrayContaining(['OmsAccount', 'OmsVenue']));
});

test('SIGKILL of the owner ends the server within seconds and loses nothing', async () => {
  const owner = await ownerProcess();
  await startWaiting(owner, 'survivor');
  owner.kill();
  await gone(owner.pid);
  const next = await start();
  expect(await stateOf(next, 'survivor')).toBe('RUNNING');
});

test('SIGKILL of the server loses nothing', async () => {
  const first = await start();
  await startWaiting(first, 'survivor');
  process.kill(first.pid, 'SIGKILL');
  expect(await first.exited).toMatch(/exit code 137|SIGKILL/);
  expect(await stateOf(await start(), 'survivor')).toBe('RUNNING');
});

test('a second process joins the server of a living owner and leaves it running', async () => {
  const owner = await ownerProcess();
  const joined = await start();
  expect(joined).toMatchObject({ address: owner.address, pid: owner.pid, owned: false });
  await joined.stop();
  await startWaiting(owner, 'after');
  expect(await stateOf(owner, 'after')).toBe('RUNNING');
});

test('a second process that asks for another port is told who has the folder', async () => {
  await ownerProcess();
  await expect(start({ port: 1024 })).rejects.toThrow(/already runs on this state folder at 127\.0\.0\.1:\d+/);
});

test('a server that outlived its owner is replaced, its data kept', async () => {
  const first = await start();
  await startWaiting(first, 'survivor');
  const { record } = serverFiles(stateDir);
  const remembered = JSON.parse(await readFile(record, 'utf8')) as object;
  await writeFile(record, JSON.stringify({ ...remembered, owner: { pid: process.pid, startMark: 'an earlier life' } }));
  const second = await start();
  expect(await first.exited).toContain('ended');
  expect(second.owned).toBe(true);
  expect(await stateOf(second, 'survivor')).toBe('RUNNING');
});

test('a remembered number that now belongs to another program is left alone', async () => {
  const stranger = spawn('/bin/sleep', ['60']);
  processes.push(stranger);
  const record = { pid: stranger.pid, address: '127.0.0.1:1', uiUrl: 'http://127.0.0.1:2' };
  await writeFile(serverFiles(stateDir).record, JSON.stringify(record));
  await start();
  expect(await identifyProcess(stranger.pid ?? 0)).toBeDefined();
});

test('a database that its first start never finished is set aside', async () => {
  await writeFile(serverFiles(stateDir).database, 'half a file');
  await start();
  expect(await readdir(stateDir)).toContainEqual(expect.stringMatching(/^temporal\.db\.unfinished-/));
});

describe('a port that another program takes before the server listens on it', () => {
  const taken = 'echo "listen tcp 127.0.0.1:33503: bind: address already in use" >&2; exit 1';
  const starts = async (): Promise<number> => (await readFile(join(stateDir, 'starts'), 'utf8')).split('\n').length - 1;

  test('is another one at the next start', async () => {
    const { path } = await findServerBinary({ log: () => undefined });
    const once = `echo x >> "${stateDir}/starts"; [ "$(wc -l < "${stateDir}/starts")" != 1 ] || { ${taken}; }`;
    const server = await start({ binaryPath: await brokenServer(`${once}\nexec "${path}" "$@"`) });
    expect(await starts()).toBe(2);
    await startWaiting(server, 'w1');
  });

  test('is not what another failure is taken for, whatever earlier servers wrote', async () => {
    await writeFile(serverFiles(stateDir).log, 'listen tcp 127.0.0.1:33503: bind: address already in use\n');
    const binaryPath = await brokenServer(`echo x >> "${stateDir}/starts"; echo "panic: out of luck" >&2; exit 2`);
    await expect(start({ binaryPath })).rejects.toThrow(/The whole log is .*\nIts last words:\npanic: out of luck$/);
    expect(await starts()).toBe(1);
  });

  test('is told when it goes on', async () => {
    const binaryPath = await brokenServer(`echo x >> "${stateDir}/starts"; ${taken}`);
    await expect(start({ binaryPath })).rejects.toThrow('A port is in use by another program: start again');
    expect(await starts()).toBe(3);
  });
});

describe('an error says what to do', () => {
  test('about a port that another program has', async () => {
    const other: Server = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    await expect(start({ port })).rejects.toThrow(
      `Port ${port} on 127.0.0.1, asked for the Temporal server, is in use`,
    );
    other.close();
  });

  test('about a full disk', async () => {
    const binaryPath = await brokenServer('echo "error: database or disk is full (13)" >&2; exit 1');
    const message = new RegExp(
      `The disk of ${stateDir} is full: free some space[^]*last words:\nerror: database or disk`,
    );
    await expect(start({ binaryPath })).rejects.toThrow(message);
  });

  test('about a crash at start, and nothing stays behind', async () => {
    const binaryPath = await brokenServer('echo "panic: out of luck" >&2; exit 2');
    await expect(start({ binaryPath })).rejects.toThrow(
      /ended with exit code 2 while starting. The whole log is .*temporal.log.\nIts last words:\npanic: out of luck/,
    );
    await expect(access(serverFiles(stateDir).record)).rejects.toThrow('ENOENT');
  });

  test('about a damaged database', async () => {
    await writeFile(serverFiles(stateDir).database, 'no database at all, but more than a few bytes long');
    await writeFile(serverFiles(stateDir).databaseReady, '');
    await expect(start()).rejects.toThrow(/Its database is damaged: move .*temporal.db\* to another place/);
  });

  test('about more search attributes than the server holds', async () => {
    const searchAttributes = Array.from({ length: 11 }, (_, i) => `Attribute${i}`);
    await expect(start({ searchAttributes })).rejects.toThrow('the dev server holds 10 at most');
  });
});
