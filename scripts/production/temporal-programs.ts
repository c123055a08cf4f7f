import { join } from 'node:path';
import { isExecutable } from '../../src/temporal/server-binary';
import { cacheFolder, withCacheLock } from '../../src/temporal/server-cache';
import { goInstall } from '../../src/temporal/server-fetch';

/** A cluster's server and the tool for its database, both of one version. */
export interface TemporalPrograms {
  readonly server: string;
  readonly sqlTool: string;
}

/** The oldest release whose Worker Versioning keeps an order on its build; the docker images of docker-compose.yml have it, too. */
export const TEMPORAL_SERVER_VERSION = '1.29.1';
const MODULE = 'go.temporal.io/server';

/** The programs from the cache, or built from their Go module, which takes minutes the first time. */
export async function temporalPrograms(env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<TemporalPrograms> {
  const cache = cacheFolder(env);
  const folder = join(cache, `temporal-server-${TEMPORAL_SERVER_VERSION}`);
  // As Go names them, after their folders in the module.
  const programs = { server: join(folder, 'server'), sqlTool: join(folder, 'sql') };
  const areThere = async (): Promise<boolean> =>
    (await isExecutable(programs.server)) && (await isExecutable(programs.sqlTool));
  if (await areThere()) return programs;
  await withCacheLock(cache, async () => {
    if (await areThere()) return;
    await goInstall(
      {
        modules: ['cmd/tools/sql', 'cmd/server'].map((path) => `${MODULE}/${path}@v${TEMPORAL_SERVER_VERSION}`),
        what: `the Temporal server ${TEMPORAL_SERVER_VERSION}`,
        minutes: '4 to 8',
        folder,
      },
      { cache, env, log },
    );
  });
  return programs;
}
