/** What a reconciliation finds; each finding becomes a record. */
import type { OrderId } from './ids';
import type { DecimalString } from './money';

export const FindingKind = {
  /** The venue reports a trade, a correction or a bust that is not booked here. */
  MISSING_FILL: 'MISSING_FILL',
  /** Booked here, and the venue has no such execution. */
  UNKNOWN_EXECUTION: 'UNKNOWN_EXECUTION',
  /** Open at the venue, and no order here is it. */
  ORPHAN_ORDER: 'ORPHAN_ORDER',
  /** Open at one side and not, or not yet, at the other. */
  STATE_DIFFERENCE: 'STATE_DIFFERENCE',
  /** Ordered or filled quantity, limit price, or quantity or price of an execution differ. */
  QUANTITY_DIFFERENCE: 'QUANTITY_DIFFERENCE',
  /** Open here, and not among what the venue has open. */
  MISSING_AT_VENUE: 'MISSING_AT_VENUE',
  /** Open here, and no workflow works on it. */
  UNATTENDED_ORDER: 'UNATTENDED_ORDER',
  /** The venue's position is not the sum of what was executed there. */
  POSITION_DIFFERENCE: 'POSITION_DIFFERENCE',
  CASH_DIFFERENCE: 'CASH_DIFFERENCE',
  /** The venue did not say: nothing is concluded of this part. */
  SOURCE_UNAVAILABLE: 'SOURCE_UNAVAILABLE',
} as const;
export type FindingKind = (typeof FindingKind)[keyof typeof FindingKind];

/**
 * CORRECT: reports of the venue that were not here are delivered to their order. ADOPT: the order is taken in. ESCALATE: a
 * person is told, nothing is changed. WAIT: left alone, the next run looks again.
 */
export const FindingAction = { CORRECT: 'CORRECT', ADOPT: 'ADOPT', ESCALATE: 'ESCALATE', WAIT: 'WAIT' } as const;
export type FindingAction = (typeof FindingAction)[keyof typeof FindingAction];

/** One side of a difference, by name; empty when that side has nothing. */
export type FindingSide = Readonly<Record<string, string>>;

export interface Finding {
  readonly kind: FindingKind;
  /** What it is about, once per kind and run: an order id, execution id, symbol, currency or source. */
  readonly key: string;
  readonly orderId?: OrderId;
  /** The id under which the venue is asked about it. */
  readonly clientOrderId?: string;
  readonly execId?: string;
  readonly venueOrderId?: string;
  /** As it is here. */
  readonly before: FindingSide;
  /** As the venue has it: what a correction makes of it here. */
  readonly after: FindingSide;
  /** Of amounts: after minus before. */
  readonly difference?: DecimalString;
  readonly reason: string;
  readonly action: FindingAction;
  /** What becomes of CORRECT when the venue, asked about this one order, has nothing new to say. */
  readonly otherwise?: 'ESCALATE' | 'WAIT';
  /** Place of the report in the venue's stream. */
  readonly sequence?: number;
}

/** What makes it the same finding when it is found again; amounts move with every trade, so their difference tells. */
export const findingIdentity = ({ kind, key, before, after, difference }: Finding): string =>
  JSON.stringify(difference === undefined ? [kind, key, before, after] : [kind, key, difference]);
