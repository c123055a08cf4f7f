/**
 * Replays histories with the workflow code of this checkout: run it before a deploy, against the server that holds the
 * orders. Ends with 1 when a history does not replay, cannot be read, or when there was none.
 */
import { Client } from '@temporalio/client';
import { Command, Option } from 'commander';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readHistories, writeHistory } from '../src/temporal/history-files';
import type { NamedHistory, UnreadableHistory } from '../src/temporal/history-files';
import { connectNative } from '../src/temporal/connection';
import { liveHistories } from '../src/temporal/live-histories';
import { requireNamespace } from '../src/temporal/namespace-setup';
import { serverAddress } from '../src/temporal/server-resolver';
import { workflowBundle } from '../workers/build-bundle';
import { replayHistories } from '../workers/replay';
import { installSilentTemporalRuntime } from '../workers/temporal-runtime';
import { wholeNumberAboveZero } from './number-arguments';

interface Options {
  readonly from: string;
  readonly live?: string | true;
  readonly namespace?: string;
  readonly query?: string;
  readonly export?: string;
  readonly limit: number;
}

const RECORDED = join('test', 'replay', 'histories');
const NAME_MAX = 90;

const command = new Command('replay')
  .description('Replays workflow histories with the workflow code of this checkout.')
  .addOption(new Option('--from <folder>', 'replay the JSON histories below this folder').default(RECORDED))
  .addOption(
    new Option(
      '--live [address]',
      'replay the workflows of a running server, host:port; TEMPORAL_ADDRESS and its like when no address is given',
    ).conflicts('from'),
  )
  .option('--namespace <name>', 'with --live: the namespace (default: TEMPORAL_NAMESPACE or "default")')
  .option(
    '--query <query>',
    'with --live: a visibility query, such as \'ExecutionStatus="Running"\' (default: every workflow)',
  )
  .option('--export <folder>', 'with --live: keep the histories as files, which --from reads')
  .option('--limit <count>', 'with --live: at most this many, the newest first', wholeNumberAboveZero, 10_000)
  .allowExcessArguments(false)
  .showHelpAfterError();

async function main(): Promise<void> {
  const options = command.parse().opts<Options>();
  if (options.live === undefined) {
    const foreign = ['namespace', 'query', 'export', 'limit'].filter(
      (name) => command.getOptionValueSource(name) === 'cli',
    );
    if (foreign.length > 0)
      command.error(
        `error: --${foreign.join(', --')} without --live; it takes --namespace, --query, --export and --limit`,
      );
  }
  installSilentTemporalRuntime();
  const failures = options.live === undefined ? await report(await filesIn(options.from)) : await replayLive(options);
  if (failures > 0) process.exitCode = 1;
}

async function replayLive(options: Options): Promise<number> {
  const given = await serverAddress({
    ...process.env,
    ...(typeof options.live === 'string' ? { TEMPORAL_ADDRESS: options.live } : {}),
  });
  if (given === undefined) return command.error('error: --live needs an address, here or in TEMPORAL_ADDRESS');
  const namespace = options.namespace ?? given.namespace;
  const { address } = given;
  const isNamedHere = typeof options.live === 'string';
  const connection = await connectNative(given, {
    setting: isNamedHere ? `--live ${address}` : `TEMPORAL_ADDRESS=${address}`,
    remedy: 'Start it or correct the address.',
  });
  try {
    const setting = options.namespace === undefined ? `TEMPORAL_NAMESPACE=${namespace}` : `--namespace ${namespace}`;
    await requireNamespace(connection, { namespace, searchAttributes: [], address, setting });
    const client = new Client({ connection, namespace });
    const { query, limit } = options;
    const histories = liveHistories(client, { limit, ...(query === undefined ? {} : { query }) });
    return await report(options.export === undefined ? histories : exported(histories, options.export));
  } finally {
    await connection.close();
  }
}

async function filesIn(folder: string): Promise<readonly (NamedHistory | UnreadableHistory)[]> {
  await access(folder).catch((cause: unknown) => {
    throw new Error(`there is no folder ${folder}`, { cause });
  });
  return readHistories(folder);
}

/** Keeps each history as a file named after its workflow and run. */
async function* exported(histories: AsyncIterable<NamedHistory>, folder: string): AsyncGenerator<NamedHistory> {
  for await (const history of histories) {
    const path = join(folder, `${history.name.replaceAll(/[^A-Za-z0-9_.-]/g, '_')}.json`);
    // The history of a running order grows: the newest is the one to keep.
    await writeHistory(path, history.history, { replace: true });
    yield history;
  }
}

/** Prints one line per history and the sum; answers how many failed. Nothing to replay is a failure, too. */
async function report(
  histories: AsyncIterable<NamedHistory> | Iterable<NamedHistory | UnreadableHistory>,
): Promise<number> {
  let replayed = 0;
  let failed = 0;
  console.log(`result  events  history`);
  for await (const { name, events, error } of replayHistories(await workflowBundle(), histories)) {
    if (error === undefined) replayed += 1;
    else failed += 1;
    console.log(
      `${error === undefined ? 'ok    ' : 'FAILED'}  ${String(events).padStart(6)}  ${name.slice(0, NAME_MAX)}`,
    );
    if (error !== undefined) console.log(`                ${error.name}: ${error.message}`);
  }
  if (replayed + failed === 0) {
    console.error('no history found: nothing is proved');
    return 1;
  }
  console.log(`${String(replayed)} replayed, ${String(failed)} failed`);
  return failed;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
