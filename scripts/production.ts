/** `npm run production -- up|down|status`: the production-like system on this machine, without containers. */
import { Command, InvalidArgumentError } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { isSameProcess } from '../src/temporal/process-identity';
import { onInterrupt } from '../workers/interrupts';
import { EXIT_INTERRUPTED } from './long-run';
import { clearRecord, livingParts, readRecord, writeRecord } from './production/record';
import type { ProductionRecord } from './production/record';
import { recordOf, startProduction } from './production/system';
import { say } from './say';
import { table } from './table';

interface Options {
  readonly state: string;
}

const WORKERS_MAX = 16;
/** Parts drain one kind after the other, each kind within the 10 s of its watchdog. */
const DOWN_WITHIN_MS = 60_000;
const EXIT_NOT_RUNNING = 3;

const program = new Command('production')
  .description('The production-like system on one machine: PostgreSQL, Temporal on it, venue, workers.')
  .showHelpAfterError();
const state = ['--state <folder>', 'folder of all its data, logs and process numbers', '.oms/production'] as const;
program
  .command('up')
  .description('start it and keep it up until Ctrl-C or `down`; the first time builds the Temporal server for minutes')
  .option('--workers <number>', 'worker processes, each for all roles', workersOf, 1)
  .option(...state)
  .action(up);
program
  .command('down')
  .description('stop the system of a folder; its data stays')
  .option(...state)
  .action(down);
program
  .command('status')
  .description('show the parts of the system of a folder')
  .option(...state)
  .action(status);

async function up({ workers, state: stateDir }: Options & { readonly workers: number }): Promise<void> {
  const askedToStop = whenAskedToStop();
  const earlier = await readRecord(stateDir);
  if (earlier !== undefined && (await isRunning(earlier)))
    throw new Error(`the system of ${stateDir} runs already (process ${String(earlier.owner.pid)}); see \`status\``);
  const system = await startProduction({ stateDir, workers, env: process.env, log: say });
  await writeRecord(stateDir, await recordOf(system));
  console.log('the production-like system is up; for clients and commands:');
  for (const [name, value] of Object.entries(system.settings)) console.log(`  export ${name}=${value}`);
  const ends = system.parts.map(({ name, process: { exited } }) => exited.then((how) => `${name} ${how}`));
  // Neither a signal nor a child holds this process; without anything it would end, and all parts with it.
  const held = setInterval(() => undefined, 60_000);
  const why = await Promise.race([askedToStop, ...ends]);
  clearInterval(held);
  await system.stop();
  await clearRecord(stateDir);
  if (why !== undefined) throw new Error(`stopped because ${why}; its log is in ${stateDir}`);
  console.log('stopped; the next `up` goes on from here');
}

function whenAskedToStop(): Promise<undefined> {
  return new Promise((resolve) => {
    onInterrupt((nth) => {
      // Whatever is left then ends by itself as soon as this process is gone.
      if (nth > 1) process.exit(EXIT_INTERRUPTED);
      console.log('stopping');
      resolve(undefined);
    });
  });
}

async function down({ state: stateDir }: Options): Promise<void> {
  const record = await readRecord(stateDir);
  if (record === undefined) throw new Error(`nothing runs in ${stateDir}`);
  if (await isSameProcess(record.owner)) process.kill(record.owner.pid, 'SIGTERM');
  const deadline = Date.now() + DOWN_WITHIN_MS;
  while (await isRunning(record)) {
    if (Date.now() > deadline)
      throw new Error(`it still runs after ${String(DOWN_WITHIN_MS / 1_000)} s; see \`status\``);
    await delay(100);
  }
  await clearRecord(stateDir);
  console.log(`the system of ${stateDir} is stopped`);
}

async function status({ state: stateDir }: Options): Promise<void> {
  const record = await readRecord(stateDir);
  const living = record === undefined ? [] : await livingParts(record);
  const rows = (record?.parts ?? []).map((part) => [
    part.name,
    String(part.identity.pid),
    living.includes(part) ? 'runs' : 'is gone',
    part.where,
  ]);
  if (record !== undefined) for (const line of table([['part', 'process', 'state', 'at'], ...rows])) console.log(line);
  if (record === undefined) console.log(`nothing runs in ${stateDir}`);
  if (living.length === 0 || living.length < (record?.parts.length ?? 0)) process.exitCode = EXIT_NOT_RUNNING;
}

async function isRunning(record: ProductionRecord): Promise<boolean> {
  return (await isSameProcess(record.owner)) || (await livingParts(record)).length > 0;
}

function workersOf(text: string): number {
  const workers = Number(text);
  if (!Number.isInteger(workers) || workers < 1 || workers > WORKERS_MAX)
    throw new InvalidArgumentError(`a whole number from 1 to ${String(WORKERS_MAX)}`);
  return workers;
}

program.parseAsync().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
