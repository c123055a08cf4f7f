import type { TradingStateAnswer, TradingStateCommand } from '../contracts/kill-switch';
import type { OrderId } from '../domain/ids';
import type { LimitScope, TradingState } from '../domain/risk/limits';

/** A trading state as it is in force. */
export interface TradingStateRow {
  readonly scope: LimitScope;
  readonly state: TradingState;
  readonly version: number;
  readonly actor: string;
  readonly approvedBy?: string;
  readonly reason: string;
  readonly atMs: number;
}

/** An order that a kill switch has to see closed. */
export interface OrderToClose {
  readonly orderId: OrderId;
  /** Absent: it was never routed, or is not recorded yet. */
  readonly venue?: string;
  readonly venueAccount?: string;
  /** Client order ids at the venue begin with it. */
  readonly clientOrderIdBase?: string;
  readonly status: string;
  /** The order has ended here. */
  readonly ended: boolean;
}

/** Trading states set by hand, and the proof of what a kill switch closed; every method is one transaction. */
export interface TradingStates {
  /**
   * Sets a scope's state once per command id; allowing more than before needs a second person. When it has answered,
   * every decision made before it is in the database and every later one sees the new state.
   */
  set(scope: LimitScope, command: TradingStateCommand, wallMs: number): Promise<TradingStateAnswer>;
  /** Every state that was ever set, in force now. */
  states(): Promise<readonly TradingStateRow[]>;
  /** Notes orders as found by this command. */
  found(commandId: string, orderIds: readonly OrderId[]): Promise<void>;
  /**
   * Notes the orders that are open in the scope as well, and answers with all that are not proved closed.
   *
   * @param startedBeforeMs Wall time in epoch milliseconds; later ones are left alone.
   */
  toClose(scope: LimitScope, commandId: string, startedBeforeMs?: number): Promise<readonly OrderToClose[]>;
  /** Keeps the proof that orders are closed. */
  proved(commandId: string, orders: readonly { orderId: OrderId; proof: string }[], wallMs: number): Promise<void>;
  /** How many orders the command has found and how many of them are proved closed. */
  progress(commandId: string): Promise<{ readonly found: number; readonly closed: number }>;
  /** The orders of a command and the proofs, for people. */
  orders(commandId: string): Promise<readonly { orderId: OrderId; proof?: string; closedAtMs?: number }[]>;
}
