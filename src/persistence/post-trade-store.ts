import { canonical } from '../domain/money';
import type { DecimalString } from '../domain/money';
import type { TradedOrder } from '../domain/post-trade/booked-trade';
import { BREACH_CODE } from '../domain/post-trade/breaches';
import type { BreachSteps } from '../domain/post-trade/breaches';
import { findingId } from '../domain/post-trade/findings';
import type { PostTradeFinding } from '../domain/post-trade/findings';
import type {
  FindingFilter,
  PostTradeRange,
  PostTradeStore,
  ReadTrades,
  StepTaken,
  StoredFinding,
} from '../ports/post-trade';
import type { Closing, MarketDay, RiskFact, RiskFacts } from '../ports/risk-facts';
import type { Driver, Querier, Row } from './driver';
import { FINDINGS, findingOf, ORDERS, orderOf, tradeOf, TRADES } from './post-trade-rows';
import { riskFactsOf } from './risk-facts-rows';
import type { RiskFactRows } from './risk-facts-rows';

/** Findings that people are told of in one run; the next one tells the rest. */
const TOLD_AT_ONCE = 500;
/** Findings and orders that a question is answered with. */
const ANSWERED_MAX = 5_000;
/** Serialises what two runs would do to breaches. */
const BREACH_LOCK = 7_261_015;
/** A breach that is not over. */
const IS_OPEN =
  "f.kind = 'BREACH' AND NOT EXISTS (SELECT FROM post_trade_steps s WHERE s.finding_id = f.finding_id AND s.step = 'OVER')";
const HAS = (step: string): string =>
  `EXISTS (SELECT FROM post_trade_steps s WHERE s.finding_id = f.finding_id AND s.step = '${step}')`;

/** Post-trade analysis on PostgreSQL or PGlite. */
export class SqlPostTradeStore implements PostTradeStore {
  constructor(private readonly driver: Driver) {}

  async begin(runId: string, startedAtMs: number, lookBackMs: number): Promise<PostTradeRange> {
    await this.driver.query(
      'INSERT INTO post_trade_runs (run_id, started_at_ms) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [runId, startedAtMs],
    );
    // A place is given when an execution is written and seen when that is committed: what the run before may have missed
    // was written shortly before it, and what belongs to its trades may have come after it.
    const [row] = await this.driver.query(
      `SELECT (SELECT max(arrival) FROM executions) AS newest, last.through_arrival AS seen,
         (SELECT max(through_arrival) FROM post_trade_runs
           WHERE ended_at_ms IS NOT NULL AND started_at_ms <= last.started_at_ms - $1::bigint) AS from_arrival
       FROM (SELECT 1) AS one LEFT JOIN (SELECT started_at_ms, through_arrival FROM post_trade_runs
         WHERE ended_at_ms IS NOT NULL ORDER BY started_at_ms DESC LIMIT 1) AS last ON true`,
      [lookBackMs],
    );
    const place = (column: string): number => Number(row?.[column] ?? 0);
    return { from: place('from_arrival'), through: place('newest'), seenThrough: place('seen') };
  }

  async trades(from: number, through: number): Promise<ReadTrades> {
    return this.withOrders(
      await this.driver.query(`${TRADES} AND e.arrival > $1 AND e.arrival <= $2 ORDER BY e.arrival`, [from, through]),
    );
  }

  async tradesSince({ account, sinceMs }: { readonly account?: string | undefined; readonly sinceMs: number }) {
    return this.withOrders(
      await this.driver.query(
        `${TRADES} AND ($1::text IS NULL OR e.account = $1) AND e.order_id IN (SELECT order_id FROM executions
           WHERE at_ms >= $2 AND ($1::text IS NULL OR account = $1) GROUP BY order_id ORDER BY max(at_ms) DESC, order_id
           LIMIT ${String(ANSWERED_MAX)}) ORDER BY e.arrival`,
        [account ?? null, sinceMs],
      ),
    );
  }

