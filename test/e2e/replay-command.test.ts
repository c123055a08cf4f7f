import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OmsUnderTest, eventually } from '../support/oms-under-test';

jest.setTimeout(300_000);

const ROOT = join(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'oms-replay-'));
const system = new OmsUnderTest();
const address = (): string => process.env['OMS_TEST_TEMPORAL_ADDRESS'] ?? '';

beforeAll(() => system.start());
afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true });
});

describe('npm run replay', () => {
  test('replays the orders of a running server, keeps them as files and replays those', async () => {
    const { orderId } = await system.orders.submit(system.request({ limitPrice: '101' }), { wait: 'final' });
    const { orderId: open } = await system.orders.submit(system.request(), { wait: 'acknowledged' });
    const query = 'WorkflowType="order"';
    await eventually(async () => {
      expect((await system.client.workflow.count(query)).count).toBe(2);
    });
    const live = await replay(
      '--live',
      address(),
      '--namespace',
      system.namespace,
      '--query',
      query,
      '--export',
      folder,
    );
    expect(live).toMatchObject({ code: 0, errors: '' });
    expect(live.output).toMatch(new RegExp(`^ok +\\d+ {2}order/${orderId} `, 'm'));
    expect(live.output).toMatch(new RegExp(`^ok +\\d+ {2}order/${open} `, 'm'));
    expect(live.output).toContain('2 replayed, 0 failed');
    expect(readdirSync(folder)).toHaveLength(2);

    writeFileSync(join(folder, 'odd.json'), '{"events":[]}');
    const files = await replay('--from', folder);
    expect(files.code).toBe(1);
    expect(files.output).toMatch(/^FAILED +0 {2}odd\.json\n +Error: no workflow history/m);
    expect(files.output).toContain('2 replayed, 1 failed');
  });

  test('nothing to replay is a failure', async () => {
    const none = await replay('--live', address(), '--namespace', system.namespace, '--query', 'WorkflowId="nobody"');
    expect(none.errors).toContain('no history found');
    expect(none.code).toBe(1);
  });

  test.each([
    [['--form', 'x'], /unknown option '--form'[^]*--from <folder>[^]*--live \[address\]/],
    [['--query', 'x'], /--query without --live/],
    [['--from', 'x', '--live', 'y'], /'--live \[address\]' cannot be used with option '--from <folder>'/],
    [['--live', 'x', '--limit', 'none'], /'none' is invalid.*whole number above 0/],
    [['--from', 'nowhere'], /there is no folder nowhere/],
  ])('%j is refused with what is allowed', async (flags, sentence) => {
    const refused = await replay(...flags);
    expect(refused.errors).toMatch(sentence);
    expect(refused.code).toBe(1);
  });
});

function replay(...flags: string[]): Promise<{ code: number; output: string; errors: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'scripts/replay.ts', ...flags],
      { cwd: ROOT },
      (error, output, errors) => {
        done({ code: error === null ? 0 : Number(error.code), output, errors });
      },
    );
  });
}
