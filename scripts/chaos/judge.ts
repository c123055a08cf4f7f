/** When the shooting is over: lets everything come to rest, then compares three ledgers and replays every history. */
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import pino from 'pino';
import { OmsClient } from '../../src/client/oms-client';
import { correctionWorkflowId, orderWorkflowId } from '../../src/domain/ids';
import type { OrderId } from '../../src/domain/ids';
import type { Order } from '../../src/domain/order';
import { DEFAULT_ROUTING_WEIGHTS } from '../../src/domain/routing';
import { openDatabase } from '../../src/persistence/open-database';
import { createSimulatedConnector } from '../../src/venues/simulated/connector';
import { workflowBundle } from '../../workers/build-bundle';
import { checkInvariants } from '../../workers/invariants';
import { invariantOf } from '../../workers/ledger-comparison';
import type { Invariants } from '../../workers/ledger-comparison';
import { startOms } from '../../workers/oms';
import { VENUE } from '../coin';
import { SETTLE_TIME_MS } from './catalog';
import type { Load } from './load';
import { pause, persistently } from './persistently';
import type { ChaosSystem } from './system';

export interface Verdict {
  readonly orders: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly lost: readonly string[];
  readonly stuck: readonly string[];
  readonly invariants: Invariants;
}

/**
 * What is still on its way when nothing fails any more comes to rest within this time, or is stuck. An order whose
 * workflow was ended waits for the next reconciliation, of which there is one in five minutes.
 */
const REST_WITHIN_MS = 360_000;
const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 20;

/** Takes every open order off the market and waits until all are final. */
export async function comeToRest(
  system: ChaosSystem,
  load: Pick<Load, 'accepted'>,
  say: (line: string) => void,
): Promise<readonly string[]> {
  await system.clearFaults();
  await system.worker.start();
  let waiting: readonly OrderId[] = [...load.accepted];
  const told = new Set<OrderId>();
  const giveUpMs = Date.now() + REST_WITHIN_MS;
  let reasons = new Map<OrderId, string>();
  while (waiting.length > 0 && Date.now() < giveUpMs) {
    reasons = new Map();
    await inTurns(waiting, async (orderId) => {
      // One whose workflow was ended by hand can be told when a reconciliation has taken it up.
      if (!told.has(orderId))
        await cancel(system, orderId).then(
          () => told.add(orderId),
          () => undefined,
        );
      const why = await restlessness(system, orderId);
      if (why !== undefined) reasons.set(orderId, why);
    });
    if (reasons.size > 0 && reasons.size !== waiting.length)
      say(`${String(reasons.size)} orders are not at rest yet, such as ${[...reasons][0]?.join(': ') ?? ''}`);
    waiting = [...reasons.keys()];
    if (waiting.length > 0) await pause(LOOK_EVERY_MS);
  }
  return [...reasons].map(([orderId, why]) => `${orderId}: ${why}`);
}

const cancel = ({ orders }: ChaosSystem, orderId: OrderId): Promise<unknown> =>
  orders.signalCancel(orderId, 'chaos is over', `end-${orderId}`);

/** Why an order is not final, or not written down: its workflow ends when both are done. */
async function restlessness({ client, orders }: ChaosSystem, orderId: OrderId): Promise<string | undefined> {
  try {
    const order = await orders.get(orderId);
    if (!order.finalized) return `${order.status}: ${order.why}`;
    for (const workflowId of [orderWorkflowId(orderId), correctionWorkflowId(orderId)]) {
      if (await isRunning(client, workflowId)) return `${order.status}, and its workflow ${workflowId} still runs`;
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  const some = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
}

/** Reads everything with a system of this process, as the worker processes are gone by then. */
export async function judge(
  system: ChaosSystem,
  load: Pick<Load, 'accepted'>,
  stuck: readonly string[],
  say: (line: string) => void,
): Promise<Verdict> {
  await system.worker.stop();
  const database = await openDatabase(system.database);
  const connection = await NativeConnection.connect({ address: system.address });
  const connector = createSimulatedConnector({
    ...{ venue: VENUE, baseUrl: system.venueUrl, nativeStops: true, settleTimeMs: SETTLE_TIME_MS },
  });
  const bundle = await workflowBundle();
  const oms = await startOms({
    ...{ connection, namespace: 'default', database, catalog: system.catalog, connectors: [connector] },
    routing: { defaultPolicy: 'WEIGHTED', weights: DEFAULT_ROUTING_WEIGHTS },
    ...{ workflowBundle: bundle, maxCachedWorkflows: 100, log: pino({ level: 'silent' }) },
  });
  try {
    const invariants = await checkInvariants({
      stack: { oms, orders: new OmsClient({ client: oms.client }), venueUrl: system.venueUrl, bundle },
      catalog: system.catalog,
      wrongWorkers: system.worker.wrongWorkers,
      progress: say,
    });
    const orders = await oms.deps.orders.orders({ limit: 1_000_000 });
    const known = new Set(orders.map(({ orderId }) => orderId));
    const lost = [...load.accepted].filter((orderId) => !known.has(orderId));
    const { checked, uncovered } = system.worker.coverage;
    const reservationsCoverOrders = invariantOf(checked, [...uncovered]);
    const all = { ...invariants, reservationsCoverOrders };
    return { orders: known.size, ends: endsOf(orders), lost, stuck, invariants: all };
  } finally {
    await oms.stop();
    await connector.close();
    await connection.close();
    await database.close();
  }
}

/** How many orders ended how; denied and rejected ones with the reason. */
function endsOf(orders: readonly Order[]): Readonly<Record<string, number>> {
  const ends: Record<string, number> = {};
  for (const { status, reasons } of orders) {
    const end = [status, ...new Set(reasons.map(({ code }) => code))].join(' ');
    ends[end] = (ends[end] ?? 0) + 1;
  }
  return ends;
}

/** How long until the system has an order acknowledged again. */
export async function recovery(system: ChaosSystem, load: Load, nth: number): Promise<number> {
  const beganMs = performance.now();
  const request = load.request(`probe-${String(nth)}-${String(Date.now())}`, {
    ...{ timeInForce: 'IOC' as const, limitPrice: '101' as never },
  });
  const orderId = await load.submit(request);
  await persistently('the probe is acknowledged', async () => {
    const { submission, end } = await system.orders.get(orderId);
    if (submission !== 'ACKNOWLEDGED' && end === undefined) throw new Error('it is on its way');
  });
  return performance.now() - beganMs;
}
