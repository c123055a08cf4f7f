/**
 * Goal: people see what orders cost and what was found, and say what they make of it, with a command, on a database that
 * nothing else holds. Method: the real command as processes on a real folder.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orderIdOf } from '../../src/domain/ids';
import { dec } from '../../src/domain/money';
import { openDatabase } from '../../src/persistence/open-database';
import { SqlOrderStore } from '../../src/persistence/order-store';
import { SqlPostTradeStore } from '../../src/persistence/post-trade-store';
import { accountSetup, approve, fillOf, needOf, OrderTape, requestOf, RUN } from './store-fixtures';

jest.setTimeout(300_000);

const ROOT = join(__dirname, '..', '..');
const AT_MS = 1_700_000_000_000;
const QUOTE = { bidPrice: dec('98'), askPrice: dec('100'), lastPrice: dec('99'), marketTimeMs: AT_MS };
const folder = mkdtempSync(join(tmpdir(), 'oms-post-trade-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(...flags: readonly string[]) {
  const env = { ...process.env, OMS_STATE_DIR: folder, DATABASE_URL: '' };
  return new Promise<{ code: number; output: string; errors: string }>((done) => {
    const args = ['--import', 'tsx', 'scripts/post-trade.ts', ...flags];
    execFile(process.execPath, args, { cwd: ROOT, env }, (error, output, errors) => {
      done({ code: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}

beforeAll(async () => {
  const driver = await openDatabase({ dataDir: join(folder, 'database') });
  try {
    const orders = new SqlOrderStore(driver);
    await orders.saveAccounts([accountSetup('desk')]);
    const request = requestOf('desk', '1');
    const key = { orderId: orderIdOf('desk', '1'), step: 0, firstRunId: RUN };
    const arrival = { quote: QUOTE, marketTimeMs: AT_MS };
    await orders.decideOnce(key, request, 'USD', () => ({ ...approve(needOf(request)), arrival }));
    const tape = new OrderTape(request)
      .accepted()
      .filled(fillOf('e1'))
      .filled(fillOf('e2', { price: dec('99.8') }));
    await orders.record(tape.order, tape.events, RUN, { ...QUOTE, marketTimeMs: AT_MS - 60_001 });
    await new SqlPostTradeStore(driver).keep('run', [
      {
        ...{
          kind: 'FILL',
          code: 'FILL_LOT',
          subject: 'SIM/sim-1/e1',
          account: 'desk',
          symbol: 'ACME',
          orderId: 'desk/1',
        },
        ...{ execId: 'e1', before: { lotSize: '5' }, after: { quantity: '4' }, reason: 'not a lot', atMs: AT_MS },
        evidence: { orderIds: ['desk/1'], execIds: ['e1'], timesMs: [AT_MS] },
      },
    ]);
  } finally {
    await driver.close();
  }
});

test('report tells what an order cost, and why a figure is not there', async () => {
  const { code, output } = await run('report', '--account', 'desk');
  expect(code).toBe(0);
  const [, line] = output.split('\n');
  // Bought 4 at 99.5 and 4 at 99.8 when the middle stood at 99; the quote of the trade was too old to tell.
  expect(line?.split(/\s{2,}/)).toEqual([
    ...['desk/1', 'ACME', 'BUY', '8', '99.65', '99', '65.6566', '5.2', 'old quote', 'USD', '0.5 USD', 'FILL_LOT'],
  ]);
});

test('a finding is reviewed once, by a person with a reason', async () => {
  const id = 'FILL_LOT:SIM/sim-1/e1';
  expect((await run('review', id, '--actor', 'jo', '--reason', 'odd lot, agreed')).output).toContain('reviewed by jo');
  expect(await run('review', id, '--actor', 'al', '--reason', 'mine')).toMatchObject({ code: 1, output: '' });
  expect((await run('findings')).output).toContain('REVIEWED by jo');
});
