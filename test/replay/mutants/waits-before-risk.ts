/** A careless change: the risk checks wait for a timer that was not there. */
import { sleep } from '@temporalio/workflow';
import type { WorkflowInterceptors } from '@temporalio/workflow';

export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      async scheduleActivity(input, next) {
        if (input.activityType === 'preTrade') await sleep(1);
        return next(input);
      },
    },
  ],
});
