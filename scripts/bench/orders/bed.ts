/** What the builds run on: servers, databases and venues of one profile, each a process of its own that ends with us. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SearchAttribute } from '../../../src/contracts/names';
import { openPgDriver } from '../../../src/persistence/driver-pg';
import { startEmbeddedServer } from '../../../src/temporal/embedded-server';
import { spawnSimulatedVenue } from '../../../src/venues/simulated/supervisor';
import type { Undo } from '../bench-run';
import { startProduction } from '../../production/system';
import type { ProductionOptions } from '../../production/system';
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
  const { place: ours, stores } = await startOwnProduction(stateDir, {}, undo);
  const { url: venueUrl, pid } = await venue(stateDir, 'plain', undo);
  const databaseUrl = await otherDatabase(stores.oms.databaseUrl, 'plain');
  const plain = { ...ours, database: { databaseUrl }, venueUrl, pids: { ...ours.pids, venue: pid } };
  tell('production: Temporal server and two PostgreSQL servers (all commits on disk), two venues are up');
  return { ...{ profile: 'production', stateDir, workers: WORKERS }, places: { ours, floor: ours, plain } };
}

/** A PostgreSQL server. */
export interface StoreAt {
  readonly databaseUrl: string;
  readonly pid: number;
}
/** The product's part of a production-like bed, without workers. */
export async function startOwnProduction(
  stateDir: string,
  settings: Pick<ProductionOptions, 'historyShards'>,
  undo: Undo,
): Promise<{ readonly place: Place; readonly stores: Readonly<Record<'temporal' | 'oms', StoreAt>> }> {
  const system = await startProduction({
    ...{ stateDir, workers: 0, parts: 'stores', env: process.env, log: () => undefined },
    ...settings,
  });
  undo(() => system.stop());
  const { url: venueUrl, pid } = await venue(stateDir, 'ours', undo);
  const store = (name: string): StoreAt => ({
    databaseUrl: fileOf(stateDir, name, 'url')
      .trim()
      .replace(/^DATABASE_URL=/, ''),
    pid: Number(fileOf(stateDir, name, 'data/postmaster.pid').split('\n')[0]),
  });
  const stores = { temporal: store('postgres-temporal'), oms: store('postgres-oms') };
  const temporalPid = system.parts.find(({ name }) => name === 'temporal')?.process.pid ?? 0;
  return {
    place: {
      ...{ address: system.settings['TEMPORAL_ADDRESS'] ?? '', venueUrl },
      database: { databaseUrl: stores.oms.databaseUrl },
      pids: { temporal: [temporalPid], database: [stores.temporal.pid, stores.oms.pid], venue: pid },
    },
    stores,
  };
}
const fileOf = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

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
