/** A careless change: a filled order ends without waiting for its trades to settle. */
import type { WorkflowInterceptors } from '@temporalio/workflow';

export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      scheduleActivity: async (input, next) =>
        input.activityType === 'settleTrades' ? { kind: 'settled' } : next(input),
    },
  ],
});
