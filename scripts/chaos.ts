/**
 * `npm run chaos`: orders by the hundred while every part of the system is killed, stalled, cut off and lied to; then the
 * venue's ledger, the database and Temporal's histories are compared. Ends with code 1 when anything did not hold.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { mkdtemp, rm } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogger } from '../src/logging';
import { installTemporalRuntime } from '../workers/temporal-runtime';
import { BUGS } from './chaos/bugs';
import { changedSources } from './chaos/changed-sources';
import { FAULTS } from './chaos/matrix';
import { nothingFound, playChaos } from './chaos/play';
import type { ChaosResult } from './chaos/play';
import { figuresOf, headOf, reportLines } from './chaos/report';
import type { Profile } from './chaos/stores';

const EXIT_INTERRUPTED = 130;
const SEEDS = 2 ** 31;
const TIME_SCALE = 0.1;

interface Options {
  readonly profile: Profile;
  readonly orders: number;
  readonly faults?: readonly string[];
  readonly seed: number;
  readonly timeScale?: number;
  readonly rounds: number;
  readonly pairs?: true;
  readonly withBug?: string;
  readonly json?: string;
  readonly keep?: true;
}

async function main(): Promise<number> {
  const options = new Command('chaos')
    .description('Play faults against a system under load, then prove that no order was lost, doubled or changed.')
    .addOption(
      new Option('--profile <name>', 'what is played against: one worker, or the parts of production')
        .choices(['embedded', 'production'])
        .default('embedded'),
    )
    .option('--orders <count>', 'orders of the load', wholeNumber, 300)
    .option('--faults <ids>', `all, or some of ${FAULTS.map(({ id }) => id).join(',')}; all unless told`, faultIds)
    .option('--seed <number>', 'repeats the choices of an earlier run', wholeNumber, Date.now() % SEEDS)
    .option(
      '--time-scale <factor>',
      `long faults last this part of their time; ${String(TIME_SCALE)} unless told`,
      factor,
    )
    .option('--rounds <count>', 'how often each fault is played; 0: each of its forms once', wholeNumber, 0)
    .option('--pairs', 'play each fault together with another one, too')
    .addOption(
      new Option(
        '--with-bug <name>',
        'put a known bug back in, under the faults that show it: the run must end red',
      ).choices(BUGS.map(({ name }) => name)),
    )
    .option('--json <file>', 'write the figures as JSON')
    .option('--keep', 'leave the state folder for a look')
    .showHelpAfterError()
    .allowExcessArguments(false)
    .parse()
    .opts<Options>();
  installTemporalRuntime(makeLogger({ level: 'silent', readable: false }));
  const stateDir = await mkdtemp(join(tmpdir(), 'oms-chaos-'));
  const abort = new AbortController();
  const bug = BUGS.find(({ name }) => name === options.withBug);
  const ids = options.faults ?? bug?.faults ?? faultIds('all');
  const found = nothingFound({
    ...options,
    faults: FAULTS.filter(({ id }) => ids.includes(id)),
    timeScale: options.timeScale ?? bug?.timeScale ?? TIME_SCALE,
    ...(bug === undefined ? {} : { sources: await changedSources(join(stateDir, 'sources'), bug.changes) }),
    ...{ stateDir, signal: abort.signal, say },
  });
  const head = await headOf(options.profile);
  const write = (): void => {
    if (options.json !== undefined)
      writeFileSync(options.json, `${JSON.stringify(figuresOf(found, head), undefined, 2)}\n`);
  };
  onInterrupt(abort, found, write);
  say(`seed ${String(options.seed)}, ${options.profile} profile, state in ${stateDir}`);
  if (bug !== undefined) say(`without ${bug.without}: ${bug.shows} must be red`);
  await playChaos(found);
  for (const line of reportLines(found)) say(line);
  write();
  if (options.keep !== true) await rm(stateDir, { recursive: true, force: true });
  return found.problems.length === 0 ? 0 : 1;
}

/** The first time what was played is judged; the second time what was found is written down. */
function onInterrupt(abort: AbortController, found: ChaosResult, write: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (abort.signal.aborted) {
        found.problems.push('interrupted before anything could be judged');
        write();
        // What this process started ends with it.
        process.exit(EXIT_INTERRUPTED);
      }
      say('interrupted: plays nothing more, judges what was played; again to stop at once');
      process.exitCode = EXIT_INTERRUPTED;
      abort.abort();
    });
}

function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('a whole number, not negative.');
  return Number(text);
}
function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('a number above 0, at most 1.');
  return value;
}
function faultIds(text: string): readonly string[] {
  const ids = FAULTS.map(({ id }) => id as string);
  if (text === 'all') return ids;
  const asked = text.split(',').map((id) => id.trim());
  const unknown = asked.filter((id) => !ids.includes(id));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`${unknown.join(', ')}: must be all, or of ${ids.join(', ')}.`);
  return asked;
}
const say = (line: string): void => {
  console.log(line);
};

main().then(
  (code) => process.exit(process.exitCode ?? code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
