/** The plain build, with the defaults of SDK and server: nothing here is tuned. */
import { Client, WithStartWorkflowOperation } from '@temporalio/client';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { setTimeout as delay } from 'node:timers/promises';
import { openPgDriver } from '../../../src/persistence/driver-pg';
import { openPgliteDriver } from '../../../src/persistence/driver-pglite';
import { connectClient, connectNative } from '../../../src/temporal/connection';
import { createSimulatedConnector } from '../../../src/venues/simulated/connector';
import { createPlainActivities } from '../plain/activities';
import { PlainMessage } from '../plain/contract';
import type { PlainOrder } from '../plain/contract';
import { followReports, untilStopped } from '../plain/report-stream';
import { PlainStore } from '../plain/store';
import type { plainOrder } from '../plain/workflows';
import { NAMESPACE, QUIET_BUNDLER } from './build-settings';
import { SYMBOL, VENUE, VENUE_ACCOUNT } from '../../coin';
import { accountOf, ACCOUNTS, CROSSING_PRICE } from './catalog';
import type { ProcessSetup } from './messages';
import { notOffered } from './order-life';
import type { Orders, RunningBuild } from './order-life';

const TASK_QUEUE = 'bench-plain';
const CENTS = 100;

export async function startPlain(setup: ProcessSetup): Promise<RunningBuild> {
  const { part } = setup;
  const worker = part === 'client' ? undefined : await startWorker(setup);
  if (part === 'worker') return { stop: async () => worker?.stop() };
  const connection = await connectClient({ address: setup.address, namespace: NAMESPACE });
  const client = new Client({ connection, namespace: NAMESPACE });
  return {
    orders: ordersOf(client),
    async stop() {
      await worker?.stop();
      await connection.close();
    },
  };
}

async function startWorker({ address, database, venueUrl, isFirst }: ProcessSetup): Promise<RunningBuild> {
  const driver = 'dataDir' in database ? await openPgliteDriver(database) : await openPgDriver(database);
  const store = new PlainStore(driver);
  await store.prepare(ACCOUNTS, [VENUE]);
  const connector = createSimulatedConnector({
    ...{ venue: VENUE, baseUrl: venueUrl, nativeStops: true, settleTimeMs: 1_000 },
  });
  const stopping = new AbortController();
  let lastCents = 0;
  const quotes = untilStopped(stopping.signal, () =>
    connector.streamQuotes(({ lastPrice }) => {
      lastCents = Math.round(Number(lastPrice) * CENTS);
    }, stopping.signal),
  );
  while (lastCents === 0) await delay(20);
  const connection = await connectNative({ address, namespace: NAMESPACE });
  const worker = await Worker.create({
    ...{ connection, namespace: NAMESPACE, taskQueue: TASK_QUEUE },
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: require.resolve('../plain/workflows'),
      logger: QUIET_BUNDLER,
    }),
    activities: {
      ...createPlainActivities({ store, connector, venueAccount: VENUE_ACCOUNT, lastCents: () => lastCents }),
    },
  });
  const running = worker.run();
  const client = new Client({ connection, namespace: NAMESPACE });
  // One process of several reads the stream.
  const reports = isFirst ? followReports(client, connector, VENUE_ACCOUNT, stopping.signal) : undefined;
  return {
    async stop() {
      stopping.abort();
      await Promise.all([reports, quotes]);
      worker.shutdown();
      await running;
      await connector.close();
      await connection.close();
      await driver.close();
    },
  };
}

function ordersOf(client: Client): Orders {
  return {
    client,
    workflowId: (id) => id,
    async begin(life, id, nth) {
      const order: PlainOrder = {
        ...{ orderId: id, account: accountOf(nth), symbol: SYMBOL, side: 'BUY', quantity: 1 },
        limitCents: Number(CROSSING_PRICE) * CENTS,
      };
      const start = { taskQueue: TASK_QUEUE, workflowId: id, args: [order] as [PlainOrder] };
      if (life === 'accept') {
        const handle = await client.workflow.start<typeof plainOrder>('plainOrder', start);
        return { done: handle.result() };
      }
      if (life === 'start') throw notOffered(life);
      await client.workflow.executeUpdateWithStart(PlainMessage.acknowledged, {
        startWorkflowOperation: new WithStartWorkflowOperation<typeof plainOrder>('plainOrder', {
          ...{ ...start, workflowIdConflictPolicy: 'FAIL' },
        }),
      });
      return { done: client.workflow.getHandle(id).result() };
    },
  };
}
