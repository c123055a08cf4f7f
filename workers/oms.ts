/** The composition root: configuration and catalog become dependencies, workers and a client. */
import { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { NativeConnection, Worker, WorkflowBundleOption } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { ActivityDependencies } from '../activities/dependencies';
import { LimitsInForce } from '../activities/limits-in-force';
import { createExchangeCalendars } from '../src/calendars/exchange-calendars';
import { fxRatesOf } from '../src/catalog';
import type { Catalog } from '../src/catalog';
import { TaskQueue, WorkflowName } from '../src/contracts/names';
import { reconciliationWorkflowId, venueSessionWorkflowId } from '../src/domain/ids';
import { DEFAULT_CHECKS } from '../src/domain/risk/checks';
import type { RoutingSettings } from '../src/domain/routing';
import type { Driver } from '../src/persistence/driver';
import { SqlJournal } from '../src/persistence/journal';
import { SqlLimits } from '../src/persistence/limits-store';
import { SqlOrderStore } from '../src/persistence/order-store';
import { SqlReconciliationStore } from '../src/persistence/reconciliation-store';
import { SqlTradingStates } from '../src/persistence/trading-state-store';
import { SqlVenueStore } from '../src/persistence/venue-store';
import type { VenueConnector } from '../src/ports/venue';
import { createOrderWorkflows } from './order-workflows';
import { createOrderSignals } from './order-signals';
import { createWorkers } from './create-workers';
import type { WorkerScope } from './create-workers';
import { beginLimits } from './first-limits';
import { QuoteBoard } from './quote-board';
import { schedulePostTrade } from './post-trade-schedule';
import { postTradeTools } from './post-trade-tools';
import { scheduleReconciliation } from './reconciliation-schedule';

export interface OmsSetup {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly database: Driver;
  readonly catalog: Catalog;
  readonly connectors: readonly VenueConnector[];
  /** Nothing speaks to a venue before this resolves; absent when the venues are there. */
  readonly venuesUp?: Promise<unknown>;
  readonly routing: RoutingSettings;
  readonly workflowBundle: WorkflowBundleOption;
  readonly maxCachedWorkflows: number;
  readonly callStacks?: boolean;
  readonly log: Logger;
  /** What this process works for; absent: everything. The service workflows are started where sessions are. */
  readonly scope?: WorkerScope;
  /** The build that the workers are; absent: Worker Versioning is off. */
  readonly version?: WorkerDeploymentVersion;
}

/** The running order management system of one process. */
export interface Oms {
  readonly client: Client;
  readonly deps: ActivityDependencies;
  readonly quotes: QuoteBoard;
  /** True from the first poll until `stop`, as long as no worker broke. */
  isPolling(): boolean;
  /** Rejects when a worker breaks; resolves after `stop`. */
  readonly running: Promise<void>;
  stop(): Promise<void>;
}

/** Starts workers and service workflows over given connections; what was given is not closed by `stop`. */
export async function startOms(setup: OmsSetup): Promise<Oms> {
  const { catalog, log } = setup;
  const client = new Client({ connection: setup.connection, namespace: setup.namespace });
  const quotes = new QuoteBoard(log);
  const deps = dependenciesOf(setup, client, quotes);
  await deps.orders.saveInstruments(catalog.instruments);
  await deps.orders.saveAccounts(catalog.accounts);
  await beginLimits(deps, catalog.riskLimits);
  const workers = await createWorkers({ ...setup, deps });
  await setup.venuesUp?.catch(async (error: unknown) => {
    // A worker lets go of the connection only after it has run.
    await Promise.all(workers.map((worker) => worker.runUntil(Promise.resolve())));
    throw error;
  });
  for (const connector of setup.connectors) quotes.follow(connector);
  const running = runAll(workers);
  // Whoever awaits `running` hears of a failure; nobody doing so yet must not end the process.
  running.catch((error: unknown) => {
    log.error({ error }, 'a worker broke');
  });
  if (setup.scope?.sessions !== false) await startServices(client, setup);
  return {
    client,
    deps,
    quotes,
    running,
    isPolling: () => workers.every((worker) => worker.getState() === 'RUNNING'),
    async stop() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await running.catch(() => undefined);
      await quotes.close();
    },
  };
}

function dependenciesOf(setup: OmsSetup, client: Client, quotes: QuoteBoard): ActivityDependencies {
  const { catalog, database, log } = setup;
  const limits = new SqlLimits(database);
  return {
    instruments: new Map(catalog.instruments.map((instrument) => [instrument.symbol, instrument])),
    venues: new Map(setup.connectors.map((connector) => [connector.venue, connector])),
    venueProfiles: new Map(catalog.venues.map((profile) => [profile.venue, profile])),
    routing: setup.routing,
    riskChecks: DEFAULT_CHECKS,
    limits,
    limitsInForce: new LimitsInForce(limits, log),
    fxRates: fxRatesOf(catalog),
    calendars: createExchangeCalendars(catalog.calendars),
    marketData: quotes,
    orders: new SqlOrderStore(database),
    venueStore: new SqlVenueStore(database),
    journal: new SqlJournal(database),
    signals: createOrderSignals(client),
    tradingStates: new SqlTradingStates(database),
    reconciliations: new SqlReconciliationStore(database),
    postTrade: postTradeTools(catalog, database),
    orderWorkflows: createOrderWorkflows(client),
    clock: { nowMs: () => Date.now() },
    log,
  };
}

async function runAll(workers: readonly Worker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.run()));
}

/** Starts the service workflows that do not run yet: sessions, reconciliations, the market watch, the journal head. */
async function startServices(client: Client, { catalog }: OmsSetup): Promise<void> {
  const start = async (type: string, workflowId: string, args: unknown[]): Promise<void> => {
    try {
      await client.workflow.start(type, { workflowId, taskQueue: TaskQueue.sessions, args, staticSummary: workflowId });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };
  const accounts = new Map(
    catalog.venues.map(({ venue, venueAccount }) => [`${venue}/${venueAccount}`, { venue, venueAccount }]),
  );
  await Promise.all([
    ...[...accounts.values()].map((own) =>
      start(WorkflowName.venueSession, venueSessionWorkflowId(own.venue, own.venueAccount), [own]),
    ),
    ...[...accounts.values()].flatMap((own) => [
      start(WorkflowName.reconciliation, reconciliationWorkflowId(own.venue, own.venueAccount), [own]),
      scheduleReconciliation(client, own),
    ]),
    schedulePostTrade(client),
    start(WorkflowName.marketWatch, 'market-watch', []),
    start(WorkflowName.journalHead, 'journal-head', []),
  ]);
}
