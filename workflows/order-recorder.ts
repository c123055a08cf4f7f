/** Writes an order's events down, one batch after the other, without ever holding up the order (design rule 1). */
import { orderActivities } from './activity-options';
import type { OrderDesk } from './order-desk';
import type { Arrive } from './order-turns';

export class OrderRecorder {
  private writing = false;
  private isHeld = false;
  private held: (() => void) | undefined;

  /** @param arrive Keeps what follows from a batch that is written for a turn of its own; by default that is done at once. */
  constructor(
    private readonly desk: OrderDesk,
    private readonly arrive?: Arrive,
  ) {}

  get isIdle(): boolean {
    return !this.writing && (this.desk.unrecorded.length === 0 || !this.desk.isDecided);
  }

  /** Starts to write what is not written yet; returns at once. Order of events is kept, one batch at a time. */
  start(): void {
    if (this.writing || !this.desk.isDecided || this.desk.unrecorded.length === 0) return;
    this.writing = true;
    this.writeNext();
  }

  /** While held, what follows from a batch that is written waits for {@link resume}. */
  hold(): void {
    this.isHeld = true;
  }
  resume(): void {
    this.isHeld = false;
    const goOn = this.held;
    this.held = undefined;
    goOn?.();
  }
  get hasWritten(): boolean {
    return this.held !== undefined;
  }

  private writeNext(): void {
    const batch = this.desk.nextBatch();
    const goOn = (): void => {
      this.desk.batchWritten(batch.events);
      if (this.desk.unrecorded.length > 0) this.writeNext();
      else this.writing = false;
    };
    const { arrive } = this;
    if (arrive !== undefined) {
      void this.write(batch).then(() => {
        arrive(goOn);
      });
      return;
    }
    void (async () => {
      await this.write(batch);
    })().then(() => {
      if (this.isHeld) this.held = goOn;
      else goOn();
    });
  }

  private write({ order, events }: ReturnType<OrderDesk['nextBatch']>): Promise<void> {
    const input = { order, events, firstRunId: this.desk.firstRunId };
    const summary = `${events
      .map((event) => event.type)
      .slice(0, 4)
      .join(', ')}${events.length > 4 ? ', …' : ''} · v${String(order.version)}`;
    return orderActivities.recordEvents.executeWithOptions({ summary }, [input]);
  }
}
