import { Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { makeLogger, makePinoTemporalLogger } from '../src/logging';

/** pino's number of `warn`. */
const WARN = 40;

/** Sets up the SDK's runtime, one per process and before anything else of Temporal: its warnings go to our log. */
export function installTemporalRuntime(log: Logger): void {
  const level = log.levelVal > WARN ? log.level : 'warn';
  Runtime.install({
    logger: makePinoTemporalLogger(log.child({ part: 'temporal' }, { level })),
    // Ctrl-C is ours: workers stop first, then what they need.
    shutdownSignals: [],
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
  });
}

/** The same for a command that tells by itself what went wrong: the SDK would log each failure with a stack of its own. */
export function installSilentTemporalRuntime(): void {
  Runtime.install({
    logger: makePinoTemporalLogger(makeLogger({ level: 'silent', readable: false })),
    shutdownSignals: [],
    // Not forwarded: with `forward` the runtime keeps the process alive until a worker has run and stopped in it.
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  });
}
