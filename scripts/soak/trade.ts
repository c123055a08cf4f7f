/** What trades during a soak: waves of short orders, taken off the market after a while, and orders that live all along. */
import { dec } from '../../src/domain/money';
import { orderWorkflowId } from '../../src/domain/ids';
import type { OrderId } from '../../src/domain/ids';
import { Load } from '../chaos/load';
import { pause, persistently } from '../chaos/persistently';
import type { Random } from '../chaos/random';
import type { ChaosSystem } from '../chaos/system';

/** Orders of one wave; short enough that what rests of it is soon taken back. */
const WAVE_MS = 20_000;
const CALLERS = 6;
/** What rests longer than some waves is canceled: the number of open orders stays what it is. */
const WAVES_OPEN = 3;
const LONG_LIVED = 4;
/** Each long-lived order is modified that often: its history must be cut by continue-as-new. */
const MODIFY_EVERY_MS = 1_000;

export class Trade {
  readonly problems: string[] = [];
  /** Every order of the soak. */
  readonly accepted = new Set<OrderId>();
  private readonly longLived: OrderId[] = [];
  private readonly waves: (readonly OrderId[])[] = [];
  private stopped = false;
  private modified = 0;

  constructor(
    private readonly system: ChaosSystem,
    private readonly random: Random,
    private readonly ordersPerSecond: number,
  ) {}

  get modifications(): number {
    return this.modified;
  }
  get longLivedWorkflows(): readonly string[] {
    return this.longLived.map(orderWorkflowId);
  }
  stop(): void {
    this.stopped = true;
  }

  /** Until `stop`. */
  async run(): Promise<void> {
    await this.openLongLived();
    await Promise.all([this.wave(), this.modify()]);
  }

  private isOver(): boolean {
    return this.stopped;
  }

  private async openLongLived(): Promise<void> {
    const load = new Load(this.system, this.random, { orders: 0, atOnce: 1, pauseMs: 0 });
    for (let nth = 0; nth < LONG_LIVED; nth += 1) {
      // Below anything at which the market trades.
      const request = load.request(`long-${String(nth)}`, { quantity: dec('100'), limitPrice: dec('75') });
      const orderId = await load.submit(request);
      this.longLived.push(orderId);
      this.accepted.add(orderId);
    }
  }

  private async wave(): Promise<void> {
    const orders = Math.max(1, Math.round((this.ordersPerSecond * WAVE_MS) / 1_000));
    for (let nth = 0; !this.isOver(); nth += 1) {
      const beganMs = performance.now();
      const load = new Load(this.system, this.random.branch(nth), {
        ...{ orders, atOnce: CALLERS, prefix: `w${String(nth)}-` },
        pauseMs: (WAVE_MS * CALLERS) / orders / 2,
      });
      load.allow(1);
      await load.run();
      this.problems.push(...load.problems);
      for (const orderId of load.accepted) this.accepted.add(orderId);
      this.waves.push([...load.accepted]);
      await this.takeBack();
      const restMs = WAVE_MS - (performance.now() - beganMs);
      if (restMs > 0 && !this.isOver()) await pause(restMs);
    }
  }

  private async takeBack(): Promise<void> {
    if (this.waves.length <= WAVES_OPEN) return;
    for (const orderId of this.waves.shift() ?? []) {
      // One that has ended answers that it has.
      await this.system.orders.signalCancel(orderId, 'soak: rested long enough').catch(() => undefined);
    }
  }

  private async modify(): Promise<void> {
    for (let nth = 0; !this.isOver(); nth += 1) {
      await pause(MODIFY_EVERY_MS / LONG_LIVED);
      const orderId = this.longLived[nth % this.longLived.length];
      if (orderId === undefined) continue;
      const change = { limitPrice: dec(String(70 + (((nth / this.longLived.length) | 0) % 10))) };
      await persistently('a modification is taken', () =>
        this.system.orders.signalModify(orderId, change, `m${String(nth)}`),
      );
      this.modified += 1;
    }
  }
}
