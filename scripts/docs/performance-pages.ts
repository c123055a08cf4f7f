/** The measured parts of docs/PERFORMANCE.md about risk, from docs/figures. */
import { grouped, provenance, readFigures, tableOf } from './figures';
import type { FiguresHead } from './figures';

interface Rate {
  readonly perSecond: number;
  readonly p99Ms: number;
}
interface BesideBare extends Rate {
  readonly bareUpdate: Rate;
  readonly rateToBareUpdate: number;
  readonly p99ToBareUpdate: number;
}
interface RiskFigures extends FiguresHead {
  readonly checks: {
    readonly ordersPerSecond: number;
    readonly p99Ms: number;
    readonly cpuUsPerOrder: number;
    readonly checks: number;
    readonly baseline: { readonly ordersPerSecond: number };
    readonly ratio: number;
  };
  readonly reservation: {
    readonly accounts: number;
    readonly clients8: BesideBare;
    readonly clients200: BesideBare;
    readonly hotAccount: Rate;
  };
  readonly race: {
    readonly orders: number;
    readonly processes: number;
    readonly limit: number;
    readonly mostReserved: number;
    readonly limitPassed: number;
    readonly reservedAtEnd: string;
  };
  readonly rebuild: { readonly executions: number; readonly seconds: number; readonly equal: boolean };
  readonly reconciliation: {
    readonly openOrders: number;
    readonly planted: number;
    readonly found: number;
    readonly invented: number;
    readonly seconds: number;
  };
}

/** Every figure of `npm run bench -- risk` beside what it was meant to be. */
export function riskResults(): string {
  const run = readFigures('risk') as RiskFigures;
  const { checks, reservation, race, rebuild, reconciliation } = run;
  const of = ({ perSecond, p99Ms }: Rate): string => `${grouped(perSecond)}/s, p99 ${String(p99Ms)} ms`;
  const { clients8, clients200, hotAccount } = reservation;
  return [
    `${provenance(run)} Sections with PostgreSQL bring a server of their own, with fsync.`,
    '',
    tableOf([
      ['what', 'measured', 'baseline of the same run', 'ratio', 'meant'],
      [
        ...[`${String(checks.checks)} checks on each order, in process, one core`],
        `${grouped(checks.ordersPerSecond)} orders a second, p99 ${String(checks.p99Ms)} ms`,
        ...[`no checks: ${grouped(checks.baseline.ordersPerSecond)}/s`, String(checks.ratio), '20,000/s, p99 0.2 ms'],
      ],
      [
        ...['a whole decision, reserved durably, 8 clients', of(clients8), `bare update: ${of(clients8.bareUpdate)}`],
        ...[String(clients8.rateToBareUpdate), 'ratio 0.4, p99 5 ms'],
      ],
      [
        ...['the same, 200 clients', of(clients200), `bare update: ${of(clients200.bareUpdate)}`],
        ...[`rate ${String(clients200.rateToBareUpdate)}, p99 ${String(clients200.p99ToBareUpdate)}`, 'p99 ratio 5'],
      ],
      ['the same, 8 clients on one account', of(hotAccount), '', '', ''],
      [
        `${grouped(race.orders)} orders of ${String(race.processes)} processes race for a limit of ${grouped(race.limit)}`,
        `${String(race.limitPassed)} passed it; most promised at once ${grouped(race.mostReserved)}; left reserved at the end ${race.reservedAtEnd}`,
        ...['', '', '0 and 0'],
      ],
      [
        `positions of ${grouped(rebuild.executions)} executions rebuilt`,
        `${grouped(rebuild.seconds)} s; ${rebuild.equal ? 'equal to' : 'DIFFERS from'} an independent computation`,
        ...['', '', 'equal'],
      ],
      [
        `${grouped(reconciliation.openOrders)} open orders reconciled, ${String(reconciliation.planted)} differences planted`,
        `${String(reconciliation.found)} found, ${String(reconciliation.invented)} invented, ${String(reconciliation.seconds)} s`,
        ...['', '', 'all, none'],
      ],
    ]),
  ].join('\n');
}
