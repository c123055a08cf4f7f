/** Reads positions and cash as a book that can be valued. */
import { canonical, ONE } from '../domain/money';
import type { DecimalString } from '../domain/money';
import type { BookAccount, PositionBook } from '../domain/pnl';
import type { PositionMode, PositionState } from '../domain/position-book';
import { averagePrice } from '../domain/positions';
import type { PositionRow } from '../ports/stores';
import type { Querier, Row } from './driver';
import { cashOf } from './order-rows';

/** The positions of an account or of all, by account and symbol. */
export async function positionRows(tx: Querier, account?: string): Promise<readonly PositionRow[]> {
  const rows = await tx.query(
    `SELECT p.*, t.multiplier FROM positions p LEFT JOIN instrument_terms t ON t.symbol = p.symbol
     ${account === undefined ? '' : 'WHERE p.account = $1'} ORDER BY p.account, p.symbol`,
    account === undefined ? [] : [account],
  );
  return rows.map(positionOf);
}

/** What is held, as of the transaction's snapshot; accounts of adopted orders have no set-up and are netted. */
export async function readBook(tx: Querier, account?: string): Promise<PositionBook> {
  // Three statements, one moment: cash and positions of different moments would not add up.
  await tx.script('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
  const only = account === undefined ? '' : 'WHERE account = $1';
  const own = account === undefined ? [] : [account];
  const setUp = await tx.query(
    `SELECT account, position_mode, base_currency FROM accounts ${only} ORDER BY account`,
    own,
  );
  const positions = await positionRows(tx, account);
  const cash = (await tx.query(`SELECT * FROM cash ${only} ORDER BY account, currency`, own)).map(cashOf);
  const accounts = new Map(setUp.map((row) => [String(row['account']), bookAccountOf(row)]));
  for (const { account: other } of [...positions, ...cash]) {
    if (!accounts.has(other)) accounts.set(other, { account: other, mode: 'NETTING' });
  }
  return { accounts: [...accounts.values()], positions, cash };
}

/** Quantities, cost, profit, fees and legs of a row of the table positions. */
export function positionStateOf(row: Row): PositionState {
  const amount = (column: string): DecimalString => canonical(row[column] as DecimalString);
  const { fees, legs } = row as { readonly fees: PositionState['fees']; readonly legs: PositionState['legs'] | null };
  return {
    ...{ quantity: amount('quantity'), settledQuantity: amount('settled_quantity') },
    ...{ cost: amount('cost'), realizedPnl: amount('realized_pnl') },
    fees: Object.fromEntries(Object.entries(fees).map(([currency, paid]) => [currency, canonical(paid)])),
    ...(legs === null || legs === undefined ? {} : { legs }),
  };
}

function positionOf(row: Row): PositionRow {
  const state = positionStateOf(row);
  const multiplier = canonical((row['multiplier'] ?? ONE) as DecimalString);
  const [account, symbol, currency] = ['account', 'symbol', 'currency'].map((column) => String(row[column]));
  return {
    ...{ account: account ?? '', symbol: symbol ?? '', currency: currency ?? '', multiplier },
    ...{ ...state, averagePrice: averagePrice(state, multiplier) },
  };
}

function bookAccountOf(row: Row): BookAccount {
  const { base_currency: baseCurrency } = row;
  return {
    account: String(row['account']),
    mode: row['position_mode'] as PositionMode,
    ...(baseCurrency === null ? {} : { baseCurrency: baseCurrency as string }),
  };
}
