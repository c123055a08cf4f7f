import type { ExecutionReport } from '../../domain/execution-report';
import type { UnreadableReport, WithUnreadable } from '../../ports/venue';

type HandOver = (reports: readonly ExecutionReport[], unreadable: readonly UnreadableReport[]) => Promise<void>;

/** Hands over what continues a sequence without a gap, each place once and in order, whether or not it can be read. */
export class SequencedReports {
  constructor(
    private sequence: number,
    private readonly handOver: HandOver,
  ) {}

  /** The last place that was handed over. */
  get last(): number {
    return this.sequence;
  }

  /** Takes a batch in any order; what has no place that can be told is handed over at once. */
  async take(batch: { readonly reports: readonly ExecutionReport[] } & WithUnreadable): Promise<void> {
    const { unreadable = [] } = batch;
    const readable = byPlace(batch.reports);
    const other = byPlace(unreadable);
    const reports: ExecutionReport[] = [];
    const passed = unreadable.filter(({ sequence }) => sequence === undefined);
    let next = this.sequence + 1;
    // A copy that can be read counts more than one that cannot.
    for (; ; next += 1) {
      const report = readable.get(next);
      const bad = other.get(next);
      if (report !== undefined) reports.push(report);
      else if (bad !== undefined) passed.push(bad);
      else break;
    }
    if (reports.length === 0 && passed.length === 0) return;
    await this.handOver(reports, passed);
    this.sequence = next - 1;
  }
}

function byPlace<T extends { readonly sequence?: number }>(items: readonly T[]): ReadonlyMap<number, T> {
  const places = new Map<number, T>();
  for (const item of items)
    if (item.sequence !== undefined && !places.has(item.sequence)) places.set(item.sequence, item);
  return places;
}
