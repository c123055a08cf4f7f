import { setTimeout as delay } from 'node:timers/promises';
import type { OrderView } from '../../src/contracts/order-messages';
import type { Order } from '../../src/domain/order';
import { changeOf, requestOf } from './domain-stage';
import type { Stage } from './play';
import type { ScenarioOrder } from './scenario';
import { ACCOUNT, OPEN_MS, SYMBOL, VENUE } from './scripted-system';
import type { ScriptedSystem } from './scripted-system';

/** Signals are taken within milliseconds; a busy machine gets seconds. */
const FITS_WITHIN_MS = 10_000;
/** An order is sent after risk checks and two transactions, while many others are. */
const SENT_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 25;
const TRADES: ReadonlySet<string> = new Set(['TRADE', 'TRADE_CORRECT', 'TRADE_CANCEL']);

/** An order that was just sent, as a workflow; reports come by signal, as the venue session sends them. */
export async function workflowStage(
  { orders, oms }: ScriptedSystem,
  content: ScenarioOrder,
  clientOrderId: string,
): Promise<Stage> {
  const request = requestOf(content, { clientOrderId, account: ACCOUNT, symbol: SYMBOL, venue: VENUE });
  const { orderId } = await orders.submit(request, { wait: 'risk' });
  const look = async (fits: (order: Order) => boolean, withinMs = FITS_WITHIN_MS): Promise<Order> => {
    const endMs = Date.now() + withinMs;
    for (;;) {
      const order = orderOf(await orders.get(orderId));
      if (fits(order) || Date.now() > endMs) return order;
      await delay(LOOK_EVERY_MS);
    }
  };
  const order = await look(({ submission }) => submission === 'SENT', SENT_WITHIN_MS);
  if (order.submission !== 'SENT') throw new Error(`${orderId} was not sent: ${order.why}`);
  return {
    order,
    startMs: OPEN_MS,
    look: (fits) => look(fits),
    command: (step) =>
      step.kind === 'cancel' ? orders.signalCancel(orderId) : orders.signalModify(orderId, changeOf(step)),
    async arrive(reports) {
      const { signals } = oms.deps;
      if ((await signals.sendReports(orderId, reports)) === 'sent') return;
      // The order's workflow is over: as in the venue session, what changes its books goes to its correction.
      const trades = reports.filter(({ execType }) => TRADES.has(execType));
      if (trades.length > 0) await signals.correct(orderId, trades);
    },
  };
}

/** Keys of executions stay in the workflow; nothing here asks for them. */
const orderOf = (view: OrderView): Order => ({ ...view, executionIds: [] });
