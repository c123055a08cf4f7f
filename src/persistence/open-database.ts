import type { Driver } from './driver';
import { openPgDriver } from './driver-pg';
import { openPgliteDriver } from './driver-pglite';
import { migrate } from './migrate';

export interface DatabaseOptions {
  /** `postgresql://user:password@host:port/database`; wins over `dataDir`. */
  readonly databaseUrl?: string;
  /** Folder of the in-process database; without either the database lives in memory and dies with the process. */
  readonly dataDir?: string;
  readonly connectionsMax?: number;
  readonly statementTimeoutMs?: number;
  readonly onNotice?: (text: string) => void;
}

/** Opens the database that the options name and brings its schema up to date. */
export async function openDatabase(options: DatabaseOptions): Promise<Driver> {
  const { databaseUrl } = options;
  const driver =
    databaseUrl === undefined ? await openPgliteDriver(options) : await openPgDriver({ ...options, databaseUrl });
  try {
    await migrate(driver);
    return driver;
  } catch (error) {
    await driver.close();
    throw error;
  }
}
