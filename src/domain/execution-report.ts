import { ZERO } from './money';
import type { DecimalString } from './money';
import type { OrdStatus } from './fix-view';
import type { Side } from './order-request';

/** FIX ExecType (tag 150), spelled out. */
export const ExecType = {
  NEW: 'NEW',
  TRADE: 'TRADE',
  CANCELED: 'CANCELED',
  REPLACED: 'REPLACED',
  PENDING_CANCEL: 'PENDING_CANCEL',
  PENDING_REPLACE: 'PENDING_REPLACE',
  REJECTED: 'REJECTED',
  EXPIRED: 'EXPIRED',
  TRIGGERED: 'TRIGGERED',
  DONE_FOR_DAY: 'DONE_FOR_DAY',
  SUSPENDED: 'SUSPENDED',
  /** The venue guarantees a price for a part of the order (FIX Stopped); not a fill. */
  STOPPED: 'STOPPED',
  RESTATED: 'RESTATED',
  TRADE_CORRECT: 'TRADE_CORRECT',
  TRADE_CANCEL: 'TRADE_CANCEL',
  ORDER_STATUS: 'ORDER_STATUS',
  /** The venue refused a cancel (FIX OrderCancelReject, CxlRejResponseTo 1). */
  CANCEL_REJECTED: 'CANCEL_REJECTED',
  /** The venue refused a replace (FIX OrderCancelReject, CxlRejResponseTo 2). */
  REPLACE_REJECTED: 'REPLACE_REJECTED',
} as const;
export type ExecType = (typeof ExecType)[keyof typeof ExecType];

/** One report of a venue about one order (FIX ExecutionReport, 35=8, and OrderCancelReject, 35=9). */
export interface ExecutionReport {
  readonly venue: string;
  readonly venueAccount: string;
  /** Position in the venue account's report stream, counted from 1 without a gap; 0 when the source has no sequence. */
  readonly sequence: number;
  /** Unique per venue and account (tag 17). */
  readonly execId: string;
  readonly execType: ExecType;
  /** Venue client order id to which the report answers (tag 11). */
  readonly clientOrderId: string;
  /** On answers to cancel and replace: the id before (tag 41). */
  readonly origClientOrderId?: string;
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly orderQuantity: DecimalString;
  /**
   * Of the whole order, all replaces included (tag 14). A connector whose venue replaces by cancel and new order adds up
   * what was filled under the earlier client order ids.
   */
  readonly cumQuantity: DecimalString;
  readonly leavesQuantity: DecimalString;
  /** On TRADE: this fill's quantity and price (tags 32, 31). */
  readonly lastQuantity?: DecimalString;
  readonly lastPrice?: DecimalString;
  /** On TRADE: did this side make or take liquidity (tag 851). */
  readonly liquidity?: 'MAKER' | 'TAKER';
  /** On TRADE: the venue's id of the match, which both sides of it have (tag 880); absent where it tells none. */
  readonly matchId?: string;
  /** On TRADE: the connector made it up from a total, as the venue does not tell the execution; the real one replaces it. */
  readonly inferred?: boolean;
  /** On TRADE: fee in `feeCurrency`; negative is a rebate. */
  readonly fee?: DecimalString;
  readonly feeCurrency?: string;
  /** Working limit and stop price after the report. */
  readonly limitPrice?: DecimalString;
  readonly stopPrice?: DecimalString;
  /** On TRADE_CORRECT and TRADE_CANCEL: the execution that is changed (tag 19). */
  readonly execRefId?: string;
  /** The order's state at the venue after the report, where the venue tells it (tag 39). */
  readonly ordStatus?: OrdStatus;
  /**
   * Coded reason: of a refusal, such as `TOO_LATE` or `UNKNOWN_ORDER`; on RESTATED `GT_CORPORATE_ACTION` for a split;
   * on CANCELED `REPLACED` when a replace took the order back and its new form is still to come.
   */
  readonly reason?: string;
  readonly text?: string;
  /** What came could not be read, and why: only its ids count, and the order it names refuses it. */
  readonly unreadable?: string;
  /**
   * The venue's (market) time of the event, epoch milliseconds (tag 60). Orders the reports of a venue that gives no
   * sequence: a source that tells whole seconds only must be brought to the end of its second.
   */
  readonly transactTimeMs: number;
}

/** What an order is told of a report that could not be read. */
export const unreadableReport = (
  about: Pick<ExecutionReport, 'venue' | 'venueAccount' | 'clientOrderId'> & { readonly execId?: string },
  why: string,
): ExecutionReport => ({
  ...{ venue: about.venue, venueAccount: about.venueAccount, clientOrderId: about.clientOrderId },
  ...{ execId: about.execId ?? 'UNREADABLE', execType: ExecType.ORDER_STATUS, unreadable: why, sequence: 0 },
  ...{ venueOrderId: '', symbol: '', side: 'BUY', orderQuantity: ZERO, cumQuantity: ZERO, leavesQuantity: ZERO },
  // No time, so that the order takes its own.
  transactTimeMs: -1,
});
