import type { ExecutionReport } from '../domain/execution-report';
import { baseOf, venueClientOrderId } from '../domain/ids';
import type { OrderId } from '../domain/ids';
import { canonical, ZERO } from '../domain/money';
import type { DecimalString } from '../domain/money';
import type { OrderStatus } from '../domain/order';
import { findingIdentity } from '../domain/reconciliation-findings';
import type { Finding } from '../domain/reconciliation-findings';
import type { Amounts, KnownTrade, OurOrder, TheirOrder, UnconfirmedExecution } from '../domain/reconciliation-views';
import type { EndedRun, ReconciliationStore, ReconciliationWindow, VenueAccount } from '../ports/reconciliation';
import type { Driver, Row } from './driver';

/** Orders read at once. */
const PAGE = 1_000;
/** Executions are numbered when they are written and seen when that is committed: so many may come to light late. */
const OVERLAP = 1_000;

/** The client order id in force of an order `o`, where it is not one of ours. */
const GIVEN_ID = `COALESCE(o.snapshot::json->'adopted'->>'clientOrderId', (SELECT g->>'clientOrderId'
    FROM json_array_elements(o.snapshot::json->'renamed') AS g WHERE g->>'step' = o.snapshot::json->>'acceptedStep'))`;
/** Columns of an order `o` with its newest event `j`. The snapshot is read as json: jsonb refuses what a free text may hold. */
const ORDER = `o.order_id, o.status, o.ended, o.quantity, o.filled_quantity, o.limit_price, j.wall_ms,
  o.snapshot::json->>'submission' AS submission, o.snapshot::json->>'clientOrderIdBase' AS base,
  o.snapshot::json->>'acceptedStep' AS step, o.snapshot::json->>'venueOrderId' AS venue_order_id,
  o.snapshot::json->>'lastStep' AS last_step,
  ${GIVEN_ID} AS given_id, o.snapshot::json->>'venueAccount' AS venue_account`;
const NEWEST = 'LEFT JOIN journal j ON j.order_id = o.order_id AND j.version = o.version';
const ACCOUNT = 'venue = $1 AND venue_account = $2';
const SIGNED = `CASE WHEN side = 'BUY' THEN quantity ELSE -quantity END`;

/** The record of reconciliations on PostgreSQL or PGlite. */
export class SqlReconciliationStore implements ReconciliationStore {
  constructor(private readonly driver: Driver) {}

