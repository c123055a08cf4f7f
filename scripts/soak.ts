/**
 * `npm run soak`: steady trading for hours, with orders that live all along; memory, open workflows and histories must stay
 * flat and nothing may be stuck. Ends with code 1 when anything grew or did not hold.
 */
import { Command, InvalidArgumentError } from 'commander';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogger } from '../src/logging';
import { installTemporalRuntime } from '../workers/temporal-runtime';
import { figuresHead } from './figures/head';
import { soak } from './soak/run';
import type { SoakResult } from './soak/run';
import { table } from './table';

const EXIT_INTERRUPTED = 130;
const SEEDS = 2 ** 31;
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
    .option('--minutes <count>', 'how long to trade', aboveZero)
    .option('--rate <orders>', 'orders a second', aboveZero, 2)
    .option('--seed <number>', 'repeats the choices of an earlier run', wholeNumber, Date.now() % SEEDS)
    .option('--json <file>', 'write the figures as JSON')
    .showHelpAfterError()
    .allowExcessArguments(false)
    .parse()
    .opts<Options>();
  installTemporalRuntime(makeLogger({ level: 'silent', readable: false }));
  const stateDir = await mkdtemp(join(tmpdir(), 'oms-soak-'));
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      // What this process started ends with it.
      if (abort.signal.aborted) process.exit(EXIT_INTERRUPTED);
      console.log('interrupted: trades no more, judges what was traded; again to stop at once');
      process.exitCode = EXIT_INTERRUPTED;
      abort.abort();
    });
  console.log(`seed ${String(seed)}, state in ${stateDir}`);
  try {
    const result = await soak({
      minutes: minutes ?? (short === true ? SHORT_MINUTES : MINUTES),
      ...{ ordersPerSecond: rate, seed, stateDir, signal: abort.signal },
      say: (line) => {
        console.log(line);
      },
    });
    for (const line of linesOf(result)) console.log(line);
    if (json !== undefined) await writeFile(json, `${JSON.stringify(await figuresOf(result), undefined, 2)}\n`);
    return result.problems.length === 0 ? 0 : 1;
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
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

function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('a whole number, not negative.');
  return Number(text);
}
function aboveZero(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10_000)) throw new InvalidArgumentError('a number above 0, at most 10000.');
  return value;
}

main().then(
  (code) => process.exit(process.exitCode ?? code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
