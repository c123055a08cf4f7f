/** The folder of everything that must survive a restart. */
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from './config';

/** The folder of the embedded database inside the state folder. */
export const databaseFolder = (stateDir: string): string => join(stateDir, 'database');

/**
 * Makes the folder with its parents and checks that it can be written.
 *
 * One level after the other: Node's own recursive form never ends below a file system without folders (/proc, Node 20.20).
 * @throws ConfigError that names the variable, its value and what is wrong.
 */
export async function makeStateDir(path: string): Promise<void> {
  const levels: string[] = [];
  for (let level = resolve(path); level !== dirname(level); level = dirname(level)) levels.unshift(level);
  try {
    for (const level of levels) await makeLevel(level);
    await access(path, constants.W_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`OMS_STATE_DIR=${path}: must be a folder that can be made and written (${why})`]);
  }
}

async function makeLevel(level: string): Promise<void> {
  try {
    await mkdir(level);
  } catch (error) {
    // It is there already, or a file system that cannot be written has it all the same.
    const isFolder = await stat(level).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) throw error;
  }
}
