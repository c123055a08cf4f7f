/** A whole order management system for tests: real Temporal server, real venue process, real database, own namespace. */
import type { Client } from '@temporalio/client';
import { Connection } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Logger } from 'pino';
import { createExchangeCalendars } from '../../src/calendars/exchange-calendars';
import { parseCatalog } from '../../src/catalog';
import type { Catalog } from '../../src/catalog';
import { OmsClient } from '../../src/client/oms-client';
import { SearchAttribute } from '../../src/contracts/names';
import type { OrderView } from '../../src/contracts/order-messages';
import type { OrderId } from '../../src/domain/ids';
import type { OrderRequest } from '../../src/domain/order-request';
import type { LimitDocument } from '../../src/domain/risk/limit-document';
import { DEFAULT_ROUTING_WEIGHTS } from '../../src/domain/routing';
import type { Driver } from '../../src/persistence/driver';
import { openDatabase } from '../../src/persistence/open-database';
import type { VenueConnector } from '../../src/ports/venue';
import { prepareNamespace } from '../../src/temporal/namespace-setup';
import { createSimulatedConnector } from '../../src/venues/simulated/connector';
import { spawnSimulatedVenue } from '../../src/venues/simulated/supervisor';
import type { SupervisedVenue } from '../../src/venues/simulated/supervisor';
import { workflowBundle } from '../../workers/build-bundle';
import { MarketClocks } from '../../workers/market-clocks';
import { startOms } from '../../workers/oms';
import type { Oms } from '../../workers/oms';

/** A Thursday in New York, half an hour after the open. */
export const OPEN_MS = Date.parse('2014-06-05T14:00:00Z');
export const MARKET = {
  bidPrice: '99',
  bidQuantity: '1000',
  askPrice: '101',
  askQuantity: '1000',
  lastPrice: '100',
  volume: '0',
};
/** The venue's settle time in these tests: after `sendBy` and this, "not found" is proof. */
export const SETTLE_TIME_MS = 300;

export interface OmsUnderTestOptions {
  /** How many times as fast as life the markets run. */
  readonly speed?: number;
  readonly simOriginMs?: number;
  /** Replaces a connector by a wrapped one, to stall or count its calls. */
  readonly wrap?: (connector: VenueConnector) => VenueConnector;
  readonly maxCachedWorkflows?: number;
  readonly callStacks?: boolean;
  readonly databaseUrl?: string;
  /** Keep a database open across two systems (a restart). */
  readonly database?: Driver;
  /** Limits beside the accounts' own. */
  readonly riskLimits?: LimitDocument;
  /** Takes what the system logs, alerts included. */
  readonly log?: Logger;
}

const quietLog = pino({ level: process.env['OMS_TEST_LOG'] ?? 'silent' });
// The SDK's runtime is one per process; without this every worker writes to standard error.
Runtime.install({
  logger: {
    log: () => undefined,
    trace: () => undefined,
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  },
});

export class OmsUnderTest {
  readonly namespace = `test-${randomUUID().slice(0, 8)}`;
  readonly folder = mkdtempSync(join(tmpdir(), 'oms-test-'));
  readonly realOriginMs = Date.now();
  venue!: SupervisedVenue;
  database!: Driver;
  connection!: NativeConnection;
  oms!: Oms;
  orders!: OmsClient;
  connectors!: readonly VenueConnector[];
  catalog!: Catalog;
  private plainConnection!: Connection;
  private count = 0;

  constructor(readonly options: OmsUnderTestOptions = {}) {}

  async start(): Promise<void> {
    const address = process.env['OMS_TEST_TEMPORAL_ADDRESS'] ?? '';
    this.plainConnection = await Connection.connect({ address });
    await prepareNamespace(this.plainConnection, {
      namespace: this.namespace,
      searchAttributes: Object.values(SearchAttribute),
      retention: '1 day',
    });
    const { riskLimits } = this.options;
    this.catalog = riskLimits === undefined ? testCatalog() : withLimits(testCatalog(), riskLimits);
    this.venue = await spawnSimulatedVenue({ config: this.venueConfig() });
    this.database =
      this.options.database ??
      (await openDatabase(this.options.databaseUrl === undefined ? {} : { databaseUrl: this.options.databaseUrl }));
    this.connection = await NativeConnection.connect({ address });
    await this.startOms();
  }

