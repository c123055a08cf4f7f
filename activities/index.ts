import type { SessionActivities } from './contract';
import type { ActivityDependencies } from './dependencies';
import { runMarketWatch } from './market-watch';
import { createOrderActivities } from './order-activities';
import { runVenueSession } from './venue-session';

export { createOrderActivities };
export { createVenueActivities } from './submission';

/** Builds the activities that run beside the order workflows and the long ones of the service workflows. */
export function createSessionActivities(deps: ActivityDependencies): SessionActivities {
  return {
    runVenueSession: (input) => runVenueSession(deps, input),
    runMarketWatch: () => runMarketWatch(deps),
    async writeJournalHead() {
      await deps.journal.writeHead(deps.clock.nowMs());
    },
  };
}
