/** Executions that a venue's answer brings, as far as no other order has them. */
import type { ActivityDependencies } from './dependencies';
import { EXTERNAL } from '../src/domain/adoption';
import type { ExecutionReport } from '../src/domain/execution-report';
import type { OrderId } from '../src/domain/ids';
import { inTime } from '../src/in-time';

/** An answer waits no longer for the database: a cancel may wait for it. */
const WAIT_MAX_MS = 1_000;
const TRADES: ReadonlySet<string> = new Set(['TRADE', 'TRADE_CORRECT', 'TRADE_CANCEL']);

/**
 * The reports without those under an execution id that came for another order before: the stream's way through the inbox
 * would stop them, and so must every other way. People are told of them by the inbox (EXECUTION_CONFLICT).
 *
 * With the database away or slow they pass: the order must hear of its fills, and the executions table still takes an id
 * once.
 */
export async function claimedReports(
  { venueStore, log }: Pick<ActivityDependencies, 'venueStore' | 'log'>,
  orderId: OrderId,
  reports: readonly ExecutionReport[],
): Promise<readonly ExecutionReport[]> {
  const trades = reports.filter(({ execType }) => TRADES.has(execType));
  if (trades.length === 0) return reports;
  try {
    const foreign = await inTime(venueStore.claim(trades, { ...ownerOf(orderId), reports }), WAIT_MAX_MS, tooLate);
    return foreign.size === 0
      ? reports
      : reports.filter(({ execType, execId }) => !(TRADES.has(execType) && foreign.has(execId)));
  } catch (error) {
    log.warn({ error }, 'executions of an answer were not compared with those of other orders');
    return reports;
  }
}

/** Adopted orders are known by venue order ids alone. */
const ownerOf = (orderId: OrderId): { readonly orderId?: OrderId } =>
  orderId.startsWith(`${EXTERNAL}/`) ? {} : { orderId };
const tooLate = (): Error => new Error(`the database did not answer within ${String(WAIT_MAX_MS)} ms`);
