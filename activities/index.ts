import type {
  KillSwitchActivities,
  LimitsActivities,
  PostTradeActivities,
  ReconciliationActivities,
  SessionActivities,
} from './contract';
import type { ActivityDependencies } from './dependencies';
import { runMarketWatch } from './market-watch';
import { prove, sweep } from './kill-switch';
import { createOrderActivities } from './order-activities';
import { runPostTrade } from './post-trade';
import { decideLimits, expireLimits, proposeLimits, readLimits } from './limits';
import { reconcileVenueAccount } from './reconciliation';
import { runVenueSession } from './venue-session';

export { createOrderActivities };
export { createVenueActivities } from './submission';

/** Builds the activities that run beside the order workflows and the long ones of the service workflows. */
export function createSessionActivities(
  deps: ActivityDependencies,
): SessionActivities & KillSwitchActivities & LimitsActivities & ReconciliationActivities & PostTradeActivities {
  return {
    runVenueSession: (input) => runVenueSession(deps, input),
    runMarketWatch: () => runMarketWatch(deps),
    setTradingState: ({ scope, command }) => deps.tradingStates.set(scope, command, deps.clock.nowMs()),
    sweepOpenOrders: (input) => sweep(deps, input),
    proveClosed: (input) => prove(deps, input),
    proposeLimits: (input) => proposeLimits(deps, input),
    decideLimits: (input) => decideLimits(deps, input),
    readLimits: (input) => readLimits(deps, input),
    expireLimits: () => expireLimits(deps),
    reconcileVenueAccount: (input) => reconcileVenueAccount(deps, input),
    runPostTrade: () => runPostTrade(deps),
    async writeJournalHead() {
      await deps.journal.writeHead(deps.clock.nowMs());
    },
  };
}
