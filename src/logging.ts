/** Makes the process's logger: JSON lines for machines, readable lines on a terminal, secrets hidden in both. */
import type { Writable } from 'node:stream';
import type { Logger as TemporalLogger, LogLevel as TemporalLogLevel, LogMetadata } from '@temporalio/common';
import pino from 'pino';
import type { Logger } from 'pino';
import pretty from 'pino-pretty';
import type { LogLevel } from './config';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Name of the process, a field of every line. */
  readonly name?: string;
  /** Readable lines instead of JSON; by default when standard error is a terminal. */
  readonly readable?: boolean;
  /** Where lines go; standard error by default, as standard output belongs to the command line's answers. */
  readonly destination?: Writable;
}

/** Paths whose values never reach a log, in whatever object they are given. */
const SECRETS = ['apiKey', 'password', 'authorization', 'token', 'secret', 'databaseUrl'];
const STANDARD_ERROR = 2;

export function makeLogger(options: LoggerOptions): Logger {
  const readable = options.readable ?? process.stderr.isTTY;
  const plain = options.destination ?? pino.destination({ dest: STANDARD_ERROR, sync: true });
  // In this process and synchronous: a worker thread would lose the last lines of a process that dies.
  const stream = readable
    ? pretty({
        destination: options.destination ?? STANDARD_ERROR,
        sync: true,
        translateTime: 'SYS:HH:MM:ss.l',
        ignore: 'pid,hostname',
      })
    : plain;
  return pino(
    {
      level: options.level,
      ...(options.name === undefined ? {} : { name: options.name }),
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '(hidden)' },
      // pino knows errors by the key `err` only; under another one they would be `{}`.
      serializers: { error: pino.stdSerializers.err },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    stream,
  );
}

const PINO_LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const satisfies Record<TemporalLogLevel, LogLevel>;

/** True of every worker of a venue's task queues, on purpose: no reason to warn at each start. */
const EXPECTED: ReadonlySet<string> = new Set(['No workflows registered, not polling for workflow tasks']);

/** Lets Temporal's Runtime write through our logger; its fields stay fields, an `error` becomes pino's `err`. */
export function makePinoTemporalLogger(logger: Logger): TemporalLogger {
  const write = (level: TemporalLogLevel, message: string, meta: LogMetadata = {}): void => {
    if (EXPECTED.has(message)) return;
    const { error, ...fields } = meta as LogMetadata & { error?: unknown };
    logger[PINO_LEVELS[level]](error === undefined ? fields : { ...fields, err: error }, message);
  };
  return {
    log: write,
    trace: (message, meta) => {
      write('TRACE', message, meta);
    },
    debug: (message, meta) => {
      write('DEBUG', message, meta);
    },
    info: (message, meta) => {
      write('INFO', message, meta);
    },
    warn: (message, meta) => {
      write('WARN', message, meta);
    },
    error: (message, meta) => {
      write('ERROR', message, meta);
    },
  };
}
