/** The product: its own composition root and its own client. */
import { Client } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { OmsClient } from '../../../src/client/oms-client';
import { orderIdOf, orderWorkflowId } from '../../../src/domain/ids';
import type { OrderView } from '../../../src/contracts/order-messages';
import { DEFAULT_ROUTING_WEIGHTS } from '../../../src/domain/routing';
import { openDatabase } from '../../../src/persistence/open-database';
import { connectClient, connectNative } from '../../../src/temporal/connection';
import { workflowBundle } from '../../../workers/build-bundle';
import { startOms } from '../../../workers/oms';
import { simulatedConnectors } from '../../../workers/simulated-setup';
import { NAMESPACE } from './build-settings';
import { SYMBOL, VENUE } from '../../coin';
import { accountOf, ACCOUNTS, benchCatalog, crossingOrder } from './catalog';
import type { ProcessSetup } from './messages';
import { notOffered } from './order-life';
import type { Orders, RunningBuild } from './order-life';

/** On a machine that does much else an order may take long, and counts all the same. */
const ACKNOWLEDGED_WITHIN_MS = 600_000;

export async function startOurs(setup: ProcessSetup, log: Logger): Promise<RunningBuild> {
  const { part, address } = setup;
  if (part === 'client') {
    const connection = await connectClient({ address, namespace: NAMESPACE });
    const client = new Client({ connection, namespace: NAMESPACE });
    return { orders: ordersOf(client, false), stop: () => connection.close() };
  }
  const worker = await startWorker(setup, log);
  return part === 'worker' ? worker : { ...worker, orders: ordersOf(worker.client, true) };
}

async function startWorker({ address, database: where, venueUrl, maxCachedWorkflows }: ProcessSetup, log: Logger) {
  const catalog = benchCatalog();
  const database = await openDatabase(where);
  const connection = await connectNative({ address, namespace: NAMESPACE });
  const connectors = simulatedConnectors(catalog.venues, venueUrl);
  const oms = await startOms({
    ...{ connection, namespace: NAMESPACE, database, catalog, connectors, maxCachedWorkflows, log },
    callStacks: process.env['OMS_CALL_STACKS'] === 'true',
    routing: { defaultPolicy: 'WEIGHTED', weights: DEFAULT_ROUTING_WEIGHTS },
    workflowBundle: await workflowBundle(),
  });
  // An order without a quote would be denied.
  while (oms.quotes.quote(SYMBOL, VENUE) === undefined) await delay(20);
  return {
    client: oms.client,
    async stop() {
      await oms.stop();
      await Promise.all(connectors.map((connector) => connector.close()));
      await connection.close();
      await database.close();
    },
  };
}

/** @param eager Client and worker share a process and its connection, as in the embedded profile. */
export function ourClient(client: Client, eager: boolean): OmsClient {
  const catalog = benchCatalog();
  return new OmsClient({
    client,
    reference: {
      instruments: new Map(catalog.instruments.map((instrument) => [instrument.symbol, instrument])),
      accounts: new Set(ACCOUNTS),
      marketTimeMs: () => Date.now(),
    },
    eagerStart: eager,
  });
}

function ordersOf(client: Client, eager: boolean): Orders {
  const orders = ourClient(client, eager);
  const workflowId = (id: string, nth: number): string => orderWorkflowId(orderIdOf(accountOf(nth), id));
  return {
    client,
    workflowId,
    async begin(life, id, nth) {
      if (life === 'start') throw notOffered(life);
      const wait = life === 'accept' ? 'accepted' : 'acknowledged';
      const { order } = await orders.submit(crossingOrder(id, nth), { wait, timeoutMs: ACKNOWLEDGED_WITHIN_MS });
      if (life === 'acknowledge' && order?.submission !== 'ACKNOWLEDGED')
        throw new Error(`${id} is not acknowledged: ${order?.why ?? ''}`);
      return { done: client.workflow.getHandle(workflowId(id, nth)).result().then(mustBeFinal) };
    },
  };
}

/** What is measured must have happened. */
function mustBeFinal(result: unknown): void {
  const { status, finalized, why, orderId } = result as OrderView;
  if (status !== 'FILLED' || !finalized) throw new Error(`${orderId} is ${status}: ${why}`);
}
