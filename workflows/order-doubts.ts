/** What people hear when a venue leaves in doubt what became of an order or of a request: unknown is told, never guessed. */
import { patched } from '@temporalio/workflow';
import type { OrderDesk } from './order-desk';

/** Questions after which a fill that the venue counts and does not tell is no matter of patience any more. */
const MISSING_TOLD_AT = 3;

export class OrderDoubts {
  constructor(private readonly desk: OrderDesk) {}

  /** People hear once of a request whose answer was lost, and the order tells it. */
  tellUnknown(request: 'cancel' | 'replace', reason: string): void {
    const { desk } = this;
    if ((desk.progress.attempts[request] ?? 0) > 0 || !patched('tell-unknown-requests')) return;
    const { pendingCancel, pendingReplace } = desk.order;
    // The stream has told the outcome before the answer was given up: nothing is unknown.
    if ((request === 'cancel' ? pendingCancel : pendingReplace) === undefined && patched('tell-unknown-while-pending'))
      return;
    desk.commit(request, 'system', [{ type: 'RequestUnknown', request, reason }]);
    desk.alerts.push({ code: 'REQUEST_UNKNOWN', text: desk.order.why });
  }

  /** The venue counts more than it tells, however often it is asked: people must look. */
  tellMissing(): void {
    const { desk } = this;
    const { venueCumQuantity, filledQuantity } = desk.order;
    if (!desk.missesExecution || desk.progress.attempts.ask !== MISSING_TOLD_AT || !patched('tell-missing-fills'))
      return;
    const text = `${this.venue} counts ${venueCumQuantity} as filled and tells ${filledQuantity}, asked ${String(MISSING_TOLD_AT)} times`;
    desk.alerts.push({ code: 'FILL_MISSING', text });
  }

  /** It was acknowledged, and no source of the venue has it: neither canceled nor working is proved, so a person looks. */
  tellGone(): void {
    if (!patched('alert-unknown-at-venue')) return;
    const text = `${this.venue} acknowledged the order and knows it no more, in no source: ask the venue whether it works`;
    this.desk.alerts.push({ code: 'UNKNOWN_AT_VENUE', text });
  }

  private get venue(): string {
    return this.desk.order.route?.venue ?? '';
  }
}