  private async withOrders(rows: readonly Row[]): Promise<ReadTrades> {
    const trades = rows.map(tradeOf);
    const ids = [...new Set(trades.map(({ orderId }) => orderId))];
    const orders = await this.driver.query(`${ORDERS} WHERE o.order_id = ANY($1)`, [ids]);
    return { trades, orders: new Map(orders.map(orderOf).map((order) => [order.orderId, order])) };
  }

  async canceledOrders(symbols: readonly string[], fromMs: number, toMs: number): Promise<readonly TradedOrder[]> {
    const rows = await this.driver.query(
      `${ORDERS} WHERE o.symbol = ANY($1) AND o.created_at_ms >= $2 AND o.created_at_ms <= $3
         AND o.status = 'CANCELED' AND o.filled_quantity = 0 ORDER BY o.created_at_ms, o.order_id`,
      [symbols, fromMs, toMs],
    );
    return rows.map(orderOf);
  }

  async keep(runId: string, findings: readonly PostTradeFinding[]): Promise<readonly PostTradeFinding[]> {
    return this.driver.transaction(async (tx) => {
      const fresh: PostTradeFinding[] = [];
      for (const finding of findings) if (await insert(tx, runId, finding, findingId(finding))) fresh.push(finding);
      return fresh;
    });
  }

  async openBreaches(): Promise<readonly string[]> {
    const rows = await this.driver.query(
      `SELECT f.subject FROM post_trade_findings f WHERE ${IS_OPEN} ORDER BY f.arrival`,
    );
    return rows.map((row) => String(row['subject']));
  }

