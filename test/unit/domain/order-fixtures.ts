import type { ExecutionReport } from '../../../src/domain/execution-report';
import { orderIdOf } from '../../../src/domain/ids';
import { dec } from '../../../src/domain/money';
import type { Order } from '../../../src/domain/order';
import type { OrderEventDraft } from '../../../src/domain/order-events';
import { applyEvent, createOrder } from '../../../src/domain/order-fold';
import { interpretReport, releasedReport } from '../../../src/domain/order-reports';
import type { SettlementTerms } from '../../../src/domain/settlement-terms';
import type { OrderRequest } from '../../../src/domain/order-request';

export const STAMP = { causationId: 'test', actor: 'system', atMs: 1_000, wallMs: 2_000 } as const;
/** A market that never closes and settles at once. */
export const AT_ONCE: SettlementTerms = { sessions: [], cycleDays: 0 };
const BASE = 'BASE';

export const request = (change: Partial<OrderRequest> = {}): OrderRequest => ({
  ...{
    clientOrderId: 'c1',
    account: 'alpha',
    strategy: 'test',
    symbol: 'COIN',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
  },
  quantity: dec('100'),
  limitPrice: dec('10'),
  ...change,
});

/** Applies drafts; a refusal throws, so that a test sees it. */
export function fold(order: Order, ...drafts: OrderEventDraft[]): Order {
  return drafts.reduce((before, draft) => {
    const applied = applyEvent(before, draft, STAMP);
    if (applied.kind === 'refused') throw new Error(applied.refusal.text);
    return applied.order;
  }, order);
}

export function created(change: Partial<OrderRequest> = {}): Order {
  const content = request(change);
  return createOrder(orderIdOf(content.account, content.clientOrderId), content, STAMP).order;
}
export function approved(change: Partial<OrderRequest> = {}): Order {
  const route = { policy: 'VENUE', venue: 'SIMX', why: 'named', candidates: [] } as const;
  return fold(created(change), { type: 'OrderApproved', route, clientOrderIdBase: BASE, venueAccount: 'HOUSE' });
}
export const submitting = (change: Partial<OrderRequest> = {}): Order =>
  fold(approved(change), { type: 'SubmissionStarted', step: 0 });
export const accepted = (change: Partial<OrderRequest> = {}): Order =>
  fold(submitting(change), { type: 'OrderAccepted', venueOrderId: 'V1' });

let executions = 0;
/** A report about the order of these fixtures. */
export function report(change: { [K in keyof ExecutionReport]?: ExecutionReport[K] | string }): ExecutionReport {
  return {
    ...{
      venue: 'SIMX',
      venueAccount: 'HOUSE',
      sequence: 0,
      execId: `E${String((executions += 1))}`,
      clientOrderId: `${BASE}-0`,
    },
    ...{
      venueOrderId: 'V1',
      symbol: 'COIN',
      side: 'BUY',
      orderQuantity: '100',
      cumQuantity: '0',
      leavesQuantity: '100',
    },
    transactTimeMs: 5_000,
    ...change,
  } as ExecutionReport;
}
/** A fill; `cumQuantity` is the venue's total after it. */
export const fill = (
  execId: string,
  lastQuantity: string,
  lastPrice: string,
  cumQuantity = lastQuantity,
): ExecutionReport =>
  report({
    execType: 'TRADE',
    execId,
    lastQuantity,
    lastPrice,
    cumQuantity,
    fee: '0.01',
    feeCurrency: 'USD',
    liquidity: 'MAKER',
  });

/** Applies reports as the workflow does. */
export function take(order: Order, ...reports: ExecutionReport[]): Order {
  return reports.reduce((before, one) => {
    let after = fold(before, ...interpretReport(before, one, AT_ONCE));
    for (let held = releasedReport(after); held !== undefined; held = releasedReport(after))
      after = fold(after, ...interpretReport(after, held, AT_ONCE));
    return after;
  }, order);
}
