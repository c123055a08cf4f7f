import type { ExecutionReport } from '../domain/execution-report';
import { baseOf } from '../domain/ids';
import type { OrderId } from '../domain/ids';
import type { ExecutionConflict, ReportTroubles, UnreadableEntry } from '../ports/report-troubles';
import type { UnreadableReport } from '../ports/venue';
import { sha256 } from './canonical-json';
import { repeatOnConflict } from './driver';
import type { Driver } from './driver';

/** Unreadable reports kept of one venue account: enough to see what is wrong, and a bound for what a mad venue fills. */
export const UNREADABLE_KEPT_MAX = 1_000;

/** Unreadable reports and execution ids that were used twice, on PostgreSQL or PGlite. */
export class SqlReportTroubles implements ReportTroubles {
  constructor(private readonly driver: Driver) {}

  async keepUnreadable(
    venue: string,
    venueAccount: string,
    unreadable: readonly UnreadableReport[],
    position: number,
  ): Promise<{ readonly fresh: readonly UnreadableReport[]; readonly dropped: number }> {
    const byHash = new Map(unreadable.map((report) => [identityOf(report), report]));
    const reports = [...byHash].map(([hash, report], at) => unreadableRow(report, hash, at));
    const input = { venue, venueAccount, position, keepMax: UNREADABLE_KEPT_MAX, reports };
    const answer = await repeatOnConflict(() =>
      this.driver.call<{ readonly new: readonly string[]; readonly dropped: number }>('oms_keep_unreadable', input),
    );
    return { fresh: answer.new.flatMap((hash) => byHash.get(hash) ?? []), dropped: answer.dropped };
  }

  async due(venue: string, venueAccount: string, limit: number): Promise<readonly UnreadableEntry[]> {
    const rows = await this.driver.query<DueRow>(
      `SELECT arrival, sequence, exec_id, client_order_id, why, asked, told IS NOT NULL AS is_told,
         oms_order_of(venue, venue_account, base, orig_base, ARRAY[client_order_id]) AS order_id
       FROM unreadable_reports WHERE settled IS NULL AND venue = $1 AND venue_account = $2 AND ask_at <= now()
       ORDER BY ask_at, arrival LIMIT $3`,
      [venue, venueAccount, limit],
    );
    return rows.map((row) => ({
      ...{ id: row.arrival, isTold: row.is_told, asked: row.asked, why: row.why },
      ...(Number(row.sequence) === 0 ? {} : { sequence: Number(row.sequence) }),
      ...(row.exec_id === null ? {} : { execId: row.exec_id }),
      ...(row.client_order_id === null ? {} : { clientOrderId: row.client_order_id }),
      ...(row.order_id === null ? {} : { orderId: row.order_id as OrderId }),
    }));
  }

  async putOff({ id }: UnreadableEntry, waitMs: number): Promise<void> {
    await this.driver.query(
      `UPDATE unreadable_reports SET asked = asked + 1, ask_at = now() + $2 * interval '1 millisecond'
       WHERE arrival = $1`,
      [id, waitMs],
    );
  }

  async markTold({ id }: UnreadableEntry, how: 'ORDER' | 'OVER' | 'NONE'): Promise<void> {
    await this.driver.query('UPDATE unreadable_reports SET told = $2 WHERE arrival = $1 AND told IS NULL', [id, how]);
  }

  async markSettled({ id }: UnreadableEntry, how: 'READABLE' | 'NAMELESS'): Promise<void> {
    await this.driver.query('UPDATE unreadable_reports SET settled = $2 WHERE arrival = $1', [id, how]);
  }

  async mayExplain({ venue, venueAccount, clientOrderId }: ExecutionReport): Promise<boolean> {
    const rows = await this.driver.query(
      `SELECT 1 AS one FROM unreadable_reports WHERE settled IS NULL AND venue = $1 AND venue_account = $2
         AND (client_order_id IS NULL OR client_order_id = $3) AND received_at > now() - interval '2 minutes' LIMIT 1`,
      [venue, venueAccount, clientOrderId],
    );
    return rows.length > 0;
  }

