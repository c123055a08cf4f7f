/** Makes orders, events and reports for the store suites: plain values, no store inside. */
import type { ExecutionReport } from '../../src/domain/execution-report';
import { orderIdOf, venueClientOrderId } from '../../src/domain/ids';
import { add, dec, greaterThan, maximum, multiply, subtract, ZERO } from '../../src/domain/money';
import type { DecimalString } from '../../src/domain/money';
import type { Order } from '../../src/domain/order';
import type { Fill, OrderEvent, OrderEventDraft } from '../../src/domain/order-events';
import type { OrderRequest } from '../../src/domain/order-request';
import type { Exposure, ReservationNeed } from '../../src/domain/risk/risk-context';
import type { AccountSetup, PreTradeVerdict, SubmissionIntent } from '../../src/ports/stores';

export const RUN = 'run-1';
const START_MS = 1_700_000_000_000;

export const accountSetup = (account: string, cash = '1000000'): AccountSetup => ({
  account,
  status: 'ACTIVE',
  shortSellingAllowed: true,
  limits: {
    priceCollarPercent: dec('10'),
    maxOrderValue: dec('100000'),
    maxOpenOrders: 1_000,
    maxPosition: dec('1000'),
    maxQuoteAgeMs: 5_000,
  },
  openingCash: { USD: dec(cash) },
});

export const requestOf = (account: string, id: string, parts: Partial<OrderRequest> = {}): OrderRequest => ({
  clientOrderId: id,
  account,
  strategy: 'test',
  symbol: 'ACME',
  side: 'BUY',
  type: 'LIMIT',
  quantity: dec('10'),
  limitPrice: dec('100'),
  timeInForce: 'GTC',
  ...parts,
});

const route = { policy: 'VENUE', venue: 'SIM', why: 'the order names it', candidates: [] } as const;

export const needOf = (request: OrderRequest, parts: Partial<ReservationNeed> = {}): ReservationNeed => ({
  side: request.side === 'BUY' ? 'BUY' : 'SELL',
  quantity: request.quantity,
  cash: request.side === 'BUY' ? multiply(request.quantity, request.limitPrice ?? dec('100')) : ZERO,
  currency: 'USD',
  priceBasis: request.limitPrice ?? dec('100'),
  ...parts,
});

export const approve = (reservation: ReservationNeed): PreTradeVerdict => ({ kind: 'approved', route, reservation });
export const deny: PreTradeVerdict = {
  kind: 'denied',
  reasons: [{ code: 'POSITION_LIMIT', field: 'quantity', value: '10', rule: 'at most 1000' }],
};

/** Approves while position and open buys stay within `limit`: the check whose race the suite runs. */
export const approveWithin =
  (limit: DecimalString, need: ReservationNeed) =>
  (_account: unknown, exposure: Exposure | undefined): PreTradeVerdict => {
    if (exposure === undefined) return deny;
    const after = add(add(exposure.position, exposure.reservedBuyQuantity), need.quantity);
    return greaterThan(after, limit) ? deny : approve(need);
  };

export const fillOf = (execId: string, parts: Partial<Fill> = {}): Fill => ({
  execId,
  quantity: dec('4'),
  price: dec('99.5'),
  fee: dec('0.25'),
  feeCurrency: 'USD',
  liquidity: 'TAKER',
  atMs: START_MS,
  settleAtMs: START_MS + 86_400_000,
  ...parts,
});

/** An order that grows by facts: a fold far simpler than the real one, so that the store is tested apart from it. */
export class OrderTape {
  readonly events: OrderEvent[] = [];
  order: Order;

  constructor(readonly request: OrderRequest) {
    this.order = {
      orderId: orderIdOf(request.account, request.clientOrderId),
      version: 0,
      request,
      status: 'CREATED',
      why: 'created',
      quantity: request.quantity,
      ...(request.limitPrice && { limitPrice: request.limitPrice }),
      ...(request.stopPrice && { stopPrice: request.stopPrice }),
      filledQuantity: ZERO,
      leavesQuantity: request.quantity,
      unfilledAtEnd: ZERO,
      overfill: ZERO,
      notional: ZERO,
      fees: {},
      submission: 'NONE',
      triggered: false,
      suspended: false,
      doneForDay: false,
      queuedReplaces: [],
      reasons: [],
      route,
      venueAccount: 'sim-1',
      clientOrderIdBase: `b-${request.account}-${request.clientOrderId}`,
      acceptedStep: 0,
      lastStep: 0,
      venueCumQuantity: ZERO,
      fillCount: 0,
      fills: [],
      executionIds: [],
      settlements: [],
      createdAtMs: START_MS,
      updatedAtMs: START_MS,
    };
  }

