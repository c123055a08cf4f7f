import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeStateDir } from '../../src/state-dir';

const root = mkdtempSync(join(tmpdir(), 'oms-state-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

test('is made with its parents, and stays when it is there', async () => {
  const path = join(root, 'a', 'b');
  await makeStateDir(path);
  await makeStateDir(path);
  expect(statSync(path).isDirectory()).toBe(true);
});
test.each([
  ['below a file', join(root, 'file', 'state')],
  ['where a file is', join(root, 'file')],
  ['below a file system without folders', '/proc/oms/state'],
  ['with a name that is too long', join(root, 'x'.repeat(300))],
])('%s it is refused by the name of its variable', async (_name, path) => {
  writeFileSync(join(root, 'file'), '');
  await expect(makeStateDir(path)).rejects.toThrow(`OMS_STATE_DIR=${path}: must be a folder`);
});
