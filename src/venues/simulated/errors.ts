import type { NotSent, OutcomeUnknown, Refused } from '../../ports/venue';
import type { HttpResult } from './client';
import { readRefusal } from './mapper';
import { partsOf } from './reading';
import type { ReportSource } from './reading';

/** What an answer other than success means for the request. */
export function classifyFailure(result: HttpResult, source: ReportSource): NotSent | OutcomeUnknown | Refused {
  if (result.kind === 'notSent') return { kind: 'notSent', reason: result.reason };
  if (result.kind === 'lost') return { kind: 'unknown', reason: result.reason };
  if (result.status === 429) {
    const retryAfterMs = retryAfter(result.retryAfter);
    return { kind: 'notSent', reason: 'TOO_MANY_REQUESTS', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (result.status >= 400 && result.status < 500) {
    const read = readRefusal(result.body, source);
    // Without a readable reason it may be a proxy that speaks, after the venue has the order.
    if (read === undefined)
      return { kind: 'unknown', reason: `HTTP ${String(result.status)} without a readable reason` };
    // It came after its `sendBy` by the venue's clock: booked nowhere, and the order is none the worse for it. Whose clock
    // is wrong, or whose request was slow, sends again.
    if (read.refusal.reason === 'EXPIRED_REQUEST') return { kind: 'notSent', reason: 'EXPIRED_REQUEST' };
    const parts = partsOf(read.readings);
    // A refusal may come with the life of an order that the venue has: unread, nobody may take it for never placed.
    return parts.unreadable !== undefined && parts.reports.length === 0
      ? { kind: 'unknown', reason: `${read.refusal.reason}, with reports that cannot be read`, ...parts }
      : { ...read.refusal, ...parts };
  }
  return { kind: 'unknown', reason: `HTTP ${String(result.status)}` };
}

function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,6}$/.test(header)) return undefined;
  return Number(header) * 1000;
}
