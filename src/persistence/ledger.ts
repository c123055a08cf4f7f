/**
 * Turns the new events of an order into what the database has to store about money: which executions, how they move
 * position and cash, and what the order's reservation becomes. Pure; the statements are in order-store.ts.
 */
import { add, canonical, greaterThan, negate, subtract, ZERO } from '../domain/money';
import type { DecimalString } from '../domain/money';
import { isTerminal } from '../domain/order';
import type { Order } from '../domain/order';
import type { Fill, OrderEvent } from '../domain/order-events';
import type { PositionEffect } from '../domain/order-request';
import { snapshotOf } from '../domain/post-trade/quote-snapshot';
import type { QuoteSnapshot } from '../domain/post-trade/quote-snapshot';
import { bookExecution, cashFlowsOf, emptyPosition } from '../domain/position-book';
import type { BookedExecution, CashFlow, PositionMode, PositionState } from '../domain/position-book';
import { OPPOSITE } from '../domain/settlement';

/** A fill to be stored, with the version of its event. */
export interface FillEntry extends Fill {
  readonly version: number;
  /** True when a TradeSettled further on in the same recording settles it. */
  readonly settled: boolean;
  /** The execution that this one undoes. */
  readonly reverses?: string;
  /** Its place behind the last of the position, counted from 1: that of the trade that it corrects when that is new, too. */
  readonly ordinal: number;
  /** The execution whose place it takes when that one is stored already: the first form of a corrected trade. */
  readonly takesPlaceOf?: string;
}
/** Argument of the function oms_record_fills. */
export interface FillsRequest {
  readonly orderId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: string;
  readonly venue: string;
  readonly venueAccount: string;
  readonly positionEffect?: PositionEffect;
  /** Currency of price × quantity when neither a reservation, a position nor the catalog tells it. */
  readonly fallbackCurrency: string;
  /** The newest quote of the venue when they are booked. */
  readonly quote?: QuoteSnapshot;
  readonly fills: readonly FillEntry[];
  readonly settlements: readonly { readonly version: number; readonly settleAtMs: number }[];
}
/** Answer of the function oms_record_fills. */
export interface FillsAnswer {
  readonly recorded: number;
  readonly currency: string;
  readonly multiplier: DecimalString;
  readonly mode: PositionMode;
  /** The highest place of the position before these fills. */
  readonly lastPlace: number;
  /** Execution ids that are new: only these move anything. */
  readonly applied: readonly string[];
  /** What older executions settle now. */
  readonly settled: {
    readonly quantity: DecimalString;
    readonly cash: readonly CashFlow[];
  };
  /** `legs` is null in netting mode, and before the first trade in hedging mode. */
  readonly position: Omit<PositionState, 'legs'> & { readonly legs: PositionState['legs'] | null };
}
/** Argument of the function oms_book: the position as it becomes, cash as it changes. */
export interface LedgerEntry extends PositionState {
  readonly lastPlace: number;
  readonly cash: readonly {
    readonly currency: string;
    readonly booked: DecimalString;
    readonly settled: DecimalString;
  }[];
}

