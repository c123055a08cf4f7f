/** Translates between the rows of the order tables and the types of the ports. */
import type { OrderId } from '../domain/ids';
import { canonical } from '../domain/money';
import type { DecimalString } from '../domain/money';
import { isTerminal } from '../domain/order';
import type { Order } from '../domain/order';
import type { Fill } from '../domain/order-events';
import type { Account } from '../domain/risk/risk-context';
import type { CashRow, ExecutionRow, HeldStop, ReservationRow } from '../ports/stores';
import { canonicalJson, sha256 } from './canonical-json';
import type { Row } from './driver';

const text = (row: Row, column: string): string => String(row[column]);
const amount = (row: Row, column: string): DecimalString => canonical(row[column] as DecimalString);
/** Epoch milliseconds fit a double exactly until the year 287396. */
const time = (row: Row, column: string): number => Number(row[column]);
const side = (row: Row): 'BUY' | 'SELL' | 'SELL_SHORT' => row['side'] as 'BUY' | 'SELL' | 'SELL_SHORT';

/** PostgreSQL text takes neither NUL nor half a surrogate pair; such a character of a free text becomes U+FFFD. */
const storable = (value: string): string => value.replace(/\0|\p{Surrogate}/gu, '\ufffd');

/** The row of an order, keyed by column; version, chain hash and head flag are set by oms_record. */
export function orderRow(order: Order, firstRunId: string): Row {
  const { request } = order;
  return {
    order_id: order.orderId,
    account: request.account,
    strategy: storable(request.strategy),
    symbol: storable(request.symbol),
    side: request.side,
    type: request.type,
    time_in_force: request.timeInForce,
    venue: order.route?.venue ?? request.venue ?? null,
    status: order.status,
    held: order.held ?? null,
    ended: order.end !== undefined || isTerminal(order.status),
    quantity: order.quantity,
    filled_quantity: order.filledQuantity,
    leaves_quantity: order.leavesQuantity,
    limit_price: order.limitPrice ?? null,
    stop_price: order.stopPrice ?? null,
    request_hash: sha256(canonicalJson(request)),
    first_run_id: firstRunId,
    snapshot: JSON.stringify(order),
    created_at_ms: order.createdAtMs,
    updated_at_ms: order.updatedAtMs,
  };
}

export const cashOf = (row: Row): CashRow => ({
  account: text(row, 'account'),
  currency: text(row, 'currency'),
  booked: amount(row, 'booked'),
  settled: amount(row, 'settled'),
});

export const executionOf = (row: Row): ExecutionRow => ({
  orderId: text(row, 'order_id') as OrderId,
  account: text(row, 'account'),
  venue: text(row, 'venue'),
  venueAccount: text(row, 'venue_account'),
  symbol: text(row, 'symbol'),
  side: side(row),
  settled: row['settled'] === true,
  execId: text(row, 'exec_id'),
  quantity: amount(row, 'quantity'),
  price: amount(row, 'price'),
  multiplier: amount(row, 'multiplier'),
  fee: amount(row, 'fee'),
  feeCurrency: text(row, 'fee_currency'),
  liquidity: row['liquidity'] as Fill['liquidity'],
  atMs: time(row, 'at_ms'),
  settleAtMs: time(row, 'settle_at_ms'),
  ...(row['reverses'] === null ? {} : { reverses: text(row, 'reverses') }),
});

export const reservationOf = (row: Row): ReservationRow => ({
  orderId: text(row, 'order_id') as OrderId,
  account: text(row, 'account'),
  symbol: text(row, 'symbol'),
  side: row['side'] as 'BUY' | 'SELL',
  quantity: amount(row, 'quantity'),
  cash: amount(row, 'cash'),
  currency: text(row, 'currency'),
  priceBasis: amount(row, 'price_basis'),
});

export const heldStopOf = (row: Row): HeldStop => ({
  orderId: text(row, 'order_id') as OrderId,
  symbol: text(row, 'symbol'),
  side: side(row),
  stopPrice: amount(row, 'stop_price'),
});

export const accountOf = (row: Row): Account => ({
  account: text(row, 'account'),
  status: row['status'] as Account['status'],
  shortSellingAllowed: row['short_selling_allowed'] === true,
  limits: row['limits'] as Account['limits'],
});
