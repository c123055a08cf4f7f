/** A process of a build, as the bench sees it. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import type { FromProcess, HistoryCounts, MemoryTold, ProcessSetup, RunTask, RunTold, ToProcess } from './messages';

/** A start bundles workflows and migrates a database; a machine under load needs its time for that. */
const READY_WITHIN_MS = 180_000;
const WORDS_KEPT = 20;
/** What loads before everything else, in every thread, must be able to read TypeScript where it is run from its source. */
const heapArguments = (): readonly string[] => [
  '--expose-gc',
  ...(extname(__filename) === '.ts' ? ['--require', require.resolve('tsx/cjs')] : []),
  ...['--require', require.resolve('./heaps')],
];

export class BuildProcess {
  private answer: { readonly take: (message: FromProcess) => void; readonly fail: (error: Error) => void } | undefined;
  private readonly words: string[] = [];
  private readonly ended: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly name: string,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.words.push(String(chunk));
        if (this.words.length > WORDS_KEPT) this.words.shift();
      });
    child.on('message', (message: FromProcess) => this.answer?.take(message));
    this.ended = new Promise((done) => {
      child.once('exit', (code, signal) => {
        const how = signal ?? `code ${String(code)}`;
        this.answer?.fail(new Error(`the process of ${this.name} ended with ${how}: ${this.words.join('')}`));
        done();
      });
    });
  }

  /**
   * Starts a process and waits until its part works.
   * @param onStart Gets it as soon as it runs, to end it.
   * @param tellsMemory Whether `memory` can be asked.
   */
  static async start(
    setup: Omit<ProcessSetup, 'kind'>,
    onStart: (started: BuildProcess) => void,
    tellsMemory = false,
  ): Promise<BuildProcess> {
    const child = fork(require.resolve('./build-process'), [], {
      execArgv: [...process.execArgv, ...(tellsMemory ? heapArguments() : [])],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const started = new BuildProcess(child, `${setup.build} (${setup.part})`);
    onStart(started);
    await started.ask({ kind: 'setup', ...setup }, 'ready', READY_WITHIN_MS);
    return started;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  run(task: Omit<RunTask, 'kind'>): Promise<RunTold> {
    return this.ask({ kind: 'run', ...task }, 'ran');
  }
  /** Of the first orders of a run. */
  async histories(prefix: string, count: number): Promise<readonly HistoryCounts[]> {
    return (await this.ask({ kind: 'histories', prefix, count }, 'histories')).counts;
  }
  memory(): Promise<MemoryTold> {
    return this.ask({ kind: 'memory' }, 'memory');
  }

  /** Dies as by `kill -9`: what a bench leaves is thrown away, and nobody waits for it. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private async ask<K extends FromProcess['kind']>(
    message: ToProcess,
    kind: K,
    withinMs?: number,
  ): Promise<Extract<FromProcess, { kind: K }>> {
    let late: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<FromProcess>((take, fail) => {
        this.answer = { take, fail };
        if (withinMs !== undefined)
          late = setTimeout(() => {
            fail(new Error(`the process of ${this.name} was not ${kind} in ${String(withinMs / 1_000)} s`));
          }, withinMs);
        if (this.child.exitCode !== null || this.child.signalCode !== null)
          fail(new Error(`the process of ${this.name} has ended: ${this.words.join('')}`));
        else this.child.send(message);
      });
      if (answer.kind === 'failed') throw new Error(`the process of ${this.name} failed: ${answer.why}`);
      if (answer.kind !== kind)
        throw new Error(`the process of ${this.name} answered ${answer.kind} to ${message.kind}`);
      // Sound: its kind is the one that was asked for.
      return answer as Extract<FromProcess, { kind: K }>;
    } finally {
      clearTimeout(late);
      this.answer = undefined;
    }
  }
}
