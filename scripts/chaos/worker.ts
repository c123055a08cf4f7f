/** Starts, kills and restarts worker processes. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { FromWorker, ToWorker, WorkerSetup } from './worker-messages';

/** A start compiles, migrates and connects; a machine under load needs its time for that. */
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 30_000;

export type Settings = Partial<Pick<WorkerSetup, 'maxCachedWorkflows' | 'wrongCode' | 'clockOffsetMs'>>;

export class Worker {
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();

  constructor(private readonly setup: () => WorkerSetup) {}

  /** Of the running process. */
  get pid(): number | undefined {
    return this.child?.pid;
  }
  get isUp(): boolean {
    return this.child !== undefined;
  }

  /** Starts the process and waits until it works; one that dies meanwhile is started again. */
  async start(settings: Settings = {}): Promise<void> {
    if (this.child !== undefined) return;
    const child = fork(join(__dirname, 'worker-process.ts'), [], {
      execArgv: ['--import', require.resolve('tsx')],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const words: string[] = [];
    child.stderr?.on('data', (chunk: Buffer) => {
      words.push(String(chunk));
      if (words.length > 20) words.shift();
    });
    this.child = child;
    this.ended = new Promise((done) => {
      child.once('exit', () => {
        if (this.child === child) this.child = undefined;
        done();
      });
    });
    await new Promise<void>((ready, failed) => {
      const late = setTimeout(() => {
        failed(new Error(`a worker process was not ready in ${String(READY_WITHIN_MS / 1_000)} s`));
      }, READY_WITHIN_MS);
      child.on('message', (message: FromWorker) => {
        if (message.kind === 'failed') {
          failed(new Error(`a worker process failed: ${message.why}`));
          return;
        }
        clearTimeout(late);
        ready();
      });
      child.once('exit', (code, signal) => {
        clearTimeout(late);
        failed(new Error(`a worker process ended (${String(signal ?? code)}) before it was ready: ${words.join('')}`));
      });
      this.tell({ ...this.setup(), ...settings });
    });
  }

  tell(message: ToWorker): void {
    if (this.child?.connected === true) this.child.send(message);
  }
  signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }
  /** Dies as by `kill -9`. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }
  /** Whether the process has died within the time. */
  async hasDied(withinMs: number): Promise<boolean> {
    const late = new Promise<boolean>((no) => setTimeout(no, withinMs, false));
    return Promise.race([this.ended.then(() => true), late]);
  }
  /** Ends in good order, by force when that takes too long. */
  async stop(): Promise<void> {
    if (this.child === undefined) return;
    this.signal('SIGCONT');
    this.tell({ kind: 'stop' });
    if (!(await this.hasDied(STOP_WITHIN_MS))) await this.kill();
  }
}
