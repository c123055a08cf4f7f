/** The order management system on Temporal's time-skipping server: months pass in seconds, activities follow its time. */
import { activityInfo } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import { temporal } from '@temporalio/proto';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pino from 'pino';
import type { ActivityDependencies } from '../../activities/dependencies';
import { LimitsInForce } from '../../activities/limits-in-force';
import { createExchangeCalendars } from '../../src/calendars/exchange-calendars';
import { parseCatalog } from '../../src/catalog';
import type { Catalog } from '../../src/catalog';
import { OmsClient } from '../../src/client/oms-client';
import { SearchAttribute } from '../../src/contracts/names';
import type { OrderView } from '../../src/contracts/order-messages';
import { dec } from '../../src/domain/money';
import type { OrderEvent } from '../../src/domain/order-events';
import type { OrderRequest } from '../../src/domain/order-request';
import { DEFAULT_CHECKS } from '../../src/domain/risk/checks';
import { DEFAULT_ROUTING_WEIGHTS } from '../../src/domain/routing';
import type { Driver } from '../../src/persistence/driver';
import { SqlJournal } from '../../src/persistence/journal';
import { openDatabase } from '../../src/persistence/open-database';
import { SqlLimits } from '../../src/persistence/limits-store';
import { SqlOrderStore } from '../../src/persistence/order-store';
import { SqlReconciliationStore } from '../../src/persistence/reconciliation-store';
import { SqlTradingStates } from '../../src/persistence/trading-state-store';
import { SqlVenueStore } from '../../src/persistence/venue-store';
import { workflowBundle } from '../../workers/build-bundle';
import { createWorkers } from '../../workers/create-workers';
import { createOrderWorkflows } from '../../workers/order-workflows';
import { postTradeTools } from '../../workers/post-trade-tools';
import { createOrderSignals } from '../../workers/order-signals';
import { eventually } from './oms-under-test';
import { RestingVenue } from './resting-venue';

const SCRIPT = join(__dirname, '..', '..', 'scripts', 'time-skipping-server.sh');
const KEYWORD = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
/** Trades of `NEXT` settle on the next session (T+1), those of `SECOND` on the one after (T+2). */
const CYCLES = { NEXT: 1, SECOND: 2 } as const;

export class OmsInSkippedTime {
  private count = 0;
  private constructor(
    private readonly env: TestWorkflowEnvironment,
    private readonly database: Driver,
    private readonly running: Promise<unknown>,
    private readonly workers: readonly Worker[],
    readonly deps: ActivityDependencies,
    readonly orders: OmsClient,
    /** Keeps orders that rest; has no stops of its own at `HELD`. */
    readonly venues: Readonly<Record<'REST' | 'HELD', RestingVenue>>,
  ) {}

  /** @param startIso Where the server's time begins; the calendar of the exchange knows that year. */
  static async start(startIso: string): Promise<OmsInSkippedTime> {
    // Says what is missing when it fails; nothing is skipped.
    const { stdout } = await promisify(execFile)(SCRIPT);
    const env = await TestWorkflowEnvironment.createTimeSkipping({
      server: {
        executable: { type: 'existing-path', path: stdout.trim() },
        extraArgs: [String(Date.parse(startIso))],
      },
    });
    await env.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: Object.fromEntries(Object.values(SearchAttribute).map((name) => [name, KEYWORD])),
    });
    const venues = { REST: new RestingVenue('REST', true, serverMs), HELD: new RestingVenue('HELD', false, serverMs) };
    const database = await openDatabase({});
    const catalog = catalogOf();
    // Not the environment's own client, which skips years while it waits for a result.
    const client = new Client({ connection: env.connection, namespace: 'default' });
    const deps = dependenciesOf(client, database, catalog, Object.values(venues));
    await deps.orders.saveInstruments(catalog.instruments);
    await deps.orders.saveAccounts(catalog.accounts);
    const workers = await createWorkers({
      connection: env.nativeConnection,
      namespace: 'default',
      workflowBundle: await workflowBundle(),
      maxCachedWorkflows: 100,
      deps,
    });
    const running = Promise.all(workers.map((worker) => worker.run()));
    return new OmsInSkippedTime(env, database, running, workers, deps, new OmsClient({ client }), venues);
  }

  async stop(): Promise<void> {
    for (const worker of this.workers) worker.shutdown();
    await this.running;
    await this.env.teardown();
    await this.database.close();
  }

  nowMs(): Promise<number> {
    return this.env.currentTimeMs();
  }
  /** Lets the server's time pass until then; everything that is due meanwhile happens. */
  async skipTo(iso: string): Promise<void> {
    const leftMs = Date.parse(iso) - (await this.nowMs());
    if (leftMs < 0) throw new Error(`${iso} is over`);
    await this.env.sleep(leftMs);
  }

  async send(change: { [K in keyof OrderRequest]?: OrderRequest[K] | string }): Promise<OrderView> {
    const base = { account: 'alpha', strategy: 'patience', symbol: 'SECOND', side: 'BUY', quantity: '100' };
    const clientOrderId = `o${String((this.count += 1))}`;
    const limit = change.stopPrice === undefined ? { type: 'LIMIT', limitPrice: '90' } : { type: 'STOP' };
    const request = { ...base, clientOrderId, venue: 'REST', ...limit, ...change } as OrderRequest;
    return (await this.orders.submit(request, { wait: 'acknowledged' })).order!;
  }
  /** The venue fills a part of an order now. */
  async fill({ orderId }: OrderView, quantity: string, price = '90'): Promise<void> {
    const order = await this.orders.get(orderId);
    const report = this.venues.REST.fill(order, quantity, price, await this.nowMs());
    await this.deps.signals.sendReports(orderId, [report]);
  }

  /** Polls the order until a check passes, without letting time pass. */
  async until({ orderId }: Pick<OrderView, 'orderId'>, check: (order: OrderView) => void): Promise<OrderView> {
    let order: OrderView | undefined;
    await eventually(async () => {
      order = await this.orders.get(orderId);
      check(order);
    });
    return order as OrderView;
  }
  /** The recorded events of one type. */
  async recorded<T extends OrderEvent['type']>({ orderId }: OrderView, type: T) {
    const events = await this.deps.orders.events(orderId);
    return events.filter((event): event is Extract<OrderEvent, { type: T }> => event.type === type);
  }
}

