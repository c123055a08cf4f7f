/**
 * `npm run rolling-deploy`: deploys two builds while orders flow, a right one and a wrong one, on a production-like system,
 * and proves what became of every order. Ends with code 1 when anything was not proved.
 */
import { Command, InvalidArgumentError } from 'commander';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogger } from '../src/logging';
import { installTemporalRuntime } from '../workers/temporal-runtime';
import { playDeploys } from './deploy/play';
import { figuresHead } from './figures/head';
import { table } from './table';

const EXIT_INTERRUPTED = 130;
const SEEDS = 2 ** 31;
/** Fewer leave a part of the run without an order. */
const ORDERS_MIN = 40;

interface Options {
  readonly orders: number;
  readonly seed: number;
  readonly json?: string;
  readonly keep?: true;
}

async function main(): Promise<number> {
  const options = new Command('rolling-deploy')
    .description('Deploy a right and a wrong build under load and prove that no open order broke.')
    .option('--orders <count>', `orders of the load, at least ${String(ORDERS_MIN)}`, orderCount, 120)
    .option('--seed <number>', 'repeats the choices of an earlier run', seedOf, Date.now() % SEEDS)
    .option('--json <file>', 'write what was proved as JSON')
    .option('--keep', 'leave the state folder for a look')
    .showHelpAfterError()
    .allowExcessArguments(false)
    .parse()
    .opts<Options>();
  installTemporalRuntime(makeLogger({ level: 'silent', readable: false }));
  const stateDir = await mkdtemp(join(tmpdir(), 'oms-rolling-'));
  // PostgreSQL runs as a user of its own when we are root, and must be able to walk in.
  await chmod(stateDir, 0o711);
  // Every process that this one started ends with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(EXIT_INTERRUPTED));
  const { orders, seed } = options;
  say(`seed ${String(seed)}, state in ${stateDir}`);
  const beganMs = performance.now();
  const proofs = await playDeploys({ stateDir, orders, seed, say });
  const seconds = Math.round((performance.now() - beganMs) / 1_000);
  say('');
  const rows = proofs.map(({ what, isProved, found }) => [isProved ? 'yes' : 'NO', what, found]);
  for (const line of table([['proved', 'what', 'found'], ...rows])) say(line);
  say(`${String(seconds)} s`);
  if (options.json !== undefined) {
    const head = await figuresHead(undefined, 'production', 'on');
    await writeFile(options.json, `${JSON.stringify({ ...head, seed, orders, seconds, proofs }, undefined, 2)}\n`);
  }
  if (options.keep !== true) await rm(stateDir, { recursive: true, force: true });
  return proofs.every(({ isProved }) => isProved) ? 0 : 1;
}

function orderCount(text: string): number {
  const count = seedOf(text);
  if (count < ORDERS_MIN || count > 10_000)
    throw new InvalidArgumentError(`a whole number from ${String(ORDERS_MIN)} to 10000.`);
  return count;
}
function seedOf(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('a whole number, not negative.');
  return Number(text);
}
const say = (line: string): void => {
  console.log(line);
};

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
