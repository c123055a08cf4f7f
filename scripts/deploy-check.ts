/**
 * `npm run deploy-check`: the gate before a deploy. Replays the recorded histories of every release and all open workflows
 * of the server with the workflow code of this checkout; ends with 1 and names the workflows that would break.
 */
import { Client } from '@temporalio/client';
import { Command } from 'commander';
import { join } from 'node:path';
import { connectClient } from '../src/temporal/connection';
import { readHistories } from '../src/temporal/history-files';
import type { NamedHistory, UnreadableHistory } from '../src/temporal/history-files';
import { liveHistories } from '../src/temporal/live-histories';
import { serverAddress } from '../src/temporal/server-resolver';
import { workflowBuildId, workflowBundle } from '../workers/build-bundle';
import { replayHistories } from '../workers/replay';
import { installSilentTemporalRuntime } from '../workers/temporal-runtime';

const EXIT_WRONG_USE = 2;
const RECORDED = join('test', 'replay', 'histories');
/** More open workflows than any one system has had; the newest are looked at first. */
const OPEN_MAX = 1_000_000;

interface Options {
  readonly recorded: string;
  readonly withoutServer?: true;
}

async function main(): Promise<number> {
  const command = new Command('deploy-check')
    .description('Replay recorded histories and all open workflows of TEMPORAL_ADDRESS with the code of this checkout.')
    .option('--recorded <folder>', 'folder of the recorded histories', RECORDED)
    .option('--without-server', 'recorded histories only, as in CI')
    .allowExcessArguments(false)
    .showHelpAfterError()
    .parse();
  const { recorded, withoutServer } = command.opts<Options>();
  const server = await serverAddress(process.env);
  if (withoutServer !== true && server === undefined) {
    console.error(
      'TEMPORAL_ADDRESS is not set: name the server whose open orders must survive, or say --without-server',
    );
    return EXIT_WRONG_USE;
  }
  installSilentTemporalRuntime();
  console.log(`workflow code ${await workflowBuildId()}`);
  const files = await readHistories(recorded);
  if (files.length === 0) throw new Error(`${recorded} has no histories: nothing would be proved`);
  let broken = await check(`recorded histories of ${recorded}`, files);
  if (withoutServer === true || server === undefined) return broken === 0 ? 0 : 1;
  const connection = await connectClient(server);
  try {
    const client = new Client({ connection, namespace: server.namespace });
    const open = liveHistories(client, { query: `ExecutionStatus = 'Running'`, limit: OPEN_MAX });
    broken += await check(`open workflows of ${server.address}, namespace ${server.namespace}`, open);
  } finally {
    await connection.close();
  }
  console.log(broken === 0 ? 'may be deployed' : `must not be deployed: ${String(broken)} would break`);
  return broken === 0 ? 0 : 1;
}

/** Prints what would break, by name, and answers how many. */
async function check(
  what: string,
  histories: AsyncIterable<NamedHistory> | Iterable<NamedHistory | UnreadableHistory>,
): Promise<number> {
  let replayed = 0;
  let broken = 0;
  for await (const { name, error } of replayHistories(await workflowBundle(), histories)) {
    replayed += 1;
    if (error === undefined) continue;
    broken += 1;
    console.log(`would break: ${name}`);
    console.log(`  ${error.message.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
  }
  console.log(`${what}: ${String(replayed)} replayed, ${String(broken)} would break`);
  return broken;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
