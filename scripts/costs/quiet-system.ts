import { NativeConnection } from '@temporalio/worker';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { OmsClient } from '../../src/client/oms-client';
import { SearchAttribute } from '../../src/contracts/names';
import { DEFAULT_ROUTING_WEIGHTS } from '../../src/domain/routing';
import { openDatabase } from '../../src/persistence/open-database';
import { startEmbeddedServer } from '../../src/temporal/embedded-server';
import { createSimulatedConnector } from '../../src/venues/simulated/connector';
import { spawnSimulatedVenue } from '../../src/venues/simulated/supervisor';
import { workflowBundle } from '../../workers/build-bundle';
import { startOms } from '../../workers/oms';
import type { Oms } from '../../workers/oms';
import { SETTLE_TIME_MS } from '../../workers/simulated-setup';
import { coinCatalog, coinVenue, SYMBOL, VENUE } from '../coin';

export const ACCOUNT = 'alpha';

/** A whole system on this machine whose market moves only when it is told to. */
export interface QuietSystem {
  readonly oms: Oms;
  readonly orders: OmsClient;
  readonly connection: NativeConnection;
  /** Offers this much at 90, which the orders below buy, or nothing. */
  offer(quantity: string | undefined): Promise<void>;
  stop(): Promise<void>;
}

/** Starts embedded Temporal server, database and venue under a folder; what had started is stopped when a part fails. */
export async function startQuietSystem(stateDir: string, log: Logger): Promise<QuietSystem> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    return await assemble(stateDir, log, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  stateDir: string,
  log: Logger,
  undo: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<QuietSystem> {
  const server = await startEmbeddedServer({
    ...{ stateDir, namespace: 'default', retention: '1 day', syncEachCommit: false },
    searchAttributes: Object.values(SearchAttribute),
    log: (line) => {
      log.info(line);
    },
  });
  undo.push(() => server.stop());
  const catalog = coinCatalog({ accounts: [ACCOUNT], makerFeeBps: '0', takerFeeBps: '0', latencyMs: 1 });
  const ledgerDir = join(stateDir, 'venue');
  await mkdir(ledgerDir, { recursive: true });
  const venue = await spawnSimulatedVenue({
    config: coinVenue({ catalog, ledgerDir, latencyMs: 0, settleTimeMs: SETTLE_TIME_MS, market: MARKET }),
  });
  undo.push(() => venue.stop());
  const baseUrl = `http://127.0.0.1:${String(venue.port)}`;
  const database = await openDatabase({ dataDir: join(stateDir, 'database') });
  undo.push(() => database.close());
  const connection = await NativeConnection.connect({ address: server.address });
  undo.push(() => connection.close());
  const connector = createSimulatedConnector({
    venue: VENUE,
    baseUrl,
    nativeStops: true,
    settleTimeMs: SETTLE_TIME_MS,
  });
  undo.push(() => connector.close());
  const oms = await startOms({
    ...{ connection, namespace: 'default', database, catalog, connectors: [connector], log },
    routing: { defaultPolicy: 'WEIGHTED', weights: DEFAULT_ROUTING_WEIGHTS },
    workflowBundle: await workflowBundle(),
    maxCachedWorkflows: 100,
  });
  undo.push(() => oms.stop());
  const orders = new OmsClient({ client: oms.client, eagerStart: true });
  return {
    ...{ oms, orders, connection, stop },
    async offer(quantity) {
      const there = { askPrice: '90', askQuantity: quantity ?? '0', bidPrice: '80', lastPrice: '90' };
      const answer = await fetch(`${baseUrl}/v1/${VENUE}/market/${SYMBOL}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...MARKET, ...(quantity === undefined ? {} : there) }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
  };
}

const MARKET = {
  bidPrice: '99',
  bidQuantity: '1000',
  askPrice: '101',
  askQuantity: '1000',
  lastPrice: '100',
  volume: '0',
};
