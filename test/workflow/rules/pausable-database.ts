import type { Driver, FunctionCall, Querier, Row } from '../../../src/persistence/driver';
import { openDatabase } from '../../../src/persistence/open-database';

/** A real database whose calls hang while it is paused, all or those of one function, as behind a stopped process. */
export class PausableDatabase implements Driver {
  readonly description = 'pausable database';
  /** Calls that hang now. */
  waiting = 0;
  private gate: Promise<void> | undefined;
  private only: string | undefined;
  private open: () => void = () => undefined;

  private constructor(private readonly inner: Driver) {}

  static async start(): Promise<PausableDatabase> {
    return new PausableDatabase(await openDatabase({}));
  }

  /** Everything hangs, or inside transactions only the calls of one schema function. */
  pause(only?: string): void {
    this.only = only;
    this.gate ??= new Promise((resolve) => {
      this.open = resolve;
    });
  }
  resume(): void {
    this.gate = undefined;
    this.open();
  }

  async query<R extends object = Row>(sql: string, parameters?: readonly unknown[]): Promise<readonly R[]> {
    await this.passed();
    return this.inner.query<R>(sql, parameters);
  }
  async call<R>(name: string, argument: unknown): Promise<R> {
    await this.passed();
    return this.inner.call<R>(name, argument);
  }
  async script(sql: string): Promise<void> {
    await this.passed();
    await this.inner.script(sql);
  }
  async transaction<T>(work: (tx: Querier) => Promise<T>): Promise<T> {
    await this.passed();
    return this.inner.transaction((tx) => work(this.watched(tx)));
  }
  exchange<A, B>(first: FunctionCall, next: (answer: A) => FunctionCall | undefined): Promise<readonly [A, B?]> {
    return this.transaction(async (tx) => {
      const answer = await tx.call<A>(first.name, first.argument);
      const second = next(answer);
      return second === undefined ? [answer] : [answer, await tx.call<B>(second.name, second.argument)];
    });
  }
  close(): Promise<void> {
    this.resume();
    return this.inner.close();
  }

  private watched(tx: Querier): Querier {
    return {
      query: (sql, parameters) => tx.query(sql, parameters),
      call: async (name, argument) => {
        await this.passed(name);
        return tx.call(name, argument);
      },
      script: (sql) => tx.script(sql),
    };
  }

  private async passed(name?: string): Promise<void> {
    if (this.gate === undefined || this.only !== name) return;
    this.waiting += 1;
    await this.gate;
    this.waiting -= 1;
  }
}
