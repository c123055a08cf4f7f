/** Places in the way of an order at which a worker can be made to die: every boundary of every activity. */
import { spawn } from 'node:child_process';
import type { Driver, FunctionCall, Querier } from '../../src/persistence/driver';
import { PersistenceError } from '../../src/persistence/driver';
import type { VenueConnector } from '../../src/ports/venue';
import { pause } from './persistently';

export const KILL_POINTS = [
  'before decision',
  'after decision',
  'intent written',
  'before send',
  'after send',
  'answered',
  'intent closed',
  'before record',
  'after record',
  'reports stored',
] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

/** The armed point; the process dies where it is reached, as by `kill -9`. */
export class KillSwitchOfProcess {
  private armed: KillPoint | undefined;
  private hold: { readonly untilMs: number; readonly eachMs: number; readonly who: 'sender' | 'process' } | undefined;

  arm(point: KillPoint | undefined): void {
    this.armed = point;
  }
  isArmed(point: KillPoint): boolean {
    return this.armed === point;
  }
  reach(point: KillPoint): void {
    if (this.armed === point) process.kill(process.pid, 'SIGKILL');
  }
  /** Lets senders sleep, or with the first of them the whole process. */
  holdSends(forMs: number, eachMs: number, who: 'sender' | 'process'): void {
    this.hold = { untilMs: performance.now() + forMs, eachMs, who };
  }
  async sleepBeforeSend(): Promise<void> {
    if (this.hold === undefined || performance.now() > this.hold.untilMs) return;
    const { eachMs, who } = this.hold;
    if (who === 'sender') await pause(eachMs);
    else {
      this.hold = undefined;
      stopThisProcess(eachMs);
    }
  }
}

/** Nothing of this process runs for the time; another one wakes it, so that it wakes whoever else has died. */
export function stopThisProcess(ms: number): void {
  const waker = `sleep ${String(ms / 1_000)}; kill -CONT ${String(process.pid)}`;
  spawn('/bin/sh', ['-c', waker], { detached: true, stdio: 'ignore' }).unref();
  process.kill(process.pid, 'SIGSTOP');
}

/** Bytes of a request are on the wire by then, and its answer most often is not. */
const AFTER_SEND_MS = 3;

/** A connector that dies before, during and after a request that changes something at the venue. */
export function mortalConnector(inner: VenueConnector, kill: KillSwitchOfProcess): VenueConnector {
  return new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'submit' && name !== 'replace' && name !== 'cancel') return value.bind(target) as unknown;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        kill.reach('before send');
        if (name === 'submit') await kill.sleepBeforeSend();
        const sending = Reflect.apply(value, target, args) as Promise<unknown>;
        if (kill.isArmed('after send'))
          setTimeout(() => {
            kill.reach('after send');
          }, AFTER_SEND_MS);
        const answer = await sending;
        kill.reach('answered');
        return answer;
      };
    },
  });
}

/** A database that dies around what it writes, and that can be away for a while. */
export class MortalDatabase implements Driver {
  readonly description: string;
  private isAway: RegExp | undefined;

  constructor(
    private readonly inner: Driver,
    private readonly kill: KillSwitchOfProcess,
  ) {
    this.description = inner.description;
  }

  /** What is asked of the database meanwhile fails as with a lost connection; undefined: it is back. */
  away(what: RegExp | undefined): void {
    this.isAway = what;
  }

  async query<R extends object>(sql: string, parameters?: readonly unknown[]): Promise<readonly R[]> {
    this.reached(sql);
    const rows = await this.inner.query<R>(sql, parameters);
    if (sql.startsWith('INSERT INTO submission_intents')) this.kill.reach('intent written');
    if (sql.startsWith('UPDATE submission_intents')) this.kill.reach('intent closed');
    return rows;
  }
  async call<R>(name: string, argument: unknown): Promise<R> {
    this.reached(name);
    if (name === 'oms_record') this.kill.reach('before record');
    const answer = await this.inner.call<R>(name, argument);
    if (name === 'oms_record') this.kill.reach('after record');
    if (name === 'oms_receive') this.kill.reach('reports stored');
    return answer;
  }
  async script(sql: string): Promise<void> {
    this.reached(sql);
    return this.inner.script(sql);
  }
  async transaction<T>(work: (tx: Querier) => Promise<T>): Promise<T> {
    this.reached('transaction');
    this.kill.reach('before record');
    const result = await this.inner.transaction(work);
    this.kill.reach('after record');
    return result;
  }
  async exchange<A, B>(first: FunctionCall, next: (answer: A) => FunctionCall | undefined): Promise<readonly [A, B?]> {
    this.reached(first.name);
    this.kill.reach('before decision');
    const answers = await this.inner.exchange<A, B>(first, next);
    this.kill.reach('after decision');
    return answers;
  }
  close(): Promise<void> {
    return this.inner.close();
  }

  private reached(what: string): void {
    if (this.isAway?.test(what) === true)
      throw new PersistenceError('DATABASE_UNREACHABLE', 'cut off by the fault that is being played');
  }
}
