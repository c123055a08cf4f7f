/** A copy of the sources with a known bug in it, from which worker processes can be started. */
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceChange } from './bugs';

const ROOT = join(__dirname, '..', '..');
/** All that a worker process reaches. */
const NEEDED = [
  'src',
  'workflows',
  'activities',
  'workers',
  'scripts/chaos',
  'scripts/coin.ts',
  'package.json',
  'tsconfig.json',
];

/** Makes the copy in a folder that is not there yet; this checkout stays as it is. */
export async function changedSources(folder: string, changes: readonly SourceChange[]): Promise<string> {
  await mkdir(join(folder, 'scripts'), { recursive: true });
  for (const path of NEEDED) await cp(join(ROOT, path), join(folder, path), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, from, to } of changes) {
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    const places = text.split(from).length - 1;
    if (places !== 1) throw new Error(`${file} has ${String(places)} places, and not one, with: ${from}`);
    await writeFile(
      path,
      text.replace(from, () => to),
    );
  }
  return folder;
}
