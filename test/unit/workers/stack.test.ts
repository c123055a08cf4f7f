import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalog } from '../../../src/catalog';
import { readConfig } from '../../../src/config';
import { makeLogger } from '../../../src/logging';
import { claimDataFolder } from '../../../src/persistence/data-folder';
import { startStack } from '../../../workers/stack';

test('a start on the state folder of a running one names that process, not the port that it has, too', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'oms-stack-'));
  const venue = createServer();
  await new Promise<void>((resolve) => venue.listen(0, '127.0.0.1', resolve));
  const { port } = venue.address() as { port: number };
  const running = await claimDataFolder(join(stateDir, 'database'));
  const config = readConfig({ OMS_STATE_DIR: stateDir, OMS_VENUE_PORT: String(port) });
  const start = startStack({
    config,
    catalog: loadCatalog(config.catalogPath),
    clocks: {},
    log: makeLogger({ level: 'silent' }),
  });
  await expect(start).rejects.toThrow(`is held by process ${String(process.pid)} on `);
  await expect(start).rejects.toMatchObject({ type: 'DATA_FOLDER_IN_USE' });
  await running.release();
  venue.close();
  rmSync(stateDir, { recursive: true });
});
