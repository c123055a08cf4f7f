import type { ExecutionReport } from './execution-report';
import type { OrderId, VenueClientOrderId } from './ids';
import { venueClientOrderId } from './ids';
import type { MarketClock } from './market-clock';
import { add, divideRounded, greaterThan, isZero, maximum, subtract, ZERO } from './money';
import type { DecimalString } from './money';
import type { Fill } from './order-events';
import type { OrderChange, OrderRequest, Violation } from './order-request';
import type { RouteDecision } from './routing';
import type { Told } from './told';

/** The states of an order, one word per idea, in FIX spelling. */
export const OrderStatus = {
  CREATED: 'CREATED',
  DENIED: 'DENIED',
  HELD: 'HELD',
  SUBMITTING: 'SUBMITTING',
  SUBMIT_UNKNOWN: 'SUBMIT_UNKNOWN',
  SUBMITTED: 'SUBMITTED',
  ACCEPTED: 'ACCEPTED',
  PARTIALLY_FILLED: 'PARTIALLY_FILLED',
  PENDING_CANCEL: 'PENDING_CANCEL',
  PENDING_REPLACE: 'PENDING_REPLACE',
  SUSPENDED: 'SUSPENDED',
  DONE_FOR_DAY: 'DONE_FOR_DAY',
  FILLED: 'FILLED',
  CANCELED: 'CANCELED',
  EXPIRED: 'EXPIRED',
  REJECTED: 'REJECTED',
} as const;
export type OrderStatus = (typeof OrderStatus)[keyof typeof OrderStatus];

export const TERMINAL_STATUSES = ['DENIED', 'FILLED', 'CANCELED', 'EXPIRED', 'REJECTED'] as const;
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];
export const isTerminal = (status: OrderStatus): status is TerminalStatus =>
  (TERMINAL_STATUSES as readonly string[]).includes(status);

/** How many of the newest fills an order carries; older ones live in the database and in its aggregates. */
export const FILLS_KEPT = 50;

/** How many of the newest foreign client order ids an order carries. */
export const RENAMES_KEPT = 50;

/** All trades of an order that settle at one time. */
export interface SettlementDue {
  readonly settleAtMs: number;
  readonly trades: number;
  readonly quantity: DecimalString;
  readonly status: 'BOOKED' | 'FAILED' | 'SETTLED' | 'ESCALATED';
  readonly attempts: number;
}

/** A denial that a second person may override, and what came of it. */
export interface Override {
  /** What would deny the order; a person has seen exactly these. */
  readonly reasons: readonly Violation[];
  /** Wall time until which it may be approved. */
  readonly approveByMs: number;
  readonly approval?: {
    readonly commandId: string;
    readonly by: string;
    readonly reason: string;
    /** Codes of the checks that do not count for this order any more. */
    readonly waived: readonly string[];
  };
}

/**
 * An order as plain JSON: the fold of its events. `status` is derived from the facts below it, so that a fill during a
 * pending cancel changes quantities and not the pending flag.
 */
export interface Order {
  readonly orderId: OrderId;
  /** Number of events applied. */
  readonly version: number;
  readonly request: OrderRequest;
  /** Who asked for it, an alias, where that was told: no part of its content. */
  readonly submittedBy?: string;
  readonly status: OrderStatus;
  /** Why it is in this status, as a sentence. */
  readonly why: string;

  /** Working total quantity and prices, after replaces. */
  readonly quantity: DecimalString;
  readonly limitPrice?: DecimalString;
  readonly stopPrice?: DecimalString;
  readonly filledQuantity: DecimalString;
  readonly leavesQuantity: DecimalString;
  readonly unfilledAtEnd: DecimalString;
  readonly overfill: DecimalString;
  /** Σ quantity × price over all fills, exact; the average price is recomputed from it. */
  readonly notional: DecimalString;
  /** `notional / filledQuantity`, 12 decimals; absent without fills. */
  readonly averagePrice?: DecimalString;
  readonly fees: Readonly<Record<string, DecimalString>>;

