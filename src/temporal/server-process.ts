import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, rename, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A server process and the shell that watches over it. */
export interface ServerProcess {
  readonly pid: number;
  /** Ends with a sentence that says how, when the server has ended for whatever reason. */
  readonly exited: Promise<string>;
  /** The last lines that it wrote itself: the log may hold those of earlier servers before them. */
  lastWords(): Promise<string>;
  stop(): Promise<void>;
}

// A server that has not written its last page after 10 s is stuck; SQLite recovers from its log on the next start.
const STOP_GRACE_TENTHS = 100;
const LOG_MAX_BYTES = 10_000_000;

/**
 * Runs the server as a child of a small shell that holds the other end of our pipe. When this process ends, however it
 * ends (SIGKILL too), the system closes the pipe, the shell reads its end and stops the server. The shell has a session
 * of its own, so that Ctrl-C reaches only us and the server ends after its clients.
 *
 * Descriptor 3 tells the server's process number.
 */
const WATCHDOG = `
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
server=$!
echo "$server" >&3
exec 3>&-
(
  read -r _ <&4
  kill -TERM "$server" 2>/dev/null
  tries=0
  while kill -0 "$server" 2>/dev/null && [ "$tries" -lt ${STOP_GRACE_TENTHS} ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  kill -KILL "$server" 2>/dev/null
) &
watcher=$!
exec 4<&-
wait "$server"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`;

/** Starts a server program under the watchdog, its output appended to a log file. */
export async function startServerProcess(
  program: string,
  args: readonly string[],
  logFile: string,
): Promise<ServerProcess> {
  await turnOver(logFile);
  const log = await open(logFile, 'a');
  try {
    const { size: begin } = await log.stat();
    const shell = spawn('/bin/sh', ['-c', WATCHDOG, 'oms-server-watchdog', program, ...args], {
      detached: true,
      stdio: ['pipe', log.fd, log.fd, 'pipe'],
      env: serverEnvironment(process.env),
    });
    const exited = new Promise<string>((resolve) => {
      shell.once('error', (error) => {
        resolve(`could not be started: ${error.message}`);
      });
      shell.once('exit', (code, signal) => {
        resolve(signal === null ? `ended with exit code ${code ?? 'unknown'}` : `ended by ${signal}`);
      });
    });
    const pipe = shell.stdin as Writable;
    // The pipe breaks when the server ends first; that end is told by `exited`.
    pipe.on('error', () => undefined);
    const pid = await serverPid(shell, exited);
    leaveToItself(shell);
    return {
      pid,
      exited,
      lastWords: () => logTail(logFile, { from: begin }),
      stop: async () => {
        shell.ref();
        pipe.end();
        await exited;
      },
    };
  } finally {
    await log.close();
  }
}

/** The last lines of a server's log, of what stands in it from a byte on. */
export async function logTail(logFile: string, { from = 0, lines = 12 } = {}): Promise<string> {
  const file = await open(logFile, 'r').catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { size } = await file.stat();
    const length = Math.min(size - from, 16_384);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8').trim().split('\n').slice(-lines).join('\n');
  } finally {
    await file.close();
  }
}

/** The server is told everything by its arguments; settings of a client's environment would override some of them. */
function serverEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

async function serverPid(shell: ChildProcess, exited: Promise<string>): Promise<number> {
  const lines = createInterface({ input: shell.stdio[3] as Readable });
  const first = once(lines, 'line').then(([line]: unknown[]) => Number(line));
  const pid = await Promise.race([first, exited]);
  lines.close();
  if (typeof pid === 'string') throw new Error(`The server's watchdog (/bin/sh) ${pid}`);
  return pid;
}

/** Lets this process end without waiting for the server; its end closes the pipe, and that ends the server. */
function leaveToItself(shell: ChildProcess): void {
  shell.unref();
  for (const stream of shell.stdio) {
    if (stream && 'unref' in stream && typeof stream.unref === 'function') (stream.unref as () => void)();
  }
}

async function turnOver(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (entry) => entry.size,
    () => 0,
  );
  if (size > LOG_MAX_BYTES) await rename(logFile, `${logFile}.1`);
}
