/** Orders of all builds in turns: latencies, rates, CPU time and histories. */
import type { Undo } from '../bench-run';
import type { Bed } from './bed';
import { BuildProcess } from './build-process-handle';
import { VENUE_LATENCY_MS } from './catalog';
import { cpuMsOf } from './cpu-time';
import { cellOf, median, spreadOf } from './figures';
import type { BuildFigures, Cell, Round, Spread } from './figures';
import type { Build, Life, RunTold } from './messages';
import { BUILDS } from './messages';

const ROUNDS = 3;
/** Histories looked at per round. */
const HISTORIES = 10;
/** As production has it when nobody sets it. */
const CACHED_WORKFLOWS = 1_000;

/** How many orders a run has, and after what time no further one begins, on a machine that is slow. */
interface Size {
  readonly orders: number;
  readonly forMs: number;
}
const SIZES = {
  full: (concurrency: number): Size => ({ orders: concurrency === 1 ? 60 : 8 * concurrency + 150, forMs: 40_000 }),
  short: (concurrency: number): Size => ({ orders: concurrency === 1 ? 25 : 4 * concurrency + 50, forMs: 8_000 }),
} as const;
/** Code that has not run yet is slow; nobody trades on a process of that age. */
const WARM_UP: Size = { orders: 40, forMs: 10_000 };
const WARM_UP_AT_ONCE = 5;

export interface CellsOptions {
  readonly bed: Bed;
  readonly concurrencies: readonly number[];
  readonly short: boolean;
  readonly undo: Undo;
  readonly tell: (line: string) => void;
  /** Gets each cell anew after every round, as far as it is measured. */
  readonly found: (cell: Cell) => void;
}

/** One build's processes: the client's first. */
interface Running {
  readonly client: BuildProcess;
  readonly all: readonly BuildProcess[];
}
type Builds = Readonly<Record<Build, Running>>;

export async function measureCells(options: CellsOptions): Promise<void> {
  const { bed, concurrencies, short, tell, found } = options;
  const builds: Builds = {
    ours: await startBuild('ours', options),
    floor: await startBuild('floor', options),
    plain: await startBuild('plain', options),
  };
  const bench = new CellBench(bed, builds);
  tell(`${bed.profile}: the processes of all builds are up; they warm up first`);
  await bench.warmUp();
  const sizeOf = short ? SIZES.short : SIZES.full;
  const measured = new Map<number, [Round, ...Round[]]>();
  for (let nth = 1; nth <= ROUNDS; nth += 1)
    for (const concurrency of concurrencies) {
      const round = await bench.round(concurrency, sizeOf(concurrency));
      const rounds = measured.get(concurrency);
      if (rounds === undefined) measured.set(concurrency, [round]);
      else rounds.push(round);
      const cell = cellOf(bed.profile, concurrency, measured.get(concurrency) ?? [round]);
      found(cell);
      tell(lineOf(cell, nth));
    }
  for (const build of BUILDS) await Promise.all(builds[build].all.map((each) => each.kill()));
}

async function startBuild(build: Build, { bed, undo }: CellsOptions): Promise<Running> {
  const { address, database, venueUrl } = bed.places[build];
  const start = (part: 'whole' | 'client' | 'worker', isFirst: boolean): Promise<BuildProcess> =>
    BuildProcess.start(
      {
        ...{ build, part, isFirst, address, database, venueUrl, maxCachedWorkflows: CACHED_WORKFLOWS },
        logFile: `${bed.stateDir}/${build}-${part}.log`,
      },
      (started) => {
        undo(() => started.kill());
      },
    );
  // The floor is what it is: one process.
  if (bed.workers === 0 || build === 'floor') {
    const client = await start('whole', true);
    return { client, all: [client] };
  }
  const workers: BuildProcess[] = [];
  for (let nth = 0; nth < bed.workers; nth += 1) workers.push(await start('worker', nth === 0));
  const client = await start('client', false);
  return { client, all: [client, ...workers] };
}

class CellBench {
  private runs = 0;

  constructor(
    private readonly bed: Bed,
    private readonly builds: Builds,
  ) {}