  async begin(
    runId: string,
    { venue, venueAccount }: VenueAccount,
    startedAtMs: number,
  ): Promise<ReconciliationWindow> {
    await this.driver.query(
      `INSERT INTO reconciliation_runs (run_id, venue, venue_account, started_at_ms) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [runId, venue, venueAccount, startedAtMs],
    );
    const [row] = await this.driver.query(
      `SELECT (SELECT max(arrival) FROM executions WHERE ${ACCOUNT}) AS newest, last.* FROM (SELECT 1) AS one LEFT JOIN (
         SELECT through_sequence, through_arrival FROM reconciliation_runs
         WHERE ${ACCOUNT} AND ended_at_ms IS NOT NULL ORDER BY ended_at_ms DESC LIMIT 1) AS last ON true`,
      [venue, venueAccount],
    );
    return {
      fromSequence: Number(row?.['through_sequence'] ?? 0),
      fromArrival: Math.max(0, Number(row?.['through_arrival'] ?? 0) - OVERLAP),
      throughArrival: Number(row?.['newest'] ?? 0),
    };
  }

  async openOrders(
    { venue, venueAccount }: VenueAccount,
    after: string,
  ): Promise<{ readonly orders: readonly OurOrder[]; readonly next?: string }> {
    const rows = await this.driver.query(
      `SELECT ${ORDER} FROM orders o ${NEWEST}
       WHERE NOT o.ended AND o.venue = $1 AND o.order_id > $2 ORDER BY o.order_id LIMIT ${String(PAGE)}`,
      [venue, after],
    );
    const last = rows.at(-1);
    const orders = rows.filter((row) => row['venue_account'] === venueAccount).map(orderOf);
    return rows.length < PAGE || last === undefined ? { orders } : { orders, next: String(last['order_id']) };
  }

  async ordersOf(of: VenueAccount, theirs: readonly TheirOrder[]): Promise<readonly OurOrder[]> {
    if (theirs.length === 0) return [];
    const known = await this.driver.call<readonly object[]>('oms_orders_of_venue_orders', {
      ...of,
      // All ids of an order have one base, and all its intents, too: asked for each id, they would be counted by its square.
      bases: [...new Set(theirs.flatMap(({ clientOrderIds }) => clientOrderIds.map(baseOf)))],
      clientOrderIds: theirs.flatMap(({ clientOrderIds }) => clientOrderIds),
      venueOrderIds: theirs.map(({ venueOrderId }) => venueOrderId),
    });
    const rows = await this.driver.query(
      `SELECT ${ORDER}, k."orderId" AS known_id, k.base AS known_base
       FROM jsonb_to_recordset($1::jsonb) AS k("orderId" TEXT, base TEXT)
         LEFT JOIN orders o ON o.order_id = k."orderId" ${NEWEST}`,
      [JSON.stringify(known)],
    );
    return rows.map((row) => (row['order_id'] === null ? unrecorded(row) : orderOf(row)));
  }

  async knownTrades(of: VenueAccount, trades: readonly ExecutionReport[]): Promise<readonly KnownTrade[]> {
    const rows = await this.driver.call<readonly KnownRow[]>('oms_known_trades', {
      ...of,
      trades: trades.map(({ execId, execRefId, venueOrderId, clientOrderId, origClientOrderId }, at) => ({
        ...{ at, execId, execRefId, venueOrderId, clientOrderId, origClientOrderId, base: baseOf(clientOrderId) },
        origBase: origClientOrderId === undefined ? undefined : baseOf(origClientOrderId),
      })),
    });
    return rows.map(knownOf);
  }

  async unconfirmed(
    { venue, venueAccount }: VenueAccount,
    { fromArrival, throughArrival }: ReconciliationWindow,
  ): Promise<readonly UnconfirmedExecution[]> {
    const rows = await this.driver.query(
      `SELECT e.exec_id, e.order_id, e.symbol, e.side, e.quantity, e.price, e.fee, e.fee_currency, j.wall_ms,
         o.snapshot::json->>'clientOrderIdBase' AS base, o.snapshot::json->>'acceptedStep' AS step,
         ${GIVEN_ID} AS given_id
       FROM executions e LEFT JOIN orders o ON o.order_id = e.order_id ${NEWEST}
         LEFT JOIN execution_inbox i ON i.venue = e.venue AND i.venue_account = e.venue_account AND i.exec_id = e.exec_id
       WHERE e.venue = $1 AND e.venue_account = $2 AND e.arrival > $3 AND e.arrival <= $4 AND e.reverses IS NULL
         AND COALESCE(i.sequence, 0) = 0
         AND NOT EXISTS (SELECT FROM executions r WHERE r.reverses = e.exec_id AND r.account = e.account
           AND r.symbol = e.symbol AND r.venue = e.venue AND r.venue_account = e.venue_account)
       ORDER BY e.arrival`,
      [venue, venueAccount, fromArrival, throughArrival],
    );
    return rows.map(unconfirmedOf);
  }

  async amounts({
    venue,
    venueAccount,
  }: VenueAccount): Promise<{ readonly positions: Amounts; readonly cash: Amounts }> {
    const positions = await this.driver.query(
      `SELECT symbol AS key, sum(${SIGNED}) AS amount FROM executions WHERE ${ACCOUNT} GROUP BY symbol`,
      [venue, venueAccount],
    );
    const cash = await this.driver.query(
      `SELECT key, sum(amount) AS amount FROM (
         SELECT currency AS key, sum(-(${SIGNED}) * price * multiplier) AS amount FROM executions WHERE ${ACCOUNT} GROUP BY 1
         UNION ALL SELECT fee_currency, sum(-fee) FROM executions WHERE ${ACCOUNT} GROUP BY 1) AS flows GROUP BY key`,
      [venue, venueAccount],
    );
    return { positions: amountsOf(positions), cash: amountsOf(cash) };
  }

  async undelivered(reports: readonly ExecutionReport[]): Promise<readonly ExecutionReport[]> {
    const keys = reports.map(({ venue, venueAccount, execId }) => ({ venue, account: venueAccount, exec: execId }));
    const rows = await this.driver.query(
      `SELECT i.exec_id FROM jsonb_to_recordset($1::jsonb) AS k(venue TEXT, account TEXT, exec TEXT)
       JOIN execution_inbox i ON i.venue = k.venue AND i.venue_account = k.account AND i.exec_id = k.exec
       WHERE i.delivered IS NOT NULL`,
      [JSON.stringify(keys)],
    );
    const delivered = new Set(rows.map((row) => row['exec_id']));
    return reports.filter(({ execId }) => !delivered.has(execId));
  }

  async keep(runId: string, { venue, venueAccount }: VenueAccount, finding: Finding): Promise<boolean> {
    const { kind, key, orderId, execId, action, before, after, reason } = finding;
    const identity = findingIdentity(finding);
    await this.driver.query(
      `INSERT INTO reconciliation_findings
         (run_id, kind, key, order_id, exec_id, action, before, after, reason, identity, finding)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
      [
        ...[runId, kind, key, orderId ?? null, execId ?? null, action, JSON.stringify(before), JSON.stringify(after)],
        ...[reason, identity, JSON.stringify(finding)],
      ],
    );
    const known = await this.driver.query(
      `SELECT 1 AS known FROM reconciliation_findings WHERE kind = $3 AND key = $4 AND identity = $5 AND action = $6
         AND run_id = (SELECT run_id FROM reconciliation_runs
           WHERE ${ACCOUNT} AND ended_at_ms IS NOT NULL ORDER BY ended_at_ms DESC LIMIT 1)`,
      [venue, venueAccount, kind, key, identity, action],
    );
    return known.length === 0;
  }

