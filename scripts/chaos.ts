/**
 * `npm run chaos`: orders by the hundred while every part of the system is killed, stalled, cut off and lied to; then the
 * venue's ledger, the database and Temporal's histories are compared. Ends with code 1 when anything did not hold.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installSilentTemporalRuntime } from '../workers/temporal-runtime';
import { BUGS } from './chaos/bugs';
import { changedSources } from './chaos/changed-sources';
import { FAULTS } from './chaos/matrix';
import { nothingFound, playChaos } from './chaos/play';
import { figuresOf, headOf, reportLines } from './chaos/report';
import type { Profile } from './chaos/stores';
import { endWith, longRun, SEEDS } from './long-run';
import { wholeNumber } from './number-arguments';
import { say } from './say';

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
  installSilentTemporalRuntime();
  const head = await headOf(options.profile);
  const beganMs = performance.now();
  const closing = 'plays nothing more, judges what was played';
  return longRun({ name: 'chaos', keep: options.keep === true, closing }, (place) => {
    const bug = BUGS.find(({ name }) => name === options.withBug);
    const ids = options.faults ?? bug?.faults ?? faultIds('all');
    const sources = join(place.stateDir, 'sources');
    const found = nothingFound({
      ...options,
      faults: FAULTS.filter(({ id }) => ids.includes(id)),
      timeScale: options.timeScale ?? bug?.timeScale ?? TIME_SCALE,
      ...(bug === undefined ? {} : { sources }),
      ...{ ...place, say },
    });
    return {
      play: async () => {
        if (bug !== undefined) await changedSources(sources, bug.changes);
        say(`seed ${String(options.seed)}, ${options.profile} profile, state in ${place.stateDir}`);
        if (bug !== undefined) say(`without ${bug.without}: ${bug.shows} must be red`);
        await playChaos(found);
      },
      tell: async (problem) => {
        if (problem !== undefined) {
          found.problems.push(problem);
          found.seconds = (performance.now() - beganMs) / 1_000;
        }
        for (const line of reportLines(found)) say(line);
        if (options.json !== undefined)
          await writeFile(options.json, `${JSON.stringify(figuresOf(found, head), undefined, 2)}\n`);
        return found.problems.length === 0;
      },
    };
  });
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

endWith(main());