  /** Appends one event and applies `change` to the order; returns the event. */
  add(draft: OrderEventDraft, change: Partial<Order> = {}): OrderEvent {
    const version = this.order.version + 1;
    const { orderId } = this.order;
    const header = {
      id: `${orderId}#${String(version)}`,
      orderId,
      version,
      causationId: 'test',
      actor: 'venue' as const,
    };
    const event = { ...draft, ...header, atMs: START_MS + version, wallMs: START_MS + version } as OrderEvent;
    this.events.push(event);
    const order = { ...this.order, ...change, version, updatedAtMs: START_MS + version };
    const open = maximum(ZERO, subtract(order.quantity, order.filledQuantity));
    this.order = { ...order, leavesQuantity: order.end === undefined ? open : ZERO };
    return event;
  }

  created(): this {
    this.add({ type: 'OrderCreated', request: this.request });
    return this;
  }
  accepted(): this {
    this.created();
    this.add({ type: 'OrderAccepted', venueOrderId: 'v1' }, { status: 'ACCEPTED', submission: 'ACKNOWLEDGED' });
    return this;
  }
  filled(fill: Fill): this {
    const filledQuantity = add(this.order.filledQuantity, fill.quantity);
    const done = !greaterThan(this.order.quantity, filledQuantity);
    this.add(
      { type: 'OrderFilled', fill },
      {
        filledQuantity,
        fills: [...this.order.fills, fill],
        executionIds: [...this.order.executionIds, fill.execId],
        ...(done ? { status: 'FILLED', end: 'FILLED' } : { status: 'PARTIALLY_FILLED' }),
      },
    );
    return this;
  }
  canceled(): this {
    this.add({ type: 'OrderCanceled', reason: 'test' }, { status: 'CANCELED', end: 'CANCELED' });
    return this;
  }
  settled(settleAtMs: number, quantity: DecimalString, trades = 1): this {
    this.add({ type: 'TradeSettled', settleAtMs, trades, quantity });
    return this;
  }
  /** The events from this version on, as a later recording carries them. */
  from(version: number): readonly OrderEvent[] {
    return this.events.filter((event) => event.version >= version);
  }
}

/** The venue has taken a replace: the tape goes on in its new form. */
export function replaced(tape: OrderTape, step: number, quantity: string): void {
  tape.order = without(tape.order, 'pendingReplace');
  tape.add({ type: 'OrderReplaced', step, quantity: dec(quantity) }, { quantity: dec(quantity), acceptedStep: step });
}

export const intentOf = (base: string, step = 0, parts: Partial<SubmissionIntent> = {}): SubmissionIntent => ({
  venue: 'SIM',
  venueAccount: 'sim-1',
  clientOrderId: venueClientOrderId(base, step),
  orderId: orderIdOf('A', base),
  sendByMs: START_MS,
  status: 'SENDING',
  ...parts,
});

export const reportOf = (execId: string, sequence: number, parts: Partial<ExecutionReport> = {}): ExecutionReport => ({
  venue: 'SIM',
  venueAccount: 'sim-1',
  sequence,
  execId,
  execType: 'TRADE',
  clientOrderId: 'base-0',
  venueOrderId: 'v1',
  symbol: 'ACME',
  side: 'BUY',
  orderQuantity: dec('10'),
  cumQuantity: dec('4'),
  leavesQuantity: dec('6'),
  lastQuantity: dec('4'),
  lastPrice: dec('99.5'),
  transactTimeMs: START_MS,
  ...parts,
});

/** A copy without some of its keys. */
export function without<T extends object, K extends keyof T>(value: T, ...keys: readonly K[]): Omit<T, K> {
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => !(keys as readonly string[]).includes(key)),
  ) as Omit<T, K>;
}
