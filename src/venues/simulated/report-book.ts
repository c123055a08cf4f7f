import type { ExecutionReport } from '../../domain/execution-report';
import type { Instrument } from '../../domain/instruments';
import { add, decOfInteger, divideRounded, multiply, roundHalfEven } from '../../domain/money';
import type { DecimalString } from '../../domain/money';
import type { BookEvent } from './book-order';
import type { Holdings } from './holdings';
import type { LedgerEntry, LedgerOrder } from './ledger';
import { currentId, leaves } from './book-order';
import { tradesInForce } from './trade-changes';
import type { SimulatedVenueConfig } from './venue-config';

const BPS = decOfInteger(10_000);
// Divisions by 10,000 are exact within this many places for amounts of 18 decimals.
const EXACT_DECIMALS = 30;

/** Every order and report of one venue, with a gapless sequence per account; rebuilt from the ledger at start. */
export class ReportBook {
  private readonly orders = new Map<string, LedgerOrder>();
  private readonly byClientId = new Map<string, string[]>();
  private readonly byOrder = new Map<string, ExecutionReport[]>();
  private readonly byAccount = new Map<string, ExecutionReport[]>();
  private readonly all: ExecutionReport[] = [];
  private readonly halts = new Map<string, boolean>();
  private orderCount = 0;

  constructor(
    private readonly venue: SimulatedVenueConfig,
    private readonly holdings: Holdings,
  ) {}

  load(entries: readonly LedgerEntry[]): void {
    for (const entry of entries) this.keep(entry);
  }

  nextVenueOrderId(): string {
    return `${this.venue.id}-${String(this.orderCount + 1)}`;
  }

  /** Turns what the book did into reports and keeps both; the entry is what the ledger must write. */
  record(
    events: readonly BookEvent[],
    instrument: Instrument,
    wallMs: number,
    halts?: LedgerEntry['halts'],
  ): LedgerEntry {
    const changed = new Map<string, LedgerOrder>();
    const reports: ExecutionReport[] = [];
    const sequences = new Map<string, number>();
    for (const event of events) {
      const { order } = event;
      const bookedAtMs = this.orders.get(order.venueOrderId)?.bookedAtMs ?? wallMs;
      changed.set(order.venueOrderId, { ...order, bookedAtMs, changedAtMs: wallMs });
      const sequence = (sequences.get(order.venueAccount) ?? this.lastSequence(order.venueAccount)) + 1;
      sequences.set(order.venueAccount, sequence);
      const execId = `${this.venue.id}-E${String(this.all.length + reports.length + 1)}`;
      reports.push(this.reportOf(event, instrument, sequence, execId));
    }
    const entry = { orders: [...changed.values()], reports, ...(halts === undefined ? {} : { halts }) };
    this.keep(entry);
    return entry;
  }

  isHalted(symbol: string): boolean {
    return this.halts.get(symbol) === true;
  }

  /** A trade that still counts, by the id of its newest execution. */
  tradeInForce(execId: string): ExecutionReport | undefined {
    const report = this.all.find((known) => known.execId === execId);
    const trades = report === undefined ? [] : tradesInForce(this.reportsOf(report.venueOrderId));
    return trades.find((trade) => trade.execId === execId);
  }

  order(venueOrderId: string): LedgerOrder | undefined {
    return this.orders.get(venueOrderId);
  }

  /** Every order that has or had a client order id, oldest first. */
  ordersByClientId(venueAccount: string, clientOrderId: string): readonly LedgerOrder[] {
    const ids = this.byClientId.get(`${venueAccount}/${clientOrderId}`) ?? [];
    return ids.flatMap((id) => this.orders.get(id) ?? []);
  }

  reportsOf(venueOrderId: string): readonly ExecutionReport[] {
    return this.byOrder.get(venueOrderId) ?? [];
  }

  reportsAfter(venueAccount: string, sequence: number, limit: number): readonly ExecutionReport[] {
    return (this.byAccount.get(venueAccount) ?? []).slice(sequence, sequence + limit);
  }

