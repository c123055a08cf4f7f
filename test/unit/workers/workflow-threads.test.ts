import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import threads from 'node:worker_threads';
import { takeCallStacks } from '../../../workers/workflow-threads';

/** Goal: the SDK's threads go without promise hooks, and with all else that the process was started with. */
describe('a thread of the SDK', () => {
  const before = process.execArgv;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oms-threads-'));
    await writeFile(join(folder, 'monitor.cjs'), 'globalThis.isMonitored = true;');
    await writeFile(
      join(folder, 'workflow-worker-thread.js'),
      `let hasHooks = true;
       try { require('node:v8').promiseHooks.createHook({})(); } catch { hasHooks = false; }
       require('node:worker_threads').parentPort.postMessage({ hasHooks, isMonitored: globalThis.isMonitored === true });`,
    );
  });
  afterEach(async () => {
    process.execArgv = before;
    takeCallStacks(true);
    await rm(folder, { recursive: true });
  });
  const told = async (): Promise<unknown> => {
    const thread = new threads.Worker(join(folder, 'workflow-worker-thread.js'));
    const [answer] = (await once(thread, 'message')) as [unknown];
    await thread.terminate();
    return answer;
  };

  test.each([
    ['nothing more', [], false],
    ['a monitor', ['--require', 'MONITOR'], true],
    ['a monitor in one word', ['--require=MONITOR'], true],
    ['a size of the heap', ['--max-old-space-size=512'], false],
    ['a size of the heap and a monitor', ['--max-old-space-size=512', '-r', 'MONITOR'], true],
  ])('of a process that was started with %s', async (_name, argv, isMonitored) => {
    process.execArgv = argv.map((argument) => argument.replace('MONITOR', join(folder, 'monitor.cjs')));
    takeCallStacks(false);
    expect(await told()).toEqual({ hasHooks: false, isMonitored });
    takeCallStacks(true);
    expect(await told()).toMatchObject({ hasHooks: true });
  });
});
