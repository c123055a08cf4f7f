/** The database of the plain build: one transaction per step, on the drivers of the product. */
import type { Driver, Querier } from '../../../src/persistence/driver';
import type { PlainFill, PlainOrder, PlainVerdict } from './contract';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS accounts (
  account TEXT PRIMARY KEY, cash_cents BIGINT NOT NULL, reserved_cents BIGINT NOT NULL,
  max_order_cents BIGINT NOT NULL, max_position BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS venues (venue TEXT PRIMARY KEY, fee_bps INTEGER NOT NULL, latency_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
  order_id TEXT PRIMARY KEY, account TEXT NOT NULL, symbol TEXT NOT NULL, side TEXT NOT NULL, quantity BIGINT NOT NULL,
  limit_cents BIGINT NOT NULL, reserved_cents BIGINT NOT NULL, venue TEXT, filled BIGINT NOT NULL DEFAULT 0,
  status TEXT NOT NULL, updated_at TIMESTAMPTZ NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS order_events (
  order_id TEXT NOT NULL, id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS executions (
  exec_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, quantity BIGINT NOT NULL, cents BIGINT NOT NULL,
  settled BOOLEAN NOT NULL DEFAULT FALSE);
CREATE INDEX IF NOT EXISTS executions_of_order ON executions (order_id);
CREATE TABLE IF NOT EXISTS positions (
  account TEXT NOT NULL, symbol TEXT NOT NULL, quantity BIGINT NOT NULL, settled BIGINT NOT NULL,
  PRIMARY KEY (account, symbol));`;

/** Far above what a bench trades. */
const MUCH_CENTS = '100000000000000';
const MUCH = '1000000000';

export class PlainStore {
  constructor(private readonly driver: Driver) {}

  async prepare(accounts: readonly string[], venues: readonly string[]): Promise<void> {
    await this.driver.script(SCHEMA);
    for (const account of accounts)
      await this.driver.query(`INSERT INTO accounts VALUES ($1, $2, 0, $2, $3) ON CONFLICT (account) DO NOTHING`, [
        account,
        MUCH_CENTS,
        MUCH,
      ]);
    for (const venue of venues)
      await this.driver.query(`INSERT INTO venues VALUES ($1, 2, 1) ON CONFLICT (venue) DO NOTHING`, [venue]);
  }

  /** Checks and reserves under the lock of the account; asked again, the order is there already. */
  checkRisk(order: PlainOrder, lastCents: number): Promise<PlainVerdict> {
    const { orderId, account, symbol, side, quantity, limitCents } = order;
    return this.driver.transaction(async (tx) => {
      const [row] = await tx.query<AccountRow>(
        `SELECT a.cash_cents, a.reserved_cents, a.max_order_cents, a.max_position, coalesce(p.quantity, 0) AS position
         FROM accounts a LEFT JOIN positions p ON p.account = a.account AND p.symbol = $2
         WHERE a.account = $1 FOR UPDATE OF a`,
        [account, symbol],
      );
      const worth = quantity * limitCents;
      const reason = row === undefined ? 'unknown account' : refusalOf(order, row, lastCents);
      const inserted = await tx.query(
        `INSERT INTO orders (order_id, account, symbol, side, quantity, limit_cents, reserved_cents, status)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (order_id) DO NOTHING RETURNING order_id`,
        [orderId, account, symbol, side, quantity, limitCents, worth, reason === undefined ? 'APPROVED' : 'DENIED'],
      );
      if (inserted.length > 0) {
        if (reason === undefined)
          await tx.query(`UPDATE accounts SET reserved_cents = reserved_cents + $2 WHERE account = $1`, [
            account,
            worth,
          ]);
        await note(tx, orderId, reason === undefined ? 'approved' : `denied: ${reason}`);
      }
      return reason === undefined ? { kind: 'approved' } : { kind: 'denied', reason };
    });
  }

  /** The cheapest venue, the quicker one of equals. */
  chooseRoute({ orderId }: PlainOrder): Promise<string> {
    return this.driver.transaction(async (tx) => {
      const [row] = await tx.query<{ venue: string }>(`SELECT venue FROM venues ORDER BY fee_bps, latency_ms LIMIT 1`);
      if (row === undefined) throw new Error('no venue');
      await tx.query(`UPDATE orders SET venue = $2, status = 'ROUTED', updated_at = now() WHERE order_id = $1`, [
        orderId,
        row.venue,
      ]);
      await note(tx, orderId, `routed to ${row.venue}`);
      return row.venue;
    });
  }

  /** What the venue has answered: the acknowledge, and the fills that came with it. */
  acknowledge(order: PlainOrder, fills: readonly PlainFill[]): Promise<void> {
    return this.driver.transaction(async (tx) => {
      await tx.query(`UPDATE orders SET status = 'ACKNOWLEDGED', updated_at = now() WHERE order_id = $1`, [
        order.orderId,
      ]);
      await note(tx, order.orderId, 'acknowledged');
      await book(tx, order, fills);
    });
  }

  bookFills(order: PlainOrder, fills: readonly PlainFill[]): Promise<void> {
    return this.driver.transaction((tx) => book(tx, order, fills));
  }

  settle({ orderId, account, symbol, side }: PlainOrder): Promise<void> {
    return this.driver.transaction(async (tx) => {
      const settled = await tx.query<{ quantity: string; cents: string }>(
        `UPDATE executions SET settled = TRUE WHERE order_id = $1 AND NOT settled RETURNING quantity, cents`,
        [orderId],
      );
      if (settled.length === 0) return;
      const sign = side === 'BUY' ? 1 : -1;
      const quantity = settled.reduce((sum, fill) => sum + Number(fill.quantity), 0);
      const worth = settled.reduce((sum, fill) => sum + Number(fill.quantity) * Number(fill.cents), 0);
      await tx.query(`UPDATE positions SET settled = settled + $3 WHERE account = $1 AND symbol = $2`, [
        account,
        symbol,
        sign * quantity,
      ]);
      await tx.query(
        `UPDATE accounts a SET cash_cents = a.cash_cents - $2, reserved_cents = a.reserved_cents - o.reserved_cents
         FROM orders o WHERE o.order_id = $3 AND a.account = $1`,
        [account, sign * worth, orderId],
      );
      await tx.query(`UPDATE orders SET status = 'SETTLED', updated_at = now() WHERE order_id = $1`, [orderId]);
      await note(tx, orderId, 'settled');
    });
  }
}

interface AccountRow {
  readonly cash_cents: string;
  readonly reserved_cents: string;
  readonly max_order_cents: string;
  readonly max_position: string;
  readonly position: string;
}

function refusalOf({ side, quantity, limitCents }: PlainOrder, row: AccountRow, lastCents: number): string | undefined {
  const worth = quantity * limitCents;
  const after = Number(row.position) + (side === 'BUY' ? quantity : -quantity);
  if (worth > Number(row.max_order_cents)) return 'order value';
  if (Math.abs(after) > Number(row.max_position)) return 'position';
  if (side === 'BUY' && worth > Number(row.cash_cents) - Number(row.reserved_cents)) return 'cash';
  if (Math.abs(limitCents - lastCents) > lastCents / 2) return 'price collar';
  return undefined;
}

async function book(tx: Querier, { orderId, account, symbol, side }: PlainOrder, fills: readonly PlainFill[]) {
  for (const { execId, quantity, cents } of fills) {
    const booked = await tx.query(
      `INSERT INTO executions (exec_id, order_id, quantity, cents) VALUES ($1, $2, $3, $4)
       ON CONFLICT (exec_id) DO NOTHING RETURNING exec_id`,
      [execId, orderId, quantity, cents],
    );
    if (booked.length === 0) continue;
    await tx.query(
      `INSERT INTO positions VALUES ($1, $2, $3, 0)
       ON CONFLICT (account, symbol) DO UPDATE SET quantity = positions.quantity + EXCLUDED.quantity`,
      [account, symbol, side === 'BUY' ? quantity : -quantity],
    );
    await tx.query(
      `UPDATE orders SET filled = filled + $2, updated_at = now(),
         status = CASE WHEN filled + $2 >= quantity THEN 'FILLED' ELSE 'PARTIALLY_FILLED' END WHERE order_id = $1`,
      [orderId, quantity],
    );
    await note(tx, orderId, `filled ${String(quantity)} at ${String(cents)}`);
  }
}

async function note(tx: Querier, orderId: string, event: string): Promise<void> {
  await tx.query(`INSERT INTO order_events (order_id, event) VALUES ($1, $2)`, [orderId, event]);
}
