import type { ReportPlace, Spoil } from './spoiled-reports';

/** What can be made to go wrong at a simulated venue, each by its own name. */
export const FAULT_NAMES = [
  'dropReplyAfterAccept',
  'delayReply',
  'delayReports',
  'duplicateReports',
  'reorderReports',
  'refuseOrders',
  'tooManyRequests',
  'error503BeforeBooking',
  'error503AfterBooking',
  'disconnectStream',
  'forgetFilledIds',
  'restart',
  'garbageAnswer',
  'lateIndex',
  'unreadableReports',
] as const;
export type FaultName = (typeof FAULT_NAMES)[number];

/** Requests on which the transport faults act; `query` is off unless a fault names it. */
export type FaultOperation = 'submit' | 'cancel' | 'replace' | 'query';

/** What a fault may be told; each fault reads its own part. */
export interface FaultParams {
  /** delayReply, delayReports, lateIndex. */
  readonly ms?: number | undefined;
  /** refuseOrders. */
  readonly reason?: string | undefined;
  /** tooManyRequests. */
  readonly retryAfterMs?: number | undefined;
  /** forgetFilledIds: history hides a filled order for this long, too. */
  readonly hideHistoryMs?: number | undefined;
  /** unreadableReports: in which way, `textForNumber` when absent, and where, the stream when absent. */
  readonly how?: Spoil | undefined;
  readonly places?: readonly ReportPlace[] | undefined;
  /** Transport faults act on these only; submit, cancel and replace when absent. */
  readonly operations?: readonly FaultOperation[] | undefined;
}

interface ActiveFault {
  readonly params: FaultParams;
  left: number;
  readonly untilMs: number;
}

/** The faults that are switched on at one venue; forgotten when its process ends. */
export class FaultSwitches {
  private readonly active = new Map<FaultName, ActiveFault>();

  constructor(private readonly nowMs: () => number) {}

  /** Switches a fault on for `count` uses and `durationMs`, whichever ends first; without both until it is cleared. */
  set(
    fault: FaultName,
    options: { count?: number | undefined; durationMs?: number | undefined; params?: FaultParams | undefined },
  ): void {
    this.active.set(fault, {
      params: options.params ?? {},
      left: options.count ?? Infinity,
      untilMs: options.durationMs === undefined ? Infinity : this.nowMs() + options.durationMs,
    });
  }

  /** Switches one fault off, or all. */
  clear(fault?: FaultName): void {
    if (fault === undefined) this.active.clear();
    else this.active.delete(fault);
  }

  /** The fault's parameters while it is on; does not use it up. */
  peek(fault: FaultName): FaultParams | undefined {
    const found = this.active.get(fault);
    if (found === undefined) return undefined;
    if (found.left > 0 && this.nowMs() < found.untilMs) return found.params;
    this.active.delete(fault);
    return undefined;
  }

  /** The fault's parameters while it is on; uses it once. */
  take(fault: FaultName, operation?: FaultOperation): FaultParams | undefined {
    const params = this.peek(fault);
    if (params === undefined) return undefined;
    if (operation !== undefined && !(params.operations ?? ['submit', 'cancel', 'replace']).includes(operation))
      return undefined;
    const found = this.active.get(fault);
    if (found !== undefined) found.left -= 1;
    return params;
  }

  /** What is on now. */
  list(): readonly { readonly fault: FaultName; readonly left: number | null; readonly params: FaultParams }[] {
    return FAULT_NAMES.flatMap((fault) => {
      const params = this.peek(fault);
      const left = this.active.get(fault)?.left ?? 0;
      return params === undefined ? [] : [{ fault, left: Number.isFinite(left) ? left : null, params }];
    });
  }
}
