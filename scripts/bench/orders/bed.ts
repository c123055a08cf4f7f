/** What the builds run on: servers, databases and venues of one profile, each a process of its own that ends with us. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SearchAttribute } from '../../../src/contracts/names';
import { openPgDriver } from '../../../src/persistence/driver-pg';
import { startEmbeddedServer } from '../../../src/temporal/embedded-server';
import { spawnSimulatedVenue } from '../../../src/venues/simulated/supervisor';
import { startProduction } from '../../production/system';
import { NAMESPACE } from './build-settings';
import { venueConfig } from './catalog';
import type { Build, ProcessSetup } from './messages';
import type { Profile } from './options';

/** Where one build finds what it needs, and which processes work for it. */
export interface Place {
  readonly address: string;
  readonly database: ProcessSetup['database'];
  readonly venueUrl: string;
  readonly pids: { readonly temporal: readonly number[]; readonly database: readonly number[]; readonly venue: number };
}
export interface Bed {
  readonly profile: Profile;
  readonly stateDir: string;
  readonly places: Readonly<Record<Build, Place>>;
  /** Worker processes of ours and of the plain build beside their clients; 0: client and worker in one process. */
  readonly workers: number;
}

/** Gets what undoes each part as soon as the part is there. */
export type Undo = (step: () => Promise<unknown>) => void;

/** In the production profile, of ours and of the plain build. */
const WORKERS = 2;

export function startBed(profile: Profile, stateDir: string, undo: Undo, tell: (line: string) => void): Promise<Bed> {
  return profile === 'embedded' ? startEmbedded(stateDir, undo, tell) : startProductionBed(stateDir, undo, tell);
}

/** The product's part of an embedded bed, which is all that a look at one process of it needs. */
export async function startOwnPlace(stateDir: string, undo: Undo): Promise<Place> {
  const server = await temporal(join(stateDir, 'tuned'), {}, undo);
  const { url, pid } = await venue(stateDir, 'ours', undo);
  return {
    ...{ address: server.address, venueUrl: url, database: { dataDir: join(stateDir, 'database-ours') } },
    pids: { temporal: [server.pid], database: [], venue: pid },
  };
}

async function startEmbedded(stateDir: string, undo: Undo, tell: (line: string) => void): Promise<Bed> {
  const ours = await startOwnPlace(stateDir, undo);
  // The first build takes the server as it comes.
  const untouched = await temporal(join(stateDir, 'default'), { dynamicConfig: {} }, undo);
  const { url, pid } = await venue(stateDir, 'plain', undo);
  tell('embedded: two Temporal servers (ours; one with default settings for the plain build) and two venues are up');
  return {
    ...{ profile: 'embedded', stateDir, workers: 0 },
    places: {
      ours,
      // It has neither database nor venue.
      floor: ours,
      plain: {
        ...{ address: untouched.address, venueUrl: url, database: { dataDir: join(stateDir, 'database-plain') } },
        pids: { temporal: [untouched.pid], database: [], venue: pid },
      },
    },
  };
}

async function temporal(stateDir: string, settings: { readonly dynamicConfig?: Record<string, number> }, undo: Undo) {
  const server = await startEmbeddedServer({
    ...{ stateDir, namespace: NAMESPACE, retention: '1 day', log: () => undefined, ...settings },
    searchAttributes: Object.values(SearchAttribute),
  });
  undo(() => server.stop());
  return server;
}

interface VenueAt {
  readonly url: string;
  readonly pid: number;
}
async function venue(stateDir: string, name: string, undo: Undo): Promise<VenueAt> {
  const ledgerDir = join(stateDir, `venue-${name}`);
  await mkdir(ledgerDir, { recursive: true });
  const started = await spawnSimulatedVenue({ config: venueConfig(ledgerDir) });
  undo(() => started.stop());
  return { url: `http://127.0.0.1:${String(started.port)}`, pid: started.pid };
}

async function startProductionBed(stateDir: string, undo: Undo, tell: (line: string) => void): Promise<Bed> {
  const system = await startProduction({ stateDir, workers: 0, env: process.env, log: () => undefined });
  undo(() => system.stop());
  const { TEMPORAL_ADDRESS: address = '', DATABASE_URL: databaseUrl = '' } = system.settings;
  const [ourVenue, theirVenue] = [await venue(stateDir, 'ours', undo), await venue(stateDir, 'plain', undo)];
  const part = (name: string): number => system.parts.find((each) => each.name === name)?.process.pid ?? 0;
  const postgres = (name: string): number =>
    Number(readFileSync(join(stateDir, name, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const place = (url: string, { url: venueUrl, pid }: VenueAt): Place => ({
    ...{ address, venueUrl, database: { databaseUrl: url } },
    pids: {
      temporal: [part('temporal')],
      database: [postgres('postgres-temporal'), postgres('postgres-oms')],
      venue: pid,
    },
  });
  const ours = place(databaseUrl, ourVenue);
  tell('production: Temporal server and two PostgreSQL servers (all commits on disk), two venues are up');
  return {
    ...{ profile: 'production', stateDir, workers: WORKERS },
    places: { ours, floor: ours, plain: place(await otherDatabase(databaseUrl, 'plain'), theirVenue) },
  };
}

/** An empty database beside the product's on the same server. */
async function otherDatabase(databaseUrl: string, name: string): Promise<string> {
  const driver = await openPgDriver({ databaseUrl, connectionsMax: 1 });
  try {
    await driver.query(`CREATE DATABASE ${name}`);
  } finally {
    await driver.close();
  }
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return url.href;
}