  async conflicts(venue: string, venueAccount: string, limit: number): Promise<readonly ExecutionConflict[]> {
    const rows = await this.driver.query<ConflictRow>(
      `SELECT exec_id, order_id, report, conflict::text AS copies,
         (SELECT json_agg(oms_order_of($1, $2, c.base, c.orig_base, ARRAY[c.id, c.orig_id], c.venue_order_id))::text FROM (
           SELECT r->>'clientOrderId' AS id, r->>'origClientOrderId' AS orig_id, r->>'venueOrderId' AS venue_order_id,
             regexp_replace(r->>'clientOrderId', '-[^-]*$', '') AS base,
             regexp_replace(r->>'origClientOrderId', '-[^-]*$', '') AS orig_base
           FROM jsonb_array_elements(conflict) AS r) AS c) AS orders
       FROM execution_inbox WHERE NOT conflict_told AND venue = $1 AND venue_account = $2 ORDER BY arrival LIMIT $3`,
      [venue, venueAccount, limit],
    );
    return rows.map((row) => {
      const orders = JSON.parse(row.orders ?? '[]') as readonly (string | null)[];
      const copies = JSON.parse(row.copies) as readonly ExecutionReport[];
      return {
        ...{ venue, venueAccount, execId: row.exec_id },
        first: side(JSON.parse(row.report) as ExecutionReport, row.order_id),
        others: copies.map((copy, at) => side(copy, orders[at] ?? null)),
      };
    });
  }

  async markConflictTold({ venue, venueAccount, execId, others }: ExecutionConflict): Promise<void> {
    // One more that came meanwhile is told in the next round.
    await this.driver.query(
      `UPDATE execution_inbox SET conflict_told = true
       WHERE venue = $1 AND venue_account = $2 AND exec_id = $3 AND jsonb_array_length(conflict) = $4`,
      [venue, venueAccount, execId, others.length],
    );
  }

  /** How far a venue account's stream was passed beyond what its inbox has. */
  async position(venue: string, venueAccount: string): Promise<number> {
    const sql = 'SELECT sequence FROM stream_positions WHERE venue = $1 AND venue_account = $2';
    return Number((await this.driver.query(sql, [venue, venueAccount]))[0]?.['sequence'] ?? 0);
  }
}

interface DueRow {
  readonly arrival: string;
  readonly sequence: string;
  readonly exec_id: string | null;
  readonly client_order_id: string | null;
  readonly order_id: string | null;
  readonly why: string;
  readonly asked: number;
  readonly is_told: boolean;
}
interface ConflictRow {
  readonly exec_id: string;
  readonly order_id: string | null;
  readonly report: string;
  readonly copies: string;
  readonly orders: string | null;
}

const side = (report: ExecutionReport, orderId: string | null): ExecutionConflict['first'] => ({
  ...(orderId === null ? {} : { orderId: orderId as OrderId }),
  clientOrderId: report.clientOrderId,
  venueOrderId: report.venueOrderId,
});

/** What names itself is the same wherever it is told; anything else is told apart by its place, as far as it is known. */
const identityOf = ({ execId, clientOrderId, sequence, raw }: UnreadableReport): string =>
  sha256(
    execId === undefined && clientOrderId === undefined && sequence !== undefined ? `${String(sequence)} ${raw}` : raw,
  );

const unreadableRow = (report: UnreadableReport, hash: string, at: number): object => ({
  ...{ at, hash, sequence: report.sequence ?? 0, why: report.why, raw: report.raw },
  ...{ execId: report.execId, clientOrderId: report.clientOrderId },
  base: report.clientOrderId === undefined ? undefined : baseOf(report.clientOrderId),
  origBase: report.origClientOrderId === undefined ? undefined : baseOf(report.origClientOrderId),
});
