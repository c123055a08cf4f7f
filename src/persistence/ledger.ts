/**
 * Turns the new events of an order into what the database has to store about money: which executions, how they move
 * position and cash, and what the order's reservation becomes. Pure; the statements are in order-store.ts.
 */
import { add, canonical, greaterThan, isZero, multiply, negate, subtract, ZERO } from '../domain/money';
import type { DecimalString } from '../domain/money';
import { isTerminal } from '../domain/order';
import type { Order } from '../domain/order';
import type { Fill, OrderEvent } from '../domain/order-events';
import { applyTrade, signedQuantity } from '../domain/positions';
import { OPPOSITE } from '../domain/settlement';

/** A fill to be stored, with the version of its event. */
export interface FillEntry extends Fill {
  readonly version: number;
  /** True when a TradeSettled further on in the same recording settles it. */
  readonly settled: boolean;
  /** The execution that this one undoes. */
  readonly reverses?: string;
}
/** Argument of the function oms_record_fills. */
export interface FillsRequest {
  readonly orderId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: string;
  readonly venue: string;
  readonly venueAccount: string;
  /** Currency of price × quantity when neither a reservation nor a position tells it (an adopted order). */
  readonly fallbackCurrency: string;
  readonly fills: readonly FillEntry[];
  readonly settlements: readonly { readonly version: number; readonly settleAtMs: number }[];
}
/** Answer of the function oms_record_fills. */
export interface FillsAnswer {
  readonly recorded: number;
  readonly currency: string;
  /** Execution ids that are new: only these move anything. */
  readonly applied: readonly string[];
  /** What older executions settle now. */
  readonly settled: {
    readonly quantity: DecimalString;
    readonly cash: readonly { currency: string; amount: DecimalString }[];
  };
  readonly position: LedgerPosition;
}
interface LedgerPosition {
  readonly quantity: DecimalString;
  readonly settledQuantity: DecimalString;
  readonly cost: DecimalString;
  readonly realizedPnl: DecimalString;
}
/** Argument of the function oms_book: the position as it becomes, cash as it changes. */
export interface LedgerEntry extends LedgerPosition {
  readonly cash: readonly {
    readonly currency: string;
    readonly booked: DecimalString;
    readonly settled: DecimalString;
  }[];
}

/** What the executions and settlements among the events are; undefined when there are none. */
export function fillsRequest(order: Order, events: readonly OrderEvent[]): FillsRequest | undefined {
  const settlements = events.filter((event) => event.type === 'TradeSettled');
  const trades = events.flatMap(tradesOf);
  if (settlements.length + trades.length === 0) return undefined;
  const fills = trades.map((trade) => ({
    ...trade,
    settled: settlements.some((event) => event.version > trade.version && event.settleAtMs === trade.settleAtMs),
  }));
  return {
    orderId: order.orderId,
    account: order.request.account,
    symbol: order.request.symbol,
    side: order.request.side,
    venue: order.route?.venue ?? order.request.venue ?? '',
    venueAccount: order.venueAccount ?? '',
    fallbackCurrency: fills[0]?.feeCurrency ?? '',
    fills,
    settlements: settlements.map(({ version, settleAtMs }) => ({ version, settleAtMs })),
  };
}

/** What an event adds to the executions: a fill, the opposite of a bust one, or opposite and new form of a corrected one. */
function tradesOf(event: OrderEvent): readonly Omit<FillEntry, 'settled'>[] {
  const { version } = event;
  const opposite = (fill: Fill, execId: string, settleAtMs: number) => ({
    ...fill,
    ...{ version, execId, settleAtMs, reverses: fill.execId },
    quantity: negate(fill.quantity),
    fee: negate(fill.fee),
  });
  if (event.type === 'OrderFilled') return [{ ...event.fill, version }];
  if (event.type === 'TradeBusted') return [opposite(event.fill, event.execId, event.settleAtMs)];
  if (event.type !== 'TradeCorrected') return [];
  return [opposite(event.before, `${event.fill.execId}${OPPOSITE}`, event.settleAtMs), { ...event.fill, version }];
}

/** Books the executions that are new, in the order of their events; fees are exact and in their own currency. */
export function bookFills(order: Order, request: FillsRequest, answer: FillsAnswer): LedgerEntry {
  const waiting = new Set(answer.applied);
  const booked = new CashFlows();
  const settled = new CashFlows();
  for (const { currency, amount } of answer.settled.cash) settled.add(currency, amount);
  let { settledQuantity, ...position } = answer.position;
  settledQuantity = add(settledQuantity, answer.settled.quantity);
  for (const fill of request.fills) {
    // Deleting makes an execution id count once even when two events of the batch carry it.
    if (!waiting.delete(fill.execId)) continue;
    const quantity = signedQuantity(order.request.side, fill.quantity);
    // An instrument with a contract multiplier other than 1 passes it here, to the cash below and to the reservation.
    position = applyTrade(position, { quantity, price: fill.price });
    const proceeds = negate(multiply(quantity, fill.price));
    for (const flows of fill.settled ? [booked, settled] : [booked]) {
      flows.add(answer.currency, proceeds);
      flows.add(fill.feeCurrency, negate(fill.fee));
    }
    if (fill.settled) settledQuantity = add(settledQuantity, quantity);
  }
  const currencies = [...new Set([...booked.keys(), ...settled.keys()])].sort();
  return {
    ...position,
    settledQuantity,
    cash: currencies.map((currency) => ({ currency, booked: booked.of(currency), settled: settled.of(currency) })),
  };
}

/** Events after which an order needs more or less than before. */
const MOVES_RESERVATION: ReadonlySet<OrderEvent['type']> = new Set<OrderEvent['type']>([
  'OrderFilled',
  'TradeBusted',
  'TradeCorrected',
  'OrderRestated',
  'OrderDoneForDay',
  'ReplaceRequested',
]);

/** What oms_follow_reservation needs; undefined when the events leave the reservation as it is. */
export function reservationChange(order: Order, events: readonly OrderEvent[]): object | undefined {
  const ended = order.end !== undefined || isTerminal(order.status);
  const replaced = events.flatMap((event) => (event.type === 'OrderReplaced' ? [event.step] : []));
  const refused = events.flatMap((event) => (event.type === 'ReplaceRejected' ? [event.step] : []));
  const moved = events.some((event) => MOVES_RESERVATION.has(event.type));
  if (!ended && !moved && replaced.length + refused.length === 0) return undefined;
  const { pendingReplace } = order;
  if (pendingReplace === undefined) return { ended, replaced, refused };
  const open = subtract(pendingReplace.change.quantity ?? order.quantity, order.filledQuantity);
  const pendingQuantity = greaterThan(open, ZERO) ? open : ZERO;
  return { ended, replaced, refused, pendingStep: pendingReplace.step, pendingQuantity };
}

class CashFlows {
  private readonly amounts = new Map<string, DecimalString>();

  add(currency: string, amount: DecimalString): void {
    if (!isZero(amount)) this.amounts.set(currency, add(this.of(currency), amount));
  }
  of(currency: string): DecimalString {
    return canonical(this.amounts.get(currency) ?? ZERO);
  }
  keys(): readonly string[] {
    return [...this.amounts.keys()];
  }
}
