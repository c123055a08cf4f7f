/**
 * `npm run deployment -- status|promote|ramp|move`: the builds of a deployment on the server of TEMPORAL_ADDRESS. `promote`
 * lets a build take what is new; `move` takes old orders off earlier builds, each only when its history replays with the
 * workflow code of this checkout.
 */
import { Client } from '@temporalio/client';
import { Command, InvalidArgumentError } from 'commander';
import { describeDeployment, rampBuild, setCurrentBuild } from '../src/temporal/deployment';
import { connectClient } from '../src/temporal/connection';
import { serverAddress } from '../src/temporal/server-resolver';
import { workflowBuildId, workflowBundle } from '../workers/build-bundle';
import { moveOldOrders } from '../workers/move-orders';
import { installSilentTemporalRuntime } from '../workers/temporal-runtime';
import { table } from './table';

/** An order is young on the day on which it began. */
const OLD_AFTER_HOURS = 24;
const AT_ONCE_MAX = 1_000_000;
const HOUR_MS = 3_600_000;

interface Options {
  readonly name: string;
  readonly build?: string;
}

const program = new Command('deployment')
  .description('The builds of a deployment: which takes new orders, which still has some, and who moves.')
  .showHelpAfterError();
const named = (command: Command): Command =>
  command.requiredOption('--name <deployment>', 'as the workers have it in OMS_DEPLOYMENT');
const BUILD = ['--build <id>', 'a build id (default: that of this checkout)'] as const;
named(program.command('status').description('the builds and their states')).action((options: Options) =>
  connected((client) => status(client, options)),
);
named(program.command('promote').description('let a build take what is new; the one before drains'))
  .option(...BUILD)
  .action((options: Options) => connected((client) => promote(client, options)));
named(program.command('ramp').description('let a build take a part of what is new'))
  .option(...BUILD)
  .requiredOption('--percent <number>', 'from 0 to 100; 0 ends it', numberUpTo(100))
  .action((options: Options & { percent: number }) => connected((client) => ramp(client, options)));
named(program.command('move').description('move old orders to the current build, which must be that of this checkout'))
  .option('--older-than <hours>', 'orders that began earlier', numberUpTo(100_000), OLD_AFTER_HOURS)
  .action((options: Options & { olderThan: number }) => connected((client) => move(client, options)));

async function status(client: Client, { name }: Options): Promise<void> {
  const deployment = await describeDeployment(client, name);
  if (deployment === undefined) throw new Error(`no worker of a deployment ${name} has been here`);
  const { current, ramping, builds } = deployment;
  for (const line of table([['build', 'state'], ...builds.map(({ buildId, state }) => [buildId, state])]))
    console.log(line);
  if (current === undefined) console.log('none is current: workers of this deployment get nothing');
  if (ramping !== undefined) console.log(`${ramping.buildId} takes ${String(ramping.percent)} % of what is new`);
}

async function promote(client: Client, { name, build }: Options): Promise<void> {
  const buildId = build ?? (await workflowBuildId());
  await setCurrentBuild(client, { deploymentName: name, buildId });
  console.log(`${buildId} is current: what is new begins on it`);
}

async function ramp(client: Client, { name, build, percent }: Options & { percent: number }): Promise<void> {
  const buildId = build ?? (await workflowBuildId());
  await rampBuild(client, { deploymentName: name, buildId }, percent);
  console.log(`${buildId} takes ${String(percent)} % of what is new`);
}

async function move(client: Client, { name, olderThan }: Options & { olderThan: number }): Promise<void> {
  const buildId = await workflowBuildId();
  const current = (await describeDeployment(client, name))?.current;
  if (current !== buildId)
    throw new Error(
      `this checkout is build ${buildId}, current is ${current ?? 'none'}: histories would prove nothing`,
    );
  const { moved, held } = await moveOldOrders({
    ...{ client, version: { deploymentName: name, buildId }, workflowBundle: await workflowBundle() },
    ...{ begunBefore: new Date(Date.now() - olderThan * HOUR_MS), limit: AT_ONCE_MAX },
  });
  console.log(`${String(moved.length)} moved to ${buildId}`);
  for (const { workflowId, reason } of held)
    console.log(`stays, as it does not replay: ${workflowId}: ${reason.replaceAll(/\s+/g, ' ').slice(0, 200)}`);
  if (held.length > 0) process.exitCode = 1;
}

async function connected(work: (client: Client) => Promise<void>): Promise<void> {
  const server = await serverAddress(process.env);
  if (server === undefined) throw new Error('TEMPORAL_ADDRESS is not set: it names the server of the deployment');
  installSilentTemporalRuntime();
  const connection = await connectClient(server);
  try {
    await work(new Client({ connection, namespace: server.namespace }));
  } finally {
    await connection.close();
  }
}

function numberUpTo(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= 0 && value <= most))
      throw new InvalidArgumentError(`a number from 0 to ${String(most)}.`);
    return value;
  };
}

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
