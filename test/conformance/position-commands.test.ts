/**
 * Goal: people can see positions, prove them and mend them with a command, on a database that nothing else holds.
 * Method: the real commands as processes on a real folder.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { dec } from '../../src/domain/money';
import { openDatabase } from '../../src/persistence/open-database';
import { SqlOrderStore } from '../../src/persistence/order-store';
import { accountSetup, fillOf, OrderTape, requestOf, RUN } from './store-fixtures';

jest.setTimeout(300_000);

const ROOT = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'oms-positions-'));
const dataDir = join(folder, 'database');
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(script: string, flags: readonly string[] = [], stateDir = folder) {
  const env = { ...process.env, OMS_STATE_DIR: stateDir, DATABASE_URL: '' };
  return new Promise<{ code: number; output: string; errors: string }>((done) => {
    const args = ['--import', 'tsx', `scripts/${script}.ts`, ...flags];
    execFile(process.execPath, args, { cwd: ROOT, env }, (error, output, errors) => {
      done({ code: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}
const rebuild = (...flags: readonly string[]) => run('rebuild-positions', flags);

async function inDatabase<T>(work: (store: SqlOrderStore, sql: (text: string) => Promise<void>) => Promise<T>) {
  const driver = await openDatabase({ dataDir });
  try {
    return await work(new SqlOrderStore(driver), (text) => driver.script(text));
  } finally {
    await driver.close();
  }
}

beforeAll(() =>
  inDatabase(async (store) => {
    await store.saveInstruments([{ symbol: 'ACME', currency: 'USD', multiplier: dec('1') }]);
    await store.saveAccounts([
      { ...accountSetup('desk', '5000'), baseCurrency: 'EUR' },
      { ...accountSetup('other', '1'), positionMode: 'HEDGING' },
    ]);
    const long = new OrderTape(requestOf('desk', 'o')).accepted().filled(fillOf('e1', { feeCurrency: 'BNB' }));
    await store.record(long.order, long.events, RUN);
    const short = new OrderTape(requestOf('other', 'o', { side: 'SELL_SHORT' })).accepted().filled(fillOf('e2'));
    await store.record(short.order, short.events, RUN);
  }),
);

test('rebuild-positions proves sound tables, lists what is wrong, and mends it with a line of who did it', async () => {
  const sound = await rebuild();
  expect(sound).toMatchObject({ code: 0, errors: '' });
  expect(sound.output).toContain('2 executions make 2 positions');
  expect(sound.output).toContain('positions and cash are what the executions make');

  await inDatabase((_store, sql) =>
    sql(`UPDATE positions SET cost = 7 WHERE account = 'desk'; UPDATE cash SET booked = 0`),
  );
  for (const flags of [[], ['--check']]) {
    const wrong = await rebuild(...flags);
    expect(wrong.code).toBe(1);
    expect(wrong.output).toMatch(/desk +ACME +cost +7 +398$/m);
    expect(wrong.output).toMatch(/desk +BNB +booked +0 +-0.25$/m);
    expect(wrong.output).toContain('4 differences; --write replaces');
  }
  expect(await rebuild('--write', '--actor', 'ann')).toMatchObject({
    code: 0,
    output: expect.stringContaining('4 differences replaced: line 1 of ledger_rebuilds') as string,
  });
  expect(await rebuild('--write')).toMatchObject({ code: 0 });
  expect(await rebuild('--check')).toMatchObject({ code: 0 });
  const driver = await openDatabase({ dataDir });
  const lines = await driver.query('SELECT actor, executions, differences FROM ledger_rebuilds ORDER BY rebuild');
  await driver.close();
  expect(lines).toEqual([
    { actor: 'ann', executions: '2', differences: '4' },
    { actor: userInfo().username, executions: '2', differences: '0' },
  ]);
});

test('positions shows what is held, and no mark where there is no market data', async () => {
  const { code, output, errors } = await run('positions');
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(output).toContain('desk (netting, EUR)');
  expect(output).toMatch(/ACME +4 +0 +99.5 +no mark +no mark +0 +no mark +USD +0.25 BNB$/m);
  expect(output).toMatch(/ACME long +0 .*0.25 USD$/m);
  expect(output).toMatch(/fees +no rate BNB\/EUR$/m);
});

test('positions values one account by a market file, as JSON', async () => {
  const atMs = Date.now();
  const rate = (from: string, value: string) => ({ from, to: 'EUR', rate: value, atMs });
  const market = {
    quotes: [{ symbol: 'ACME', bidPrice: '100.5', askPrice: '101', atMs }],
    rates: [rate('USD', '0.5'), rate('BNB', '600')],
  };
  const file = join(folder, 'market.json');
  writeFileSync(file, JSON.stringify(market));
  const { output } = await run('positions', ['--account', 'desk', '--market', file, '--json']);
  expect(JSON.parse(output)).toMatchObject([
    {
      account: 'desk',
      positions: [{ unrealizedPnl: { known: true, amount: '4' }, fees: { BNB: '0.25' } }],
      totals: { unrealizedPnl: { amount: '2' }, fees: { amount: '150' }, netPnl: { amount: '-148' } },
    },
  ]);
  writeFileSync(file, JSON.stringify({ rates: [rate('USD', '0'), { ...rate('EUR', '1') }] }));
  const bad = await run('positions', ['--market', file]);
  expect(bad.errors).toContain('rates.0.rate: must be above 0');
  expect(bad.errors).toContain('rates.1.to: must be another currency');
  expect(bad.code).toBe(1);
});

test.each(['rebuild-positions', 'positions'])('%s says who holds the database', async (script) => {
  await inDatabase(async () => {
    const ended = await run(script);
    expect(ended.errors).toMatch(/^DATA_FOLDER_IN_USE: .*held by process \d+/);
    expect(ended.code).toBe(1);
  });
});

test.each(['rebuild-positions', 'positions'])('%s makes no database where there is none', async (script) => {
  const ended = await run(script, [], join(folder, 'nothing'));
  expect(ended.errors).toContain('there is no database in');
  expect(ended.errors).toContain('OMS_STATE_DIR');
  expect(ended.code).toBe(1);
});

test.each([
  ['rebuild-positions', ['--wirte'], ['--check', '--write', '--actor']],
  ['rebuild-positions', ['--check', '--write'], ["'--write' cannot be used with option '--check'"]],
  ['positions', ['--acount', 'a'], ['--account', '--market', '--json']],
  ['positions', ['--mark', 'LOW'], ['EXIT, MID, LAST']],
  ['positions', ['--max-age', '-1'], ['whole number above 0']],
  ['positions', ['--account', 'nobody'], ['there is no account nobody']],
])('%s %j is refused with what is allowed', async (script, flags, allowed) => {
  const ended = await run(script, flags);
  expect(ended.code).toBe(1);
  for (const text of allowed) expect(ended.errors).toContain(text);
});
