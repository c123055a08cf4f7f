/** What each fault does, in words: the table of docs/SIMULATED-VENUE.md is made of it. */
import type { FaultName, FaultParams } from './faults';
import { REPORT_PLACES, SPOILS } from './spoiled-reports';

/** One fault for its reader. */
export interface FaultMeaning {
  readonly meaning: string;
  /** The parameters that it reads. */
  readonly params: readonly (keyof FaultParams)[];
}

export const FAULT_MEANINGS: Readonly<Record<FaultName, FaultMeaning>> = {
  dropReplyAfterAccept: {
    meaning: 'does the work, then closes the connection without an answer; a refusal is still answered',
    params: ['operations'],
  },
  delayReply: { meaning: 'does the work and answers late', params: ['ms', 'operations'] },
  delayReports: { meaning: 'the stream tells new reports late, in order', params: ['ms'] },
  duplicateReports: { meaning: 'the stream tells each batch twice', params: [] },
  reorderReports: { meaning: 'the stream tells a batch one by one, the newest first', params: [] },
  refuseOrders: { meaning: 'refuses new orders (HTTP 422) and books nothing', params: ['reason'] },
  tooManyRequests: {
    meaning: 'answers HTTP 429 with `retry-after` and does not look at the request',
    params: ['retryAfterMs', 'operations'],
  },
  error503BeforeBooking: { meaning: 'answers HTTP 503 and does nothing', params: ['operations'] },
  error503AfterBooking: { meaning: 'does the work and answers HTTP 503', params: ['operations'] },
  disconnectStream: {
    meaning: 'closes every stream; with `durationMs` no stream can be opened for that long either',
    params: [],
  },
  forgetFilledIds: {
    meaning: 'frees the client order id of an order as soon as it is filled: only history still finds it',
    params: ['hideHistoryMs'],
  },
  restart: {
    meaning: 'does the work, then the process of all venues ends without an answer and is started again',
    params: ['operations'],
  },
  garbageAnswer: { meaning: 'does the work and answers half a JSON', params: ['operations'] },
  lateIndex: { meaning: 'no lookup finds an order before it is this old', params: ['ms'] },
  unreadableReports: {
    meaning: 'tells the newest report of a message or answer so that nobody can read it',
    params: ['how', 'places'],
  },
};

const list = (values: readonly string[]): string => values.map((value) => `\`${value}\``).join(', ');

export const FAULT_PARAM_MEANINGS: Readonly<Record<keyof FaultParams, string>> = {
  ms: 'how late or how old, milliseconds; `delayReply` 1000 when absent, the others 0, which does nothing',
  reason: 'the coded reason of the refusal; `REFUSED_BY_FAULT` when absent',
  retryAfterMs: 'what the answer asks to wait, milliseconds; 1000 when absent',
  hideHistoryMs: 'history does not find the order either for so long after its last change; 0 when absent',
  how: `one of ${list(SPOILS)}; \`textForNumber\` when absent`,
  places: `any of ${list(REPORT_PLACES)}: the stream, the query that fills its gaps, the questions for one order, the answers to requests; the stream when absent`,
  operations: 'requests that it strikes: any of `submit`, `cancel`, `replace`, `query`; all but `query` when absent',
};
