/** Translates between rows of the ledger and what post-trade analysis reads of it. */
import { canonical, maximum, minimum } from '../domain/money';
import type { DecimalString } from '../domain/money';
import type { OrderStatus } from '../domain/order';
import type { Side } from '../domain/order-request';
import type { TradedOrder } from '../domain/post-trade/booked-trade';
import type { Evidence, FindingKind, FindingSide } from '../domain/post-trade/findings';
import type { Arrival, QuoteSnapshot } from '../domain/post-trade/quote-snapshot';
import type { ReadTrade, StepTaken, StoredFinding } from '../ports/post-trade';
import type { Row } from './driver';

/** Executions `e` in force with what the stream brought of them. */
export const TRADES = `SELECT e.*, i.exec_id IS NOT NULL AS is_confirmed, i.report::json->>'matchId' AS match_id,
    EXISTS (SELECT FROM executions o WHERE o.venue = e.venue AND o.venue_account = e.venue_account
      AND o.exec_id = e.exec_id || ':opposite') AS is_corrected
  FROM executions e
    LEFT JOIN execution_inbox i ON i.venue = e.venue AND i.venue_account = e.venue_account AND i.exec_id = e.exec_id
  WHERE e.reverses IS NULL
    AND NOT EXISTS (SELECT FROM executions r WHERE r.reverses = e.exec_id AND r.account = e.account
      AND r.symbol = e.symbol AND r.venue = e.venue AND r.venue_account = e.venue_account)`;

/** Orders `o` with the times of their lives and the prices of their forms. */
export const ORDERS = `SELECT o.order_id, o.account, o.symbol, o.side, o.status, o.quantity, o.filled_quantity, o.limit_price,
    o.created_at_ms, d.arrival, d.forms, d.limits, j.sent, CASE WHEN o.ended THEN j.ended END AS ended
  FROM orders o
    LEFT JOIN LATERAL (
      SELECT (array_agg(verdict::json->'arrival' ORDER BY step) FILTER (WHERE verdict::json->'arrival' IS NOT NULL))[1] AS arrival,
        count(*) FILTER (WHERE terms IS NOT NULL) AS forms, json_agg(terms->>'limitPrice') FILTER (WHERE terms->>'limitPrice' IS NOT NULL) AS limits
      FROM decisions WHERE order_id = o.order_id) AS d ON true
    LEFT JOIN LATERAL (
      SELECT min(at_ms) FILTER (WHERE type = 'SubmissionStarted') AS sent,
        max(at_ms) FILTER (WHERE type IN ('OrderCanceled', 'OrderExpired', 'OrderRejected')) AS ended
      FROM journal WHERE order_id = o.order_id AND type IN ('SubmissionStarted', 'OrderCanceled', 'OrderExpired', 'OrderRejected')) AS j ON true`;

/** Findings `f` with their steps. */
export const FINDINGS = `SELECT f.*, s.steps FROM post_trade_findings f
  LEFT JOIN LATERAL (SELECT json_agg(json_build_object('step', step, 'actor', actor, 'reason', reason, 'atMs', at_ms)
    ORDER BY at_ms, step) AS steps FROM post_trade_steps WHERE finding_id = f.finding_id) AS s ON true`;

const text = (row: Row, column: string): string => String(row[column]);
const amount = (row: Row, column: string): DecimalString => canonical(row[column] as DecimalString);
const time = (row: Row, column: string): number => Number(row[column]);
/** A column of JSON comes parsed or as its text, as its type is jsonb or json; undefined without one. */
function json(row: Row, column: string): unknown {
  const value = row[column] ?? undefined;
  return typeof value === 'string' ? JSON.parse(value) : value;
}

export function tradeOf(row: Row): ReadTrade {
  const quote = json(row, 'quote') as QuoteSnapshot | undefined;
  const [venue, venueAccount, execId] = [text(row, 'venue'), text(row, 'venue_account'), text(row, 'exec_id')];
  return {
    ...{ venue, venueAccount, execId, orderId: text(row, 'order_id') },
    ...{ account: text(row, 'account'), symbol: text(row, 'symbol'), side: row['side'] as Side },
    ...{ quantity: amount(row, 'quantity'), price: amount(row, 'price'), multiplier: amount(row, 'multiplier') },
    ...{ currency: text(row, 'currency'), fee: amount(row, 'fee'), feeCurrency: text(row, 'fee_currency') },
    liquidity: row['liquidity'] as ReadTrade['liquidity'],
    ...{ atMs: time(row, 'at_ms'), settleAtMs: time(row, 'settle_at_ms') },
    ...{ isCorrected: row['is_corrected'] === true, isConfirmed: row['is_confirmed'] === true },
    arrival: time(row, 'arrival'),
    ...(quote === undefined ? {} : { quote }),
    ...(typeof row['match_id'] === 'string' ? { matchId: row['match_id'] } : {}),
  };
}

export function orderOf(row: Row): TradedOrder {
  const limitPrice = row['limit_price'] === null ? undefined : amount(row, 'limit_price');
  const limits = (json(row, 'limits') ?? []) as readonly DecimalString[];
  const arrival = json(row, 'arrival') as Arrival | undefined;
  // A form without a limit trades at any price.
  const isLimited = limitPrice !== undefined && limits.length === Number(row['forms']);
  return {
    ...{ orderId: text(row, 'order_id'), account: text(row, 'account'), symbol: text(row, 'symbol') },
    ...{ side: row['side'] as Side, status: row['status'] as OrderStatus },
    ...{ quantity: amount(row, 'quantity'), filledQuantity: amount(row, 'filled_quantity') },
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(isLimited ? { limitRange: rangeOf([...limits, limitPrice]) } : {}),
    createdAtMs: time(row, 'created_at_ms'),
    ...(row['sent'] === null ? {} : { sentAtMs: time(row, 'sent') }),
    ...(row['ended'] === null ? {} : { endedAtMs: time(row, 'ended') }),
    ...(arrival === undefined ? {} : { arrival }),
  };
}

const rangeOf = (prices: readonly DecimalString[]) => ({
  lowest: prices.reduce((a, b) => minimum(a, b)),
  highest: prices.reduce((a, b) => maximum(a, b)),
});

export function findingOf(row: Row): StoredFinding {
  const optional = (column: string, name: 'account' | 'symbol' | 'orderId' | 'execId') =>
    row[column] === null ? {} : { [name]: text(row, column) };
  return {
    ...{ findingId: text(row, 'finding_id'), kind: row['kind'] as FindingKind, code: text(row, 'code') },
    subject: text(row, 'subject'),
    ...optional('account', 'account'),
    ...optional('symbol', 'symbol'),
    ...optional('order_id', 'orderId'),
    ...optional('exec_id', 'execId'),
    ...{ before: JSON.parse(text(row, 'before')) as FindingSide, after: JSON.parse(text(row, 'after')) as FindingSide },
    evidence: JSON.parse(text(row, 'evidence')) as Evidence,
    ...{ reason: text(row, 'reason'), atMs: time(row, 'at_ms') },
    steps: (json(row, 'steps') ?? []) as readonly StepTaken[],
  };
}
