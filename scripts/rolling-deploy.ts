/**
 * `npm run rolling-deploy`: deploys two builds while orders flow, a right one and a wrong one, on a production-like system,
 * and proves what became of every order. Ends with code 1 when anything was not proved.
 */
import { Command, InvalidArgumentError } from 'commander';
import { writeFile } from 'node:fs/promises';
import { installSilentTemporalRuntime } from '../workers/temporal-runtime';
import { playDeploys } from './deploy/play';
import type { Proof } from './deploy/play';
import { figuresHead } from './figures/head';
import { endWith, longRun, SEEDS } from './long-run';
import { wholeNumber } from './number-arguments';
import { say } from './say';
import { table } from './table';

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
    .option('--seed <number>', 'repeats the choices of an earlier run', wholeNumber, Date.now() % SEEDS)
    .option('--json <file>', 'write what was proved as JSON')
    .option('--keep', 'leave the state folder for a look')
    .showHelpAfterError()
    .allowExcessArguments(false)
    .parse()
    .opts<Options>();
  installSilentTemporalRuntime();
  const { orders, seed, json } = options;
  const beganMs = performance.now();
  return longRun({ name: 'rolling', keep: options.keep === true }, (place) => {
    const proofs: Proof[] = [];
    return {
      play: async () => {
        say(`seed ${String(seed)}, state in ${place.stateDir}`);
        await playDeploys({ ...place, orders, seed, say, onProof: (proof) => proofs.push(proof) });
      },
      tell: async (problem) => {
        const problems = problem === undefined ? [] : [problem];
        const seconds = Math.round((performance.now() - beganMs) / 1_000);
        say('');
        const rows = proofs.map(({ what, isProved, found }) => [isProved ? 'yes' : 'NO', what, found]);
        for (const line of table([['proved', 'what', 'found'], ...rows])) say(line);
        for (const line of problems) say(`PROBLEM ${line}`);
        say(`${String(seconds)} s`);
        if (json !== undefined) {
          const head = await figuresHead(undefined, 'production', 'on');
          const figures = { ...head, seed, orders, seconds, proofs, problems };
          await writeFile(json, `${JSON.stringify(figures, undefined, 2)}\n`);
        }
        return problems.length === 0 && proofs.every(({ isProved }) => isProved);
      },
    };
  });
}

function orderCount(text: string): number {
  const count = wholeNumber(text);
  if (count < ORDERS_MIN || count > 10_000)
    throw new InvalidArgumentError(`a whole number from ${String(ORDERS_MIN)} to 10000.`);
  return count;
}

endWith(main());
