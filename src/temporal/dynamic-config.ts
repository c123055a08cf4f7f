/**
 * Settings of the embedded server that make one machine quick.
 *
 * The dev server runs on one history shard, and its queue readers poll at most 20 times a second by default: every
 * dispatch of a task then waits up to 50 ms. The rate limits are there to share a cluster among many; here one user
 * owns the server, so they only stand in the way.
 */
export const EMBEDDED_DYNAMIC_CONFIG: Readonly<Record<string, number>> = {
  'history.transferProcessorMaxPollRPS': 5_000,
  'history.timerProcessorMaxPollRPS': 5_000,
  'history.rps': 100_000,
  'matching.rps': 100_000,
  'frontend.rps': 100_000,
  'frontend.namespaceRPS': 100_000,
  // One partition: a task always meets the poller at once, never in the neighbour's queue.
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
};
