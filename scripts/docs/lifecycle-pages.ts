import { isTerminal, OrderStatus } from '../../src/domain/order';
import type { OrderEventType } from '../../src/domain/order-events';
import { LIFECYCLE } from '../../src/domain/order-lifecycle';

const STATUSES = Object.values(OrderStatus);
const EVENTS = [...new Set(STATUSES.flatMap((status) => Object.keys(LIFECYCLE[status])))] as OrderEventType[];

/** Status by event: what may follow, `=` for no change, empty for a refusal. */
export function lifecycleTable(): string {
  const rows = EVENTS.map((event) => {
    const cells = STATUSES.map((status) => {
      const following = LIFECYCLE[status][event];
      if (following === undefined) return '';
      return following === 'keeps' ? '=' : following.map((next) => short(next)).join(' ');
    });
    return `| ${event} | ${cells.join(' | ')} |`;
  });
  const legend = STATUSES.map((status) => `${short(status)} ${status}`).join(' · ');
  return [
    legend,
    '',
    `| event | ${STATUSES.map(short).join(' | ')} |`,
    `|---|${STATUSES.map(() => '---|').join('')}`,
    ...rows,
  ].join('\n');
}

/** The moves between statuses as a Mermaid state diagram; events that keep the status are left out. */
export function lifecycleDiagram(): string {
  const moves = new Map<string, string[]>();
  for (const status of STATUSES) {
    for (const event of EVENTS) {
      const following = LIFECYCLE[status][event];
      if (following === undefined || following === 'keeps') continue;
      for (const next of following.filter((candidate) => candidate !== status)) {
        const key = `${status} --> ${next}`;
        moves.set(key, [...(moves.get(key) ?? []), event]);
      }
    }
  }
  // Statuses that no order reaches yet would be islands that only confuse.
  const reachable = new Set(['CREATED', ...[...moves.keys()].map((key) => key.split(' --> ')[1] ?? '')]);
  const lines = [...moves]
    .filter(([key]) => reachable.has(key.split(' --> ')[0] ?? ''))
    .map(([key, events]) => `  ${key}: ${events.join(' / ')}`);
  const ends = STATUSES.filter(isTerminal).map((status) => `  ${status} --> [*]`);
  return ['```mermaid', 'stateDiagram-v2', '  [*] --> CREATED', ...lines, ...ends, '```'].join('\n');
}

/** A column's head: the beginning of each word, with the last letter where another status begins the same way. */
function short(status: OrderStatus): string {
  const isAlone = STATUSES.every((other) => other === status || beginning(other) !== beginning(status));
  return isAlone ? beginning(status) : `${beginning(status)}${status.slice(-1)}`;
}
const beginning = (status: OrderStatus): string =>
  status
    .split('_')
    .map((word) => word.slice(0, status.includes('_') ? 2 : 3))
    .join('');

const OTHER_NAMES: Readonly<Record<OrderStatus, readonly [string, string]>> = {
  CREATED: ['A Pending New (before anything is sent)', 'INITIALIZED, VALIDATED, ROUTED'],
  DENIED: ['no report: the venue never sees it', 'ERROR, RISK_REJECTED'],
  HELD: ['0 New with WorkingIndicator N', 'EMULATED, PENDING_APPROVAL'],
  SUBMITTING: ['A Pending New', 'PENDING_SUBMISSION, PENDING_NEW, RELEASED'],
  SUBMIT_UNKNOWN: ['A Pending New', 'SUBMITTED (in flight)'],
  SUBMITTED: ['A Pending New', 'PENDING_NEW'],
  ACCEPTED: ['0 New', 'NEW, ACKNOWLEDGED, OPEN'],
  PARTIALLY_FILLED: ['1 Partially Filled', 'PARTIAL'],
  PENDING_CANCEL: ['6 Pending Cancel', 'CANCELING'],
  PENDING_REPLACE: ['E Pending Replace', 'PENDING_UPDATE'],
  SUSPENDED: ['9 Suspended', 'HALTED'],
  DONE_FOR_DAY: ['3 Done for Day', 'DONE'],
  FILLED: ['2 Filled', 'EXECUTED, SETTLEMENT_PENDING until its trades settle, then FINALIZED'],
  CANCELED: ['4 Canceled', 'CANCELLED'],
  EXPIRED: ['C Expired', 'EXPIRED'],
  REJECTED: ['8 Rejected', 'REJECTED'],
};

/** What FIX has as a status and we do not. */
const NO_STATUS_OF_OURS = [
  '| `stopped`, a fact beside the status | 7 Stopped | GUARANTEED |',
  '| the status that follows | 5 Replaced (no OrdStatus any more since FIX 4.3) | REPLACED |',
  '| none: never of a single order | B Calculated, D Accepted for Bidding | |',
];

/** What other systems call our statuses. */
export function statusNamesTable(): string {
  const rows = STATUSES.map((status) => `| ${status} | ${OTHER_NAMES[status][0]} | ${OTHER_NAMES[status][1]} |`);
  return ['| status | FIX OrdStatus (39) | elsewhere |', '|---|---|---|', ...rows, ...NO_STATUS_OF_OURS].join('\n');
}
