/** Runs what an order's facts call for: starts activities, turns their results into events. */
import { CancellationScope } from '@temporalio/workflow';
import type { PreTradeResult, VenueResult } from '../activities/contract';
import { outlivesTheDay } from '../src/domain/order';
import { CANCEL_OVERDUE_MS, MISSING_FILL_GRACE_MS, retryDelayMs, wantedWork } from '../src/domain/order-work';
import type { Work, WorkFacts } from '../src/domain/order-work';
import { orderActivities, venueActivities, venueCancelActivities } from './activity-options';
import { OrderCorrections } from './order-corrections';
import type { OrderDesk } from './order-desk';
import { OrderDoubts } from './order-doubts';
import { OrderHolds } from './order-holds';
import { atVenue, preTradeInput, replaceInput, submitInput } from './order-inputs';
import { OrderSettlement } from './order-settlement';
import { directlyIn } from './order-turns';
import { workFacts } from './work-facts';

/**
 * How long after its start an order that the venue proves not to have may still be sent: a price of minutes ago is not
 * the price that the strategy meant. Resting orders carry their own price and may go out later.
 */
const SEND_UNTIL_MS = { resting: 10 * 60_000, immediate: 30_000 } as const;

const REDUCES_RISK: ReadonlySet<Work> = new Set<Work>(['cancel', 'abandon']);

export class OrderWorks {
  private readonly inFlight = new Set<Work>();
  private readonly arrived: (() => void)[] = [];
  private submission: CancellationScope | undefined;

  private readonly corrections: OrderCorrections;
  private readonly doubts: OrderDoubts;
  private readonly holds: OrderHolds;
  private readonly settlement: OrderSettlement;

  constructor(
    private readonly desk: OrderDesk,
    private readonly takesEachThing: boolean,
  ) {
    this.corrections = new OrderCorrections(desk);
    this.doubts = new OrderDoubts(desk);
    this.holds = new OrderHolds(desk);
    this.settlement = new OrderSettlement(desk);
  }

  private get progress() {
    return this.desk.progress;
  }
  get isIdle(): boolean {
    return this.inFlight.size === 0;
  }
  get arrivals(): number {
    return this.arrived.length;
  }

  /** Keeps what came in until its turn. */
  readonly arrive = (apply: () => void): void => {
    this.arrived.push(apply);
  };

  /** Applies the results of finished activities, in order of their arrival; at most so many. */
  takeResults(most = Infinity): void {
    for (const apply of this.arrived.splice(0, most)) apply();
  }

  /**
   * Starts everything that is wanted now; returns the wall time of the next thing that is wanted later.
   *
   * @param only `reducing`: nothing new but what takes the order off the market, which never waits.
   */
  start(only: 'all' | 'reducing'): number | undefined {
    this.noticeDebts();
    this.releaseToVenue();
    this.holds.end();
    this.endDoneForDay();
    const { wallMs } = this.desk;
    let next: number | undefined;
    for (const { work, atMs } of wantedWork(this.desk.order, this.facts())) {
      if (only === 'reducing' && !REDUCES_RISK.has(work)) continue;
      if (atMs <= wallMs) this.begins[work]();
      else next = Math.min(next ?? atMs, atMs);
    }
    const heldUntil = this.holds.untilWallMs(this.facts().expiresAtWallMs);
    // Past its end it waits for a replace that is out, whose answer wakes the loop: a timer in the past would spin.
    return heldUntil === undefined || heldUntil <= wallMs ? next : Math.min(next ?? heldUntil, heldUntil);
  }

  private facts(): WorkFacts {
    return workFacts(this.desk, this.inFlight, this.settlement.nextDue()?.atWallMs);
  }

