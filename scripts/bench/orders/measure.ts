/** `npm run bench -- orders`: the product beside the floor of the engine, a plain build and a bare start, in one run. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectNative } from '../../../src/temporal/connection';
import { figuresHead } from '../../figures/head';
import { runBench } from '../bench-run';
import type { BenchTools } from '../bench-run';
import { startBed, startOwnPlace } from './bed';
import type { Place } from './bed';
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

/** Measures what the options ask for; ends with code 130 when it was interrupted, with what it had found in the file. */
export async function benchOrders(options: OrdersOptions): Promise<void> {
  const run = new OrdersRun(options);
  await runBench(
    (tools) => run.measure(tools),
    () => run.write(),
  );
}

class OrdersRun {
  private readonly cells = new Map<string, Cell>();
  private readonly figures: Record<string, unknown> = {};

  constructor(private readonly options: OrdersOptions) {}

  async measure({ undo, undoAll, tell, folder: newFolder }: BenchTools): Promise<void> {
    const { profiles, sections, concurrencies } = planOf(this.options);
    const { short, state } = this.options;
    const folder = await newFolder(state);
    for (const profile of sections.includes('cells') ? profiles : []) {
      const bed = await startBed(profile, join(folder, profile), undo, tell);
      await this.noteHead(profile, bed.places.ours);
      await measureCells({
        ...{ bed, concurrencies, short, undo, tell },
        found: (cell) => {
          this.cells.set(`${profile}/${String(cell.concurrency)}`, cell);
        },
      });
      await undoAll();
    }
    const ofOneProcess = ONE_PROCESS.filter(([name]) => sections.includes(name));
    if (ofOneProcess.length === 0) return;
    // On servers of its own: the histories of thousands of orders would slow down what follows.
    const stateDir = join(folder, 'one-process');
    const place = await startOwnPlace(stateDir, undo);
    await this.noteHead('embedded', place);
    for (const [name, measure] of ofOneProcess)
      this.figures[name] = await measure({ place, stateDir, short, undo, tell });
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
