/** One proxy per retry class; every number has its reason. */
import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { OrderActivities, SessionActivities, VenueActivities } from '../activities/contract';
import { TaskQueue } from '../src/contracts/names';

/** Backoff of everything that must succeed in the end: quick first, then gentle to a part that is down. */
const UNTIL_IT_WORKS = { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' } as const;

/**
 * Local activities beside the workflow: one attempt of 500 ms, as no message and no command gets through while one runs
 * (design rule 1). What fails is taken up by {@link durableActivities}.
 */
export const localActivities = proxyLocalActivities<OrderActivities>({
  startToCloseTimeout: '500ms',
  retry: { maximumAttempts: 1 },
});

/** The same activities as normal ones: retried until they work, leaving the workflow free for cancels. */
export const durableActivities = proxyActivities<OrderActivities>({
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
