/** The activities beside the order workflow: pre-trade, recording, settlement, alerts. */
import type { OrderActivities } from './contract';
import type { ActivityDependencies } from './dependencies';
import { preTrade, SESSIONS_GIVEN } from './pre-trade';
import { settleTrades } from './settlement';

/** Builds them over their dependencies. */
export function createOrderActivities(deps: ActivityDependencies): OrderActivities {
  return {
    preTrade: (input) => preTrade(deps, input),
    recordEvents: ({ order, events, firstRunId }) => deps.orders.record(order, events, firstRunId),
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
