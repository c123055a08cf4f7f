import { Client, Connection } from '@temporalio/client';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OmsClient } from '../../src/client/oms-client';
import type { OrderView } from '../../src/contracts/order-messages';
import type { OrderId } from '../../src/domain/ids';
import type { MarketClock } from '../../src/domain/market-clock';
import type { OrderRequest } from '../../src/domain/order-request';
import { serverFiles } from '../../src/temporal/embedded-server';
import { marketClockFile } from '../../workers/market-clock-file';
import { eventually } from '../support/oms-under-test';

const ROOT = join(__dirname, '..', '..');
// Each start takes seconds, on a loaded machine many.
jest.setTimeout(300_000);

/** `npm start` without npm: the process whose life is the system's life. */
class Started {
  output = '';
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;
  private connection: Connection | undefined;

  constructor(
    readonly stateDir: string,
    settings: Record<string, string> = {},
    args: readonly string[] = [],
  ) {
    const ports = { OMS_TEMPORAL_PORT: '0', OMS_UI_PORT: '0', OMS_VENUE_PORT: '0', TEMPORAL_ADDRESS: '' };
    this.child = spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts', ...args], {
      cwd: ROOT,
      env: { ...process.env, ...ports, OMS_STATE_DIR: stateDir, OMS_LOG_LEVEL: 'warn', ...settings },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (text: Buffer) => (this.output += text.toString()));
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }
  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
  async up(): Promise<void> {
    await eventually(() => {
      if (!this.output.includes('durable-oms is up')) throw new Error(`not up: ${this.output}`);
    }, 120_000);
  }
  async orders(): Promise<OmsClient> {
    const address = /Temporal server {6}(\S+),/.exec(this.output)?.[1] ?? '';
    this.connection = await Connection.connect({ address });
    const clocks = JSON.parse(readFileSync(marketClockFile(this.stateDir), 'utf8')) as Record<string, MarketClock>;
    return new OmsClient({ client: new Client({ connection: this.connection }), clockOf: (symbol) => clocks[symbol] });
  }
  /** What the venue itself has of our orders. */
  async atVenue(): Promise<readonly { status: string }[]> {
    const url = /simulated venues {5}(\S+)/.exec(this.output)?.[1] ?? '';
    const answer = await fetch(`${url}/v1/SIMX/ledger/orders`);
    return ((await answer.json()) as { orders: { status: string }[] }).orders;
  }
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    await this.connection?.close();
    this.kill(signal);
    return this.exited;
  }
}

/** A bid so far below the market that nothing of the recorded day comes near it. */
const RESTING = {
  account: 'alpha',
  strategy: 'test',
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.01',
  limitPrice: '16500',
  timeInForce: 'GTC',
  routing: 'VENUE',
  venue: 'SIMX',
} as unknown as OrderRequest;

/** Processes of this machine that name the folder: the Temporal server and the venue are started with paths in it. */
function processesOf(stateDir: string): readonly string[] {
  const all = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes(stateDir) && !line.includes('jest'));
}

async function working(orders: OmsClient, orderId: OrderId): Promise<OrderView> {
  let order: OrderView | undefined;
  await eventually(async () => {
    order = await orders.get(orderId);
    expect(order.status).toBe('ACCEPTED');
  }, 60_000);
  return order as OrderView;
}

describe('npm start', () => {
  const folders: string[] = [];
  const started: Started[] = [];
  const stateDir = (): string => {
    folders.push(mkdtempSync(join(tmpdir(), 'oms-start-')));
    return folders.at(-1) ?? '';
  };
  const start = (...options: ConstructorParameters<typeof Started>): Started => {
    started.push(new Started(...options));
    return started.at(-1)!;
  };
  afterAll(async () => {
    for (const each of started) each.kill('SIGKILL');
    await Promise.all(started.map((each) => each.exited));
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  });

  test('goes on after Ctrl-C and after a kill with the order that rests at the venue', async () => {
    const folder = stateDir();
    const first = start(folder);
    await first.up();
    const { orderId } = await (
      await first.orders()
    ).submit({ ...RESTING, clientOrderId: 'rests' }, { wait: 'acknowledged' });
    const before = await working(await first.orders(), orderId);
    expect(await first.stop('SIGINT')).toBe(0);
    expect(first.output).toContain('stopped; the next start goes on from here');
    expect(processesOf(folder)).toEqual([]);
    const clocks = readFileSync(marketClockFile(folder), 'utf8');

    const second = start(folder);
    await second.up();
    expect(readFileSync(marketClockFile(folder), 'utf8')).toBe(clocks);
    expect(await working(await second.orders(), orderId)).toMatchObject({
      venueOrderId: before.venueOrderId,
      leavesQuantity: '0.01',
    });
    expect((await second.atVenue()).map((order) => order.status)).toEqual(['OPEN']);
    await second.stop('SIGKILL');
    await eventually(() => {
      expect(processesOf(folder)).toEqual([]);
    }, 60_000);

    const third = start(folder);
    await third.up();
    const orders = await third.orders();
    await working(orders, orderId);
    expect(await orders.cancel(orderId, 'enough')).toMatchObject({ accepted: true });
    expect(await orders.final(orderId)).toMatchObject({ status: 'CANCELED', filledQuantity: '0' });
    expect((await third.atVenue()).map((order) => order.status)).toEqual(['CANCELED']);
    expect(await third.stop('SIGTERM')).toBe(0);
    expect(processesOf(folder)).toEqual([]);
  });

  test('ends with 1 when its Temporal server is killed, and its last line says why and how it goes on', async () => {
    const folder = stateDir();
    const only = start(folder);
    await only.up();
    const { pid } = JSON.parse(readFileSync(serverFiles(folder).record, 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    expect(await only.exited).toBe(1);
    expect(only.output.trim().split('\n').at(-1)).toMatch(
      /^stopped because the Temporal server .+; the next start goes on from here$/,
    );
    expect(processesOf(folder)).toEqual([]);
  });

  test('names a port that is taken and leaves nothing behind', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = String(typeof address === 'object' && address !== null ? address.port : 0);
    const folder = stateDir();
    const venueTaken = start(folder, { OMS_VENUE_PORT: port });
    const serverTaken = start(stateDir(), { OMS_TEMPORAL_PORT: port });
    expect(await venueTaken.exited).toBe(1);
    expect(await serverTaken.exited).toBe(1);
    expect(venueTaken.output).toContain(port);
    expect(serverTaken.output).toContain(port);
    expect(folders.slice(-2).flatMap(processesOf)).toEqual([]);
    await new Promise((resolve) => taken.close(resolve));
  });

  test('keeps the speed of its first start', async () => {
    const folder = stateDir();
    const first = start(folder, {}, ['--speed', '5']);
    await first.up();
    expect(await first.stop('SIGINT')).toBe(0);
    const other = start(folder, {}, ['--speed', '6']);
    expect(await other.exited).toBe(1);
    expect(other.output).toContain('run at speed 5 since its first start');
  });
});
