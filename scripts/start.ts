/** `npm start`: the whole system on this machine, kept up until Ctrl-C; a second start goes on where the first ended. */
import { Command } from 'commander';
import { loadCatalog } from '../src/catalog';
import { readConfig } from '../src/config';
import type { Config } from '../src/config';
import { makeLogger } from '../src/logging';
import { makeStateDir } from '../src/state-dir';
import { onInterrupt } from '../workers/interrupts';
import { firstClocks, keptMarketClocks, readMarketClocks } from '../workers/market-clock-file';
import { startStack } from '../workers/stack';
import type { ReplayClocks, Stack } from '../workers/stack';
import { installTemporalRuntime } from '../workers/temporal-runtime';
import { EXIT_INTERRUPTED } from './long-run';
import { numberAboveZero } from './number-arguments';
import { say } from './say';

async function main(): Promise<void> {
  const { speed } = new Command('start')
    .description('Run the whole system on this machine; Ctrl-C stops it. State stays in OMS_STATE_DIR (.oms).')
    .option(
      '--speed <factor>',
      'how many times as fast as life the markets run; only at the first start',
      numberAboveZero,
    )
    .showHelpAfterError()
    .parse()
    .opts<{ speed?: number }>();
  const config = readConfig(process.env);
  const log = makeLogger({ level: config.logLevel });
  installTemporalRuntime(log);
  const askedToStop = whenAskedToStop();
  await makeStateDir(config.stateDir);
  await refuseOtherSpeed(config, speed);
  const clocks = (): Promise<ReplayClocks> => keptMarketClocks(config.stateDir, () => firstClocks(speed ?? 1));
  const catalog = loadCatalog(config.catalogPath);
  const stack = await startStack({
    config,
    catalog,
    clocks,
    log,
    progress: say,
  });
  for (const line of greeting(stack, config)) say(line);
  const why = await Promise.race([askedToStop, whenPartEnds(stack)]);
  if (why !== undefined) {
    console.error(`a part of the system is gone: ${why}; stopping`);
    process.exitCode = 1;
  }
  await stack.stop();
  if (why === undefined) console.log('stopped; the next start goes on from here');
  else console.error(`stopped because ${why}; the next start goes on from here`);
}

/**
 * Resolves at the first signal; the second ends this process at once, and its children notice that by themselves.
 * Before everything is up, the first one waits: a start that is cut off in the middle is harder to undo than to finish.
 */
function whenAskedToStop(): Promise<undefined> {
  return new Promise((resolve) => {
    onInterrupt((nth) => {
      if (nth > 1) process.exit(EXIT_INTERRUPTED);
      console.log('stopping; Ctrl-C again to force');
      resolve(undefined);
    });
  });
}

/** A part that ends by itself takes the rest along: half a system must not look like one. */
function whenPartEnds({ venue, temporal, oms }: Stack): Promise<string> {
  return Promise.race([
    venue.exited.then(() => 'the simulated venue ended again and again'),
    ...(temporal === undefined ? [] : [temporal.exited.then((how) => `the Temporal server ${how}`)]),
    oms.running.then(
      () => 'the workers ended',
      (error: unknown) => `a worker broke (${error instanceof Error ? error.message : String(error)})`,
    ),
  ]);
}

async function refuseOtherSpeed({ stateDir }: Config, speed: number | undefined): Promise<void> {
  const kept = await readMarketClocks(stateDir);
  const other = Object.values(kept ?? {}).find((clock) => speed !== undefined && clock.speed !== speed);
  if (other === undefined) return;
  throw new Error(
    `--speed ${String(speed)}: the markets of ${stateDir} run at speed ${String(other.speed)} since its first start, and its orders with them; leave --speed out, or use another OMS_STATE_DIR`,
  );
}

function greeting(stack: Stack, config: Config): readonly string[] {
  const order = {
    clientOrderId: 'first-1',
    account: 'alpha',
    strategy: 'cli',
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '0.01',
    limitPrice: '17000',
    timeInForce: 'GTC',
  };
  const input = JSON.stringify({ order, clock: stack.clocks.now('BTCUSDT') });
  return [
    '',
    'durable-oms is up',
    `  Temporal's web page  ${stack.uiUrl ?? '(of your own server)'}`,
    `  Temporal server      ${stack.temporalAddress}, namespace ${stack.namespace}`,
    `  simulated venues     ${stack.venueUrl}`,
    `  state                ${config.stateDir}`,
    '',
    'An order from the command line:',
    `  temporal workflow start --address ${stack.temporalAddress} --namespace ${stack.namespace} --type order --task-queue oms-orders \\`,
    `    --workflow-id order/alpha/first-1 --input '${input}'`,
    '',
  ];
}

main().then(
  // What may still hold the process (a socket of the SDK) has nothing left to do.
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
