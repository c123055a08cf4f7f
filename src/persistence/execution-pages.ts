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
  const text = (column: string): string => row[column] as string;
  const amount = (column: string): DecimalString => canonical(row[column] as DecimalString);
  const { position_effect: effect, reverses } = row;
  // Execution ids are unique per venue account; only an execution of the same order can be undone.
  const keyOf = (execId: string): string => [text('order_id'), text('venue'), text('venue_account'), execId].join(' ');
  return {
    ...{ account: text('account'), symbol: text('symbol'), place: Number(row['place']), key: keyOf(text('exec_id')) },
    ...{ side: row['side'] as BookedExecution['side'], settled: row['settled'] === true },
    ...{ quantity: amount('quantity'), price: amount('price'), multiplier: amount('multiplier') },
    ...{ currency: text('currency'), fee: amount('fee'), feeCurrency: text('fee_currency') },
    ...(effect === null ? {} : { effect: effect as NonNullable<BookedExecution['effect']> }),
    ...(reverses === null ? {} : { reverses: keyOf(reverses as string) }),
  };
}
