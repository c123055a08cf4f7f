import type { ExecutionReport } from '../../src/domain/execution-report';
import { add, dec, decOfInteger, divideRounded, isZero, multiply, sum, ZERO } from '../../src/domain/money';
import type { DecimalString } from '../../src/domain/money';
import type { Order } from '../../src/domain/order';
import { X } from './scenario';
import type { Expected, ReportStep, ScenarioRun } from './scenario';

/** What the venue knows an order by. */
export type OrderAtVenue = Pick<Order, 'orderId' | 'clientOrderIdBase' | 'venueAccount' | 'route' | 'request'>;

/** One report of a run, ready to be sent, and what must hold after it. */
export interface ScriptedReport {
  readonly report: ExecutionReport;
  readonly expected: Expected;
}

const DAY_MS = 24 * 3_600_000;

/** The reports of a run as its venue makes them: sequence and time count up in the order in which things happened. */
export function scriptedReports(run: ScenarioRun, order: OrderAtVenue, startMs: number): readonly ScriptedReport[] {
  const steps = reportSteps(run);
  const executions = executionsOf(steps);
  const base = order.clientOrderIdBase ?? '';
  let quantity = run.order.quantity;
  let limitPrice = run.order.limitPrice;
  let day = 1;
  return steps.map((step, at) => {
    quantity = step.quantity ?? quantity;
    limitPrice = step.limitPrice ?? limitPrice;
    day = Math.max(day, step.day ?? 1);
    const changed = step.ref === undefined ? undefined : executions.get(step.ref);
    const last = step.last ?? changed?.last;
    const report: ExecutionReport = {
      venue: order.route?.venue ?? '',
      venueAccount: order.venueAccount ?? '',
      sequence: at + 1,
      execId: execId(order, at),
      execType: step.execType,
      clientOrderId: step.telephoned === true ? '' : `${base}-${String(step.id ?? X)}`,
      ...(step.orig === undefined ? {} : { origClientOrderId: `${base}-${String(step.orig)}` }),
      venueOrderId: step.telephoned === true ? 'BY-TELEPHONE' : 'V1',
      symbol: order.request.symbol,
      side: order.request.side,
      orderQuantity: decOfInteger(quantity),
      cumQuantity: decOfInteger(step.printed.cum),
      leavesQuantity: decOfInteger(step.printed.leaves),
      ordStatus: step.printed.status,
      ...(last === undefined ? {} : { lastQuantity: decOfInteger(last), lastPrice: priceOf(step, at, changed) }),
      ...(step.execType === 'TRADE' ? { fee: ZERO, feeCurrency: 'USD', liquidity: 'MAKER' as const } : {}),
      ...(limitPrice === undefined || last !== undefined ? {} : { limitPrice: dec(limitPrice) }),
      ...(step.stopPrice === undefined ? {} : { stopPrice: dec(step.stopPrice) }),
      ...(changed === undefined ? {} : { execRefId: execId(order, changed.at) }),
      ...(step.reason === undefined ? {} : { reason: step.reason }),
      ...(step.text === undefined ? {} : { text: step.text }),
      transactTimeMs: startMs + (day - 1) * DAY_MS + at * 1_000,
    };
    return { report, expected: step.expected };
  });
}

export const reportSteps = (run: ScenarioRun): readonly ReportStep[] =>
  run.steps.filter((step) => step.kind === 'report');

/** What a run must come to, its average price summed up from the executions that stand at its end. */
export function finalOf(run: ScenarioRun): Expected {
  const steps = reportSteps(run);
  const last = steps.at(-1);
  if (last === undefined) throw new Error('a run has at least one report');
  const standing = new Map<number, DecimalString>();
  const executions = executionsOf(steps);
  steps.forEach((step, at) => {
    if (step.telephoned === true) return;
    const changed = step.ref === undefined ? undefined : executions.get(step.ref);
    if (changed !== undefined) standing.delete(changed.at);
    if (step.execType !== 'TRADE' && step.execType !== 'TRADE_CORRECT') return;
    standing.set(at, multiply(decOfInteger(step.last ?? 0), priceOf(step, at, changed)));
  });
  const cum = decOfInteger(last.expected.cum);
  const averagePrice = isZero(cum) ? undefined : divideRounded(sum([...standing.values()]), cum, 12);
  return { ...last.expected, ...(averagePrice === undefined ? {} : { averagePrice }) };
}

interface Execution {
  readonly at: number;
  readonly last: number;
  readonly price: DecimalString;
}
function executionsOf(steps: readonly ReportStep[]): ReadonlyMap<string, Execution> {
  const known = new Map<string, Execution>();
  steps.forEach((step, at) => {
    const changed = step.ref === undefined ? undefined : known.get(step.ref);
    if (step.ref !== undefined && changed === undefined) throw new Error(`no execution ${step.ref} before`);
    if (step.as !== undefined) known.set(step.as, { at, last: step.last ?? 0, price: priceOf(step, at, changed) });
  });
  return known;
}

/** Execution ids are unique per venue account, so each order has its own. */
const execId = (order: OrderAtVenue, at: number): string => `${order.orderId}:${String(at + 1)}`;

/** Each execution has a price of its own, so that an average tells which of them are in it. */
function priceOf(step: ReportStep, at: number, changed: Execution | undefined): DecimalString {
  if (step.price !== undefined) return dec(step.price);
  return step.execType === 'TRADE_CANCEL' && changed !== undefined
    ? changed.price
    : add(dec('50'), multiply(decOfInteger(at), dec('0.01')));
}
