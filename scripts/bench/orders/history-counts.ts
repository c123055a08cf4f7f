import type { temporal } from '@temporalio/proto';
import type { HistoryCounts } from './messages';

type History = temporal.api.history.v1.IHistory;

/** What a history is made of, its bytes apart. */
export function countsOf({ events }: History): Omit<HistoryCounts, 'bytes'> {
  const all = events ?? [];
  const count = (isWanted: (event: (typeof all)[number]) => boolean): number => all.filter(isWanted).length;
  return {
    events: all.length,
    workflowTasks: count((event) => Boolean(event.workflowTaskCompletedEventAttributes)),
    activities: count((event) => Boolean(event.activityTaskScheduledEventAttributes)),
    signals: count((event) => Boolean(event.workflowExecutionSignaledEventAttributes)),
  };
}
