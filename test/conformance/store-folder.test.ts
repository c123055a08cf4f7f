import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SqlJournal } from '../../src/persistence/journal';
import { openDatabase } from '../../src/persistence/open-database';
import { SqlOrderStore } from '../../src/persistence/order-store';

/** Opening PGlite takes seconds on a loaded machine, and every test opens it several times. */
jest.setTimeout(300_000);

describe('the data folder of PGlite', () => {
  let dataDir = '';
  const children: ChildProcessWithoutNullStreams[] = [];
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'oms-folder-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  const startHolder = (): ChildProcessWithoutNullStreams => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'store-process.ts'), dataDir]);
    children.push(child);
    return child;
  };
  const killed = async (child: ChildProcessWithoutNullStreams): Promise<void> => {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };

  it('F01 keeps every acknowledged order over SIGKILLs, with its journal sound', async () => {
    let acknowledged = -1;
    for (const more of [30, 10]) {
      const child = startHolder();
      const lines = createInterface({ input: child.stdout });
      let seen = -1;
      for await (const line of lines) {
        seen = Number.isNaN(Number(line)) ? seen : Number(line);
        acknowledged = Math.max(acknowledged, seen);
        if (seen >= more) break;
      }
      await killed(child);
    }
    const driver = await openDatabase({ dataDir });
    const orders = await new SqlOrderStore(driver).orders({ account: 'kill', limit: 10_000 });
    const verdict = await new SqlJournal(driver).verify();
    const positions = await new SqlOrderStore(driver).positions('kill');
    await driver.close();
    expect(orders.length).toBeGreaterThan(acknowledged);
    expect(verdict).toMatchObject({ chains: orders.length, events: orders.length * 3, broken: [] });
    expect(positions).toMatchObject([{ quantity: String(orders.length * 4) }]);
  });

  it('F02 refuses a second process and names the holder, also within one process', async () => {
    const driver = await openDatabase({ dataDir });
    const child = startHolder();
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(errors).toContain(
      `DATA_FOLDER_IN_USE: ${dataDir} is held by process ${String(process.pid)} on ${hostname()}`,
    );
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ type: 'DATA_FOLDER_IN_USE' });
    await driver.close();
    await (await openDatabase({ dataDir })).close();
  });

  it('F03 sets a half-made database aside and starts afresh', async () => {
    const child = startHolder();
    await once(createInterface({ input: child.stdout }), 'line');
    while (!existsSync(join(dataDir, 'database', 'PG_VERSION'))) await new Promise((resolve) => setTimeout(resolve, 5));
    await killed(child);
    expect(await readdir(dataDir)).not.toContain('database.ready');
    const notices: string[] = [];
    const driver = await openDatabase({ dataDir, onNotice: (text) => notices.push(text) });
    expect(await new SqlOrderStore(driver).orders({})).toEqual([]);
    await driver.close();
    expect(notices).toEqual([expect.stringContaining('half-made files are now in')]);
    expect((await readdir(dataDir)).some((name) => name.startsWith('database.half-made-'))).toBe(true);
  });

  it('F04 succeeds a holder that is dead although another process has its id now', async () => {
    const holder = { pid: process.pid, host: hostname(), startTicks: '1', sinceMs: 0, token: 'gone' };
    await writeFile(join(dataDir, 'holder.json'), JSON.stringify(holder));
    await (await openDatabase({ dataDir })).close();
    expect(existsSync(join(dataDir, 'holder.json'))).toBe(false);
  });

  it('F05 believes a holder on another host while it is not silent', async () => {
    const holder = { pid: 1, host: 'another-host', startTicks: '', sinceMs: 0, token: 'far' };
    await writeFile(join(dataDir, 'holder.json'), JSON.stringify(holder));
    await expect(openDatabase({ dataDir })).rejects.toThrow('process 1 on another-host');
    expect(JSON.parse(await readFile(join(dataDir, 'holder.json'), 'utf8'))).toEqual(holder);
  });
});
