/** One proxy per retry class; every number has its reason. */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type {
  KillSwitchActivities,
  LimitsActivities,
  OrderActivities,
  PostTradeActivities,
  ReconciliationActivities,
  SessionActivities,
  VenueActivities,
} from '../activities/contract';
import { TaskQueue } from '../src/contracts/names';

/** Backoff of everything that must succeed in the end: quick first, then gentle to a part that is down. */
const UNTIL_IT_WORKS = { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' } as const;

/**
 * Pre-trade, recording, settlement and alerts: retried until they work, leaving the workflow free for cancels (rule 1).
 *
 * None of them is a local activity. When a query arrives with a workflow task while a local activity runs, SDK 1.24
 * reports the task with the query's answer and hands the activity's result to the workflow together with the next
 * task's messages (sdk-core `managed_run.rs`, "Reporting a query while an LA is still running"); replay hands them over
 * one by one, and a workflow that acts on the result is then nondeterministic. Anybody who looks at an order in the UI
 * sends such queries. Eager dispatch keeps the way short: the worker that ends the task gets the activity with it.
 */
export const orderActivities = proxyActivities<OrderActivities>({
  taskQueue: TaskQueue.orders,
  // A database that answers at all answers within seconds; longer is a lost connection.
  startToCloseTimeout: '15s',
  retry: UNTIL_IT_WORKS,
});

/** Submissions and replaces of one venue. */
export const venueActivities = (venue: string) =>
  proxyActivities<VenueActivities>({
    taskQueue: TaskQueue.venue(venue),
    // Twice the 5 s that an attempt may send for: the rest is for the answer.
    startToCloseTimeout: '10s',
    // The answer of a running attempt is worth the wait: it tells whether anything was sent.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: UNTIL_IT_WORKS,
  });

/** Cancels and questions: a queue and a budget of their own, so that submissions never delay them. */
export const venueCancelActivities = (venue: string) =>
  proxyActivities<VenueActivities>({
    taskQueue: TaskQueue.venueCancels(venue),
    startToCloseTimeout: '10s',
    retry: { ...UNTIL_IT_WORKS, initialInterval: '100ms', maximumInterval: '2s' },
  });

/** Setting a state is tried until it works; a round is tried anew by the next one, which looks again at what is open. */
const stateActivities = proxyActivities<Pick<KillSwitchActivities, 'setTradingState'>>({
  taskQueue: TaskQueue.sessions,
  startToCloseTimeout: '15s',
  retry: UNTIL_IT_WORKS,
});
const roundActivities = proxyActivities<Omit<KillSwitchActivities, 'setTradingState'>>({
  taskQueue: TaskQueue.sessions,
  // Tens of thousands of orders are told in this time.
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '15s',
  // A task that nobody takes is a worker that is away: the next round finds the next one.
  scheduleToStartTimeout: '30s',
  retry: { maximumAttempts: 2, initialInterval: '200ms' },
});
export const killSwitchActivities = {
  setTradingState: stateActivities.setTradingState,
  sweepOpenOrders: roundActivities.sweepOpenOrders,
  proveClosed: roundActivities.proveClosed,
};

/** What people ask of the limits is tried until the database answers; the commands are idempotent by their ids. */
export const limitsActivities = proxyActivities<LimitsActivities>({
  taskQueue: TaskQueue.sessions,
  startToCloseTimeout: '15s',
  retry: UNTIL_IT_WORKS,
});

/** A reconciliation begins again where it was broken off: what it has corrected is no difference any more. */
export const reconciliationActivities = proxyActivities<ReconciliationActivities>({
  taskQueue: TaskQueue.sessions,
  // Ten thousand open orders take seconds; a venue that is slow to answer some hundred questions takes minutes.
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '15s',
  retry: UNTIL_IT_WORKS,
});

/** A post-trade run begins again where it was broken off: what it has recorded is recorded once. */
export const postTradeActivities = proxyActivities<PostTradeActivities>({
  taskQueue: TaskQueue.sessions,
  // The first run looks at everything that was ever booked.
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '15s',
  retry: UNTIL_IT_WORKS,
});

/** Long activities of service workflows: alive as long as they heartbeat. */
export const sessionActivities = proxyActivities<SessionActivities>({
  taskQueue: TaskQueue.sessions,
  // A session runs for days; the heartbeat tells whether it lives.
  startToCloseTimeout: '30 days',
  // A dead worker's session moves within this time; three heartbeats of 1.5 s may get lost.
  heartbeatTimeout: '5s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '250ms', backoffCoefficient: 2, maximumInterval: '5s' },
});
