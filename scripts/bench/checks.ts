/**
 * How many orders a second one core judges by every check: all in process, all limits set, nothing skipped.
 *
 * The baseline is the same loop over the same orders with no check: it makes the context and looks up the limits. Rates
 * and latencies come from loops of their own, so that reading the clock costs the rate nothing.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DEFAULT_CHECKS, judgeRisk } from '../../src/domain/risk/checks';
import { createLimitResolver } from '../../src/domain/risk/limit-document';
import type { LimitResolver } from '../../src/domain/risk/limit-document';
import type { RiskContext } from '../../src/domain/risk/risk-context';
import { medians, percentile, roundTo } from './rates';
import type { Rate } from './rates';
import { deskLimits, makeOrders, ORDERS_SEED } from './risk-orders';
import type { BenchOptions } from './section';

/** Orders of one round, and rounds that warm the code up before anything counts. */
const ORDERS = 200_000;
const SHORT_ORDERS = 40_000;
const ROUNDS = 3;
/**
 * Different orders, in turns. What a worker judges it has just read, so more of them than the caches hold (each is some
 * 25 kB in memory) would measure the memory: 250 cost half as much again per order.
 */
const VARIETY = 50;
const MS_PER_S = 1_000;

/** Four decimals: a tenth of a microsecond. */
const DECIMALS = 4;

interface Figures extends Rate {
  readonly p50Ms: number;
  /** CPU time of the rate's loop: what other programs on the machine do makes the clock's time longer, but not this. */
  readonly cpuUsPerOrder: number;
}
/** The figures of this section; `ratio` is the rate with checks divided by the baseline's. */
export interface ChecksFigures {
  readonly ordersPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUsPerOrder: number;
  readonly checks: number;
  readonly orders: number;
  /** Share of the orders that some check denied. */
  readonly deniedShare: number;
  readonly seed: number;
  readonly baseline: { readonly ordersPerSecond: number; readonly p99Ms: number; readonly cpuUsPerOrder: number };
  readonly ratio: number;
}

type Judge = (context: RiskContext) => number;
const withChecks: Judge = (context) => judgeRisk(context).violations.length;
const withoutChecks: Judge = ({ limits }) => (limits === undefined ? 1 : 0);

/** Measures checks and baseline in turns; medians of the rounds. */
export async function measureChecks({ short, tell }: BenchOptions, most = Infinity): Promise<ChecksFigures> {
  const orders = Math.min(short ? SHORT_ORDERS : ORDERS, most);
  const made = makeOrders(VARIETY);
  const resolver = createLimitResolver(deskLimits());
  const denied = made.filter((order) => withChecks(contextOf(order, resolver)) > 0).length;
  const rounds: { readonly ours: Figures; readonly baseline: Figures }[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const baseline = measure(withoutChecks, made, resolver, orders);
    const ours = measure(withChecks, made, resolver, orders);
    // The first round warms up.
    if (round > 0) rounds.push({ ours, baseline });
    await nextTurn();
  }
  const ours = medians(rounds.map((round) => round.ours));
  const baseline = medians(rounds.map((round) => round.baseline));
  const figures = {
    ordersPerSecond: Math.round(ours.perSecond),
    ...latenciesOf(ours),
    ...{ checks: DEFAULT_CHECKS.length, orders, seed: ORDERS_SEED },
    deniedShare: roundTo(denied / made.length, DECIMALS),
    baseline: { ordersPerSecond: Math.round(baseline.perSecond), ...latenciesOf(baseline) },
    ratio: roundTo(ours.perSecond / baseline.perSecond, DECIMALS),
  };
  tellOf(figures, tell);
  return figures;
}

/** The order with the limits in force for it: the work that is done for each order, checks or none. */
function contextOf(order: RiskContext, resolver: LimitResolver): RiskContext {
  return { ...order, limits: resolver.limitsOf(order.request) };
}

function measure(judge: Judge, made: readonly RiskContext[], resolver: LimitResolver, orders: number): Figures {
  // The sum keeps the compiler from leaving out work whose result nobody reads.
  let found = 0;
  const one = (index: number): void => {
    const order = made[index % made.length];
    if (order !== undefined) found += judge(contextOf(order, resolver));
  };
  const startCpu = process.cpuUsage();
  const startMs = performance.now();
  for (let index = 0; index < orders; index += 1) one(index);
  const perSecond = (orders / (performance.now() - startMs)) * MS_PER_S;
  const cpu = process.cpuUsage(startCpu);
  const tookMs = new Float64Array(orders);
  for (let index = 0; index < orders; index += 1) {
    const beganMs = performance.now();
    one(index);
    tookMs[index] = performance.now() - beganMs;
  }
  if (Number.isNaN(found)) throw new Error('the checks gave no count');
  tookMs.sort();
  const cpuUsPerOrder = (cpu.user + cpu.system) / orders;
  return { perSecond, p50Ms: percentile(tookMs, 0.5), p99Ms: percentile(tookMs, 0.99), cpuUsPerOrder };
}

const latenciesOf = ({ p50Ms, p99Ms, cpuUsPerOrder }: Figures): Omit<Figures, 'perSecond'> => ({
  p50Ms: roundTo(p50Ms, DECIMALS),
  p99Ms: roundTo(p99Ms, DECIMALS),
  cpuUsPerOrder: roundTo(cpuUsPerOrder, 1),
});

function tellOf(figures: ChecksFigures, tell: (line: string) => void): void {
  const { ordersPerSecond, p50Ms, p99Ms, cpuUsPerOrder, checks, baseline, ratio, deniedShare } = figures;
  tell(`${String(checks)} checks on each order, one core, in process (seed ${String(ORDERS_SEED)})`);
  tell(
    `  ${String(ordersPerSecond)} orders a second; p50 ${String(p50Ms)} ms, p99 ${String(p99Ms)} ms; ${String(cpuUsPerOrder)} µs of CPU each`,
  );
  tell(`  with no checks ${String(baseline.ordersPerSecond)} orders a second; ratio ${String(ratio)}`);
  tell(`  ${String(Math.round(deniedShare * 100))} % of the orders are denied`);
}