/** The server's time when it handed out the activity that asks; while one runs the server's time does not skip. */
const serverMs = (): number => activityInfo().currentAttemptScheduledTimestampMs;

function dependenciesOf(
  client: Client,
  database: Driver,
  catalog: Catalog,
  venues: readonly RestingVenue[],
): ActivityDependencies {
  const log = pino({ level: process.env['OMS_TEST_LOG'] ?? 'silent' });
  const limits = new SqlLimits(database);
  return {
    instruments: new Map(catalog.instruments.map((instrument) => [instrument.symbol, instrument])),
    venues: new Map(venues.map((venue) => [venue.venue, venue])),
    venueProfiles: new Map(catalog.venues.map((profile) => [profile.venue, profile])),
    routing: { defaultPolicy: 'WEIGHTED', weights: DEFAULT_ROUTING_WEIGHTS },
    riskChecks: DEFAULT_CHECKS,
    calendars: createExchangeCalendars(catalog.calendars),
    marketData: {
      quote: (symbol, venue) => ({
        ...{ symbol, venue, bidPrice: dec('89'), bidQuantity: dec('1000') },
        ...{ askPrice: dec('91'), askQuantity: dec('1000'), lastPrice: dec('90') },
        ...{ marketTimeMs: serverMs(), receivedAtMs: serverMs() },
      }),
      arrival: () => Promise.resolve(),
      subscribe: () => () => undefined,
    },
    limits,
    limitsInForce: new LimitsInForce(limits, log),
    orders: new SqlOrderStore(database),
    venueStore: new SqlVenueStore(database),
    journal: new SqlJournal(database),
    signals: createOrderSignals(client),
    tradingStates: new SqlTradingStates(database),
    reconciliations: new SqlReconciliationStore(database),
    postTrade: postTradeTools(catalog, database),
    orderWorkflows: createOrderWorkflows(client),
    clock: { nowMs: serverMs },
    log,
  };
}

function catalogOf(): Catalog {
  const venue = {
    ...{ connector: 'simulated', venueAccount: 'HOUSE', makerFeeBps: '0', takerFeeBps: '0' },
    ...{ latencyMs: 1, regulatoryFit: '1' },
  };
  return parseCatalog({
    calendars: [],
    instruments: Object.entries(CYCLES).map(([symbol, settlementCycleDays]) => ({
      ...{ symbol, settlementCycleDays, assetClass: 'EQUITY', calendarId: 'XNYS', currency: 'USD' },
      ...{ currencyDecimals: 2, tickSize: '0.01', lotSize: '1', minQuantity: '1', maxQuantity: '1000000' },
      ...{ minNotional: '0', multiplier: '1', tradable: true, venues: ['REST', 'HELD'] },
    })),
    accounts: [
      {
        ...{ account: 'alpha', status: 'ACTIVE', shortSellingAllowed: true, openingCash: { USD: '1000000000' } },
        limits: {
          ...{ priceCollarPercent: '50', maxOrderValue: '100000000', maxOpenOrders: 10_000 },
          ...{ maxPosition: '1000000', maxQuoteAgeMs: 600_000 },
        },
      },
    ],
    venues: [
      { ...venue, venue: 'REST', nativeStops: true },
      { ...venue, venue: 'HELD', nativeStops: false },
    ],
  });
}
