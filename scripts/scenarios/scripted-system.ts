import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createExchangeCalendars } from '../../src/calendars/exchange-calendars';
import { parseCatalog } from '../../src/catalog';
import type { Catalog } from '../../src/catalog';
import { OmsClient } from '../../src/client/oms-client';
import { SearchAttribute } from '../../src/contracts/names';
import { DEFAULT_ROUTING_WEIGHTS } from '../../src/domain/routing';
import { openDatabase } from '../../src/persistence/open-database';
import { prepareNamespace } from '../../src/temporal/namespace-setup';
import { workflowBundle } from '../../workers/build-bundle';
import { MarketClocks } from '../../workers/market-clocks';
import { startOms } from '../../workers/oms';
import type { Oms } from '../../workers/oms';
import { scriptedVenue } from './scripted-venue';

export const VENUE = 'SIMX';
export const SYMBOL = 'SHARE';
export const ACCOUNT = 'alpha';
/** Thursday in New York, half an hour after the open: a day order lives on, and what trades settles on Friday. */
export const OPEN_MS = Date.parse('2014-06-05T14:00:00Z');

/** The whole order management system on a Temporal server, with a venue whose reports a scenario makes. */
export interface ScriptedSystem {
  readonly oms: Oms;
  readonly orders: OmsClient;
  readonly connection: NativeConnection;
  stop(): Promise<void>;
}

/** Starts it in a namespace of its own, with a database in memory. */
export async function startScriptedSystem(address: string, log: Logger): Promise<ScriptedSystem> {
  const namespace = `scenarios-${randomUUID().slice(0, 8)}`;
  await prepare(address, namespace);
  const catalog = scenarioCatalog();
  const connection = await NativeConnection.connect({ address });
  const database = await openDatabase({});
  const oms = await startOms({
    connection,
    namespace,
    database,
    catalog,
    connectors: [scriptedVenue(VENUE, SYMBOL)],
    routing: { defaultPolicy: 'WEIGHTED', weights: DEFAULT_ROUTING_WEIGHTS },
    workflowBundle: await workflowBundle(),
    maxCachedWorkflows: 1_000,
    log,
  });
  const clock = { realOriginMs: Date.now(), simOriginMs: OPEN_MS, speed: 1 };
  const clocks = new MarketClocks(
    { [SYMBOL]: clock },
    oms.deps.instruments,
    createExchangeCalendars(catalog.calendars),
  );
  const orders = new OmsClient({ client: oms.client, clockOf: (symbol) => clocks.now(symbol), eagerStart: true });
  return {
    oms,
    orders,
    connection,
    async stop() {
      await oms.stop();
      await database.close();
      await connection.close();
    },
  };
}

async function prepare(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    const searchAttributes = Object.values(SearchAttribute);
    await prepareNamespace(connection, { namespace, searchAttributes, retention: '1 day' });
  } finally {
    await connection.close();
  }
}

/** One share and one account without limits in its way. */
function scenarioCatalog(): Catalog {
  const much = '1000000000000';
  return parseCatalog({
    calendars: [],
    instruments: [
      {
        symbol: SYMBOL,
        assetClass: 'EQUITY',
        calendarId: 'XNYS',
        settlementCycleDays: 1,
        currency: 'USD',
        currencyDecimals: 2,
        tickSize: '0.01',
        lotSize: '1',
        minQuantity: '1',
        maxQuantity: '1000000',
        minNotional: '0',
        multiplier: '1',
        tradable: true,
        venues: [VENUE],
      },
    ],
    accounts: [
      {
        account: ACCOUNT,
        status: 'ACTIVE',
        shortSellingAllowed: true,
        limits: {
          priceCollarPercent: '50',
          maxOrderValue: much,
          maxOpenOrders: 10_000,
          maxPosition: much,
          maxQuoteAgeMs: 86_400_000,
        },
        openingCash: { USD: '1000000000000000' },
      },
    ],
    venues: [
      {
        venue: VENUE,
        connector: 'simulated',
        venueAccount: 'HOUSE',
        makerFeeBps: '0',
        takerFeeBps: '0',
        latencyMs: 1,
        nativeStops: true,
        regulatoryFit: '1',
      },
    ],
  });
}