  /** What the venue owes: from when on it is asked. */
  private noticeDebts(): void {
    const { order, wallMs } = this.desk;
    if (order.pendingCancel === undefined)
      this.progress.cancelDelivered = this.progress.cancelWaitsForSubmission = false;
    if (order.submission === 'ACKNOWLEDGED') this.progress.cancelWaitsForSubmission = false;
    if (!this.desk.missesExecution && !this.progress.cancelDelivered) this.progress.askFromMs = 0;
    else if (this.progress.askFromMs === 0)
      this.progress.askFromMs = wallMs + (this.desk.missesExecution ? MISSING_FILL_GRACE_MS : CANCEL_OVERDUE_MS);
    // A submission that waits for its next try must not outlive the wish to cancel.
    if (order.pendingCancel !== undefined && order.submission === 'SENDING') this.submission?.cancel();
  }

  /** An approved order goes to its venue, or is held here until the market reaches its stop price. */
  private releaseToVenue(): void {
    const { order, market } = this.desk;
    if (order.status !== 'CREATED' || order.clientOrderIdBase === undefined) return;
    if (market.holdsStop && !order.triggered)
      this.desk.commit('pre-trade', 'system', [{ type: 'OrderHeld', why: 'TRIGGER' }]);
    else this.desk.commit('pre-trade', 'system', [{ type: 'SubmissionStarted', step: order.acceptedStep }]);
  }

  /** A day order that its venue was done with for the day is over with the day. */
  private endDoneForDay(): void {
    const { order } = this.desk;
    const isDone = order.doneForDay && order.end === undefined && !outlivesTheDay(order) && this.desk.isOver;
    if (!isDone || order.pendingCancel !== undefined || order.pendingReplace !== undefined) return;
    this.desk.commit('expiry', 'timer', [{ type: 'OrderExpired', reason: 'done for the day, and the day is over' }]);
  }

  /** How each kind of work is started. */
  private readonly begins: Readonly<Record<Work, () => void>> = {
    preTrade: () => {
      this.run('preTrade', this.preTrade(), (result) => {
        this.takePreTrade(result);
      });
    },
    submit: () => {
      this.run('submit', this.submit(), (result) => {
        this.takeSubmission(result);
      });
    },
    abandon: () => {
      this.run('abandon', this.find(true), (result) => {
        this.takeSubmission(result);
      });
    },
    cancel: () => {
      this.run('cancel', this.cancel(), (result) => {
        this.takeCancel(result);
      });
    },
    replace: () => {
      this.run('replace', this.replace(), (result) => {
        this.takeReplace(result);
      });
    },
    ask: () => {
      this.run('ask', this.find(false), (result) => {
        this.takeFound(result);
      });
    },
    recall: () => {
      this.run('recall', this.corrections.recall(), (fills) => {
        this.resolved('recall');
        if (!this.corrections.takeRecalled(fills)) this.later('recall');
      });
    },
    settle: () => {
      const due = this.settlement.nextDue()?.due;
      if (due === undefined) return;
      this.run('settle', this.settlement.settle(due), (result) => {
        if (result.kind === 'settled') this.resolved('settle');
        this.settlement.take(due, result);
      });
    },
    sessions: () => {
      this.run('sessions', this.settlement.laterSessions(), (later) => {
        this.settlement.takeSessions(later);
        this.later('sessions');
      });
    },
  };

  private run<T>(work: Work, acting: Promise<T>, take: (result: T) => void): void {
    this.inFlight.add(work);
    const arrive = (apply: () => void): void => {
      this.arrive(() => {
        this.inFlight.delete(work);
        apply();
      });
    };
    acting.then(
      (result) => {
        arrive(() => {
          take(result);
        });
      },
      (error: unknown) => {
        arrive(() => {
          this.takeFailure(work, error);
        });
      },
    );
  }

  /** An activity ended without an outcome: canceled, or refused for ever by a bug. Nothing is guessed from that. */
  private takeFailure(work: Work, error: unknown): void {
    const reason =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
    if (work === 'submit') this.takeSubmission({ kind: 'unknown', reason: reason.slice(0, 200) });
    else this.desk.alerts.push({ code: 'ACTIVITY_FAILED', text: `${work}: ${reason.slice(0, 300)}` });
    this.later(work);
  }

  private later(work: Work): void {
    const attempt = (this.progress.attempts[work] ?? 0) + 1;
    this.progress.attempts[work] = attempt;
    this.progress.notBefore[work] = this.desk.wallMs + retryDelayMs(attempt);
  }
  private resolved(work: Work): void {
    this.progress.attempts[work] = 0;
    this.progress.notBefore[work] = 0;
  }

