import type { OrderId } from '../domain/ids';
import type { Order } from '../domain/order';
import type { OrderEvent } from '../domain/order-events';
import type { OrderRequest } from '../domain/order-request';
import type { PositionBook } from '../domain/pnl';
import type { QuoteSnapshot } from '../domain/post-trade/quote-snapshot';
import type { Account } from '../domain/risk/risk-context';
import type { RiskQuestion } from '../ports/risk-facts';
import type {
  AccountSetup,
  CashRow,
  DecisionKey,
  ExecutionRow,
  HeldStop,
  InstrumentTerms,
  OrderFilter,
  OrderStore,
  PositionRow,
  ReservationRow,
  StoredDecision,
} from '../ports/stores';
import { canonicalJson } from './canonical-json';
import { DecisionBatches } from './decision-batches';
import { PersistenceError, repeatOnConflict, sqlState } from './driver';
import type { Driver, Row } from './driver';
import { positionRows, readBook } from './book-rows';
import { refoldPosition } from './execution-pages';
import { bookFills, fillsRequest, foreignExecutions, newExecutions, reservationChange, rewritesPast } from './ledger';
import type { FillsAnswer } from './ledger';
import { accountOf, cashOf, executionOf, heldStopOf, orderRow, reservationOf } from './order-rows';

/** Orders returned when a filter names no limit; a blotter page, not an export. */
const ORDERS_DEFAULT = 500;
/** SQLSTATE that oms_record raises when events do not continue the recorded ones. */
const GAP_STATE = 'OM001';
/** SQLSTATE for a change of what executions were booked with. */
const TRADED_STATE = 'OM003';

/** The order store on PostgreSQL or PGlite. */
export class SqlOrderStore implements OrderStore {
  private readonly decisions: DecisionBatches;

  constructor(private readonly driver: Driver) {
    this.decisions = new DecisionBatches(driver);
  }

  decideOnce(
    key: DecisionKey,
    request: OrderRequest,
    currency: string | undefined,
    decide: Parameters<OrderStore['decideOnce']>[3],
    question?: RiskQuestion,
  ): Promise<StoredDecision> {
    return this.decisions.decide({ key, request, currency, decide, question });
  }