  readonly submission: 'NONE' | 'SENDING' | 'UNKNOWN' | 'SENT' | 'ACKNOWLEDGED';
  readonly held?: 'TRIGGER' | 'APPROVAL';
  /** Since the checks asked for a second person. */
  readonly override?: Override;
  readonly triggered: boolean;
  readonly suspended: boolean;
  readonly doneForDay: boolean;
  /** The venue guarantees a price for a part (FIX Stopped). */
  readonly stopped?: boolean;
  /** What the venue says is pending; beside `pendingCancel` and `pendingReplace`, which are pending since we asked. */
  readonly venuePending?: {
    readonly cancel: boolean;
    /** Steps of the replaces that the venue works on. */
    readonly replaceSteps: readonly number[];
    /** Step of a replace of which the venue has done the cancel and owes the new order. */
    readonly halfDoneStep?: number;
  };
  /** How new what the venue told is. */
  readonly told?: Told;
  /** Corrections whose execution is not here yet. */
  readonly heldReports?: readonly ExecutionReport[];
  readonly pendingCancel?: { readonly commandId: string; readonly reason: string };
  readonly pendingReplace?: { readonly commandId: string; readonly step: number; readonly change: OrderChange };
  readonly queuedReplaces: readonly { readonly commandId: string; readonly change: OrderChange }[];
  readonly end?: TerminalStatus;
  readonly reasons: readonly Violation[];

  readonly route?: RouteDecision;
  readonly venueAccount?: string;
  readonly clientOrderIdBase?: string;
  /** Step of the client order id under which the venue works the order, and the highest one ever used. */
  readonly acceptedStep: number;
  readonly lastStep: number;
  readonly venueOrderId?: string;
  /** An order that the venue reported and nobody here sent: known by its venue order id, worked under this client order id. */
  readonly adopted?: { readonly clientOrderId: string };
  /**
   * Steps of other client order ids than `<base>-<step>`, newest last: somebody else changed the order at its venue under
   * an id of theirs, or their change came between and ours was done after it.
   */
  readonly renamed?: readonly { readonly step: number; readonly clientOrderId: string }[];

  /** The greatest cumulative quantity that the venue reported; above `filledQuantity` a fill is still to come. */
  readonly venueCumQuantity: DecimalString;
  readonly fillCount: number;
  readonly fills: readonly Fill[];
  /** Keys of every execution applied ({@link hasExecution}), for deduplication; also across continue-as-new. */
  readonly executionIds: readonly string[];
  readonly settlements: readonly SettlementDue[];
  /** The clock of a replayed market; absent in life. */
  readonly clock?: MarketClock;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Execution ids up to this length are their own key: 5,000 of them are 120 KB, half of what one payload may hold. */
const EXECUTION_KEY_MAX = 20;

/** The key under which an order remembers an execution: the id itself, or some 100 bits of a hash of a long one. */
function executionKey(execId: string): string {
  return execId.length <= EXECUTION_KEY_MAX ? execId : `${hash52(execId, 1)}${hash52(execId, 2)}`;
}
/**
 * The keys of each list as a set, made once and handed on to the list that is one longer: an order of 5,000 fills would
 * otherwise look through 12 million keys, seconds in which its worker does nothing else. A set belongs to its list as long
 * as their sizes agree, as it only ever grows.
 */
const KEY_SETS = new WeakMap<readonly string[], Set<string>>();
function keysOf(executionIds: readonly string[]): Set<string> {
  const known = KEY_SETS.get(executionIds);
  if (known?.size === executionIds.length) return known;
  const fresh = new Set(executionIds);
  KEY_SETS.set(executionIds, fresh);
  return fresh;
}
/** Whether an execution was applied already. */
export const hasExecution = (order: Pick<Order, 'executionIds'>, execId: string): boolean =>
  keysOf(order.executionIds).has(executionKey(execId));
/** The keys of many executions, as an order carries them. */
export const executionKeys = (execIds: readonly string[]): readonly string[] => execIds.map(executionKey);
/** The keys with one more. */
export function withExecution(executionIds: readonly string[], execId: string): readonly string[] {
  const key = executionKey(execId);
  const longer = [...executionIds, key];
  KEY_SETS.set(longer, keysOf(executionIds).add(key));
  return longer;
}

/** 52 bits of a text in 10 characters (cyrb53): no defence against forgery, which the venue's own stream needs none of. */
function hash52(text: string, seed: number): string {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (1048575 & low) + (high >>> 0)).toString(36).padStart(11, '0').slice(-10);
}

