/** The measured parts of docs/PERFORMANCE.md about whole orders, from docs/figures. */
import type { BuildFigures, Cell } from '../bench/orders/figures';
import { grouped, provenance, readFigures, tableOf } from './figures';
import type { FiguresHead } from './figures';

interface OrdersFigures extends FiguresHead {
  readonly short: boolean;
  readonly venueLatencyMs: number;
  readonly cells: readonly Cell[];
  readonly memory?: {
    readonly cachedOrders: number;
    readonly mbPerCachedOrder: number;
    readonly evictedOrders: number;
    readonly mbPerEvictedOrder: number;
  };
  readonly recovery?: { readonly openOrders: number; readonly seconds: number; readonly firstAnswerSeconds: number };
}

/** What a ratio was meant to be at a concurrency; the issue of performance is open where it is not. */
const MEANT: Readonly<Record<number, Partial<Record<keyof Cell['ratios'], string>>>> = {
  1: { acceptToBareStart: 'at most 1.5', acknowledgedToPlain: 'at most 0.2', rateToPlain: 'at least 2.5' },
  50: { rateToFloor: 'at least 0.7', rateToPlain: 'at least 1.8' },
};
const RATIOS: Readonly<Record<keyof Cell['ratios'], string>> = {
  rateToFloor: "orders a second, by the floor's",
  rateToPlain: "orders a second, by the plain build's",
  acceptToBareStart: 'accept, by the start of an empty workflow',
  acknowledgedToPlain: "acknowledge, by the plain build's",
};

/** Rates, latencies and what they cost, of ours and of the two baselines. */
export function ordersResults(): string {
  const run = readFigures('orders') as OrdersFigures;
  const row = (name: string, { profile, concurrency }: Cell, of: BuildFigures): readonly string[] => {
    const { node, temporal, database, venue } = of.cpuMsPerOrder;
    return [
      ...[`${profile}, ${String(concurrency)} at once`, name, of.perSecond.toFixed(1)],
      ...[of.acceptMs, of.acknowledgedMs, of.doneMs].map(({ p50, p99 }) => `${grouped(p50)} / ${grouped(p99)}`),
      [node, temporal, database, venue].map((ms) => grouped(ms)).join(' · '),
      ...[String(of.events), grouped(of.historyBytes)],
    ];
  };
  return [
    `${provenance(run)} The venue takes ${String(run.venueLatencyMs)} ms, which the times do not count.`,
    '',
    tableOf([
      [
        ...['', 'build', 'orders/s', 'accept p50 / p99 ms', 'acknowledged', 'done'],
        ...['CPU ms an order: node · Temporal · database · venue', 'events', 'history bytes'],
      ],
      ...run.cells.flatMap((cell) => [
        row('ours', cell, cell.ours),
        row('plain', cell, cell.plain),
        row('floor', cell, cell.floor),
      ]),
    ]),
  ].join('\n');
}

/** The ratios beside what they were meant to be, and what one process holds and survives. */
export function ordersRatios(): string {
  const { cells, memory, recovery } = readFigures('orders') as OrdersFigures;
  const names = Object.keys(RATIOS) as (keyof typeof RATIOS)[];
  const rows = cells.flatMap(({ profile, concurrency, ratios }) =>
    names.map((name) => [
      ...[`${profile}, ${String(concurrency)} at once`, RATIOS[name], String(ratios[name])],
      MEANT[concurrency]?.[name] ?? '',
    ]),
  );
  return [
    tableOf([['', 'ours', 'ratio', 'meant'], ...rows]),
    '',
    ...(memory === undefined
      ? []
      : [
          `- Memory: ${grouped(memory.cachedOrders)} resting orders in the cache cost ${memory.mbPerCachedOrder.toFixed(2)} MB ` +
            `each (meant: under 1.2), ${grouped(memory.evictedOrders)} beyond the cache ${memory.mbPerEvictedOrder.toFixed(2)} MB each (meant: none).`,
        ]),
    ...(recovery === undefined
      ? []
      : [
          `- Recovery: with ${grouped(recovery.openOrders)} open orders the process is killed; started anew it gives the first answer after ` +
            `${recovery.firstAnswerSeconds.toFixed(1)} s, and all were asked and canceled after ${recovery.seconds.toFixed(1)} s.`,
        ]),
  ].join('\n');
}
