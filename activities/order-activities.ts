/** The activities beside the order workflow: pre-trade, recording, settlement, alerts. */
import type { OrderActivities } from './contract';
import type { ActivityDependencies } from './dependencies';
import { SESSIONS_GIVEN } from './market-terms';
import { preTrade } from './pre-trade';
import type { Fill } from '../src/domain/order-events';
import type { ExecutionRow } from '../src/ports/stores';
import { settleTrades } from './settlement';
import { adoptOrder, takeUp } from './take-up';

const fillOf = (row: ExecutionRow): Fill => ({
  execId: row.execId,
  quantity: row.quantity,
  price: row.price,
  fee: row.fee,
  feeCurrency: row.feeCurrency,
  liquidity: row.liquidity,
  atMs: row.atMs,
  settleAtMs: row.settleAtMs,
});

/** As many as an order shows when it is asked what happened. */
const EVENTS_TAKEN_UP = 200;

/** Builds them over their dependencies. */
export function createOrderActivities(deps: ActivityDependencies): OrderActivities {
  return {
    preTrade: (input) => preTrade(deps, input),
    async recordEvents({ order, events, firstRunId }) {
      // The market beside the fill, as it is known in this process: what was paid is compared with it afterwards.
      const quote = deps.marketData.quote(order.request.symbol, order.route?.venue ?? '');
      const foreign = await deps.orders.record(order, events, firstRunId, quote);
      if (foreign.length > 0)
        deps.log.error(
          { alert: true, code: 'EXECUTION_CONFLICT', orderId: order.orderId, execIds: foreign },
          'the order was told executions that another order has booked: they moved no position; find out who signaled it',
        );
    },
    async takeUpOrder({ orderId }) {
      const order = await deps.orders.order(orderId);
      // Its record is on its way, or the database was set back: tried again until it is there.
      if (order === undefined) throw new Error(`order ${orderId} is not recorded`);
      const events = await deps.orders.events(orderId);
      const known = events.filter(({ version }) => version <= order.version);
      return { ...(await takeUp(deps, order)), events: known.slice(-EVENTS_TAKEN_UP) };
    },
    adoptOrder: (input) => adoptOrder(deps, input),
    async recallExecutions({ orderId, execIds }) {
      const rows = await deps.orders.executions(orderId);
      const reversed = new Set(rows.map((row) => row.reverses));
      return rows.filter(({ execId }) => execIds.includes(execId) && !reversed.has(execId)).map(fillOf);
    },
    loadSessions({ symbol, afterMs }) {
      const calendarId = deps.instruments.get(symbol)?.calendarId;
      return Promise.resolve(
        calendarId === undefined ? [] : deps.calendars.sessions(calendarId, afterMs, SESSIONS_GIVEN),
      );
    },
    settleTrades: (input) => settleTrades(deps, input),
    raiseAlert({ orderId, code, text }) {
      deps.log.warn({ orderId, code, alert: true }, text);
      return Promise.resolve();
    },
  };
}