/** The client order id under which the venue knows the order now. */
export function workingClientOrderId(order: Order): VenueClientOrderId | undefined {
  if (order.adopted !== undefined) return order.adopted.clientOrderId as VenueClientOrderId;
  const given = order.renamed?.find(({ step }) => step === order.acceptedStep);
  if (given !== undefined) return given.clientOrderId as VenueClientOrderId;
  return order.clientOrderIdBase === undefined
    ? undefined
    : venueClientOrderId(order.clientOrderIdBase, order.acceptedStep);
}

/** The order's status, derived from its facts by FIX precedence (Appendix D): pending cancel over pending replace over the rest. */
export function deriveStatus(order: Omit<Order, 'status'>): OrderStatus {
  if (order.pendingCancel !== undefined) return 'PENDING_CANCEL';
  if (order.pendingReplace !== undefined) return 'PENDING_REPLACE';
  if (order.end !== undefined) return order.end;
  if (order.doneForDay) return 'DONE_FOR_DAY';
  if (order.suspended) return 'SUSPENDED';
  if (order.held !== undefined) return 'HELD';
  if (order.submission === 'UNKNOWN') return 'SUBMIT_UNKNOWN';
  if (order.submission === 'SENDING') return 'SUBMITTING';
  if (!isZero(order.filledQuantity)) return 'PARTIALLY_FILLED';
  if (order.submission === 'SENT') return 'SUBMITTED';
  return order.submission === 'ACKNOWLEDGED' ? 'ACCEPTED' : 'CREATED';
}

/** It waits for a second person: nothing is reserved and nothing was sent. */
export const awaitsApproval = ({ held }: Pick<Order, 'held'>): boolean => held === 'APPROVAL';

/** The venue works it on beyond today: done for the day, it keeps what is open (FIX 4.4 Appendix D, H.1.a). */
export const outlivesTheDay = ({ request: { timeInForce } }: Pick<Order, 'request'>): boolean =>
  timeInForce === 'GTC' || timeInForce === 'GTD';

/**
 * Recomputes every quantity that follows from others (promise 1):
 * `leaves = max(0, ordered − filled)` while working and 0 at the end; `filled + leaves + unfilledAtEnd = ordered + overfill`.
 */
export function withQuantities<T extends Omit<Order, 'status'>>(order: T): T {
  const open = maximum(ZERO, subtract(order.quantity, order.filledQuantity));
  const closed = order.end !== undefined || (order.doneForDay && !outlivesTheDay(order));
  const averagePrice = isZero(order.filledQuantity)
    ? undefined
    : divideRounded(order.notional, order.filledQuantity, 12);
  const { averagePrice: _before, ...rest } = order;
  return {
    ...(rest as T),
    leavesQuantity: closed ? ZERO : open,
    unfilledAtEnd: closed ? open : ZERO,
    overfill: maximum(ZERO, subtract(order.filledQuantity, order.quantity)),
    ...(averagePrice === undefined ? {} : { averagePrice }),
  };
}

/** The rules of promise 1 that an order breaks, as sentences; empty when it is sound. */
export function brokenInvariants(order: Order): readonly string[] {
  const left = add(add(order.filledQuantity, order.leavesQuantity), order.unfilledAtEnd);
  const right = add(order.quantity, order.overfill);
  const broken: string[] = [];
  if (left !== right) broken.push(`filled + leaves + unfilledAtEnd = ${left}, ordered + overfill = ${right}`);
  if (order.end !== undefined && !isZero(order.leavesQuantity)) broken.push('leaves is not 0 at the end');
  if (order.end === 'FILLED' && greaterThan(order.quantity, order.filledQuantity))
    broken.push('FILLED below its quantity');
  if (keysOf(order.executionIds).size !== order.executionIds.length) broken.push('an execution was applied twice');
  return broken;
}
