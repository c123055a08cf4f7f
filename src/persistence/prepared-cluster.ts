import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { PGliteOptions } from '@electric-sql/pglite';

/**
 * Opens a database in memory. Initialising a cluster takes 3 s of CPU, loading one that was initialised before under
 * one: the first is kept beside the installed package, as what tools can make again. Databases in folders do without,
 * as each is initialised once in its life.
 */
export async function openInMemory(options: PGliteOptions): Promise<PGlite> {
  const path = await preparedPath();
  const prepared = await readFile(path).catch(() => undefined);
  if (prepared !== undefined) {
    // A file of another making is not worth more than the time it would have saved.
    const loaded = await PGlite.create({ ...options, loadDataDir: new Blob([prepared]) }).catch(() => undefined);
    if (loaded !== undefined) return loaded;
  }
  const database = await PGlite.create(options);
  await keep(path, await database.dumpDataDir('none'));
  return database;
}

/** One file for each version of PGlite, in the cache folder of the `node_modules` that it lies in. */
async function preparedPath(): Promise<string> {
  const folder = join(dirname(require.resolve('@electric-sql/pglite')), '..');
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  return join(folder, '..', '..', '.cache', 'durable-oms', `pglite-cluster-${version}.tar`);
}

async function keep(path: string, cluster: Blob): Promise<void> {
  // Another process may prepare the same at the same time: the rename is atomic, either content is right.
  const fresh = `${path}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(fresh, Buffer.from(await cluster.arrayBuffer()));
    await rename(fresh, path);
  } catch {
    // A read-only installation initialises each time.
    await rm(fresh, { force: true }).catch(() => undefined);
  }
}
