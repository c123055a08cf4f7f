import { adoptedOrderId } from '../domain/adoption';
import type { ExecutionReport } from '../domain/execution-report';
import { baseOf } from '../domain/ids';
import type { OrderId, VenueClientOrderId } from '../domain/ids';
import { canonical, isDecimalString } from '../domain/money';
import { MAKES_NEW_FORM } from '../domain/report-checks';
import { shown } from '../domain/violations';
import type { InboxEntry, SubmissionIntent, VenueStore } from '../ports/stores';
import { canonicalJson } from './canonical-json';
import { repeatOnConflict } from './driver';
import type { Driver, Row } from './driver';
import { SqlReportTroubles } from './report-troubles';

const INTENT_COLUMNS = 'venue, venue_account, client_order_id, order_id, send_by_ms, status';
const INTENT_KEY = 'venue = $1 AND venue_account = $2 AND client_order_id = $3';

/** Submission intents and the inbox of execution reports on PostgreSQL or PGlite. */
export class SqlVenueStore implements VenueStore {
  readonly troubles: SqlReportTroubles;

  constructor(private readonly driver: Driver) {
    this.troubles = new SqlReportTroubles(driver);
  }

  async openIntent(intent: SubmissionIntent): Promise<SubmissionIntent | undefined> {
    return (await this.insertIntent(intent)) ? undefined : this.knownIntent(intent);
  }

  async abandonIntent(intent: SubmissionIntent): Promise<SubmissionIntent> {
    const abandoned = { ...intent, status: 'ABANDONED' as const };
    return (await this.insertIntent(abandoned)) ? abandoned : this.knownIntent(intent);
  }

  async renewIntent(intent: SubmissionIntent): Promise<boolean> {
    // Never to an earlier time: an attempt that woke up late must not shorten the window of the one after it.
    const rows = await this.driver.query(
      `UPDATE submission_intents SET send_by_ms = $4
       WHERE ${INTENT_KEY} AND status = 'SENDING' AND send_by_ms <= $4 RETURNING 1 AS renewed`,
      [intent.venue, intent.venueAccount, intent.clientOrderId, intent.sendByMs],
    );
    return rows.length === 1;
  }

  async closeIntent(
    venue: string,
    venueAccount: string,
    id: VenueClientOrderId,
    status: 'ANSWERED' | 'ABANDONED',
  ): Promise<void> {
    await this.driver.query(`UPDATE submission_intents SET status = $4 WHERE ${INTENT_KEY} AND status = 'SENDING'`, [
      venue,
      venueAccount,
      id,
      status,
    ]);
  }

  async intent(venue: string, venueAccount: string, id: VenueClientOrderId): Promise<SubmissionIntent | undefined> {
    const sql = `SELECT ${INTENT_COLUMNS} FROM submission_intents WHERE ${INTENT_KEY}`;
    return (await this.driver.query(sql, [venue, venueAccount, id])).map(intentOf)[0];
  }

  async receive(reports: readonly ExecutionReport[]): Promise<readonly InboxEntry[]> {
    await this.noteRenamed(reports);
    return this.keep(reports);
  }

  private async keep(reports: readonly ExecutionReport[], orderId?: OrderId): Promise<readonly InboxEntry[]> {
    const undelivered = new Map<string, InboxEntry>();
    // One statement takes one copy of an id; further copies of a batch (rare) go in further rounds.
    for (let rest = reports; rest.length > 0;) {
      const [round, copies] = firstCopies(rest);
      const rows = await repeatOnConflict(() =>
        this.driver.call<readonly InboxAnswer[]>(
          'oms_receive',
          round.map(inboxRow).map((row) => ({ ...row, orderId })),
        ),
      );
      for (const entry of rows.map(entryOf)) undelivered.set(keyOf(entry.report), entry);
      rest = copies;
    }
    return [...undelivered.values()].sort((a, b) => a.report.sequence - b.report.sequence);
  }

