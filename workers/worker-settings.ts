import type { Catalog, VenueSetup } from '../src/catalog';
import { ConfigError } from '../src/config';
import type { Config } from '../src/config';
import type { WorkerScope } from './create-workers';

/** What a production worker process cannot do without. */
export interface WorkerProcessSettings {
  readonly databaseUrl: string;
  readonly venueUrl: string;
  readonly scope: WorkerScope;
}

/**
 * Checks that the environment names everything that `npm start` would start by itself.
 * @throws ConfigError with every variable that is missing or does not fit the catalog.
 */
export function workerSettings(config: Config, catalog: Pick<Catalog, 'venues'>): WorkerProcessSettings {
  const { databaseUrl, temporal, worker } = config;
  const { venueUrl } = worker;
  const problems = [
    ...(temporal.address === undefined ? [missing('TEMPORAL_ADDRESS', 'host:port of the Temporal server')] : []),
    ...(databaseUrl === undefined
      ? [missing('DATABASE_URL', 'a URL such as postgres://user:password@host:5432/database')]
      : []),
    ...(venueUrl === undefined ? [missing('OMS_VENUE_URL', 'a URL such as http://venue:7400')] : []),
    ...venueProblems(config, catalog.venues),
  ];
  if (problems.length > 0 || databaseUrl === undefined || venueUrl === undefined) throw new ConfigError(problems);
  return { databaseUrl, venueUrl, scope: scopeOf(worker, catalog.venues) };
}

const missing = (name: string, what: string): string => `${name} = (not set): must be ${what}`;

function venueProblems({ worker, catalogPath }: Config, known: readonly VenueSetup[]): readonly string[] {
  const { venues = [], roles } = worker;
  const names = known.map(({ venue }) => venue);
  const value = venues.join(',');
  if (venues.length > 0 && !roles.includes('venues'))
    return [`OMS_VENUES = ${value}: must not be set where OMS_ROLES (${roles.join(',')}) has no venues`];
  const unknown = venues.filter((venue) => !names.includes(venue));
  if (unknown.length === 0) return [];
  return [`OMS_VENUES = ${value}: must be of the venues of ${catalogPath} (OMS_CATALOG): ${names.join(', ')}`];
}

function scopeOf({ roles, venues }: Config['worker'], known: readonly VenueSetup[]): WorkerScope {
  return {
    orders: roles.includes('orders'),
    sessions: roles.includes('sessions'),
    venues: roles.includes('venues') ? (venues ?? known.map(({ venue }) => venue)) : [],
  };
}