  /** Starts workers and client; after `stopOms` this is the restart of a process. */
  async startOms(): Promise<void> {
    const plain = this.catalog.venues.map(({ venue, nativeStops }) => this.connector(venue, nativeStops));
    this.connectors = this.options.wrap === undefined ? plain : plain.map(this.options.wrap);
    this.oms = await startOms({
      connection: this.connection,
      namespace: this.namespace,
      database: this.database,
      catalog: this.catalog,
      connectors: this.connectors,
      routing: { defaultPolicy: 'WEIGHTED', weights: DEFAULT_ROUTING_WEIGHTS },
      workflowBundle: await workflowBundle(),
      maxCachedWorkflows: this.options.maxCachedWorkflows ?? 100,
      callStacks: this.options.callStacks === true,
      log: this.options.log ?? quietLog,
    });
    const clocks = new MarketClocks(
      this.clocks(),
      this.oms.deps.instruments,
      createExchangeCalendars(this.catalog.calendars),
    );
    this.orders = new OmsClient({
      client: this.oms.client,
      reference: {
        instruments: this.oms.deps.instruments,
        accounts: new Set(this.catalog.accounts.map((account) => account.account)),
        marketTimeMs: (symbol) => clocks.at(symbol),
      },
      clockOf: (symbol) => clocks.now(symbol),
    });
    await eventually(() => {
      for (const { venue } of this.catalog.venues) {
        for (const { symbol } of this.catalog.instruments) {
          if (this.oms.quotes.quote(symbol, venue) === undefined)
            throw new Error(`no quote of ${symbol} at ${venue} yet`);
        }
      }
    });
  }

  async stopOms(): Promise<void> {
    await this.oms.stop();
    await Promise.all(this.connectors.map((connector) => connector.close()));
  }

  async stop(): Promise<void> {
    await this.stopOms();
    if (this.options.database === undefined) await this.database.close();
    await this.connection.close();
    await this.plainConnection.close();
    await this.venue.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get client(): Client {
    return this.oms.client;
  }

  /** A new request; SHARE settles T+1 on exchange hours, COIN at once and around the clock. */
  request(change: { [K in keyof OrderRequest]?: OrderRequest[K] | string } = {}): OrderRequest {
    const type = change.type ?? 'LIMIT';
    const limit = type === 'LIMIT' ? { limitPrice: '90' } : {};
    const base = {
      account: 'alpha',
      strategy: 'test',
      symbol: 'COIN',
      side: 'BUY',
      quantity: '10',
      timeInForce: 'GTC',
      venue: 'SIMX',
    };
    return { ...base, clientOrderId: this.id(), type, ...limit, ...change } as OrderRequest;
  }
  /** A client order id that no other order of this system has. */
  id(): string {
    return `t${String((this.count += 1))}`;
  }

  /** Polls the order until a check passes. */
  async until(orderId: OrderId, check: (order: OrderView) => void, withinMs?: number): Promise<OrderView> {
    let order: OrderView | undefined;
    await eventually(async () => {
      order = await this.orders.get(orderId);
      check(order);
    }, withinMs);
    return order as OrderView;
  }

  async market(symbol: string, change: Partial<typeof MARKET> = {}, venue = 'SIMX'): Promise<void> {
    await this.post(`market/${symbol}`, { ...MARKET, ...change }, venue);
  }
  async fault(fault: string, settings: Record<string, unknown> = {}, venue = 'SIMX'): Promise<void> {
    await this.post('faults', { fault, ...settings }, venue);
  }
  async clearFaults(venue = 'SIMX'): Promise<void> {
    await eventually(async () => {
      await fetch(this.url('faults', venue), { method: 'DELETE' });
    });
  }
  /** The venue's own ledger: the oracle. */
  async ledger(what: 'orders' | 'reports', venue = 'SIMX'): Promise<readonly Record<string, unknown>[]> {
    const answer = await fetch(this.url(`ledger/${what}`, venue));
    return ((await answer.json()) as Record<string, Record<string, unknown>[]>)[what] ?? [];
  }
  /** Orders that the venue has ever booked under any client order id of one of our orders. */
  async booked(
    order: Pick<OrderView, 'clientOrderIdBase'>,
    venue = 'SIMX',
  ): Promise<readonly Record<string, unknown>[]> {
    const orders = await this.ledger('orders', venue);
    return orders.filter((booked) =>
      (booked['clientOrderIds'] as string[]).some((id) => id.startsWith(`${order.clientOrderIdBase ?? '?'}-`)),
    );
  }

  connector(venue: string, nativeStops: boolean): VenueConnector {
    const baseUrl = `http://127.0.0.1:${String(this.venue.port)}`;
    return createSimulatedConnector({
      venue,
      baseUrl,
      nativeStops,
      settleTimeMs: SETTLE_TIME_MS,
      timeoutMs: 2_000,
      streamSilenceMs: 2_000,
    });
  }

  private clocks() {
    const { speed = 1, simOriginMs = OPEN_MS } = this.options;
    const clock = { realOriginMs: this.realOriginMs, simOriginMs, speed };
    return { SHARE: clock, COIN: clock };
  }
  private venueConfig() {
    const { catalog } = this;
    const latency = { latencyMs: 0, settleTimeMs: SETTLE_TIME_MS, slippageTicks: 0 };
    return {
      port: 0,
      ledgerDir: this.folder,
      heartbeatMs: 200,
      venues: catalog.venues.map(({ venue, nativeStops, makerFeeBps, takerFeeBps }) => ({
        id: venue,
        nativeStops,
        makerFeeBps,
        takerFeeBps,
        ...latency,
      })),
      instruments: catalog.instruments.map((instrument) => ({
        ...instrument,
        venues: [...instrument.venues],
        source: { kind: 'manual' as const, initial: MARKET },
      })),
      clocks: this.clocks(),
      calendars: catalog.calendars.map((calendar) => ({
        ...calendar,
        weekdays: [...calendar.weekdays],
        holidays: [...calendar.holidays],
        earlyCloses: { ...calendar.earlyCloses },
      })),
    };
  }
  /** Somebody at the venue replaces an order under a client order id that they make up. */
  async replaceAtVenue(
    from: string,
    form: { readonly clientOrderId: string; readonly quantity: string; readonly limitPrice: string },
  ): Promise<void> {
    const answer = await fetch(this.url(`orders/${from}`, 'SIMX'), {
      ...{ method: 'PUT', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ ...form, venueAccount: 'HOUSE', symbol: 'COIN' }),
    });
    if (!answer.ok) throw new Error(`${from}: ${await answer.text()}`);
  }
  /** Somebody at the venue cancels an order. */
  async cancelAtVenue(clientOrderId: string): Promise<void> {
    const path = `orders/${clientOrderId}?account=HOUSE&symbol=COIN`;
    const answer = await fetch(this.url(path, 'SIMX'), { method: 'DELETE' });
    if (!answer.ok) throw new Error(`${clientOrderId}: ${await answer.text()}`);
  }
  private url(path: string, venue: string): string {
    return `http://127.0.0.1:${String(this.venue.port)}/v1/${venue}/${path}`;
  }
  private async post(path: string, body: unknown, venue: string): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    // A venue that restarts refuses connections for a moment.
    await eventually(async () => {
      const answer = await fetch(this.url(path, venue), { method: 'POST', headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    });
  }
}

/** Polls until a check passes; fails with the check's own error. */
export async function eventually(check: () => Promise<void> | void, withinMs = 60_000): Promise<void> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > endMs) throw error;
      await new Promise((done) => setTimeout(done, 20));
    }
  }
}

