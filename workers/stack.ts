/** The whole system on one machine: Temporal server, simulated venues, database, workers, client; up and down as one. */
import type { NativeConnection, WorkflowBundleOption } from '@temporalio/worker';
import type { Logger } from 'pino';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createExchangeCalendars } from '../src/calendars/exchange-calendars';
import type { Catalog } from '../src/catalog';
import { OmsClient } from '../src/client/oms-client';
import type { Config } from '../src/config';
import { SearchAttribute } from '../src/contracts/names';
import type { MarketClock } from '../src/domain/market-clock';
import { refuseHeldFolder } from '../src/persistence/data-folder';
import type { Driver } from '../src/persistence/driver';
import { openDatabase } from '../src/persistence/open-database';
import type { VenueConnector } from '../src/ports/venue';
import { databaseFolder, makeStateDir } from '../src/state-dir';
import { connectNative } from '../src/temporal/connection';
import { startEmbeddedServer } from '../src/temporal/embedded-server';
import type { EmbeddedServer } from '../src/temporal/embedded-server';
import { claimPort } from '../src/temporal/server-ports';
import { resolveTemporalServer } from '../src/temporal/server-resolver';
import type { ServerAddress } from '../src/temporal/server-resolver';
import { spawnSimulatedVenue } from '../src/venues/simulated/supervisor';
import type { SupervisedVenue } from '../src/venues/simulated/supervisor';
import { workflowBundle } from './build-bundle';
import { MarketClocks } from './market-clocks';
import { startOms } from './oms';
import type { Oms } from './oms';
import { checkOwnServer } from './own-server';
import { SETTLE_TIME_MS, simulatedConfig, simulatedConnectors } from './simulated-setup';

/** Market clock by symbol. */
export type ReplayClocks = Readonly<Record<string, MarketClock>>;

export interface StackOptions {
  readonly config: Config;
  readonly catalog: Catalog;
  /**
   * Replayed market time by symbol; a symbol without one lives in wall time. A function is asked when everything slow
   * is up (a first start may fetch a Temporal server for minutes), so that a replay does not begin without its traders.
   */
  readonly clocks: ReplayClocks | (() => ReplayClocks | Promise<ReplayClocks>);
  readonly log: Logger;
  /** Told what happens while the parts come up. */
  readonly progress?: (line: string) => void;
  /** False where a power cut may take the last moments of the embedded Temporal server's state: a throw-away run. */
  readonly syncEachCommit?: boolean;
  /** A bundle built before, for tests. */
  readonly workflowBundle?: WorkflowBundleOption;
}

export interface Stack {
  readonly orders: OmsClient;
  readonly oms: Oms;
  readonly clocks: MarketClocks;
  readonly connectors: readonly VenueConnector[];
  readonly connection: NativeConnection;
  readonly database: Driver;
  readonly namespace: string;
  readonly bundle: WorkflowBundleOption;
  readonly temporalAddress: string;
  readonly uiUrl: string | undefined;
  readonly venueUrl: string;
  readonly venue: SupervisedVenue;
  readonly temporal: EmbeddedServer | undefined;
  /** Stops everything that `startStack` started, in an order that loses nothing. */
  stop(): Promise<void>;
}

/** Histories are kept this long after an order has ended; afterwards the database answers for it. */
const RETENTION = '30 days';

const VENUE_PORT = { purpose: 'the simulated venue', variable: 'OMS_VENUE_PORT' } as const;