  // --- pre-trade -------------------------------------------------------------------------------------------------

  private preTrade(): Promise<PreTradeResult> {
    return orderActivities.preTrade.executeWithOptions({ summary: 'risk checks, reservation, route' }, [
      preTradeInput(this.desk),
    ]);
  }
  private takePreTrade(result: PreTradeResult): void {
    const { desk } = this;
    // Canceled meanwhile: the end was recorded or will be, and that releases what was reserved.
    if (desk.order.end !== undefined) return;
    if (result.kind === 'existing') {
      desk.takeUp(result);
      return;
    }
    if (result.kind === 'denied') {
      desk.commit('pre-trade', 'risk', [{ type: 'OrderDenied', reasons: result.reasons }]);
      return;
    }
    desk.market = result.market;
    if (result.kind === 'needsApproval') {
      this.holds.askPerson(result);
      return;
    }
    const { route, clientOrderIdBase, venueAccount, waived } = result;
    const except = waived === undefined ? {} : { waived };
    desk.commit('pre-trade', 'router', [{ type: 'OrderApproved', route, clientOrderIdBase, venueAccount, ...except }]);
  }

  // --- submission ------------------------------------------------------------------------------------------------

  private submit(): Promise<VenueResult> {
    const { order } = this.desk;
    const { type, timeInForce } = order.request;
    const waits = timeInForce === 'AT_THE_OPEN' || timeInForce === 'AT_THE_CLOSE';
    const immediate = !waits && (type === 'MARKET' || timeInForce === 'IOC' || timeInForce === 'FOK');
    this.progress.sendUntilMs ??= Math.min(
      this.desk.wallMs + (immediate ? SEND_UNTIL_MS.immediate : SEND_UNTIL_MS.resting),
      this.facts().expiresAtWallMs ?? Infinity,
    );
    const scope = new CancellationScope({ cancellable: true });
    this.submission = scope;
    const summary = `send ${order.request.side} ${order.quantity} ${order.request.symbol} to ${this.venue}`;
    const send = (): Promise<VenueResult> =>
      venueActivities(this.venue).submitOrder.executeWithOptions({ summary }, [
        submitInput(this.desk, order.acceptedStep),
      ]);
    return this.takesEachThing ? directlyIn(scope, send) : scope.run(send);
  }
  private takeSubmission(result: VenueResult): void {
    const { desk } = this;
    if (result.kind === 'unknown') {
      if (desk.order.submission === 'SENDING')
        desk.commit('submission', 'system', [{ type: 'SubmissionUnknown', reason: result.reason }]);
      this.later('submit');
      this.later('abandon');
      return;
    }
    this.resolved('submit');
    if (result.kind === 'absent') {
      desk.commit('submission', 'venue', [
        { type: 'OrderCanceled', reason: `${this.cancelAsked()}the venue has never had it: ${result.reason}` },
      ]);
      return;
    }
    desk.takeReports(result.reports);
    const open = desk.order.end === undefined && desk.order.submission !== 'ACKNOWLEDGED';
    if (!open) return;
    if (result.kind === 'refused')
      desk.commit('submission', 'venue', [{ type: 'OrderRejected', reason: result.reason, text: result.text }]);
    else desk.commit('submission', 'venue', [{ type: 'OrderSubmitted' }]);
  }

  // --- cancel ----------------------------------------------------------------------------------------------------

