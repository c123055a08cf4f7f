/** A whole order management system in a process of its own, which can be made to die, stall and lose its clock. */
import { NativeConnection } from '@temporalio/worker';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { makeLogger } from '../../src/logging';
import { DEFAULT_ROUTING_WEIGHTS } from '../../src/domain/routing';
import type { Driver } from '../../src/persistence/driver';
import { openDatabase } from '../../src/persistence/open-database';
import { createSimulatedConnector } from '../../src/venues/simulated/connector';
import { workflowBundle } from '../../workers/build-bundle';
import { startOms } from '../../workers/oms';
import type { Oms } from '../../workers/oms';
import { installTemporalRuntime } from '../../workers/temporal-runtime';
import { VENUE } from '../coin';
import { chaosCatalog, SETTLE_TIME_MS } from './catalog';
import { coverage } from './coverage';
import { KillSwitchOfProcess, mortalConnector, MortalDatabase, stopThisProcess } from './kill-points';
import { pause } from './persistently';
import type { FromWorker, ToWorker, WorkerSetup } from './worker-messages';
import { wrongCode } from './wrong-code';

const LOOK_EVERY_MS = 500;
const kill = new KillSwitchOfProcess();
const trueNow = Date.now.bind(Date);
let offsetMs = 0;
let database: MortalDatabase | undefined;
let stop: (() => Promise<void>) | undefined;

process.on('message', (message: ToWorker) => {
  void take(message).catch((error: unknown) => {
    tell({ kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.exit(1);
  });
});
// Nobody is left to be judged by.
process.on('disconnect', () => process.exit(0));

async function take(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'setup':
      stop = await start(message);
      tell({ kind: 'ready' });
      return;
    case 'arm':
      kill.arm(message.point ?? undefined);
      return;
    case 'hold sends':
      kill.holdSends(message.forMs, message.eachMs, message.who);
      return;
    case 'sleep':
      stopThisProcess(message.ms);
      return;
    case 'stall': {
      const endMs = trueNow() + message.ms;
      while (trueNow() < endMs);
      return;
    }
    case 'database':
      database?.away(message.away === null ? undefined : new RegExp(message.away));
      return;
    case 'clock':
      offsetMs = message.offsetMs;
      return;
    case 'stop':
      await stop?.();
      process.exit(0);
  }
}

async function start(setup: WorkerSetup): Promise<() => Promise<void>> {
  offsetMs = setup.clockOffsetMs;
  // What this process takes for the time, in its activities; workflows go by the server's time.
  Date.now = () => trueNow() + offsetMs;
  const log = makeLogger({
    level: 'info',
    readable: false,
    destination: createWriteStream(setup.logFile, { flags: 'a' }),
  });
  installTemporalRuntime(log);
  const inner = await openDatabase(setup.database);
  database = new MortalDatabase(inner, kill);
  const connection = await NativeConnection.connect({ address: setup.address });
  const connector = createSimulatedConnector({
    ...{ venue: VENUE, baseUrl: setup.venueUrl, nativeStops: true, settleTimeMs: SETTLE_TIME_MS },
    ...{ timeoutMs: 2_000, streamSilenceMs: 2_000 },
  });
  const oms: Oms = await startOms({
    ...{ connection, namespace: setup.namespace, database, catalog: chaosCatalog(), log },
    connectors: [mortalConnector(connector, kill)],
    routing: { defaultPolicy: 'WEIGHTED', weights: DEFAULT_ROUTING_WEIGHTS },
    workflowBundle: setup.wrongCode ? await wrongBundle() : await workflowBundle(),
    maxCachedWorkflows: setup.maxCachedWorkflows,
  });
  // Whoever supervises it starts it again.
  oms.running.catch(() => process.exit(1));
  const stopLooking = lookForCoverage(inner);
  return async () => {
    await stopLooking();
    await oms.stop();
    await connector.close();
    await connection.close();
    await inner.close();
  };
}

/** Looks again and again whether reservations cover the orders; a database that is away is looked at later. */
function lookForCoverage(inner: Driver): () => Promise<void> {
  const end = new AbortController();
  const looking = (async () => {
    while (!end.signal.aborted) {
      await coverage(inner).then(
        (seen) => {
          tell({ kind: 'coverage', coverage: seen });
        },
        () => undefined,
      );
      await pause(LOOK_EVERY_MS);
    }
  })();
  return async () => {
    end.abort();
    await looking;
  };
}

async function wrongBundle(): Promise<WorkflowBundleOption> {
  const bundle = await workflowBundle();
  return { code: wrongCode('code' in bundle ? bundle.code : await readFile(bundle.codePath, 'utf8')) };
}

function tell(message: FromWorker): void {
  process.send?.(message);
}