/** What the executions and settlements among the events are; undefined when there are none. */
export function fillsRequest(
  order: Order,
  events: readonly OrderEvent[],
  quote?: QuoteSnapshot,
): FillsRequest | undefined {
  const settlements = events.filter((event) => event.type === 'TradeSettled');
  const trades = events.flatMap(tradesOf);
  if (settlements.length + trades.length === 0) return undefined;
  const fills = withPlaces(trades).map((trade) => ({
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
    ...(order.request.positionEffect && { positionEffect: order.request.positionEffect }),
    fallbackCurrency: fills[0]?.feeCurrency ?? '',
    ...(quote && { quote: snapshotOf(quote) }),
    fills,
    settlements: settlements.map(({ version, settleAtMs }) => ({ version, settleAtMs })),
  };
}

/** What an event adds to the executions: a fill, the opposite of a bust one, or opposite and new form of a corrected one. */
type TradeEntry = Omit<FillEntry, 'settled' | 'ordinal'>;
function tradesOf(event: OrderEvent): readonly TradeEntry[] {
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
  const { before, fill } = event;
  return [
    opposite(before, `${fill.execId}${OPPOSITE}`, event.settleAtMs),
    { ...fill, version, takesPlaceOf: before.execId },
  ];
}

/** A trade that was corrected more than once keeps the place of its first form, wherever that is stored. */
function withPlaces(trades: readonly TradeEntry[]): readonly Omit<FillEntry, 'settled'>[] {
  const firsts = new Map<string, { readonly ordinal: number; readonly takesPlaceOf?: string }>();
  return trades.map((trade, index) => {
    const { takesPlaceOf } = trade;
    const known =
      takesPlaceOf === undefined ? undefined : (firsts.get(takesPlaceOf) ?? { ordinal: index + 1, takesPlaceOf });
    const place = known ?? { ordinal: index + 1 };
    // The first form of a later correction, should this be it.
    firsts.set(trade.execId, { takesPlaceOf: trade.execId, ...place });
    return { ...trade, ...place };
  });
}

/** The new executions of an answer as the book takes them, in the order of their events, each once. */
export function newExecutions(request: FillsRequest, answer: FillsAnswer, order: Order): readonly BookedExecution[] {
  const waiting = new Set(answer.applied);
  const { currency, multiplier } = answer;
  const { side, positionEffect: effect } = order.request;
  // Deleting makes an execution id count once even when two events of the batch carry it.
  return request.fills
    .filter(({ execId }) => waiting.delete(execId))
    .map((fill) => ({ ...fill, key: fill.execId, side, ...(effect && { effect }), currency, multiplier }));
}

/** Execution ids of new events that were booked before: as an order takes each of its own once, another order has them. */
export const foreignExecutions = ({ fills }: FillsRequest, { recorded, applied }: FillsAnswer): readonly string[] =>
  fills.filter(({ version, execId }) => version > recorded && !applied.includes(execId)).map(({ execId }) => execId);

/**
 * Books the executions that are new; fees are exact and in their own currency. `refolded` is the whole position folded
 * anew from its executions, needed when one of them was taken back or corrected.
 */
export function bookFills(
  request: FillsRequest,
  answer: FillsAnswer,
  fresh: readonly BookedExecution[],
  refolded: PositionState | undefined,
): LedgerEntry {
  const booked = new CashFlows();
  const settled = new CashFlows();
  settled.add(answer.settled.cash);
  for (const execution of fresh) {
    booked.add(cashFlowsOf(execution));
    if (execution.settled) settled.add(cashFlowsOf(execution));
  }
  const currencies = [...new Set([...booked.keys(), ...settled.keys()])].sort();
  return {
    ...(refolded ?? fresh.reduce(bookExecution, positionBefore(answer))),
    lastPlace: answer.lastPlace + request.fills.length,
    cash: currencies.map((currency) => ({ currency, booked: booked.of(currency), settled: settled.of(currency) })),
  };
}

/** Says whether the new executions change what was booked before them. */
export const rewritesPast = (request: FillsRequest, fresh: readonly BookedExecution[]): boolean =>
  fresh.length > 0 && request.fills.some((fill) => fill.reverses !== undefined || fill.takesPlaceOf !== undefined);

function positionBefore({ mode, position, settled }: FillsAnswer): PositionState {
  const { legs, ...rest } = position;
  const settledQuantity = add(rest.settledQuantity, settled.quantity);
  return { ...emptyPosition(mode), ...rest, settledQuantity, ...(legs && { legs }) };
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

  add(flows: readonly CashFlow[]): void {
    for (const { currency, amount } of flows) this.amounts.set(currency, add(this.of(currency), amount));
  }
  of(currency: string): DecimalString {
    return canonical(this.amounts.get(currency) ?? ZERO);
  }
  keys(): readonly string[] {
    return [...this.amounts.keys()];
  }
}