  async end({ runId, endedAtMs, throughSequence, throughArrival, compared, sources, counts }: EndedRun): Promise<void> {
    await this.driver.query(
      `UPDATE reconciliation_runs SET ended_at_ms = $2, through_sequence = $3, through_arrival = $4, summary = $5
       WHERE run_id = $1 AND ended_at_ms IS NULL`,
      [runId, endedAtMs, throughSequence, throughArrival, JSON.stringify({ compared, sources, counts })],
    );
  }

  async findings(runId: string): Promise<readonly Finding[]> {
    const sql = 'SELECT finding FROM reconciliation_findings WHERE run_id = $1 ORDER BY arrival';
    return (await this.driver.query(sql, [runId])).map((row) => JSON.parse(String(row['finding'])) as Finding);
  }
}

const text = (row: Row, column: string): string | undefined => {
  const value = row[column];
  return typeof value === 'string' ? value : undefined;
};
const amount = (row: Row, column: string): DecimalString => canonical(String(row[column]) as DecimalString);
const amountsOf = (rows: readonly Row[]): Amounts =>
  Object.fromEntries(rows.map((row) => [String(row['key']), amount(row, 'amount')]));
const changedAt = (row: Row) => (row['wall_ms'] === null ? {} : { changedAtMs: Number(row['wall_ms']) });

/** The client order id in force, by which the venue is asked. */
function clientOrderIdOf(row: Row): { readonly clientOrderId?: string } {
  const [given, base] = [text(row, 'given_id'), text(row, 'base')];
  if (given !== undefined) return { clientOrderId: given };
  return base === undefined ? {} : { clientOrderId: venueClientOrderId(base, Number(row['step'] ?? 0)) };
}

const orderOf = (row: Row): OurOrder => {
  const [clientOrderIdBase, venueOrderId] = [text(row, 'base'), text(row, 'venue_order_id')];
  return {
    orderId: String(row['order_id']) as OrderId,
    status: row['status'] as OrderStatus,
    ended: row['ended'] === true,
    sent: row['submission'] !== 'NONE' || row['given_id'] !== null,
    quantity: amount(row, 'quantity'),
    filledQuantity: amount(row, 'filled_quantity'),
    ...clientOrderIdOf(row),
    ...(row['limit_price'] === null ? {} : { limitPrice: amount(row, 'limit_price') }),
    ...(clientOrderIdBase === undefined ? {} : { clientOrderIdBase, lastStep: Number(row['last_step']) }),
    ...(venueOrderId === undefined ? {} : { venueOrderId }),
    ...changedAt(row),
  };
};

/** One that is on its way is known by its intent before anything of it is recorded. */
const unrecorded = (row: Row): OurOrder => ({
  ...{ orderId: String(row['known_id']) as OrderId, clientOrderIdBase: String(row['known_base']) },
  ...{ status: 'SUBMITTING', ended: false, sent: true, quantity: ZERO, filledQuantity: ZERO },
});

const unconfirmedOf = (row: Row): UnconfirmedExecution => ({
  execId: String(row['exec_id']),
  orderId: String(row['order_id']) as OrderId,
  ...clientOrderIdOf(row),
  symbol: String(row['symbol']),
  side: row['side'] as UnconfirmedExecution['side'],
  quantity: amount(row, 'quantity'),
  price: amount(row, 'price'),
  fee: amount(row, 'fee'),
  feeCurrency: String(row['fee_currency']),
  ...changedAt(row),
});

interface KnownRow {
  readonly execId: string;
  readonly orderId: OrderId | null;
  readonly inbox: KnownTrade['inbox'];
  readonly changedAtMs: number | string | null;
  readonly quantity: DecimalString | null;
  readonly price: DecimalString | null;
  readonly oldQuantity: DecimalString | null;
  readonly oldPrice: DecimalString | null;
  readonly oldFee: DecimalString | null;
  readonly oldFeeCurrency: string | null;
}
function knownOf({ execId, orderId, inbox, changedAtMs, quantity, price, ...old }: KnownRow): KnownTrade {
  const { oldQuantity, oldPrice, oldFee, oldFeeCurrency: feeCurrency } = old;
  const hasOld = oldQuantity !== null && oldPrice !== null && oldFee !== null && feeCurrency !== null;
  return {
    ...{ execId, inbox },
    ...(orderId === null ? {} : { orderId }),
    ...(changedAtMs === null ? {} : { changedAtMs: Number(changedAtMs) }),
    ...(quantity === null || price === null ? {} : { booked: { quantity, price } }),
    ...(hasOld ? { corrects: { quantity: oldQuantity, price: oldPrice, fee: oldFee, feeCurrency } } : {}),
  };
}
