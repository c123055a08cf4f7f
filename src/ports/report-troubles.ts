import type { ExecutionReport } from '../domain/execution-report';
import type { OrderId } from '../domain/ids';
import type { UnreadableReport } from './venue';

/** What people must look at: reports that cannot be read, and execution ids that were used twice. */
export interface ReportTroubles {
  /**
   * Keeps unreadable reports of one venue account, each once, up to a bound, and the position to which its stream was
   * passed (0 for what came by another way). Answers with those not kept before, and how many found no room.
   */
  keepUnreadable(
    venue: string,
    venueAccount: string,
    unreadable: readonly UnreadableReport[],
    position: number,
  ): Promise<{ readonly fresh: readonly UnreadableReport[]; readonly dropped: number }>;
  /** Unreadable reports for which the venue is to be asked now, those that wait longest first. */
  due(venue: string, venueAccount: string, limit: number): Promise<readonly UnreadableEntry[]>;
  /** Counts a question and puts the next one off. */
  putOff(entry: UnreadableEntry, waitMs: number): Promise<void>;
  /** Notes that the order was told, is over, or that there is none. */
  markTold(entry: UnreadableEntry, how: 'ORDER' | 'OVER' | 'NONE'): Promise<void>;
  /** Ends the questions: a copy that can be read is in the inbox, or nothing names what to ask for. */
  markSettled(entry: UnreadableEntry, how: 'READABLE' | 'NAMELESS'): Promise<void>;
  /**
   * Whether a report that cannot be read yet, and came within two minutes, may tell whose this one is: it names the same
   * client order id, or none.
   */
  mayExplain(report: ExecutionReport): Promise<boolean>;
  /** Execution ids under which other content or another order came, of which nobody was told yet, oldest first. */
  conflicts(venue: string, venueAccount: string, limit: number): Promise<readonly ExecutionConflict[]>;
  markConflictTold(conflict: ExecutionConflict): Promise<void>;
}

export interface UnreadableEntry extends Pick<UnreadableReport, 'sequence' | 'execId' | 'clientOrderId' | 'why'> {
  readonly id: string;
  /** Whether `markTold` was called. */
  readonly isTold: boolean;
  /** How often the venue was asked. */
  readonly asked: number;
  /** The order whose intent carries the client order id, when that can be read. */
  readonly orderId?: OrderId;
}

export interface ExecutionConflict {
  readonly venue: string;
  readonly venueAccount: string;
  readonly execId: string;
  /** The one that stands. */
  readonly first: ConflictSide;
  /** Those kept aside. */
  readonly others: readonly ConflictSide[];
}

export interface ConflictSide {
  /** Absent when the report belongs to no order of ours. */
  readonly orderId?: OrderId;
  readonly clientOrderId: string;
  readonly venueOrderId: string;
}
