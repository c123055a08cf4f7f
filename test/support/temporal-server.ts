import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SearchAttribute } from '../../src/contracts/names';
import { startEmbeddedServer } from '../../src/temporal/embedded-server';
import { serverAddress } from '../../src/temporal/server-resolver';
import type { TestTemporalServer } from './stop-temporal-server';

/**
 * Starts one Temporal server for the whole jest run and tells its address by `OMS_TEST_TEMPORAL_ADDRESS`.
 * With `TEMPORAL_ADDRESS` set the tests run against that server.
 */
export default async function startTestServer(): Promise<void> {
  const given = await serverAddress(process.env);
  if (given !== undefined) {
    process.env['OMS_TEST_TEMPORAL_ADDRESS'] = given.address;
    return;
  }
  const stateDir = await mkdtemp(join(tmpdir(), 'oms-test-temporal-'));
  const server = await startEmbeddedServer({
    stateDir,
    namespace: 'default',
    searchAttributes: Object.values(SearchAttribute),
    retention: '30d',
    log: (line) => {
      process.stderr.write(`${line}\n`);
    },
  });
  process.env['OMS_TEST_TEMPORAL_ADDRESS'] = server.address;
  (globalThis as TestTemporalServer).omsTestTemporal = { server, stateDir };
}