  async record(
    order: Order,
    events: readonly OrderEvent[],
    firstRunId: string,
    quote?: QuoteSnapshot,
  ): Promise<readonly string[]> {
    const last = events.at(-1);
    if (last === undefined) return [];
    if (last.version !== order.version) {
      throw new Error(
        `order ${order.orderId} is at version ${String(order.version)}, its last event at ${String(last.version)}`,
      );
    }
    try {
      return await this.write(order, events, firstRunId, quote);
    } catch (error) {
      if (sqlState(error) !== GAP_STATE) throw error;
      throw new PersistenceError('JOURNAL_GAP', error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
  }

  /** Without fills and settlements one statement does it all; with them the arithmetic happens between two. */
  private async write(
    order: Order,
    events: readonly OrderEvent[],
    firstRunId: string,
    quote: QuoteSnapshot | undefined,
  ): Promise<readonly string[]> {
    const argument = {
      order: orderRow(order, firstRunId),
      events: events.map(journalEntry),
      reservation: reservationChange(order, events),
    };
    const request = fillsRequest(order, events, quote);
    if (request === undefined) {
      await repeatOnConflict(() => this.driver.call('oms_record', argument));
      return [];
    }
    return this.driver.transaction(async (tx) => {
      const answer = await tx.call<FillsAnswer>('oms_record_fills', request);
      const fresh = newExecutions(request, answer, order);
      const { account, symbol } = request;
      const refolded = rewritesPast(request, fresh)
        ? await refoldPosition(tx, { account, symbol, mode: answer.mode })
        : undefined;
      const ledger = bookFills(request, answer, fresh, refolded);
      await tx.call('oms_record', { ...argument, ledger, expectedVersion: answer.recorded });
      return foreignExecutions(request, answer);
    });
  }

  async order(orderId: OrderId): Promise<Order | undefined> {
    const rows = await this.driver.query<SnapshotRow>('SELECT snapshot FROM orders WHERE order_id = $1', [orderId]);
    return rows.map(orderOf)[0];
  }

  async orders(filter: OrderFilter): Promise<readonly Order[]> {
    const parameters: unknown[] = [filter.limit ?? ORDERS_DEFAULT];
    const conditions: string[] = [];
    const restrict = (condition: string, value: unknown): void => {
      if (value !== undefined) conditions.push(`${condition} = ANY($${String(parameters.push([value].flat()))})`);
    };
    restrict('account', filter.account);
    restrict('symbol', filter.symbol);
    restrict('status', filter.statuses);
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const rows = await this.driver.query<SnapshotRow>(
      `SELECT snapshot FROM orders ${where} ORDER BY created_at_ms DESC, order_id LIMIT $1`,
      parameters,
    );
    return rows.map(orderOf);
  }

  async events(orderId: OrderId): Promise<readonly OrderEvent[]> {
    const sql = 'SELECT payload FROM journal WHERE order_id = $1 ORDER BY version';
    const rows = await this.driver.query<{ payload: string }>(sql, [orderId]);
    return rows.map((row) => JSON.parse(row.payload) as OrderEvent);
  }

  async heldStops(): Promise<readonly HeldStop[]> {
    const rows = await this.driver.query(
      `SELECT order_id, symbol, side, stop_price FROM orders
       WHERE held = 'TRIGGER' AND status = 'HELD' AND stop_price IS NOT NULL ORDER BY order_id`,
    );
    return rows.map(heldStopOf);
  }

  async accounts(): Promise<readonly Account[]> {
    return (await this.driver.query('SELECT * FROM accounts ORDER BY account')).map(accountOf);
  }

  async saveAccounts(accounts: readonly AccountSetup[]): Promise<void> {
    await this.save('oms_save_accounts', accounts);
  }

  async saveInstruments(instruments: readonly InstrumentTerms[]): Promise<void> {
    const terms = instruments.map(({ symbol, currency, multiplier }) => ({ symbol, currency, multiplier }));
    await this.save('oms_save_instruments', terms);
  }

  /** Turns a refusal of the database into an error that a person can act on. */
  private async save(name: string, argument: object): Promise<void> {
    try {
      await repeatOnConflict(() => this.driver.call(name, argument));
    } catch (error) {
      if (sqlState(error) !== TRADED_STATE) throw error;
      throw new PersistenceError('ALREADY_TRADED', error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
  }

  async positions(account?: string): Promise<readonly PositionRow[]> {
    return positionRows(this.driver, account);
  }

  async book(account?: string): Promise<PositionBook> {
    return this.driver.transaction((tx) => readBook(tx, account));
  }

  async cash(account?: string): Promise<readonly CashRow[]> {
    return (await this.rowsOf('cash', account, 'account', 'account, currency')).map(cashOf);
  }

  async executions(orderId?: OrderId): Promise<readonly ExecutionRow[]> {
    return (await this.rowsOf('executions', orderId, 'order_id', 'order_id, at_ms, exec_id')).map(executionOf);
  }

  async openReservations(): Promise<readonly ReservationRow[]> {
    return (await this.rowsOf('reservations', 'OPEN', 'status', 'order_id')).map(reservationOf);
  }

  private rowsOf(table: string, value: string | undefined, column: string, order: string): Promise<readonly Row[]> {
    const where = value === undefined ? '' : `WHERE ${column} = $1`;
    return this.driver.query(`SELECT * FROM ${table} ${where} ORDER BY ${order}`, value === undefined ? [] : [value]);
  }
}

type SnapshotRow = { readonly snapshot: string };
const orderOf = (row: SnapshotRow): Order => JSON.parse(row.snapshot) as Order;

const journalEntry = (event: OrderEvent): object => ({
  version: event.version,
  type: event.type,
  actor: event.actor,
  causationId: event.causationId.replaceAll('\0', '\ufffd'),
  atMs: event.atMs,
  wallMs: event.wallMs,
  payload: canonicalJson(event),
});
