/** `npm run bench -- orders`: the product beside the floor of the engine, a plain build and a bare start, in one run. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogger } from '../../../src/logging';
import { connectNative } from '../../../src/temporal/connection';
import { installTemporalRuntime } from '../../../workers/temporal-runtime';
import { figuresHead } from '../../figures/head';
import { EXIT_INTERRUPTED } from '../../long-run';
import { say } from '../../say';
import { startBed, startOwnPlace } from './bed';
import type { Place, Undo } from './bed';
import { NAMESPACE } from './build-settings';
import { VENUE_LATENCY_MS } from './catalog';
import { measureCells } from './cells';
import type { Cell } from './figures';
import { planOf } from './options';
import { measureMemory, measureRecovery } from './one-process';
import type { OrdersOptions, Profile } from './options';

const FSYNC = {
  embedded: 'temporal: each commit (WAL, synchronous=full); oms: no (PGlite has none)',
  production: 'each commit, of both',
} as const;

/** Sections about one process of the product, in the embedded profile. */
const ONE_PROCESS = [
  ['recovery', measureRecovery],
  ['memory', measureMemory],
] as const;

type Tell = (line: string) => void;

/** Measures what the options ask for; ends with code 130 when it was interrupted, with what it had found in the file. */
export async function benchOrders(options: OrdersOptions): Promise<void> {
  installTemporalRuntime(makeLogger({ level: 'error', readable: false }));
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        resolve('interrupted');
      });
  });
  const run = new OrdersRun(options, say);
  // Its failure is told below; after an interruption the parts fail as they are taken away.
  const measuring = run.measure().then(() => 'measured' as const);
  measuring.catch(() => undefined);
  let failure: unknown;
  const end = await Promise.race([measuring, interrupted]).catch((error: unknown) => {
    failure = error;
    return 'failed' as const;
  });
  if (end === 'interrupted') say('interrupted: ends what it has started, and keeps what it has found');
  await run.stop();
  await run.write();
  if (end === 'failed') throw failure;
  // The SDK's runtime would keep the process for ever.
  process.exit(end === 'interrupted' ? EXIT_INTERRUPTED : 0);
}

class OrdersRun {
  private readonly undoSteps: (() => Promise<unknown>)[] = [];
  private readonly cells = new Map<string, Cell>();
  private readonly figures: Record<string, unknown> = {};
  private stopping: Promise<void> | undefined;
  private stateDir: string | undefined;

  constructor(
    private readonly options: OrdersOptions,
    private readonly tell: Tell,
  ) {}

  async measure(): Promise<void> {
    const { profiles, sections, concurrencies } = planOf(this.options);
    const folder = await this.folder();
    for (const profile of sections.includes('cells') ? profiles : []) {
      const bed = await startBed(profile, join(folder, profile), this.undo, this.tell);
      await this.noteHead(profile, bed.places.ours);
      await measureCells({
        ...{ bed, concurrencies, short: this.options.short, undo: this.undo, tell: this.tell },
        found: (cell) => {
          this.cells.set(`${profile}/${String(cell.concurrency)}`, cell);
        },
      });
      await this.undoAll();
    }
    const ofOneProcess = ONE_PROCESS.filter(([name]) => sections.includes(name));
    if (ofOneProcess.length === 0) return;
    // On servers of its own: the histories of thousands of orders would slow down what follows.
    const stateDir = join(folder, 'one-process');
    const place = await startOwnPlace(stateDir, this.undo);
    await this.noteHead('embedded', place);
    const { short } = this.options;
    for (const [name, measure] of ofOneProcess)
      this.figures[name] = await measure({ place, stateDir, short, undo: this.undo, tell: this.tell });
  }

  /** Ends every process that was started, the last first, and removes what they wrote. */
  async stop(): Promise<void> {
    this.stopping ??= this.undoAll();
    await this.stopping;
    if (this.stateDir !== undefined)
      await rm(this.stateDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  async write(): Promise<void> {
    const { json, short } = this.options;
    if (json === undefined) return;
    const cells = [...this.cells.values()];
    const bareStart = cells[0]?.bareStart;
    const { head, ...figures } = this.figures;
    const all = {
      ...{ ...(head as object | undefined), short, venueLatencyMs: VENUE_LATENCY_MS },
      ...{ ...(bareStart === undefined ? {} : { bareStart }), cells, ...figures },
    };
    await writeFile(json, `${JSON.stringify(all, undefined, 2)}\n`);
  }

  private readonly undo: Undo = (step) => {
    // What comes up while all goes down goes down at once.
    if (this.stopping === undefined) this.undoSteps.push(step);
    else void step().catch(() => undefined);
  };

  private async undoAll(): Promise<void> {
    for (let step = this.undoSteps.pop(); step !== undefined; step = this.undoSteps.pop())
      await step().catch((error: unknown) => {
        this.tell(`a part did not stop cleanly: ${String(error)}`);
      });
  }

  /** A folder that goes with the run; below a given one, which stays. */
  private async folder(): Promise<string> {
    const { state } = this.options;
    if (state !== undefined) await mkdir(state, { recursive: true });
    this.stateDir = await mkdtemp(join(state ?? tmpdir(), 'oms-bench-orders-'));
    // PostgreSQL runs as a user of its own when we are root, and must be able to walk in.
    await chmod(this.stateDir, 0o711);
    return this.stateDir;
  }

  private async noteHead(profile: Profile, { address }: Place): Promise<void> {
    const connection = await connectNative({ address, namespace: NAMESPACE });
    try {
      const head = await figuresHead({ connection }, profile, FSYNC[profile]);
      this.figures['head'] ??= head;
      const { temporalServer, store } = head;
      const known = this.figures['profiles'] as Partial<Record<Profile, object>> | undefined;
      this.figures['profiles'] = { ...known, [profile]: { temporalServer, store } };
    } finally {
      await connection.close();
    }
  }
}
