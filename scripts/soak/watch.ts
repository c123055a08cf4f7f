/** Looks at the system under soak from outside, at even intervals. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChaosSystem } from '../chaos/system';
import { pause } from '../chaos/persistently';

/** What is sampled, with its unit in the name. */
export interface Sample {
  readonly atS: number;
  readonly workerMb: number;
  readonly temporalMb: number;
  readonly venueMb: number;
  readonly openWorkflows: number;
  /** Events of the longest history of a workflow that runs on: long-lived orders and services. */
  readonly longestHistory: number;
  readonly databaseMb: number;
  readonly temporalFilesMb: number;
  readonly orders: number;
}

const MB = 1024 * 1024;
const KB_PER_MB = 1024;

export class Watch {
  readonly samples: Sample[] = [];
  /** Workflows with a workflow task that fails again and again, as they were seen. */
  readonly failing = new Set<string>();
  private readonly runs = new Set<string>();
  private readonly workflows = new Set<string>();
  private isStopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly system: ChaosSystem,
    private readonly everyMs: number,
    private readonly ordersSoFar: () => number,
  ) {}

  /** How often a long-lived workflow was seen to have gone on as a new run. */
  get continuations(): number {
    return this.runs.size - this.workflows.size;
  }

  /** `longLived` are ids of workflows that stay open all the time. */
  start(longLived: () => readonly string[], seen: (sample: Sample) => void): void {
    this.running = this.watch(longLived, seen);
  }
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  private async watch(longLived: () => readonly string[], seen: (sample: Sample) => void): Promise<void> {
    const beganMs = performance.now();
    for (let nth = 1; ; nth += 1) {
      const nextMs = beganMs + nth * this.everyMs;
      while (performance.now() < nextMs) {
        if (this.isStopped) return;
        await pause(Math.min(500, Math.max(1, nextMs - performance.now())));
      }
      const sample = await this.sample((performance.now() - beganMs) / 1_000, longLived());
      this.samples.push(sample);
      seen(sample);
    }
  }

  private async sample(atS: number, longLived: readonly string[]): Promise<Sample> {
    const { pids, client, databaseDir, options } = this.system;
    const { count } = await client.workflow.count("ExecutionStatus = 'Running'");
    let longestHistory = 0;
    for (const workflowId of longLived) {
      const { raw, runId, historyLength } = await client.workflow.getHandle(workflowId).describe();
      longestHistory = Math.max(longestHistory, historyLength);
      this.workflows.add(workflowId);
      this.runs.add(runId);
      const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
      if (attempt > 2) this.failing.add(`${workflowId}: attempt ${String(attempt)} of a workflow task`);
    }
    return {
      ...{ atS: Math.round(atS), openWorkflows: count, longestHistory, orders: this.ordersSoFar() },
      workerMb: await residentMb(pids.worker),
      temporalMb: await residentMb(pids.temporal),
      venueMb: await residentMb(pids.venue),
      databaseMb: (await folderBytes(databaseDir)) / MB,
      temporalFilesMb: (await folderBytes(options.stateDir, databaseDir)) / MB,
    };
  }
}

/** Memory of a process and no other's: what it shares with others and could drop is left out. */
async function residentMb(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? NaN) / KB_PER_MB;
}

async function folderBytes(folder: string, except?: string): Promise<number> {
  let total = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (path === except) continue;
    // Files come and go while we look.
    total += entry.isDirectory()
      ? await folderBytes(path).catch(() => 0)
      : await stat(path).then(
          ({ size }) => size,
          () => 0,
        );
  }
  return total;
}
