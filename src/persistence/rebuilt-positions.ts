/** Compares positions folded anew with the rows of the table, and replaces rows. */
import { equal, ZERO } from '../domain/money';
import type { DecimalString } from '../domain/money';
import type { PositionState } from '../domain/position-book';
import { positionStateOf } from './book-rows';
import type { BookDifference } from './cash-book';
import type { Querier, Row } from './driver';
import type { PositionKey } from './execution-pages';

/** A position as its executions make it. */
export interface RebuiltPosition extends PositionKey {
  readonly currency: string;
  readonly state: PositionState;
  readonly lastPlace: number;
}

export const positionKey = ({ account, symbol }: PositionKey): string => `${account} ${symbol}`;

/** Compares a batch with its rows, replaces the wrong ones when asked to, and answers with what differs. */
export async function comparePositions(
  tx: Querier,
  batch: readonly RebuiltPosition[],
  writes: boolean,
): Promise<readonly BookDifference[]> {
  const keys = batch.map(({ account, symbol }) => ({ account, symbol }));
  const rows = await tx.query(
    `SELECT p.* FROM positions p JOIN jsonb_to_recordset($1::jsonb) AS k(account TEXT, symbol TEXT)
     ON p.account = k.account COLLATE "C" AND p.symbol = k.symbol COLLATE "C"`,
    [JSON.stringify(keys)],
  );
  const byKey = new Map(rows.map((row) => [positionKey(keyOf(row)), row]));
  const compared = batch.map((position) => ({
    position,
    differences: differencesOf(position, byKey.get(positionKey(position))),
  }));
  const wrong = compared.filter(({ differences }) => differences.length > 0);
  if (writes && wrong.length > 0)
    await save(
      tx,
      wrong.map(({ position }) => position),
    );
  return wrong.flatMap(({ differences }) => differences);
}

/** Rows that say something although no execution stands behind them; removed when asked to. */
export async function compareOrphans(tx: Querier, writes: boolean): Promise<readonly BookDifference[]> {
  const rows = await tx.query(
    `SELECT * FROM positions p WHERE NOT EXISTS (SELECT 1 FROM executions e
       WHERE e.account = p.account COLLATE "C" AND e.symbol = p.symbol COLLATE "C") ORDER BY account, symbol`,
  );
  const differences: BookDifference[] = [];
  for (const row of rows) {
    const key = keyOf(row);
    const found = fieldDifferences(key, new Map(), fieldsOf(positionStateOf(row)));
    differences.push(...found);
    if (writes && found.length > 0)
      await tx.query('DELETE FROM positions WHERE account = $1 AND symbol = $2', [key.account, key.symbol]);
  }
  return differences;
}

function differencesOf(position: RebuiltPosition, row: Row | undefined): readonly BookDifference[] {
  const { account, symbol, currency, lastPlace } = position;
  if (row === undefined) return [{ account, of: symbol, field: 'row', table: 'none', rebuilt: 'a position' }];
  const texts = [
    ...(row['currency'] === currency ? [] : [{ field: 'currency', table: String(row['currency']), rebuilt: currency }]),
    // A higher one is harmless: a recording of known executions only moves it on.
    ...(Number(row['last_place']) >= lastPlace
      ? []
      : [{ field: 'lastPlace', table: String(row['last_place']), rebuilt: String(lastPlace) }]),
  ].map((difference) => ({ account, of: symbol, ...difference }));
  return [...fieldDifferences(position, fieldsOf(position.state), fieldsOf(positionStateOf(row))), ...texts];
}

type Fields = ReadonlyMap<string, DecimalString>;

/** What is not there counts as 0: a fee currency, or a leg that was never open. */
function fieldDifferences({ account, symbol }: PositionKey, rebuilt: Fields, table: Fields): readonly BookDifference[] {
  return [...new Set([...rebuilt.keys(), ...table.keys()])]
    .map((field) => ({ field, table: table.get(field) ?? ZERO, rebuilt: rebuilt.get(field) ?? ZERO }))
    .filter((compared) => !equal(compared.table, compared.rebuilt))
    .map((difference) => ({ account, of: symbol, ...difference }));
}

function fieldsOf({ quantity, settledQuantity, cost, realizedPnl, fees, legs }: PositionState): Fields {
  return new Map([
    ...Object.entries({ quantity, settledQuantity, cost, realizedPnl }),
    ...Object.entries(fees).map(([currency, paid]): [string, DecimalString] => [`fees ${currency}`, paid]),
    ...Object.entries(legs ?? {}).flatMap(([leg, held]) =>
      Object.entries(held as PositionState).map(([field, amount]): [string, DecimalString] => [
        `${leg} ${field}`,
        amount as DecimalString,
      ]),
    ),
  ]);
}

async function save(tx: Querier, positions: readonly RebuiltPosition[]): Promise<void> {
  const rows = positions.map(({ state, ...position }) => ({ ...position, ...state }));
  await tx.query(
    `INSERT INTO positions (account, symbol, currency, quantity, settled_quantity, cost, realized_pnl, fees, legs, last_place)
       SELECT account, symbol, currency, quantity, "settledQuantity", cost, "realizedPnl", fees, legs, "lastPlace"
       FROM jsonb_to_recordset($1::jsonb) AS x(account TEXT, symbol TEXT, currency TEXT, quantity NUMERIC,
         "settledQuantity" NUMERIC, cost NUMERIC, "realizedPnl" NUMERIC, fees JSONB, legs JSONB, "lastPlace" BIGINT)
     ON CONFLICT (account, symbol) DO UPDATE SET currency = excluded.currency, quantity = excluded.quantity,
       settled_quantity = excluded.settled_quantity, cost = excluded.cost, realized_pnl = excluded.realized_pnl,
       fees = excluded.fees, legs = excluded.legs, last_place = GREATEST(positions.last_place, excluded.last_place)`,
    [JSON.stringify(rows)],
  );
}

const keyOf = (row: Row): PositionKey => ({ account: String(row['account']), symbol: String(row['symbol']) });
