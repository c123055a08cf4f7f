/**
 * `npm run soak`: steady trading for hours, with orders that live all along; memory, open workflows and histories must stay
 * flat and nothing may be stuck. Ends with code 1 when anything grew or did not hold.
 */
import { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { installSilentTemporalRuntime } from '../workers/temporal-runtime';
import { figuresHead } from './figures/head';
import { endWith, longRun, SEEDS } from './long-run';
import { numberAboveZero, wholeNumber } from './number-arguments';
import { say } from './say';
import { nothingFound, resultOf, soak } from './soak/run';
import type { SoakResult } from './soak/run';
import { table } from './table';

const MINUTES = 120;
const SHORT_MINUTES = 10;

interface Options {
  readonly short?: true;
  readonly minutes?: number;
  readonly rate: number;
  readonly seed: number;
  readonly json?: string;
}

async function main(): Promise<number> {
  const { short, minutes, rate, seed, json } = new Command('soak')
    .description('Trade steadily for hours and prove that nothing grows and nothing is stuck.')
    .option('--short', `${String(SHORT_MINUTES)} minutes instead of ${String(MINUTES)}`)
    .option('--minutes <count>', 'how long to trade', numberAboveZero)
    .option('--rate <orders>', 'orders a second', numberAboveZero, 2)
    .option('--seed <number>', 'repeats the choices of an earlier run', wholeNumber, Date.now() % SEEDS)
    .option('--json <file>', 'write the figures as JSON')
    .showHelpAfterError()
    .allowExcessArguments(false)
    .parse()
    .opts<Options>();
  installSilentTemporalRuntime();
  const closing = 'trades no more, judges what was traded';
  return longRun({ name: 'soak', keep: false, closing }, (place) => {
    const found = nothingFound({
      minutes: minutes ?? (short === true ? SHORT_MINUTES : MINUTES),
      ...{ ...place, ordersPerSecond: rate, seed, say },
    });
    return {
      play: async () => {
        say(`seed ${String(seed)}, state in ${place.stateDir}`);
        await soak(found);
      },
      tell: async (problem) => {
        if (problem !== undefined) found.problems.push(problem);
        const result = resultOf(found);
        for (const line of linesOf(result)) say(line);
        if (json !== undefined) await writeFile(json, `${JSON.stringify(await figuresOf(result), undefined, 2)}\n`);
        return result.problems.length === 0;
      },
    };
  });
}

function linesOf(result: SoakResult) {
  const { trends, mbPerOrder, verdict, modifications, problems, seconds, samples } = result;
  const { longestHistory, continuations } = result;
  const rows = Object.entries(trends).map(([name, { early, late, ratio, highest, isFlat }]) => [
    ...[name, early.toFixed(0), late.toFixed(0), ratio.toFixed(2), highest.toFixed(0), isFlat ? 'flat' : 'GROWS'],
  ]);
  const kb = (mb: number): string => `${(mb * 1_024).toFixed(1)} kB`;
  return [
    '',
    ...table([['', 'second quarter', 'last quarter', 'ratio', 'highest', ''], ...rows]),
    `the longest history had ${String(longestHistory)} events; orders went on as a new run ${String(continuations)} times`,
    `each order adds to the database ${kb(mbPerOrder.database.early)}, later ${kb(mbPerOrder.database.late)}; to Temporal's files ${kb(mbPerOrder.temporalFiles.early)}, later ${kb(mbPerOrder.temporalFiles.late)}`,
    ...Object.entries(verdict?.invariants ?? {}).map(
      ([name, { ok, checked }]) => `  ${ok ? 'ok    ' : 'FAILED'} ${name}, ${String(checked)} checked`,
    ),
    ...problems.map((problem) => `PROBLEM ${problem}`),
    `${String(verdict?.orders ?? 0)} orders, ${String(modifications)} modifications of orders that live all along, ${String(samples.length)} samples, ${seconds.toFixed(0)} s: ${problems.length === 0 ? 'flat, nothing stuck, everything holds' : `${String(problems.length)} PROBLEMS`}`,
  ];
}

async function figuresOf({ options, ...result }: SoakResult) {
  const { verdict, temporalServer } = result;
  return {
    ...(await figuresHead(undefined, 'embedded', 'Temporal: each commit; PGlite: off')),
    ...{ temporalServer, seed: options.seed, minutes: options.minutes, ordersPerSecond: options.ordersPerSecond },
    ...{ orders: verdict?.orders ?? 0, modifications: result.modifications, seconds: Math.round(result.seconds) },
    ...{ longestHistory: result.longestHistory, continuations: result.continuations },
    ...{ trends: result.trends, mbPerOrder: result.mbPerOrder },
    stuck: verdict?.stuck.length ?? 0,
    invariants: Object.fromEntries(
      Object.entries(verdict?.invariants ?? {}).map(([name, { ok, checked }]) => [name, { ok, checked }]),
    ),
    ...{ samples: result.samples, problems: result.problems },
  };
}

endWith(main());
