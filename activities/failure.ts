/** Maps what goes wrong in an activity to failures that Temporal retries, or not. */
import { ApplicationFailure } from '@temporalio/common';

/** Nothing was sent or stored: Temporal tries again, after `retryAfterMs` when the other side asked for a pause. */
export function retryLater(
  code: 'NOT_SENT' | 'RATE_LIMITED' | 'VENUE_UNAVAILABLE' | 'STORE_UNAVAILABLE',
  text: string,
  retryAfterMs?: number,
  cause?: unknown,
): ApplicationFailure {
  return ApplicationFailure.create({
    type: code,
    message: `${code}: ${text}`,
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
    ...(cause instanceof Error ? { cause } : {}),
  });
}

/** A defect of ours or of the configuration: trying again cannot help, people must look. */
export function bug(text: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`BUG: ${text}`, 'BUG');
}