  async claim(
    reports: readonly ExecutionReport[],
    answer: { readonly orderId?: OrderId; readonly reports: readonly ExecutionReport[] } = { reports },
  ): Promise<ReadonlySet<string>> {
    if (reports.length === 0) return new Set();
    // A gap before a sequence that did not come by the stream would be taken for closed.
    const unplaced = reports.map((report) => ({ ...report, sequence: 0 }));
    await this.noteRenamed(answer.reports);
    await this.keep(unplaced, answer.orderId);
    const rows = await this.driver.query<{ exec_id: string }>(
      `SELECT i.exec_id FROM execution_inbox i
       JOIN jsonb_to_recordset($1::jsonb) AS x(venue TEXT, "venueAccount" TEXT, "execId" TEXT, base TEXT, "origBase" TEXT,
           "clientOrderId" TEXT, "origClientOrderId" TEXT, "venueOrderId" TEXT, report TEXT)
         ON i.venue = x.venue AND i.venue_account = x."venueAccount" AND i.exec_id = x."execId",
         LATERAL (SELECT ARRAY[x."clientOrderId", x."origClientOrderId"] AS ids) AS named
       WHERE ($2::text IS NOT NULL AND oms_is_adopted(x.venue, x."venueAccount", ids, x."venueOrderId"))
         OR NOT oms_same_order(i.order_id, i.base, i.orig_base, i.report,
           COALESCE(oms_order_of(x.venue, x."venueAccount", x.base, x."origBase", ids, x."venueOrderId"), $2),
           x.base, x."origBase", x.report)`,
      [JSON.stringify(unplaced.map(inboxRow)), answer.orderId ?? null],
    );
    return new Set(rows.map((row) => row.exec_id));
  }

  async markDelivered(
    entries: readonly InboxEntry[],
    how: 'ORDER' | 'CORRECTION' | 'DUPLICATE' | 'UNUSABLE',
  ): Promise<void> {
    if (entries.length === 0) return;
    const keys = entries.map(({ report }) => ({
      venue: report.venue,
      account: report.venueAccount,
      exec: report.execId,
    }));
    await repeatOnConflict(() =>
      this.driver.query(
        `UPDATE execution_inbox SET delivered = $2
         FROM (SELECT * FROM jsonb_to_recordset($1::jsonb) AS x(venue TEXT, account TEXT, exec TEXT)) AS k
         WHERE execution_inbox.venue = k.venue AND venue_account = k.account AND exec_id = k.exec AND delivered IS NULL`,
        [JSON.stringify(keys), how],
      ),
    );
  }

  async adoptedOrder(report: ExecutionReport): Promise<OrderId | undefined> {
    const orderId = adoptedOrderId(report);
    if (orderId === undefined) return undefined;
    const { venue, venueAccount, venueOrderId, clientOrderId, origClientOrderId, execRefId, execType } = report;
    const { symbol, side, transactTimeMs: atMs } = report;
    const answer = await repeatOnConflict(() =>
      this.driver.call<{ readonly orderId: OrderId }>('oms_adopt', {
        ...{ orderId, venue, venueAccount, venueOrderId, clientOrderId, origClientOrderId, execRefId, execType },
        ...{ symbol, side, atMs },
      }),
    );
    return answer.orderId;
  }

  async undelivered(limit: number): Promise<readonly InboxEntry[]> {
    // The order is looked up again: its intent may have come after the report (a restored or adopted order).
    const rows = await this.driver.query(
      `SELECT sequence, report, COALESCE(order_id, oms_order_of(venue, venue_account, base, orig_base,
         ARRAY[report::json->>'clientOrderId', report::json->>'origClientOrderId'], report::json->>'venueOrderId')) AS "orderId"
       FROM execution_inbox WHERE delivered IS NULL ORDER BY arrival LIMIT $1`,
      [limit],
    );
    return rows.map((row) => entryOf(row as unknown as InboxAnswer));
  }

  async heard(
    venue: string,
    venueAccount: string,
    id: VenueClientOrderId,
  ): Promise<readonly ExecutionReport[] | undefined> {
    const rows = await this.driver.query(
      `SELECT sequence, report, order_id AS "orderId" FROM execution_inbox
       WHERE venue = $1 AND venue_account = $2 AND base = $3 AND (order_id IS NULL OR order_id =
         (SELECT order_id FROM submission_intents WHERE venue = $1 AND venue_account = $2 AND client_order_id = $4))
       ORDER BY arrival`,
      [venue, venueAccount, baseOf(id), id],
    );
    const reports = rows.map((row) => entryOf(row as unknown as InboxAnswer).report);
    const own = reports.filter(({ clientOrderId }) => clientOrderId === id);
    if (own.length > 0) return own;
    const unread = await this.driver.query(
      `SELECT 1 AS one FROM unreadable_reports
       WHERE venue = $1 AND venue_account = $2 AND client_order_id = $3 AND settled IS NULL LIMIT 1`,
      [venue, venueAccount, id],
    );
    return unread.length > 0 ? undefined : [];
  }

