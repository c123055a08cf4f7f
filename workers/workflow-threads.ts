/**
 * The threads that the SDK runs workflow code in, with or without stack traces of what a workflow waits for.
 *
 * To answer Temporal's query `__stack_trace` (the UI's "Call Stack"), the SDK takes a stack trace of each promise of each
 * workflow, which costs processor time (temporalio/sdk-typescript#1587). It has no option for that, but goes without where
 * V8 has no promise hooks, and answers that query with a sentence that says so.
 * An order tells what it waits for by itself.
 */
import threads from 'node:worker_threads';
import type { WorkerOptions } from 'node:worker_threads';

const SDK_THREAD = 'workflow-worker-thread';

/** Runs in a thread before the SDK does: takes the promise hooks away, and the SDK's warning that they are not there. */
const WITHOUT_PROMISE_HOOKS = `
  import v8 from 'node:v8';
  const { warn } = console;
  v8.promiseHooks = {
    ...v8.promiseHooks,
    createHook() {
      console.warn = () => { console.warn = warn; };
      throw new Error('promise hooks are off');
    },
  };`;

const OWN_ARGV = ['--import', `data:text/javascript,${encodeURIComponent(WITHOUT_PROMISE_HOOKS)}`];

/** Of arguments for Node those that load something first. */
function* preloads(argv: readonly string[]): Generator<string> {
  for (const [at, argument] of argv.entries()) {
    const [name = '', value] = argument.split(/=(.*)/s);
    if (!PRELOADS.has(name)) continue;
    yield argument;
    if (value === undefined) yield argv[at + 1] ?? '';
  }
}
const PRELOADS: ReadonlySet<string> = new Set(['--import', '--require', '-r']);

/** Node's own class, also where this module was loaded before in the same process. */
const Thread = (Reflect.get(threads.Worker, 'plain') as typeof threads.Worker | undefined) ?? threads.Worker;

class WorkflowThread extends Thread {
  static readonly plain = Thread;
  constructor(file: string | URL, options?: WorkerOptions) {
    const isSdks = String(file).includes(SDK_THREAD);
    const execArgv = [...(options?.execArgv ?? process.execArgv), ...OWN_ARGV];
    try {
      // What the process was started with, such as a monitor's `--require`, holds in its threads, as Node has it.
      super(file, isSdks ? { ...options, execArgv } : options);
    } catch (error) {
      // Options of the whole process, such as its heap's size, hold by themselves and cannot be named for a thread.
      if (!isSdks || (error as NodeJS.ErrnoException).code !== 'ERR_WORKER_INVALID_EXEC_ARGV') throw error;
      super(file, { ...options, execArgv: [...preloads(execArgv)] });
    }
  }
}

/** Says what the workflow threads that are made from now on do: the SDK makes them from Node's own class, by this name. */
export function takeCallStacks(wanted: boolean): void {
  threads.Worker = wanted ? Thread : WorkflowThread;
}
