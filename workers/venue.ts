/** `npm run venue`: the simulated venues of the catalog as a process of their own; they take orders of whoever reaches them. */
import { Command } from 'commander';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCatalog } from '../src/catalog';
import { readConfig } from '../src/config';
import type { Config } from '../src/config';
import { makeLogger } from '../src/logging';
import { makeStateDir } from '../src/state-dir';
import { spawnSimulatedVenue } from '../src/venues/simulated/supervisor';
import { firstClocks, keptMarketClocks } from './market-clock-file';
import { SETTLE_TIME_MS, simulatedConfig } from './simulated-setup';
import type { ReplayClocks } from './stack';

async function main(): Promise<void> {
  new Command('venue')
    .description(
      'Run the simulated venues of OMS_CATALOG on OMS_VENUE_HOST and OMS_VENUE_PORT; their ledgers are in OMS_STATE_DIR.',
    )
    .allowExcessArguments(false)
    .showHelpAfterError()
    .parse();
  const config = readConfig(process.env);
  const catalog = loadCatalog(config.catalogPath);
  const log = makeLogger({ level: config.logLevel, name: 'venue' });
  const askedToStop = new Promise<undefined>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => {
        resolve(undefined);
      });
  });
  await makeStateDir(config.stateDir);
  const ledgerDir = join(config.stateDir, 'venue');
  await mkdir(ledgerDir, { recursive: true });
  const { venuePort: port, venueProcess } = config;
  const clocks = await clocksOf(config);
  const { host } = venueProcess;
  const venue = await spawnSimulatedVenue({
    config: simulatedConfig({ catalog, clocks, ledgerDir, port, host, settleTimeMs: SETTLE_TIME_MS }),
    log: (line) => {
      log.info({ part: 'venue' }, line);
    },
  });
  const venues = catalog.venues.map((each) => each.venue);
  log.info({ host, port: venue.port, venues, marketTime: venueProcess.marketTime }, 'simulated venues are up');
  const ended = await Promise.race([askedToStop, venue.exited.then(() => 'ended' as const)]);
  await venue.stop();
  if (ended !== undefined) throw new Error('the simulated venues ended again and again');
}

/** In wall time nobody needs a clock; a replay's clocks are those of its first start, as every order carries them. */
async function clocksOf({ stateDir, venueProcess }: Config): Promise<ReplayClocks> {
  if (venueProcess.marketTime === 'wall') return {};
  return keptMarketClocks(stateDir, () => firstClocks(1));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    makeLogger({ level: 'info', name: 'venue' }).fatal({ error }, error instanceof Error ? error.message : 'failed');
    process.exit(1);
  },
);