  async lastSequence(venue: string, venueAccount: string): Promise<number> {
    const sql = 'SELECT max(sequence) AS last FROM execution_inbox WHERE venue = $1 AND venue_account = $2';
    const rows = await this.driver.query(sql, [venue, venueAccount]);
    return Math.max(Number(rows[0]?.['last'] ?? 0), await this.troubles.position(venue, venueAccount));
  }

  /** Before the reports themselves, as those of one batch may follow from each other. */
  private async noteRenamed(reports: readonly ExecutionReport[]): Promise<void> {
    const rows = reports.filter(mayRename).map((report, at) => ({ at, ...inboxRow(report), report: undefined }));
    if (rows.length > 0) await repeatOnConflict(() => this.driver.call('oms_note_renamed', rows));
  }

  private async insertIntent(intent: SubmissionIntent): Promise<boolean> {
    const rows = await this.driver.query(
      `INSERT INTO submission_intents (${INTENT_COLUMNS}, base) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT DO NOTHING RETURNING 1 AS inserted`,
      [
        intent.venue,
        intent.venueAccount,
        intent.clientOrderId,
        intent.orderId,
        intent.sendByMs,
        intent.status,
        baseOf(intent.clientOrderId),
      ],
    );
    return rows.length === 1;
  }

  /** An intent is never deleted, so one that stopped an insert is there. */
  private async knownIntent(intent: SubmissionIntent): Promise<SubmissionIntent> {
    const known = await this.intent(intent.venue, intent.venueAccount, intent.clientOrderId);
    if (known === undefined) throw new Error(`intent ${intent.clientOrderId} vanished`);
    return known;
  }
}

/** It may tell of a form that somebody else asked for; of ours the database knows better. */
const mayRename = ({ execType, origClientOrderId }: ExecutionReport): boolean =>
  origClientOrderId !== undefined && MAKES_NEW_FORM.has(execType);

const keyOf = (report: ExecutionReport): string => JSON.stringify([report.venue, report.venueAccount, report.execId]);

/** Splits reports into the first copy of each id and the further ones. */
function firstCopies(reports: readonly ExecutionReport[]): [readonly ExecutionReport[], readonly ExecutionReport[]] {
  const seen = new Set<string>();
  const first: ExecutionReport[] = [];
  const further: ExecutionReport[] = [];
  for (const report of reports) {
    (seen.has(keyOf(report)) ? further : first).push(report);
    seen.add(keyOf(report));
  }
  return [first, further];
}

const inboxRow = (report: ExecutionReport): object => ({
  venue: report.venue,
  venueAccount: report.venueAccount,
  execId: report.execId,
  sequence: report.sequence,
  base: baseOf(report.clientOrderId),
  origBase: report.origClientOrderId === undefined ? undefined : baseOf(report.origClientOrderId),
  clientOrderId: report.clientOrderId,
  origClientOrderId: report.origClientOrderId,
  venueOrderId: report.venueOrderId,
  content: contentOf(report),
  report: JSON.stringify(report),
});

/** What two copies of one execution must agree on; sequence, texts and cumulative figures depend on how it was asked. */
function contentOf(report: ExecutionReport): string {
  return canonicalJson({
    execType: report.execType,
    symbol: report.symbol,
    side: report.side,
    quantity: comparable(report.lastQuantity),
    price: comparable(report.lastPrice),
  });
}
/** What a venue sends for a number may be none; it is kept as it came, and its order refuses it. */
const comparable = (value: unknown): string | undefined =>
  isDecimalString(value) ? canonical(value) : value === undefined ? undefined : shown(value);

/** An element of oms_receive's answer. */
interface InboxAnswer {
  readonly sequence: number | string;
  readonly orderId: string | null;
  readonly report: string;
}

/** The stored sequence wins over the report's own: the copy that came first may have come by query, without one. */
const entryOf = (row: InboxAnswer): InboxEntry => ({
  report: { ...(JSON.parse(row.report) as ExecutionReport), sequence: Number(row.sequence) },
  orderId: (row.orderId ?? undefined) as OrderId | undefined,
});

function intentOf(row: Row): SubmissionIntent {
  return {
    venue: String(row['venue']),
    venueAccount: String(row['venue_account']),
    clientOrderId: String(row['client_order_id']) as VenueClientOrderId,
    orderId: String(row['order_id']) as OrderId,
    sendByMs: Number(row['send_by_ms']),
    status: row['status'] as SubmissionIntent['status'],
  };
}