  private cancel(): Promise<VenueResult> {
    const summary = `cancel at ${this.venue}: ${this.desk.order.pendingCancel?.reason ?? ''}`.slice(0, 200);
    return venueCancelActivities(this.venue).cancelOrder.executeWithOptions({ summary }, [atVenue(this.desk.order)]);
  }
  private takeCancel(result: VenueResult): void {
    const { desk } = this;
    if (result.kind === 'unknown' || result.kind === 'absent') {
      this.doubts.tellUnknown('cancel', result.reason);
      this.later('cancel');
      return;
    }
    this.resolved('cancel');
    desk.takeReports(result.reports);
    if (desk.order.pendingCancel === undefined) return;
    if (result.kind === 'answered') this.progress.cancelDelivered = true;
    else if (result.reason !== 'UNKNOWN_ORDER') this.rejectCancel(result.reason, result.text);
    else if (desk.order.submission !== 'ACKNOWLEDGED') this.progress.cancelWaitsForSubmission = true;
    else {
      // Known as working here, unknown there: one question at once decides (issue of gone orders).
      this.progress.cancelDelivered = true;
      this.progress.askFromMs = desk.wallMs;
    }
  }
  private rejectCancel(reason: string, text: string): void {
    this.desk.commit('cancel', 'venue', [{ type: 'CancelRejected', reason, text }]);
  }

  // --- replace ---------------------------------------------------------------------------------------------------

  private replace(): Promise<VenueResult> {
    const { order } = this.desk;
    const pending = order.pendingReplace;
    if (pending === undefined || order.clientOrderIdBase === undefined)
      return Promise.resolve({ kind: 'unknown', reason: 'no replace is pending' });
    const input = replaceInput(this.desk, pending, this.desk.wallMs + SEND_UNTIL_MS.immediate);
    const summary = `replace: ${Object.entries(pending.change)
      .map(([field, value]) => `${field} ${String(value)}`)
      .join(', ')}`;
    return venueActivities(this.venue).replaceOrder.executeWithOptions({ summary }, [input]);
  }
  private takeReplace(result: VenueResult): void {
    const { desk } = this;
    if (result.kind === 'unknown') {
      this.doubts.tellUnknown('replace', result.reason);
      this.later('replace');
      return;
    }
    this.resolved('replace');
    const pending = desk.order.pendingReplace;
    if (result.kind !== 'absent') desk.takeReports(result.reports);
    if (pending === undefined || desk.order.pendingReplace?.step !== pending.step) return;
    if (result.kind !== 'answered') {
      const refusal =
        result.kind === 'absent'
          ? { reason: 'NOT_SENT', text: result.reason }
          : { reason: result.reason, text: result.text };
      // Our own checks refuse by this word.
      const actor = result.kind === 'refused' && result.reason === 'DENIED' ? 'risk' : 'venue';
      desk.commit('replace', actor, [{ type: 'ReplaceRejected', step: pending.step, ...refusal }]);
    } else if (desk.order.held !== undefined) {
      const { quantity, ...prices } = pending.change;
      desk.commit('replace', 'risk', [
        { type: 'OrderReplaced', step: pending.step, quantity: quantity ?? desk.order.quantity, ...prices },
      ]);
    } else {
      // Taken and not decided: the venue owes the outcome, which the stream brings; ask if it does not.
      this.later('replace');
    }
  }

  // --- questions -------------------------------------------------------------------------------------------------

  private find(abandon: boolean): Promise<VenueResult> {
    const summary = abandon
      ? 'does the venue have the order? if not, it is not sent any more'
      : 'what does the venue know of the order?';
    return venueCancelActivities(this.venue).findOrder.executeWithOptions({ summary }, [
      { ...atVenue(this.desk.order), abandon },
    ]);
  }
  private takeFound(result: VenueResult): void {
    const { desk } = this;
    this.later('ask');
    if (result.kind === 'unknown') return;
    const reports = result.kind === 'absent' ? [] : result.reports;
    desk.takeReports(reports);
    this.doubts.tellMissing();
    this.corrections.giveUp();
    if (desk.order.pendingCancel === undefined || !this.progress.cancelDelivered) return;
    if (result.kind === 'absent') {
      this.rejectCancel('UNKNOWN_ORDER', 'the venue knows no such order');
      this.doubts.tellGone();
    } else this.progress.cancelDelivered = false;
  }

  private cancelAsked(): string {
    const { pendingCancel } = this.desk.order;
    return pendingCancel === undefined ? '' : `as asked (${pendingCancel.reason}); `;
  }

  private get venue(): string {
    return this.desk.order.route?.venue ?? '';
  }
}
