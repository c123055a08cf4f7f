/** `npm run worker`: a production worker process for the roles that it is given; SIGTERM drains it. */
import { Command } from 'commander';
import type { Logger } from 'pino';
import { loadCatalog } from '../src/catalog';
import { ConfigError, readConfig } from '../src/config';
import { inTime } from '../src/in-time';
import { makeLogger } from '../src/logging';
import { SHUTDOWN_GRACE_MS } from './create-workers';
import { onInterrupt } from './interrupts';
import { installTemporalRuntime } from './temporal-runtime';
import { startWorkerProcess } from './worker-process';
import type { WorkerProcess } from './worker-process';

const EXIT_BROKEN = 1;
const EXIT_BAD_SETTINGS = 2;
const EXIT_FORCED = 130;
/** Beyond the grace of the workers: what still holds the process then holds it for good. */
const DRAIN_WITHIN_MS = SHUTDOWN_GRACE_MS + 15_000;

async function main(): Promise<void> {
  const { roles, venues } = new Command('worker')
    .description('Work on orders against a Temporal server and a PostgreSQL that run elsewhere; SIGTERM drains.')
    .option('--roles <names>', 'orders, sessions and venues, with commas between (OMS_ROLES)')
    .option('--venues <names>', 'venues whose submissions and cancels it takes its part of (OMS_VENUES)')
    .allowExcessArguments(false)
    .showHelpAfterError()
    .parse()
    .opts<{ roles?: string; venues?: string }>();
  const env = {
    ...process.env,
    ...(roles === undefined ? {} : { OMS_ROLES: roles }),
    ...(venues === undefined ? {} : { OMS_VENUES: venues }),
  };
  const config = readConfig(env);
  const log = makeLogger({ level: config.logLevel, name: 'worker' });
  const askedToStop = whenAskedToStop(log);
  installTemporalRuntime(log);
  const worker = await startWorkerProcess({ config, catalog: loadCatalog(config.catalogPath), env, log });
  // A worker that breaks rejects here; one that ends unasked would look like a healthy process that does nothing.
  const ending = worker.running.then(() => 'ended' as const);
  const why = await Promise.race([askedToStop, ending]);
  await drained(worker);
  if (why === 'ended') throw new Error('the workers ended without being asked to');
  log.info('drained; the process ends');
}

/** Resolves at the first SIGTERM or SIGINT; the second ends the process at once. A start is finished before it is undone. */
function whenAskedToStop(log: Logger): Promise<'asked'> {
  return new Promise((resolve) => {
    onInterrupt((nth, signal) => {
      if (nth > 1) process.exit(EXIT_FORCED);
      log.info({ signal }, 'draining: nothing new is taken, what is on the wire is finished');
      resolve('asked');
    });
  });
}

async function drained(worker: WorkerProcess): Promise<void> {
  const late = `the drain took more than ${String(DRAIN_WITHIN_MS)} ms; what was under way is tried again`;
  await inTime(worker.stop(), DRAIN_WITHIN_MS, () => new Error(late));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const isSettings = error instanceof ConfigError;
    const log = makeLogger({ level: 'info', name: 'worker' });
    log.fatal(isSettings ? { problems: error.problems } : { error }, error instanceof Error ? error.message : 'failed');
    process.exit(isSettings ? EXIT_BAD_SETTINGS : EXIT_BROKEN);
  },
);