  lastSequence(venueAccount: string): number {
    return this.byAccount.get(venueAccount)?.length ?? 0;
  }

  allOrders(): readonly LedgerOrder[] {
    return [...this.orders.values()];
  }

  allReports(): readonly ExecutionReport[] {
    return this.all;
  }

  private keep(entry: LedgerEntry): void {
    for (const order of entry.orders) {
      if (!this.orders.has(order.venueOrderId)) this.orderCount += 1;
      this.orders.set(order.venueOrderId, order);
      for (const id of order.clientOrderIds) {
        const ids = listOf(this.byClientId, `${order.venueAccount}/${id}`);
        if (!ids.includes(order.venueOrderId)) ids.push(order.venueOrderId);
      }
    }
    for (const [symbol, halted] of Object.entries(entry.halts ?? {})) this.halts.set(symbol, halted);
    for (const report of entry.reports) {
      this.holdings.take(report, this.reportsOf(report.venueOrderId));
      listOf(this.byOrder, report.venueOrderId).push(report);
      listOf(this.byAccount, report.venueAccount).push(report);
      this.all.push(report);
    }
  }

  private reportOf(event: BookEvent, instrument: Instrument, sequence: number, execId: string): ExecutionReport {
    const { order } = event;
    const { limitPrice, stopPrice } = order;
    return {
      venue: this.venue.id,
      venueAccount: order.venueAccount,
      sequence,
      execId,
      execType: event.kind,
      clientOrderId: currentId(order),
      ...(event.kind === 'REPLACED' ? { origClientOrderId: event.origClientOrderId } : {}),
      venueOrderId: order.venueOrderId,
      symbol: order.symbol,
      side: order.side,
      orderQuantity: order.quantity,
      cumQuantity: order.cumQuantity,
      leavesQuantity: leaves(order),
      ...('liquidity' in event ? this.tradeFields(event, instrument) : {}),
      ...('execRefId' in event ? { execRefId: event.execRefId } : {}),
      ...(limitPrice === undefined ? {} : { limitPrice }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
      ...reasonOf(event),
      transactTimeMs: event.timeMs,
    };
  }

  private tradeFields(
    event: Extract<BookEvent, { liquidity: unknown }>,
    instrument: Instrument,
  ): Pick<ExecutionReport, 'lastQuantity' | 'lastPrice' | 'liquidity' | 'matchId' | 'fee' | 'feeCurrency'> {
    const maker = event.liquidity === 'MAKER';
    const bps = maker ? this.venue.makerFeeBps : this.venue.takerFeeBps;
    const perUnit = maker ? this.venue.makerFeePerUnit : this.venue.takerFeePerUnit;
    return {
      lastQuantity: event.quantity,
      lastPrice: event.price,
      liquidity: event.liquidity,
      ...('matchId' in event ? { matchId: event.matchId } : {}),
      fee: feeOf(event.quantity, event.price, instrument, bps, perUnit, this.venue.feeDecimals),
      feeCurrency: instrument.currency,
    };
  }
}

function reasonOf(event: BookEvent): Pick<ExecutionReport, 'reason'> {
  return 'reason' in event ? { reason: event.reason } : {};
}

function feeOf(
  quantity: DecimalString,
  price: DecimalString,
  instrument: Instrument,
  bps: DecimalString,
  perUnit: DecimalString,
  decimals: number,
): DecimalString {
  const value = multiply(multiply(quantity, price), instrument.multiplier);
  const ofValue = divideRounded(multiply(value, bps), BPS, EXACT_DECIMALS);
  return roundHalfEven(add(ofValue, multiply(quantity, perUnit)), decimals);
}

function listOf<V>(lists: Map<string, V[]>, key: string): V[] {
  const found = lists.get(key);
  if (found !== undefined) return found;
  const created: V[] = [];
  lists.set(key, created);
  return created;
}
