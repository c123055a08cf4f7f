/** Trades that the venue's operator takes back or corrects. */
import type { ExecutionReport } from '../../domain/execution-report';
import type { Instrument } from '../../domain/instruments';
import { add, equal, greaterThan, isMultipleOf, isPositive, subtract, ZERO } from '../../domain/money';
import type { DecimalString } from '../../domain/money';
import type { BookEvent, BookOrder } from './book-order';
import type { Refusal } from './order-checks';

/** What a correction sets; what is left out stays. */
export interface TradeChange {
  readonly quantity?: DecimalString;
  readonly price?: DecimalString;
}
type TradeChanged = Extract<BookEvent, { kind: 'TRADE_CANCEL' | 'TRADE_CORRECT' }>;

/** The newest report of each trade of an order that was not taken back, in order of the trades. */
export function tradesInForce(reports: readonly ExecutionReport[]): readonly ExecutionReport[] {
  const trades: ExecutionReport[] = [];
  for (const report of reports) {
    if (report.execType === 'TRADE') trades.push(report);
    const changed = trades.findIndex(({ execId }) => execId === report.execRefId);
    if (changed < 0) continue;
    if (report.execType === 'TRADE_CORRECT') trades[changed] = report;
    if (report.execType === 'TRADE_CANCEL') trades.splice(changed, 1);
  }
  return trades;
}

/** What taking a trade back (no change), or correcting it, makes of its order; a filled order may be open again. */
export function changedTrade(
  order: BookOrder,
  trade: ExecutionReport,
  change: TradeChange | undefined,
  instrument: Instrument,
  timeMs: number,
): TradeChanged | Refusal {
  const { lastQuantity: before = ZERO, lastPrice = ZERO, execId: execRefId } = trade;
  const quantity = change?.quantity ?? before;
  const price = change?.price ?? lastPrice;
  if (!isPositive(quantity) || !isMultipleOf(quantity, instrument.lotSize))
    return { reason: 'QUANTITY_LOT', text: `a positive multiple of ${instrument.lotSize}` };
  if (!isPositive(price)) return { reason: 'PRICE', text: 'a price must be positive' };
  const others = subtract(order.cumQuantity, before);
  const cumQuantity = change === undefined ? others : add(others, quantity);
  if (greaterThan(cumQuantity, order.quantity))
    return { reason: 'QUANTITY', text: `more than the ${order.quantity} that the order is for` };
  const works = order.status === 'OPEN' || order.status === 'FILLED';
  const status = !works ? order.status : equal(cumQuantity, order.quantity) ? 'FILLED' : 'OPEN';
  return {
    kind: change === undefined ? 'TRADE_CANCEL' : 'TRADE_CORRECT',
    order: { ...order, cumQuantity, status },
    ...{ timeMs, execRefId, quantity, price, liquidity: trade.liquidity ?? 'TAKER' },
  };
}
