/** Payloads of the kill switch: plain JSON that any Temporal client can write and read. Types only. */
import type { OrderId } from '../domain/ids';
import type { LimitScope, TradingState } from '../domain/risk/limits';

/** Input of workflow `killSwitch`; one runs per scope, what it does comes by messages. */
export interface KillSwitchInput {
  /** Whom it is for; `{}` is the whole firm. */
  readonly scope: LimitScope;
  /** Only from the workflow itself, at continue-as-new. */
  readonly carried?: {
    readonly command: TradingStateCommand;
    readonly rounds: number;
    readonly unnoted: readonly OrderId[];
    /** When the state was in force; absent when an earlier version carried on. */
    readonly inForceAtMs?: number;
  };
}

/** Sets what a scope may send. The same command id is the same command, however often it is sent. */
export interface TradingStateCommand {
  readonly commandId: string;
  readonly state: TradingState;
  /** Who asks for it, an alias. */
  readonly actor: string;
  readonly reason: string;
  /** A second person; needed to allow more than before. */
  readonly approvedBy?: string;
}

/** What became of a command. */
export type TradingStateAnswer =
  | { readonly kind: 'set'; readonly before: TradingState; readonly state: TradingState; readonly version: number }
  /** Nothing was changed; `rule` says what is missing. */
  | { readonly kind: 'refused'; readonly before: TradingState; readonly rule: string };

/** An order that is not proved closed. */
export interface UnprovedOrder {
  readonly orderId: OrderId;
  readonly venue?: string;
  readonly status: string;
  /** Why it counts as open: what it is here, or what its venue says of it. */
  readonly why: string;
}

/** Where a kill switch stands: answer of query `killSwitchReport`. */
export interface KillSwitchReport {
  readonly scope: LimitScope;
  /** The last command that is being carried out; absent before the first. */
  readonly command?: TradingStateCommand;
  /** The answer to it, as soon as the database has it: from then on no new order passes. */
  readonly answer?: TradingStateAnswer;
  readonly rounds: number;
  /** Orders that were open in the scope since the command, and how many of them are proved closed at their venues. */
  readonly found: number;
  readonly closed: number;
  /** Up to 100 of the others. */
  readonly open: readonly UnprovedOrder[];
  /** Nothing is left to do: the state is set and every order that was open is proved closed. */
  readonly done: boolean;
  /** What keeps it from going on, as of the last round. */
  readonly trouble?: string;
}
