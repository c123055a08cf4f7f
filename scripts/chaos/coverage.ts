/** Whether what is reserved covers what may still trade, at any moment: one statement sees one moment. */
import type { Querier } from '../../src/persistence/driver';

/** What a look found: how many open orders, and those that reserve less than they may still trade. */
export interface Coverage {
  readonly checked: number;
  readonly uncovered: readonly string[];
}

/** An order is recorded together with what it reserves, so that no moment lies between the two. */
const LOOK = `
  SELECT count(*)::int AS checked, array_to_json(array_agg(o.order_id || ' (' || o.status || ') may trade ' || o.leaves_quantity ||
      ' and reserves ' || CASE WHEN r.status = 'OPEN' THEN r.quantity ELSE 0 END)
    FILTER (WHERE r.order_id IS NULL OR r.status <> 'OPEN' OR r.quantity < o.leaves_quantity
      OR (o.side = 'BUY' AND r.cash < o.leaves_quantity * o.limit_price)))::text AS uncovered
  FROM orders o LEFT JOIN reservations r ON r.order_id = o.order_id
  WHERE NOT o.ended AND o.venue IS NOT NULL`;

export async function coverage(database: Querier): Promise<Coverage> {
  const [row] = await database.query<{ checked: number; uncovered: string | null }>(LOOK);
  const uncovered = (JSON.parse(row?.uncovered ?? 'null') ?? []) as readonly string[];
  return { checked: row?.checked ?? 0, uncovered };
}
