import type { Driver, FunctionCall, Querier } from '../../src/persistence/driver';
import { PersistenceError } from '../../src/persistence/driver';

/** A database that can be switched off and on again; what is asked of it meanwhile fails as a lost connection does. */
export class StoppableDatabase implements Driver {
  readonly description: string;
  private isDown = false;

  constructor(private readonly real: Driver) {
    this.description = `${real.description}, stoppable`;
  }

  stop(): void {
    this.isDown = true;
  }
  resume(): void {
    this.isDown = false;
  }

  async query<R extends object>(sql: string, parameters?: readonly unknown[]): Promise<readonly R[]> {
    return this.reached().query<R>(sql, parameters);
  }
  async call<R>(name: string, argument: unknown): Promise<R> {
    return this.reached().call<R>(name, argument);
  }
  async script(sql: string): Promise<void> {
    return this.reached().script(sql);
  }
  async transaction<T>(work: (tx: Querier) => Promise<T>): Promise<T> {
    return this.reached().transaction(work);
  }
  async exchange<A, B>(first: FunctionCall, next: (answer: A) => FunctionCall | undefined): Promise<readonly [A, B?]> {
    return this.reached().exchange(first, next);
  }
  close(): Promise<void> {
    return this.real.close();
  }

  private reached(): Driver {
    if (this.isDown) throw new PersistenceError('DATABASE_UNREACHABLE', 'switched off by the test');
    return this.real;
  }
}
