/** The worker processes of a system, as one: most faults hit all of them. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ChaosProcess } from './chaos-process';
import type { Coverage } from './coverage';
import { pause } from './persistently';
import type { FromWorker, ToWorker, WorkerSetup } from './worker-messages';

export type Settings = Partial<Pick<WorkerSetup, 'maxCachedWorkflows' | 'wrongCode' | 'clockOffsetMs'>>;

export interface CrewOptions {
  readonly count: number;
  readonly setup: (nth: number) => WorkerSetup;
  /** Root of the sources that the workers run. */
  readonly sources: string;
  /** A worker was killed. */
  readonly onKill: () => void;
}

/** A worker that cannot start as its database is away is started again this often. */
const STARTS = 5;
const START_AGAIN_MS = 2_000;

export class Crew {
  /** Looks at the coverage by reservations, and what was not covered. */
  readonly coverage = { checked: 0, uncovered: new Set<string>() };
  /** Identities, as Temporal notes them, of workers that ran the wrong code. */
  readonly wrongWorkers = new Set<string>();
  private readonly workers: readonly ChaosProcess<ToWorker, FromWorker>[];

  constructor(private readonly options: CrewOptions) {
    this.workers = Array.from(
      { length: options.count },
      () =>
        new ChaosProcess<ToWorker, FromWorker>({
          name: 'worker',
          program: join(options.sources, 'scripts', 'chaos', 'worker-process.ts'),
          onMessage: (message) => {
            if (message.kind === 'coverage') this.takeCoverage(message.coverage);
          },
          onEnd: (signal) => {
            if (signal === 'SIGKILL') options.onKill();
          },
        }),
    );
  }

  /** Of the first. */
  get pid(): number | undefined {
    return this.workers[0]?.pid;
  }

  /** Starts those that do not run and waits until all work. */
  async start(settings: Settings = {}): Promise<void> {
    const missing = this.workers.map((worker, nth) => ({ worker, nth })).filter(({ worker }) => !worker.isUp);
    await Promise.all(
      missing.map(async ({ worker, nth }) => {
        for (let tries = 1; ; tries += 1) {
          try {
            await worker.start({ ...this.options.setup(nth), ...settings });
            if (settings.wrongCode === true) this.wrongWorkers.add(`${String(worker.pid)}@${hostname()}`);
            return;
          } catch (error) {
            if (tries === STARTS) throw error;
            await worker.kill();
            await pause(START_AGAIN_MS);
          }
        }
      }),
    );
  }

  tell(message: ToWorker): void {
    for (const worker of this.workers) worker.tell(message);
  }
  /** Tells one of them only; the others go on as they were. */
  tellOne(message: ToWorker): void {
    this.workers[0]?.tell(message);
  }
  /** One of them does nothing for a while, and does not know of it. */
  stopOneFor(ms: number): Promise<void> {
    this.tellOne({ kind: 'sleep', ms });
    return pause(ms);
  }
  /** All die as by `kill -9`. */
  async kill(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.kill()));
  }
  /** Whether one of them has died within the time. */
  hasDied(withinMs: number): Promise<boolean> {
    const died = this.workers.map(async (worker) => {
      if (!(await worker.hasDied(withinMs))) throw new Error('it lives');
    });
    return Promise.any(died).then(
      () => true,
      () => false,
    );
  }
  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop({ kind: 'stop' })));
  }

  private takeCoverage({ checked, uncovered }: Coverage): void {
    this.coverage.checked += checked;
    for (const order of uncovered) this.coverage.uncovered.add(order);
  }
}
