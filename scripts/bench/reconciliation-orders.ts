/** The orders of the bench of reconciliation: which of them are told differently at the two sides, and how. */
import { applyEvent, createOrder } from '../../src/domain/order-fold';
import type { ExecutionReport } from '../../src/domain/execution-report';
import { orderIdOf, venueClientOrderId } from '../../src/domain/ids';
import type { VenueClientOrderId } from '../../src/domain/ids';
import { dec, ZERO } from '../../src/domain/money';
import type { DecimalString } from '../../src/domain/money';
import type { Order } from '../../src/domain/order';
import type { Fill, OrderEvent, OrderEventDraft } from '../../src/domain/order-events';
import type { OrderRequest } from '../../src/domain/order-request';
import type { VenueOrder } from '../../src/ports/venue';

export const OF = { venue: 'SIMX', venueAccount: 'HOUSE' } as const;
export const SYMBOL = 'COIN';
export const ACCOUNT = 'bench';
export const BOOKED_AT_MS = Date.UTC(2026, 0, 5, 15);

/** What is different about an order; `NONE` and `TRADED` are the same at both sides. */
export type Difference =
  | 'NONE'
  | 'TRADED'
  | 'MISSING_FILL'
  | 'UNKNOWN_EXECUTION'
  | 'ORPHAN_ORDER'
  | 'CANCELED_HERE'
  | 'UNANSWERED_HERE'
  | 'OTHER_QUANTITY'
  | 'OTHER_PRICE'
  | 'NEVER_SENT'
  | 'CANCELED_THERE';

export interface BenchOrder {
  readonly base: string;
  readonly side: 'BUY' | 'SELL';
  readonly price: DecimalString;
  readonly quantity: DecimalString;
  readonly difference: Difference;
}

/** Two of each half kind make as many differences of every kind of order. */
const HALVES: readonly Difference[] = ['CANCELED_HERE', 'UNANSWERED_HERE', 'NEVER_SENT', 'CANCELED_THERE'];
const WHOLES: readonly Difference[] = ['MISSING_FILL', 'UNKNOWN_EXECUTION', 'ORPHAN_ORDER'];
/** Halves of what is told as one kind. */
const TERMS: readonly Difference[] = ['OTHER_QUANTITY', 'OTHER_PRICE'];

/** `count` orders that rest, among them `ofEach` of every kind of difference and as many that agree and have traded. */
export function ordersOf(count: number, ofEach: number): readonly BenchOrder[] {
  const differences = [
    ...HALVES.flatMap((difference) => Array<Difference>(ofEach / 2).fill(difference)),
    ...WHOLES.flatMap((difference) => Array<Difference>(ofEach).fill(difference)),
    ...TERMS.flatMap((difference) => Array<Difference>(ofEach / 2).fill(difference)),
    ...Array<Difference>(ofEach).fill('TRADED'),
  ];
  const every = Math.floor(count / differences.length);
  if (every === 0 || !Number.isInteger(ofEach / 2)) throw new Error('too few orders, or no even number of each kind');
  return Array.from({ length: count }, (_none, at) => ({
    ...{ base: `b${String(at)}`, side: 'BUY', price: dec('90'), quantity: dec('10') },
    // Spread over all, so that no page has them all.
    difference: at % every === 0 ? (differences[at / every] ?? 'NONE') : 'NONE',
  }));
}

export const trades = ({ difference }: BenchOrder): boolean => difference === 'TRADED' || difference === 'MISSING_FILL';
/** The order that trades a part with one that rests; it is over then. */
export const counterOf = ({ base, price }: BenchOrder): BenchOrder => ({
  ...{ base: `${base}s`, side: 'SELL', price, quantity: dec('4'), difference: 'TRADED' },
});

export const venueOrderOf = ({ base, side, price, quantity }: BenchOrder): VenueOrder => ({
  ...{ clientOrderId: clientOrderIdOf(base), venueAccount: OF.venueAccount, symbol: SYMBOL, side },
  ...{ type: 'LIMIT', quantity, limitPrice: price, timeInForce: 'GTC' },
});
export const clientOrderIdOf = (base: string): VenueClientOrderId => venueClientOrderId(base, 0);

/** The order as it is recorded here, by the fold that its workflow uses; `reports` are those that it was told. */
export function recordOf(
  { base, side, price, quantity, difference }: BenchOrder,
  reports: readonly ExecutionReport[],
): { readonly order: Order; readonly events: readonly OrderEvent[] } {
  const request: OrderRequest = {
    ...{ clientOrderId: base, account: ACCOUNT, strategy: 'bench', symbol: SYMBOL, side, type: 'LIMIT' },
    ...{ quantity: difference === 'OTHER_QUANTITY' ? dec('12') : quantity },
    ...{ limitPrice: difference === 'OTHER_PRICE' ? dec('89') : price },
    ...{ timeInForce: 'GTC', venue: OF.venue },
  };
  const stamp = { causationId: 'bench', actor: 'system', atMs: BOOKED_AT_MS, wallMs: BOOKED_AT_MS } as const;
  const { order: created, event } = createOrder(orderIdOf(ACCOUNT, base), request, stamp);
  let order = created;
  const events = [event];
  for (const draft of draftsOf(base, difference, reports)) {
    const applied = applyEvent(order, draft, stamp);
    if (applied.kind === 'refused') throw new Error(`${base}: ${draft.type} is refused in ${order.status}`);
    order = applied.order;
    events.push(applied.event);
  }
  return { order, events };
}

function draftsOf(
  base: string,
  difference: Difference,
  reports: readonly ExecutionReport[],
): readonly OrderEventDraft[] {
  const route = { policy: 'VENUE', venue: OF.venue, why: 'the order names it', candidates: [] } as const;
  const sent: readonly OrderEventDraft[] = [
    { type: 'OrderApproved', route, clientOrderIdBase: base, venueAccount: OF.venueAccount },
    { type: 'SubmissionStarted', step: 0 },
  ];
  if (difference === 'UNANSWERED_HERE') return [...sent, { type: 'SubmissionUnknown', reason: 'no answer in time' }];
  const venueOrderId = reports[0]?.venueOrderId ?? `none-${base}`;
  const fills = reports.filter(({ execType }) => execType === 'TRADE').map(fillOf);
  if (difference === 'UNKNOWN_EXECUTION') fills.push(madeUp(base));
  return [
    ...sent,
    { type: 'OrderAccepted', venueOrderId },
    ...fills.map((fill): OrderEventDraft => ({ type: 'OrderFilled', fill })),
    ...(difference === 'CANCELED_HERE' ? [{ type: 'OrderCanceled', reason: 'by hand' } as const] : []),
  ];
}

const fillOf = (report: ExecutionReport): Fill => ({
  ...{ execId: report.execId, quantity: report.lastQuantity ?? ZERO, price: report.lastPrice ?? ZERO },
  ...{ fee: report.fee ?? ZERO, feeCurrency: report.feeCurrency ?? 'USD', liquidity: report.liquidity ?? 'UNKNOWN' },
  ...{ atMs: BOOKED_AT_MS, settleAtMs: BOOKED_AT_MS },
});
export const madeUpExecId = (base: string): string => `made-up-${base}`;
const madeUp = (base: string): Fill => ({
  ...{ execId: madeUpExecId(base), quantity: dec('3'), price: dec('90'), fee: dec('0.01'), feeCurrency: 'USD' },
  ...{ liquidity: 'MAKER', atMs: BOOKED_AT_MS, settleAtMs: BOOKED_AT_MS },
});
