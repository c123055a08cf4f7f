import { FxRates } from '../../src/domain/fx-rates';
import { roundHalfEven } from '../../src/domain/money';
import type { Order } from '../../src/domain/order';
import { valuePositions } from '../../src/domain/pnl';
import type { ExecutionRow, PositionRow } from '../../src/ports/stores';
import type { MarketData } from '../../src/ports/market-data';
import type { Invariants } from '../../workers/ledger-comparison';
import { table } from '../table';
import { missingKinds } from './kinds';

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}
/** What a run of the demo came to. */
export interface DemoResult {
  readonly orders: readonly Order[];
  readonly executions: readonly ExecutionRow[];
  readonly positions: readonly PositionRow[];
  readonly quotes: MarketData;
  readonly kinds: Readonly<Record<string, number>>;
  readonly invariants: Invariants;
  readonly latencyMs: { readonly accept: Percentiles; readonly acknowledged: Percentiles };
  readonly durationS: number;
  readonly startToFirstAcceptS: number;
}

/** The end of the demo in lines. */
export function summaryLines(result: DemoResult): readonly string[] {
  const { kinds, latencyMs, invariants, orders, executions } = result;
  const failed = Object.values(invariants).filter((invariant) => !invariant.ok).length;
  const missing = missingKinds(kinds);
  const settled = executions.filter((row) => row.settled).length;
  return [
    ...section(
      `Orders: ${String(orders.length)}, fills: ${String(executions.length)}`,
      table(Object.entries(countByState(orders)).map(([state, count]) => [state, String(count)])),
    ),
    ...section('What happened', table(pairs(Object.entries(kinds).map(([kind, count]) => [kind, String(count)])))),
    ...section('Positions and profit (marked at the last mid price, fees apart)', table(profit(result))),
    `Settlement: ${String(settled)} of ${String(executions.length)} trades settled`,
    `Latency, measured while all of this ran: accept p50 ${String(latencyMs.accept.p50)} ms, p99 ${String(latencyMs.accept.p99)} ms; ` +
      `acknowledged p50 ${String(latencyMs.acknowledged.p50)} ms, p99 ${String(latencyMs.acknowledged.p99)} ms`,
    `Time: ${result.startToFirstAcceptS.toFixed(1)} s from start to first accepted order, ${result.durationS.toFixed(1)} s of trading, settling and proving`,
    ...section(
      failed === 0 ? 'Invariants: all hold' : `Invariants: ${String(failed)} BROKEN`,
      table(
        Object.entries(invariants).map(([name, { ok, checked, violated }]) => [
          ok ? 'ok' : 'FAILED',
          name,
          `${String(checked)} checked`,
          ok ? '' : `${String(violated)} violations`,
        ]),
      ),
    ),
    ...(missing.length === 0
      ? []
      : ['', `Not seen this time, as the machine was too busy for the whole tour: ${missing.join(', ')}`]),
    ...Object.entries(invariants).flatMap(([name, { violations }]) =>
      violations.map((violation) => `  ${name}: ${violation}`),
    ),
  ];
}

export function countByState(orders: readonly Order[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of orders) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Realised and open profit by account and symbol in the symbol's currency, and what the trades cost in fees. */
function profit({ positions, quotes }: DemoResult): readonly (readonly string[])[] {
  const accounts = [...new Set(positions.map(({ account }) => account))];
  const known = positions.flatMap(({ symbol }) => quotes.quote(symbol, 'SIMX') ?? []);
  const book = { accounts: accounts.map((account) => ({ account, mode: 'NETTING' as const })), positions, cash: [] };
  const rates = new FxRates([], { pivots: [], maxAgeMs: 0 });
  // The demo is over: the last quotes of its markets are the ones to value by, however old.
  const marks = { policy: 'MID', maxAgeMs: Number.MAX_SAFE_INTEGER } as const;
  const valued = valuePositions(book, known, rates, marks, 0).flatMap((account) => account.positions);
  const rows = valued.map(({ account, symbol, currency, quantity, realizedPnl, unrealizedPnl, fees }) => [
    ...[account, symbol, quantity, roundHalfEven(realizedPnl, 2)],
    ...[unrealizedPnl.known ? roundHalfEven(unrealizedPnl.amount, 2) : 'no mark', currency],
    Object.entries(fees)
      .map(([feeCurrency, paid]) => `${roundHalfEven(paid, 2)} ${feeCurrency}`)
      .join(', '),
  ]);
  return [['account', 'symbol', 'position', 'realized', 'open', '', 'fees'], ...rows];
}

const section = (title: string, lines: readonly string[]): readonly string[] => [
  '',
  title,
  ...lines.map((line) => `  ${line}`),
];

/** Two narrow rows beside each other. */
function pairs(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const half = Math.ceil(rows.length / 2);
  return rows.slice(0, half).map((row, index) => [...row, ...(rows[half + index] ?? [])]);
}
