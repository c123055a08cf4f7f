/** Corrections of executions that the order does not carry: recalled from the database, or refused. */
import type { Fill } from '../src/domain/order-events';
import { forgottenExecutions } from '../src/domain/order-work';
import { orderActivities } from './activity-options';
import type { OrderDesk } from './order-desk';

export class OrderCorrections {
  constructor(private readonly desk: OrderDesk) {}

  /** Executions that a correction means and that the order no longer carries. */
  recall(): Promise<readonly Fill[]> {
    const { order } = this.desk;
    const input = { orderId: order.orderId, execIds: forgottenExecutions(order) };
    return orderActivities.recallExecutions.executeWithOptions({ summary: 'earlier trades that were corrected' }, [
      input,
    ]);
  }
  /** Applies the corrections of what was recalled; false when the database is to be asked again. */
  takeRecalled(fills: readonly Fill[]): boolean {
    const { desk } = this;
    desk.takeReleased(fills);
    // What is not written yet the database cannot know; what it does not count any more was taken back before.
    if (desk.unrecorded.length > 0) return forgottenExecutions(desk.order).length === 0;
    this.refuse((execRefId) => forgottenExecutions(desk.order).includes(execRefId));
    return true;
  }

  /** The venue has told all it knows of the order: a correction of an execution that is not among it is not of this order. */
  giveUp(): void {
    const recalled = new Set(forgottenExecutions(this.desk.order));
    this.refuse((execRefId) => !recalled.has(execRefId));
  }

  private refuse(isMeant: (execRefId: string) => boolean): void {
    const { desk } = this;
    for (const { execId, execRefId = '', execType } of desk.order.heldReports ?? []) {
      if (!isMeant(execRefId)) continue;
      const text = `${execType} of ${execRefId}, which is no execution of this order that counts`;
      desk.commit(execId, 'venue', [{ type: 'ReportRefused', execId, code: 'EXECUTION_UNKNOWN', text }]);
    }
  }
}
