/** A careless change: submissions call another activity. */
import type { WorkflowInterceptors } from '@temporalio/workflow';

export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      scheduleActivity: (input, next) =>
        next(input.activityType === 'submitOrder' ? { ...input, activityType: 'sendOrder' } : input),
    },
  ],
});
