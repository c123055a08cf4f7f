/** Writes an order's events down, one batch after the other, without ever holding up the order (design rule 1). */
import { orderActivities } from './activity-options';
import type { OrderDesk } from './order-desk';

export class OrderRecorder {
  private writing = false;

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
      const batch = this.desk.nextBatch();
      await this.write(batch);
      this.desk.batchWritten(batch.events);
    }
    this.writing = false;
  }

  private async write({ order, events }: ReturnType<OrderDesk['nextBatch']>): Promise<void> {
    const input = { order, events, firstRunId: this.desk.firstRunId };
    const summary = `${events
      .map((event) => event.type)
      .slice(0, 4)
      .join(', ')}${events.length > 4 ? ', …' : ''} · v${String(order.version)}`;
    await orderActivities.recordEvents.executeWithOptions({ summary }, [input]);
  }
}
