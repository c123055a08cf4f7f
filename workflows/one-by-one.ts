/**
 * Hands out to a workflow what comes to it one by one: a result, a timer or a message is taken when all that waited for
 * the one before has gone on. What Temporal brings at once differs between a run and its replay (order-turns.ts); a
 * workflow whose parts go on beside each other would otherwise take its steps in another order.
 */
import { CancellationScope, condition, sleep } from '@temporalio/workflow';
import { directlyIn, settled } from './order-turns';

export class OneByOne {
  private readonly results: (() => void)[] = [];
  private readonly messages: (() => void)[] = [];

  /** @param isStrict Otherwise all passes as it comes: so it did in earlier versions, whose histories must replay. */
  constructor(private readonly isStrict: boolean) {
    if (isStrict) void this.handOut();
  }

  /** What an activity comes to; to be called with the promise as it was started. */
  result<T>(started: Promise<T>): Promise<T> {
    if (!this.isStrict) return started;
    return new Promise((done, failed) => {
      started.then(
        (value) => {
          this.results.push(() => {
            done(value);
          });
        },
        (error: unknown) => {
          this.results.push(() => {
            failed(error instanceof Error ? error : new Error(String(error)));
          });
        },
      );
    });
  }

  /** Carries out what a message asks when its turn has come; messages come after results. */
  async message<T>(act: () => Promise<T>): Promise<T> {
    if (this.isStrict)
      await new Promise<void>((begin) => {
        this.messages.push(begin);
      });
    return act();
  }

  /** Waits until something holds, or a while has passed; says whether it holds. */
  async holds(check: () => boolean, withinMs: number): Promise<boolean> {
    if (!this.isStrict) return condition(check, withinMs);
    if (check()) return true;
    const scope = new CancellationScope({ cancellable: true });
    const wait = { isOver: false };
    directlyIn(scope, () => sleep(withinMs)).then(
      () => {
        this.results.push(() => {
          wait.isOver = true;
        });
      },
      () => {
        // Canceled: what was waited for holds.
      },
    );
    await condition(() => check() || wait.isOver);
    scope.cancel();
    return check();
  }

  private async handOut(): Promise<never> {
    for (;;) {
      await condition(() => this.results.length + this.messages.length > 0);
      await settled();
      await settled();
      (this.results.shift() ?? this.messages.shift())?.();
    }
  }
}
