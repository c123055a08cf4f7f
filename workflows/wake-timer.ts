import { CancellationScope } from '@temporalio/workflow';
import type { sleep as durableSleep } from '@temporalio/workflow';
import { directlyIn } from './order-turns';
import type { Arrive } from './order-turns';

/** Longest sleep at once; a date centuries away is more than the server's timers take. */
const SLEEP_MAX_MS = 365 * 24 * 3_600_000;

/** One durable timer for the next thing that a workflow wants to do; set again only when that time changes. */
export class WakeTimer {
  private atMs: number | undefined;
  private scope: CancellationScope | undefined;
  /** The timer went off since it was last set. */
  hasFired = false;
  /** Keeps a timer that went off until its turn; it counts at once where this is absent. */
  arrive: Arrive | undefined;

  constructor(private readonly sleep: typeof durableSleep) {}

  /** Wakes at wall time `atMs`, or never when undefined; keeps the running timer when nothing changed. */
  set(atMs: number | undefined, nowMs: number): void {
    this.hasFired = false;
    if (atMs === this.atMs) return;
    this.scope?.cancel();
    this.atMs = atMs;
    this.scope = undefined;
    if (atMs === undefined) return;
    const scope = new CancellationScope({ cancellable: true });
    this.scope = scope;
    const wakeAtMs = Math.min(atMs, nowMs + SLEEP_MAX_MS);
    const summary = `next step at ${new Date(wakeAtMs).toISOString()}`;
    const begin = (): Promise<void> => this.sleep(Math.max(1, wakeAtMs - nowMs), { summary });
    const wake = (): void => {
      if (this.scope !== scope) return;
      this.atMs = undefined;
      this.scope = undefined;
      this.hasFired = true;
    };
    const { arrive } = this;
    (arrive === undefined
      ? scope.run(begin).then(wake)
      : directlyIn(scope, begin).then(() => {
          arrive(wake);
        })
    ).catch(() => {
      // Canceled for another time: the newer timer counts.
    });
  }
}