  async warmUp(): Promise<void> {
    for (const build of BUILDS)
      for (const life of ['accept', 'acknowledge'] as const) await this.run(build, life, WARM_UP_AT_ONCE, WARM_UP);
    await this.run('floor', 'start', WARM_UP_AT_ONCE, WARM_UP);
  }

  /** Every build once, one after the other: what disturbs the machine disturbs all of them. */
  async round(concurrency: number, size: Size): Promise<Round> {
    const { firstMs } = (await this.run('floor', 'start', concurrency, size)).told;
    const floor = await this.figures('floor', concurrency, size, 0);
    const ours = await this.figures('ours', concurrency, size, VENUE_LATENCY_MS);
    const plain = await this.figures('plain', concurrency, size, VENUE_LATENCY_MS);
    return { bareStart: spreadOf(firstMs), ours, floor, plain };
  }

  private async figures(build: Build, concurrency: number, size: Size, venueMs: number): Promise<BuildFigures> {
    const { told, cpuMs, prefix } = await this.run(build, 'accept', concurrency, size);
    const acknowledged = (await this.run(build, 'acknowledge', concurrency, size)).told;
    const orders = told.doneMs.length;
    const histories = await this.builds[build].client.histories(prefix, Math.min(HISTORIES, orders));
    const middle = (of: keyof (typeof histories)[number]): number => median(histories.map((each) => each[of]));
    return {
      perSecond: orders / told.seconds,
      acceptMs: spreadOf(told.firstMs),
      acknowledgedMs: without(spreadOf(acknowledged.firstMs), venueMs),
      doneMs: without(spreadOf(told.doneMs), venueMs),
      cpuMsPerOrder: {
        node: cpuMs.node / orders,
        temporal: cpuMs.temporal / orders,
        database: cpuMs.database / orders,
        venue: cpuMs.venue / orders,
      },
      ...{ events: middle('events'), historyBytes: middle('bytes'), workflowTasks: middle('workflowTasks') },
      ...{ activities: middle('activities'), signals: middle('signals') },
    };
  }

  private async run(
    build: Build,
    life: Life,
    atOnce: number,
    size: Size,
  ): Promise<{ readonly told: RunTold; readonly cpuMs: BuildFigures['cpuMsPerOrder']; readonly prefix: string }> {
    this.runs += 1;
    const prefix = `${build}-${String(this.runs)}`;
    const before = this.cpuMs(build);
    const told = await this.builds[build].client.run({ life, prefix, atOnce, ...size });
    const after = this.cpuMs(build);
    const used = (of: keyof typeof after): number => after[of] - before[of];
    const cpuMs = { node: used('node'), temporal: used('temporal'), database: used('database'), venue: used('venue') };
    return { told, cpuMs, prefix };
  }

  private cpuMs(build: Build): BuildFigures['cpuMsPerOrder'] {
    const { pids } = this.bed.places[build];
    return {
      node: cpuMsOf(this.builds[build].all.map(({ pid }) => pid)),
      temporal: cpuMsOf(pids.temporal),
      database: cpuMsOf(pids.database),
      venue: build === 'floor' ? 0 : cpuMsOf([pids.venue]),
    };
  }
}

const without = ({ p50, p99 }: Spread, ms: number): Spread => ({ p50: p50 - ms, p99: p99 - ms });

function lineOf({ profile, concurrency, ours, floor, plain, bareStart, ratios }: Cell, round: number): string {
  const rate = (figures: BuildFigures): string => `${figures.perSecond.toFixed(1)}/s`;
  return (
    `${profile}, ${String(concurrency)} at once, round ${String(round)}: ` +
    `ours ${rate(ours)} (floor ${rate(floor)}, plain ${rate(plain)}), ` +
    `accept ${String(ours.acceptMs.p50)} ms (bare start ${String(bareStart.p50)}), ` +
    `acknowledged ${ours.acknowledgedMs.p50.toFixed(1)} ms (plain ${plain.acknowledgedMs.p50.toFixed(1)}); ` +
    Object.entries(ratios)
      .map(([name, ratio]) => `${name} ${String(ratio)}`)
      .join(', ')
  );
}
