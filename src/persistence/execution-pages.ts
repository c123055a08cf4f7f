/** Reads executions page by page in the order in which they are folded, and folds the position of one account and symbol. */
import { canonical } from '../domain/money';
import type { DecimalString } from '../domain/money';
import { PositionFold } from '../domain/position-book';
import type { BookedExecution, PositionMode, PositionState } from '../domain/position-book';
import type { Querier, Row } from './driver';

/** Rows of a page: some megabytes, so that a million executions take little memory and few round trips. */
const PAGE_ROWS = 10_000;

/** An execution with the position that it belongs to. */
export interface PlacedExecution extends BookedExecution {
  readonly account: string;
  readonly symbol: string;
  readonly place: number;
}
export interface PositionKey {
  readonly account: string;
  readonly symbol: string;
}

const COLUMNS = `account, symbol, place, exec_id, venue, venue_account, order_id, side, position_effect, quantity, price,
  multiplier, currency, fee, fee_currency, settled, reverses`;
/** A total order, which pages need: several executions can have one place. */
const ORDER = 'account, symbol, place, exec_id, venue, venue_account';

/** All executions, or those of one position, by account, symbol and place. */
export async function* executionPages(
  tx: Querier,
  key?: PositionKey,
  rows = PAGE_ROWS,
): AsyncGenerator<readonly PlacedExecution[]> {
  const own = key === undefined ? [] : [key.account, key.symbol];
  const ofPosition = key === undefined ? '' : 'account = $1 AND symbol = $2';
  let after: readonly unknown[] = [];
  for (;;) {
    const behind = after.map((_, index) => `$${String(own.length + index + 1)}`).join(', ');
    const conditions = [ofPosition, after.length === 0 ? '' : `(${ORDER}) > (${behind})`].filter((text) => text !== '');
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const page = await tx.query(`SELECT ${COLUMNS} FROM executions ${where} ORDER BY ${ORDER} LIMIT ${String(rows)}`, [
      ...own,
      ...after,
    ]);
    if (page.length > 0) yield page.map(executionOf);
    const last = page.at(-1);
    if (last === undefined || page.length < rows) return;
    after = ORDER.split(', ').map((column) => last[column]);
  }
}

/** The opposites of all positions, or of one: few, and needed before what they undo. */
export async function opposites(tx: Querier, key?: PositionKey): Promise<readonly PlacedExecution[]> {
  const ofPosition = key === undefined ? '' : 'AND account = $1 AND symbol = $2';
  const own = key === undefined ? [] : [key.account, key.symbol];
  const sql = `SELECT ${COLUMNS} FROM executions WHERE reverses IS NOT NULL ${ofPosition}`;
  return (await tx.query(sql, own)).map(executionOf);
}

/** The position as its executions make it, those of this transaction included. */
export async function refoldPosition(
  tx: Querier,
  { mode, ...key }: PositionKey & { readonly mode: PositionMode },
): Promise<PositionState> {
  const fold = new PositionFold(mode, await opposites(tx, key));
  for await (const page of executionPages(tx, key)) for (const execution of page) fold.add(execution);
  return fold.state;
}

function executionOf(row: Row): PlacedExecution {
  const { venue, venue_account, order_id, exec_id, position_effect, reverses } = row as unknown as ExecutionColumns;
  // Execution ids are unique per venue account; only an execution of the same order can be undone.
  const prefix = `${order_id} ${venue} ${venue_account} `;
  const { account, symbol, side, currency, settled } = row as unknown as ExecutionColumns;
  const execution: PlacedExecution = {
    account,
    symbol,
    place: Number(row['place']),
    key: prefix + exec_id,
    side,
    quantity: amountOf(row['quantity']),
    price: amountOf(row['price']),
    multiplier: amountOf(row['multiplier']),
    currency,
    fee: amountOf(row['fee']),
    feeCurrency: row['fee_currency'] as string,
    settled,
  };
  if (position_effect === null && reverses === null) return execution;
  return {
    ...execution,
    ...(position_effect === null ? {} : { effect: position_effect }),
    ...(reverses === null ? {} : { reverses: prefix + reverses }),
  };
}

interface ExecutionColumns extends Pick<PlacedExecution, 'account' | 'symbol' | 'side' | 'currency' | 'settled'> {
  readonly venue: string;
  readonly venue_account: string;
  readonly order_id: string;
  readonly exec_id: string;
  readonly position_effect: NonNullable<BookedExecution['effect']> | null;
  readonly reverses: string | null;
}

/** PostgreSQL spells a NUMERIC plainly and canonically but for the zeros at its end. */
function amountOf(value: unknown): DecimalString {
  const text = value as DecimalString;
  return text.endsWith('0') && text.includes('.') ? canonical(text) : text;
}
