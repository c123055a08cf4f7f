import { readConfig } from '../../src/config';
import { holdsDatabase } from '../../src/persistence/data-folder';
import type { Driver } from '../../src/persistence/driver';
import { openDatabase } from '../../src/persistence/open-database';
import { databaseFolder } from '../../src/state-dir';

/**
 * Opens the database that the environment names: DATABASE_URL, else the embedded one of the state folder, which nothing
 * else may hold. Never makes a new one: an empty database would agree with anything.
 */
export async function openExistingDatabase(environment: NodeJS.ProcessEnv): Promise<Driver> {
  const { databaseUrl, stateDir } = readConfig(environment);
  if (databaseUrl !== undefined) return openDatabase({ databaseUrl });
  const dataDir = databaseFolder(stateDir);
  if (!holdsDatabase(dataDir)) {
    throw new Error(
      `there is no database in ${dataDir}: set OMS_STATE_DIR to the state folder of your system, or DATABASE_URL to its PostgreSQL`,
    );
  }
  return openDatabase({ dataDir });
}
