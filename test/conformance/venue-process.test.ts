import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSimulatedVenue } from '../../src/venues/simulated/supervisor';
import { ACCOUNT, VenueUnderTest, eventually, range, soon } from './simulated-process';

const venue = new VenueUnderTest();
const MAIN = join(__dirname, '../../src/venues/simulated/main.ts');

beforeAll(() => venue.start(), 30_000);
afterAll(() => venue.stop());

test('a killed venue comes back with its whole book, a torn ledger line aside', async () => {
  await venue.market();
  const resting = venue.order({ side: 'SELL', limitPrice: '100.5', venueAccount: 'maker' });
  await venue.lit.submit(resting, soon());
  const answers = await Promise.all(range(1, 20).map(() => venue.submit()));
  expect(answers.every((answer) => answer.kind === 'acknowledged')).toBe(true);
  const before = await venue.ledgerOf('reports');
  await venue.supervised.kill();
  appendFileSync(join(venue.ledgerDir, 'SIMX.jsonl'), '{"orders":[{"venueOrderId":"SIM');
  await venue.start(venue.supervised.port);
  expect(await venue.ledgerOf('reports')).toEqual(before);
  // The order that rested before the kill trades after it, under the next sequence and a new execution id.
  await venue.submit({ limitPrice: '100.5' });
  const all = await venue.ledgerOf('reports');
  expect(all.slice(before.length).map((report) => report['execType'])).toEqual(['NEW', 'TRADE', 'TRADE']);
  expect(new Set(all.map((report) => report['execId'])).size).toBe(all.length);
  for (const account of [ACCOUNT, 'maker']) {
    const sequences = all.filter((report) => report['venueAccount'] === account).map((report) => report['sequence']);
    expect(sequences).toEqual(range(1, sequences.length));
  }
}, 300_000);

test('the restart fault books, gives no answer, and comes back on the same port', async () => {
  const { pid, port } = venue.supervised;
  await venue.fault('restart', { count: 1 });
  const order = venue.order();
  expect(await venue.lit.submit(order, soon())).toMatchObject({ kind: 'unknown' });
  await eventually(async () => {
    expect(await venue.lit.findOrder(ACCOUNT, order.clientOrderId)).toMatchObject({ kind: 'found' });
  }, 15_000);
  expect(venue.supervised.port).toBe(port);
  expect(venue.supervised.pid).not.toBe(pid);
}, 300_000);

test('a venue that does not listen is a request not sent', async () => {
  await venue.supervised.kill();
  expect(await venue.submit()).toMatchObject({ kind: 'notSent', reason: 'ECONNREFUSED' });
  expect(await venue.lit.findOrder(ACCOUNT, venue.id())).toMatchObject({ kind: 'unavailable' });
  await venue.start(venue.supervised.port);
}, 300_000);

describe('a start that cannot work', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oms-venue-start-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('on a wrong config names the key and ends with 2', async () => {
    const path = join(folder, 'bad.json');
    const [first, ...rest] = venue.config(0).venues;
    writeFileSync(path, JSON.stringify({ ...venue.config(0), venues: [{ ...first, takerFeeBps: 'much' }, ...rest] }));
    expect(await run('--config', path)).toEqual({
      code: 2,
      words: expect.stringContaining('venues.0.takerFeeBps') as string,
    });
  }, 300_000);

  test('on a busy port says what to do', async () => {
    const config = { ...venue.config(venue.supervised.port), ledgerDir: folder };
    await expect(spawnSimulatedVenue({ config })).rejects.toThrow(
      /port \d+ of 127\.0\.0\.1 is in use: stop what listens/,
    );
  }, 300_000);

  test('on a ledger of a running venue says so', async () => {
    await expect(spawnSimulatedVenue({ config: venue.config(0) })).rejects.toThrow(/ledger folder .* is in use/);
  }, 300_000);
});

test('a venue whose parent dies ends too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'oms-venue-orphan-'));
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify({ ...venue.config(0), ledgerDir: folder }));
  // A shell in between is the parent; it says the pid of the venue and is then killed.
  const script = `"${process.execPath}" --import "${require.resolve('tsx')}" "${MAIN}" --config "${path}" --parent-pid $$ & echo "pid $!"; wait`;
  const shell = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let words = '';
  shell.stdout.on('data', (data: Buffer) => (words += data.toString()));
  await eventually(() => {
    expect(words).toContain('"ready":true');
  }, 15_000);
  const pid = Number(/pid (\d+)/.exec(words)?.[1]);
  expect(process.kill(pid, 0)).toBe(true);
  shell.kill('SIGKILL');
  await eventually(() => {
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
  rmSync(folder, { recursive: true });
}, 300_000);

function run(...args: readonly string[]): Promise<{ readonly code: number | null; readonly words: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ['--import', require.resolve('tsx'), MAIN, ...args]);
    let words = '';
    child.stderr.on('data', (data: Buffer) => (words += data.toString()));
    child.on('close', (code) => {
      done({ code, words });
    });
  });
}