/** Where a document sets limits the share of one symbol counts, for which all positions are valued in one currency. */
const withLimits = (catalog: Catalog, riskLimits: LimitDocument): Catalog => ({
  ...catalog,
  riskLimits,
  accounts: catalog.accounts.map((account) => ({ ...account, baseCurrency: 'USD' })),
});

function testCatalog(): Catalog {
  const instrument = {
    currency: 'USD',
    tickSize: '0.01',
    lotSize: '1',
    minQuantity: '1',
    maxQuantity: '1000000',
    minNotional: '0',
    multiplier: '1',
    currencyDecimals: 2,
    tradable: true,
    venues: ['SIMX', 'SIMY'],
  };
  const limits = {
    priceCollarPercent: '50',
    maxOrderValue: '100000000',
    maxOpenOrders: 10_000,
    maxPosition: '1000000',
    maxQuoteAgeMs: 600_000,
  };
  const venue = {
    connector: 'simulated',
    venueAccount: 'HOUSE',
    makerFeeBps: '-0.5',
    takerFeeBps: '2',
    latencyMs: 1,
    regulatoryFit: '1',
  };
  return parseCatalog({
    calendars: [],
    instruments: [
      { ...instrument, symbol: 'SHARE', assetClass: 'EQUITY', calendarId: 'XNYS', settlementCycleDays: 1 },
      { ...instrument, symbol: 'COIN', assetClass: 'CRYPTO_SPOT', calendarId: 'CRYPTO', settlementCycleDays: 0 },
    ],
    accounts: ['alpha', 'beta'].map((account) => ({
      account,
      status: 'ACTIVE',
      shortSellingAllowed: true,
      limits,
      openingCash: { USD: '1000000000' },
    })),
    venues: [
      { ...venue, venue: 'SIMX', nativeStops: true },
      { ...venue, venue: 'SIMY', nativeStops: false },
    ],
  });
}
