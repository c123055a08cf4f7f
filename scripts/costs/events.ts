import { temporal } from '@temporalio/proto';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** An event by its type and, where it has one, the name of the activity, signal or update that it is about. */
export function eventName(event: HistoryEvent, history: readonly HistoryEvent[]): string {
  const type = (temporal.api.enums.v1.EventType[event.eventType ?? 0] ?? '').replace('EVENT_TYPE_', '');
  const about = subject(event, history);
  return about === undefined ? type : `${type} ${about}`;
}

function subject(event: HistoryEvent, history: readonly HistoryEvent[]): string | undefined {
  const scheduledId =
    event.activityTaskStartedEventAttributes?.scheduledEventId ??
    event.activityTaskCompletedEventAttributes?.scheduledEventId;
  const scheduled = history.find(({ eventId }) => eventId?.toString() === scheduledId?.toString()) ?? event;
  return (
    scheduled.activityTaskScheduledEventAttributes?.activityType?.name ??
    event.workflowExecutionSignaledEventAttributes?.signalName ??
    event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name ??
    undefined
  );
}

/** The middle one of an odd number of counts. */
export const median = (counts: readonly number[]): number =>
  [...counts].sort((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 0;