/** Starts every part, in parallel where they do not need each other; on failure what had started is stopped again. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) {
      await step().catch((error: unknown) => {
        options.log.warn({ error }, 'a part did not stop cleanly');
      });
    }
  };
  try {
    return await assemble(options, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  options: StackOptions,
  undo: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Stack> {
  const { config, catalog } = options;
  const progress = options.progress ?? (() => undefined);
  await makeStateDir(config.stateDir);
  // Before the ports: those of an order system that runs on this folder are taken, too, and would be blamed.
  if (config.databaseUrl === undefined) await refuseHeldFolder(databaseFolder(config.stateDir));
  const port = await claimPort(config.venuePort === 0 ? undefined : config.venuePort, VENUE_PORT);
  const slow = allOrNone([
    startTemporal(options, undo, progress),
    startDatabase(options, undo, progress),
    options.workflowBundle === undefined ? workflowBundle() : Promise.resolve(options.workflowBundle),
  ] as const);
  const given = options.clocks;
  const replay: Promise<ReplayClocks> = typeof given === 'function' ? slow.then(given) : Promise.resolve(given);
  const venueUrl = `http://127.0.0.1:${String(port)}`;
  const venueStart = replay.then((clocks) => startVenue(options, { clocks, port }, undo, progress));
  // All are awaited to their end, so that a failure of one leaves none of the others behind.
  const omsStart = slow.then((parts) => startWorkers(options, parts, { venueUrl, venueStart }, undo));
  const started = await allOrNone([slow, replay, venueStart, omsStart] as const);
  const [[server, database, bundle], replayClocks, venue, { oms, connection, connectors }] = started;
  const { namespace } = server.address;
  const clocks = new MarketClocks(replayClocks, oms.deps.instruments, createExchangeCalendars(catalog.calendars));
  const orders = new OmsClient({
    client: oms.client,
    reference: {
      instruments: oms.deps.instruments,
      accounts: new Set(catalog.accounts.map((account) => account.account)),
      marketTimeMs: (symbol) => clocks.at(symbol),
    },
    clockOf: (symbol) => clocks.now(symbol),
    // An eager start ignores Worker Versioning, which a server of others may have in use.
    eagerStart: server.embedded !== undefined,
  });
  progress('workers are running');
  return {
    orders,
    oms,
    clocks,
    connectors,
    connection,
    database,
    namespace,
    bundle,
    stop,
    venue,
    venueUrl,
    temporalAddress: server.address.address,
    uiUrl: server.embedded?.uiUrl,
    temporal: server.embedded,
  };
}

interface VenueOnItsWay {
  readonly venueUrl: string;
  readonly venueStart: Promise<unknown>;
}
/** Builds the workers while the venue starts; they begin when it is there. */
async function startWorkers(
  { config, catalog, log }: StackOptions,
  [server, database, workflowBundle]: readonly [RunningTemporal, Driver, WorkflowBundleOption],
  { venueUrl, venueStart }: VenueOnItsWay,
  undo: (() => Promise<unknown>)[],
) {
  const connection = await connectNative(server.address);
  undo.push(() => connection.close());
  const connectors = simulatedConnectors(catalog.venues, venueUrl);
  undo.push(() => Promise.all(connectors.map((connector) => connector.close())));
  const { namespace } = server.address;
  const routing = { defaultPolicy: config.routingPolicy, weights: config.routingWeights };
  const { maxCachedWorkflows, callStacks } = config;
  const oms = await startOms({
    connection,
    namespace,
    database,
    catalog,
    connectors,
    venuesUp: venueStart,
    routing,
    workflowBundle,
    maxCachedWorkflows,
    callStacks,
    log,
  });
  undo.push(() => oms.stop());
  return { oms, connection, connectors };
}

interface RunningTemporal {
  readonly address: ServerAddress;
  readonly embedded: EmbeddedServer | undefined;
}
async function startTemporal(
  { config, syncEachCommit = true }: StackOptions,
  undo: (() => Promise<unknown>)[],
  progress: (line: string) => void,
): Promise<RunningTemporal> {
  const found = await resolveTemporalServer({ log: progress });
  if (found.kind === 'address') {
    await checkOwnServer(found.server, 'Start it, correct the variable, or unset it to get an embedded server.');
    progress(`Temporal server at ${found.server.address}`);
    return { address: found.server, embedded: undefined };
  }
  const { namespace } = config.temporal;
  const embedded = await startEmbeddedServer({
    stateDir: config.stateDir,
    ...(config.temporalPort === 0 ? {} : { port: config.temporalPort }),
    ...(config.uiPort === 0 ? {} : { uiPort: config.uiPort }),
    namespace,
    searchAttributes: Object.values(SearchAttribute),
    retention: RETENTION,
    binaryPath: found.binary.path,
    syncEachCommit,
    log: progress,
  });
  undo.push(() => embedded.stop());
  progress(`Temporal server is up, its web page at ${embedded.uiUrl}`);
  return { address: { address: embedded.address, namespace }, embedded };
}

async function startVenue(
  options: StackOptions,
  { clocks, port }: { clocks: ReplayClocks; port: number },
  undo: (() => Promise<unknown>)[],
  progress: (line: string) => void,
): Promise<SupervisedVenue> {
  const { config, catalog, log } = options;
  const ledgerDir = join(config.stateDir, 'venue');
  await mkdir(ledgerDir, { recursive: true });
  const venue = await spawnSimulatedVenue({
    config: simulatedConfig({ catalog, clocks, ledgerDir, port, settleTimeMs: SETTLE_TIME_MS }),
    log: (line) => {
      log.info({ part: 'venue' }, line);
    },
  });
  undo.push(() => venue.stop());
  progress(`simulated venues ${catalog.venues.map((each) => each.venue).join(' and ')} are up`);
  return venue;
}

async function startDatabase(
  { config, log }: StackOptions,
  undo: (() => Promise<unknown>)[],
  progress: (line: string) => void,
): Promise<Driver> {
  const database = await openDatabase({
    ...(config.databaseUrl === undefined
      ? { dataDir: databaseFolder(config.stateDir) }
      : { databaseUrl: config.databaseUrl }),
    onNotice: (notice) => {
      log.info({ part: 'database' }, notice);
    },
  });
  undo.push(() => database.close());
  progress(config.databaseUrl === undefined ? 'database is open (PGlite)' : 'database is open (PostgreSQL)');
  return database;
}

/** Waits for all, then throws the first failure: nothing is still starting when the caller cleans up. */
async function allOrNone<T extends readonly Promise<unknown>[]>(
  parts: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(parts);
  const failed = settled.find((part) => part.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return Promise.all(parts);
}
