/** A process of ours that is started, told things, killed, stopped and started again. */
import { fork } from 'node:child_process';
import type { ChildProcess, Serializable } from 'node:child_process';

/** A start compiles, migrates and connects; a machine under load needs its time for that. */
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 30_000;

/** What every such process tells: that it works, or why it does not. */
export type Beginning = { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly why: string };

export interface ChaosProcessOptions<From> {
  /** For people. */
  readonly name: string;
  readonly program: string;
  readonly onMessage?: (message: From) => void;
  /** It is gone, and why when a signal ended it. */
  readonly onEnd?: (signal: NodeJS.Signals | null) => void;
}

export class ChaosProcess<To extends Serializable, From extends { readonly kind: string }> {
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();

  constructor(private readonly options: ChaosProcessOptions<From>) {
    // A process that is stopped does not notice that nobody is left to tell it anything.
    process.on('exit', () => this.child?.kill('SIGKILL'));
  }

  /** Of the running process. */
  get pid(): number | undefined {
    return this.child?.pid;
  }
  get isUp(): boolean {
    return this.child !== undefined;
  }

  /** Starts the process, tells it the first thing and waits until it is ready. */
  async start(first: To): Promise<void> {
    if (this.child !== undefined) return;
    const { name, program, onMessage, onEnd } = this.options;
    const child = fork(program, [], {
      execArgv: ['--import', require.resolve('tsx')],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Ctrl-C is for the judge, who still needs it.
      detached: true,
    });
    const words: string[] = [];
    child.stderr?.on('data', (chunk: Buffer) => {
      words.push(String(chunk));
      if (words.length > 20) words.shift();
    });
    this.child = child;
    this.ended = new Promise((done) => {
      child.once('exit', (_code, signal) => {
        if (this.child === child) this.child = undefined;
        onEnd?.(signal);
        done();
      });
    });
    await new Promise<void>((ready, failed) => {
      const late = setTimeout(() => {
        failed(new Error(`a ${name} process was not ready in ${String(READY_WITHIN_MS / 1_000)} s`));
      }, READY_WITHIN_MS);
      child.on('message', (message: Beginning | From) => {
        if (message.kind === 'ready') {
          clearTimeout(late);
          ready();
        } else if (message.kind === 'failed')
          failed(new Error(`a ${name} process failed: ${(message as Extract<Beginning, { kind: 'failed' }>).why}`));
        else onMessage?.(message as From);
      });
      child.once('exit', (code, signal) => {
        clearTimeout(late);
        failed(new Error(`a ${name} process ended (${String(signal ?? code)}) before it was ready: ${words.join('')}`));
      });
      this.tell(first);
    });
  }

  tell(message: To): void {
    // A message to one that has just died is lost, as it would be in life.
    if (this.child?.connected === true) this.child.send(message, () => undefined);
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
  /** Ends in good order when told `last`, by force when that takes too long. */
  async stop(last: To): Promise<void> {
    if (this.child === undefined) return;
    this.signal('SIGCONT');
    this.tell(last);
    if (!(await this.hasDied(STOP_WITHIN_MS))) await this.kill();
  }
}
