/**
 * Goal: a command that cannot do its work says why in a sentence that names the setting, ends with 1 and leaves nothing.
 * Method: the real commands as processes, with surroundings in which they cannot work.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

jest.setTimeout(300_000);

const ROOT = join(__dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'oms-refusals-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

function run(script: string, settings: Record<string, string>, ...flags: string[]): Promise<Ended> {
  const ports = { OMS_TEMPORAL_PORT: '0', OMS_UI_PORT: '0', OMS_VENUE_PORT: '0' };
  const env = { ...process.env, ...ports, TEMPORAL_ADDRESS: '', OMS_STATE_DIR: join(folder, 'state'), ...settings };
  return new Promise((done) => {
    const args = ['--import', 'tsx', `scripts/${script}.ts`, ...flags];
    execFile(process.execPath, args, { cwd: ROOT, env }, (error, output, errors) => {
      done({ code: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}

test('npm start names the variable of a state folder that is a file', async () => {
  const ended = await run('start', { OMS_STATE_DIR: '/etc/passwd' });
  expect(ended.errors).toContain('OMS_STATE_DIR=/etc/passwd: must be a folder that can be made and written');
  expect(ended.code).toBe(1);
});

test('npm run setup-temporal answers --help and refuses what it does not know, and does nothing', async () => {
  // An address at which acting would fail.
  const help = await run('setup-temporal', { TEMPORAL_ADDRESS: '127.0.0.1:1' }, '--help');
  expect(help).toMatchObject({
    code: 0,
    errors: '',
    output: expect.stringContaining('Usage: setup-temporal') as string,
  });
  const wrong = await run('setup-temporal', { TEMPORAL_ADDRESS: '127.0.0.1:1' }, '--halp');
  expect(wrong).toMatchObject({ code: 1, errors: expect.stringContaining("unknown option '--halp'") as string });
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [
    'start',
    [],
    'TEMPORAL_ADDRESS=127.0.0.1:1',
    'Start it, correct the variable, or unset it to get an embedded server.',
  ],
  ['replay', ['--live', '127.0.0.1:1'], '--live 127.0.0.1:1', 'Start it or correct the address.'],
])('%s says in one line that no Temporal server answers', async (script, flags, setting, remedy) => {
  const ended = await run(script, { TEMPORAL_ADDRESS: '127.0.0.1:1' }, ...flags);
  expect(ended.errors).toBe(`${setting}: no Temporal server answers there (connection refused). ${remedy}\n`);
  expect(ended.code).toBe(1);
});
