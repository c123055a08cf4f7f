/** Orders that are held here: until the market reaches their stop price, or until a second person has approved them. */
import type { Override } from '../src/domain/order';
import { awaitsApproval } from '../src/domain/order';
import { decideDeadline } from '../src/domain/order-overrides';
import type { OrderDesk } from './order-desk';

export class OrderHolds {
  constructor(private readonly desk: OrderDesk) {}

  /** The checks would deny it, all of them such as a person may override: people are told, and it waits. */
  askPerson({ reasons, approveByMs }: Pick<Override, 'reasons' | 'approveByMs'>): void {
    this.desk.commit('pre-trade', 'risk', [{ type: 'OrderHeld', why: 'APPROVAL', reasons, approveByMs }]);
    this.desk.alerts.push({ code: 'APPROVAL_WANTED', text: this.desk.order.why });
  }

  /** Ends what has been held for too long. */
  end(): void {
    const { order } = this.desk;
    if (order.held !== undefined && this.desk.isOver && order.pendingReplace === undefined) {
      const before = awaitsApproval(order) ? 'anybody had approved it' : 'the stop price was reached';
      this.desk.commit('expiry', 'timer', [
        { type: 'OrderExpired', reason: `${order.request.timeInForce} ended before ${before}` },
      ]);
    }
    this.desk.commit('approval', 'timer', decideDeadline(this.desk.order, this.desk.wallMs));
  }

  /** Wall time at which a held order ends; undefined when it is not held, or for ever. */
  untilWallMs(expiresAtWallMs: number | undefined): number | undefined {
    const { order } = this.desk;
    if (order.held === undefined) return undefined;
    const approveByMs = awaitsApproval(order) ? order.override?.approveByMs : undefined;
    if (approveByMs === undefined || expiresAtWallMs === undefined) return approveByMs ?? expiresAtWallMs;
    return Math.min(approveByMs, expiresAtWallMs);
  }
}
