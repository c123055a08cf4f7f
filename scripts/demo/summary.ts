import { add, divideRounded, isZero, multiply, roundHalfEven, subtract, ZERO } from '../../src/domain/money';
import type { DecimalString } from '../../src/domain/money';
import { missingKinds } from './kinds';
import type { Order } from '../../src/domain/order';
import type { ExecutionRow, PositionRow } from '../../src/ports/stores';
import type { MarketData } from '../../src/ports/market-data';
import type { Invariants } from '../../workers/ledger-comparison';

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

/** Realised and open profit by account and symbol, and what the trades cost in fees. */
function profit({ positions, executions, quotes }: DemoResult): readonly (readonly string[])[] {
  const rows = positions.map(({ account, symbol, quantity, averagePrice, realizedPnl }) => {
    const fees = executions
      .filter((row) => row.account === account && row.symbol === symbol)
      .reduce<DecimalString>((sum, row) => add(sum, row.fee), ZERO);
    const quote = quotes.quote(symbol, 'SIMX');
    const mid =
      quote === undefined ? averagePrice : divideRounded(add(quote.bidPrice, quote.askPrice), '2' as DecimalString, 12);
    const open = isZero(quantity) ? ZERO : multiply(quantity, subtract(mid, averagePrice));
    const money = (amount: DecimalString): string => roundHalfEven(amount, 2);
    return [
      account,
      symbol,
      quantity,
      money(realizedPnl),
      money(open),
      money(fees),
      money(subtract(add(realizedPnl, open), fees)),
    ];
  });
  return [['account', 'symbol', 'position', 'realized', 'open', 'fees', 'total'], ...rows];
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

/** Columns as wide as their widest cell; numbers stand at the right. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    });
  const isNumber = (cell: string): boolean => /^-?[\d.]+$/.test(cell);
  return rows.map((row) =>
    row
      .map((cell, index) => (isNumber(cell) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