  async keepBreaches(runId: string, { opened, over }: BreachSteps, wallMs: number): Promise<void> {
    if (opened.length + over.length === 0) return;
    await this.driver.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [BREACH_LOCK]);
      for (const { subject, reason } of over) {
        await tx.query(
          `INSERT INTO post_trade_steps (finding_id, step, actor, reason, at_ms)
           SELECT f.finding_id, 'OVER', 'post-trade', $2, $3 FROM post_trade_findings f WHERE f.subject = $1 AND ${IS_OPEN}`,
          [subject, reason, wallMs],
        );
      }
      for (const breach of opened) {
        const [row] = await tx.query(
          `SELECT count(*) AS n, count(*) FILTER (WHERE ${IS_OPEN}) AS open FROM post_trade_findings f
           WHERE f.kind = 'BREACH' AND f.code = $1 AND f.subject = $2`,
          [BREACH_CODE, breach.subject],
        );
        if (Number(row?.['open']) > 0) continue;
        await insert(tx, runId, breach, findingId(breach, Number(row?.['n']) + 1));
      }
    });
  }

  async untold(): Promise<readonly { readonly finding: StoredFinding; readonly step: 'TOLD' | 'TOLD_OVER' }[]> {
    const rows = await this.driver.query(
      `${FINDINGS} WHERE NOT ${HAS('TOLD')} OR (${HAS('OVER')} AND NOT ${HAS('TOLD_OVER')})
       ORDER BY f.arrival LIMIT ${String(TOLD_AT_ONCE)}`,
    );
    return rows.map(findingOf).flatMap((finding) => {
      const taken = (step: string): boolean => finding.steps.some((one) => one.step === step);
      return [
        ...(taken('TOLD') ? [] : [{ finding, step: 'TOLD' as const }]),
        ...(taken('OVER') ? [{ finding, step: 'TOLD_OVER' as const }] : []),
      ];
    });
  }

  async take(id: string, { step, actor, reason, atMs }: StepTaken): Promise<boolean> {
    const rows = await this.driver.query(
      `INSERT INTO post_trade_steps (finding_id, step, actor, reason, at_ms)
       SELECT finding_id, $2, $3, $4, $5 FROM post_trade_findings WHERE finding_id = $1 ON CONFLICT DO NOTHING
       RETURNING finding_id`,
      [id, step, actor, reason, atMs],
    );
    return rows.length > 0;
  }

  async findings({ account, isOpen, orderIds }: FindingFilter): Promise<readonly StoredFinding[]> {
    const rows = await this.driver.query(
      `${FINDINGS} WHERE ($1::text IS NULL OR f.account = $1) AND ($2::text[] IS NULL OR f.order_id = ANY($2))
         AND (NOT $3::boolean OR CASE WHEN f.kind = 'BREACH' THEN ${IS_OPEN} ELSE NOT ${HAS('REVIEWED')} END)
       ORDER BY f.arrival DESC LIMIT ${String(ANSWERED_MAX)}`,
      [account ?? null, orderIds ?? null, isOpen === true],
    );
    return rows.map(findingOf).reverse();
  }

  async facts(
    account: string,
    parts: readonly ('portfolio' | 'firm')[],
    wallTimeMs: number,
    day?: MarketDay,
  ): Promise<RiskFacts> {
    const asked: readonly RiskFact[] = day === undefined ? parts : [...parts, 'day'];
    const ask = { parts: asked, marketTimeMs: wallTimeMs, wallTimeMs, recentWindowMs: 0, ...(day && { day }) };
    // No order is under judgement: nothing is left apart.
    const argument = { account, symbol: '', orderId: '', step: 0, ask };
    const [row] = await this.driver.query('SELECT oms_risk_facts($1::jsonb)::text AS facts', [
      JSON.stringify(argument),
    ]);
    return riskFactsOf(undefined, JSON.parse(String(row?.['facts'])) as RiskFactRows, ask);
  }

  async raisePeak(account: string, currency: string, equity: DecimalString, wallMs: number): Promise<DecimalString> {
    await this.driver.query(
      `INSERT INTO account_peaks (account, currency, equity, at_ms) VALUES ($1, $2, $3, $4)
       ON CONFLICT (account, currency) DO UPDATE SET equity = excluded.equity, at_ms = excluded.at_ms
       WHERE account_peaks.equity < excluded.equity`,
      [account, currency, equity, wallMs],
    );
    return (await this.peak(account, currency)) ?? equity;
  }

  async peak(account: string, currency: string): Promise<DecimalString | undefined> {
    const sql = 'SELECT equity FROM account_peaks WHERE account = $1 AND currency = $2';
    const [row] = await this.driver.query(sql, [account, currency]);
    return row === undefined ? undefined : canonical(row['equity'] as DecimalString);
  }

  async keepClosing(account: string, endsMs: number, closing: Closing): Promise<void> {
    const { marketTimeMs, baseCurrency, marks, rates } = closing;
    await this.driver.query(
      `INSERT INTO account_closings AS c (account, ends_ms, market_ms, base_currency, marks, rates)
       VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb)
       ON CONFLICT (account, ends_ms) DO UPDATE SET market_ms = excluded.market_ms,
         base_currency = excluded.base_currency, marks = excluded.marks, rates = excluded.rates
       WHERE c.market_ms <= excluded.market_ms`,
      [account, endsMs, marketTimeMs, baseCurrency, JSON.stringify(marks), JSON.stringify(rates)],
    );
  }

  async end(runId: string, endedAtMs: number, { through }: PostTradeRange, summary: object): Promise<void> {
    await this.driver.query(
      `UPDATE post_trade_runs SET ended_at_ms = $2, through_arrival = $3, summary = $4
       WHERE run_id = $1 AND ended_at_ms IS NULL`,
      [runId, endedAtMs, through, JSON.stringify(summary)],
    );
  }
}

/** Records a finding; false when it was there. */
async function insert(tx: Querier, runId: string, finding: PostTradeFinding, id: string): Promise<boolean> {
  const { kind, code, subject, account, symbol, orderId, execId, before, after, evidence, reason, atMs } = finding;
  const rows = await tx.query(
    `INSERT INTO post_trade_findings (finding_id, run_id, kind, code, subject, account, symbol, order_id, exec_id, before,
       after, evidence, reason, at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING RETURNING finding_id`,
    [
      ...[id, runId, kind, code, subject, account ?? null, symbol ?? null, orderId ?? null, execId ?? null],
      ...[JSON.stringify(before), JSON.stringify(after), JSON.stringify(evidence), reason, atMs],
    ],
  );
  return rows.length > 0;
}
