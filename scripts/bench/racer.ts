/** One process of the race: sends orders as fast as it can, several at once, and ends what was admitted now and then. */
import { orderIdOf } from '../../src/domain/ids';
import type { OrderEvent, OrderEventDraft } from '../../src/domain/order-events';
import { applyEvent, createOrder } from '../../src/domain/order-fold';
import type { OrderRequest } from '../../src/domain/order-request';
import type { RouteDecision } from '../../src/domain/routing';
import { openDatabase } from '../../src/persistence/open-database';
import { SqlOrderStore } from '../../src/persistence/order-store';
import { buyOf, reserve, RUN } from './desk';

export interface RacerTask {
  readonly databaseUrl: string;
  readonly account: string;
  /** Of the client order ids of this process. */
  readonly prefix: string;
  readonly orders: number;
}
export interface RacerTold {
  readonly admitted: number;
  readonly denied: number;
}

const AT_ONCE = 8;
/** Of the admitted orders every second one ends at once; the others at the end. */
const ENDS_AT_ONCE = 2;

async function main(task: RacerTask): Promise<void> {
  const driver = await openDatabase({ databaseUrl: task.databaseUrl, connectionsMax: AT_ONCE });
  try {
    process.send?.(await run(new SqlOrderStore(driver), task));
  } finally {
    await driver.close();
  }
}

async function run(store: SqlOrderStore, { account, prefix, orders }: RacerTask): Promise<RacerTold> {
  const open: (readonly [OrderRequest, RouteDecision])[] = [];
  let sent = 0;
  let admitted = 0;
  let denied = 0;
  const runner = async (): Promise<void> => {
    while (sent < orders) {
      sent += 1;
      const request = buyOf(account, `${prefix}-${String(sent)}`);
      const decision = await reserve(store, request);
      if (decision.kind !== 'decided' || decision.verdict.kind !== 'approved') {
        denied += 1;
        continue;
      }
      admitted += 1;
      if (admitted % ENDS_AT_ONCE === 0) await end(store, request, decision.verdict.route);
      else open.push([request, decision.verdict.route]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
  for (const [request, route] of open) await end(store, request, route);
  return { admitted, denied };
}

/** Ends an order before it was sent, recorded twice: what it had reserved is given back once. */
async function end(store: SqlOrderStore, request: OrderRequest, route: RouteDecision): Promise<void> {
  const atMs = Date.now();
  const stamp = { causationId: 'race', actor: 'client', atMs, wallMs: atMs } as const;
  const created = createOrder(orderIdOf(request.account, request.clientOrderId), request, stamp);
  const drafts: readonly OrderEventDraft[] = [
    { type: 'OrderApproved', route, clientOrderIdBase: request.clientOrderId, venueAccount: 'HOUSE' },
    { type: 'CancelRequested', commandId: 'race', reason: 'the race is over' },
    { type: 'OrderCanceled', reason: 'the race is over' },
  ];
  let { order } = created;
  const events: OrderEvent[] = [created.event];
  for (const draft of drafts) {
    const applied = applyEvent(order, draft, stamp);
    if (applied.kind === 'refused') continue;
    order = applied.order;
    events.push(applied.event);
  }
  await store.record(order, events, RUN);
  await store.record(order, events, RUN);
}

main(JSON.parse(process.argv[2] ?? '{}') as RacerTask).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
