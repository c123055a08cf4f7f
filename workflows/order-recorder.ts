/** Writes an order's events down: locally when the database answers at once, durably when it does not (design rule 1). */
import { durableActivities, localActivities } from './activity-options';
import type { OrderDesk } from './order-desk';

/** Most events in one recording; more would make one transaction long and its payload heavy. */
const BATCH_MAX = 200;

export class OrderRecorder {
  private writing = false;
  /** The last local attempt failed: stay with the durable way until it has worked once. */
  private storeIsSlow = false;

  constructor(private readonly desk: OrderDesk) {}

  get isIdle(): boolean {
    return !this.writing && (this.desk.unrecorded.length === 0 || !this.desk.isDecided);
  }

  /** Starts to write what is not written yet; returns at once. Order of events is kept, one batch at a time. */
  start(): void {
    if (this.writing || !this.desk.isDecided || this.desk.unrecorded.length === 0) return;
    this.writing = true;
    void this.writeAll();
  }

  private async writeAll(): Promise<void> {
    while (this.desk.unrecorded.length > 0) {
      const events = this.desk.unrecorded.slice(0, BATCH_MAX);
      await this.write(events);
      this.desk.unrecorded.splice(0, events.length);
    }
    this.writing = false;
  }

  private async write(events: OrderDesk['unrecorded']): Promise<void> {
    // The deduplication keys stay in the workflow: the executions table has its own.
    const order = { ...this.desk.order, executionIds: [] };
    const input = { order, events, firstRunId: this.desk.firstRunId };
    const summary = `${events.map((event) => event.type).slice(0, 4).join(', ')}${events.length > 4 ? ', …' : ''} · v${String(order.version)}`;
    if (!this.storeIsSlow) {
      try {
        await localActivities.recordEvents.executeWithOptions({ summary }, [input]);
        return;
      } catch {
        // Whatever it was, the durable way tries again and shows the cause in the UI as a pending activity.
        this.storeIsSlow = true;
      }
    }
    await durableActivities.recordEvents.executeWithOptions({ summary }, [input]);
    this.storeIsSlow = false;
  }
}
