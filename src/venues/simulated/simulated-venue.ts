/**
 * One simulated venue: takes requests, moves its markets with time, and keeps its book of record.
 *
 * Requests change the book at once and in one piece; what they answer may leave only after `durable` resolves, when
 * the ledger is on disk. Readers of reports (`reportsAfter`, subscribers) never see more than what is on disk.
 */
import type { ExecutionReport } from '../../domain/execution-report';
import type { Quote } from '../../domain/instruments';
import { TimeInForce } from '../../domain/order-request';
import type { VenueCancel, VenueOrder, VenueReplace } from '../../ports/venue';
import type { BookEvent, MarketStep } from './book-order';
import type { FaultSwitches } from './faults';
import type { Ledger, LedgerEntry, LedgerOrder } from './ledger';
import { currentId } from './matching-engine';
import { checkOrder, checkTerms } from './order-checks';
import type { Refusal } from './order-checks';
import { ReportBook } from './report-book';
import { isSameMarket } from './symbol-market';
import type { SymbolMarket } from './symbol-market';
import type { SimulatedVenueConfig } from './venue-config';

/** What a request came to; nothing of it may be told before `durable` resolves. */
export interface RequestOutcome {
  readonly kind: 'acknowledged' | 'refused';
  readonly reason?: string;
  readonly text?: string;
  readonly reports: readonly ExecutionReport[];
  readonly durable: Promise<void>;
}

/** A venue with its markets, its ledger and its faults. */
export class SimulatedVenue {
  private readonly published = new Map<string, number>();
  private readonly reportListeners = new Set<(venueAccount: string) => void>();
  private readonly quoteListeners = new Set<(quote: Quote) => void>();
  private readonly shown = new Map<string, Quote>();
  private readonly book: ReportBook;

  constructor(
    readonly config: SimulatedVenueConfig,
    private readonly markets: ReadonlyMap<string, SymbolMarket>,
    private readonly ledger: Ledger,
    readonly faults: FaultSwitches,
    private readonly nowMs: () => number,
  ) {
    this.book = new ReportBook(config);
  }

  /** Takes the ledger's content and opens the markets. */
  start(entries: readonly LedgerEntry[], initialSteps: ReadonlyMap<string, MarketStep>): void {
    this.book.load(entries);
    for (const report of this.book.allReports()) this.published.set(report.venueAccount, report.sequence);
    for (const [symbol, market] of this.markets) {
      market.engine.restore(this.book.allOrders().filter((order) => order.symbol === symbol));
      void this.commit(market, market.start(initialSteps.get(symbol)));
    }
  }

  /** Moves every market on to now. */
  advance(): void {
    for (const market of this.markets.values()) void this.commit(market, market.advance(this.nowMs()));
  }

  /** Moves one market by hand. */
  postStep(symbol: string, step: MarketStep): Promise<void> | undefined {
    const market = this.markets.get(symbol);
    if (market === undefined) return undefined;
    this.advance();
    return this.commit(market, market.engine.onMarket(step, market.nowMs(this.nowMs())));
  }

  submit(order: VenueOrder, validUntilMs: number | undefined): RequestOutcome {
    this.advance();
    const late = this.checkValidUntil(validUntilMs);
    if (late !== undefined) return late;
    const known = this.live(order.venueAccount, order.clientOrderId);
    if (known !== undefined) return this.duplicate(known);
    const market = this.markets.get(order.symbol);
    if (market === undefined)
      return this.refused({ reason: 'UNKNOWN_SYMBOL', text: `${order.symbol} is not traded here` });
    const marketMs = market.nowMs(this.nowMs());
    const refusal = closedRefusal(market, marketMs) ?? checkOrder(order, market.instrument, this.config, marketMs);
    if (refusal !== undefined) return this.refused(refusal);
    const { clientOrderId, expireAtMs, ...rest } = order;
    const end = order.timeInForce === TimeInForce.DAY ? market.time.dayAt(marketMs).closeMs : expireAtMs;
    const venueOrderId = this.book.nextVenueOrderId();
    const draft = {
      ...rest,
      venueOrderId,
      clientOrderIds: [clientOrderId],
      ...(end === undefined ? {} : { expireAtMs: end }),
    };
    return this.acknowledged(venueOrderId, market, market.engine.submit(draft, marketMs));
  }

  cancel(request: VenueCancel): RequestOutcome {
    this.advance();
    const order = this.live(request.venueAccount, request.clientOrderId);
    const market = order === undefined ? undefined : this.markets.get(order.symbol);
    if (order === undefined || market === undefined || order.symbol !== request.symbol) return this.unknown();
    if (order.status !== 'OPEN') return this.tooLate(order);
    return this.acknowledged(
      order.venueOrderId,
      market,
      market.engine.cancel(order.venueOrderId, market.nowMs(this.nowMs())),
    );
  }

  replace(request: VenueReplace, validUntilMs: number | undefined): RequestOutcome {
    this.advance();
    const late = this.checkValidUntil(validUntilMs);
    if (late !== undefined) return late;
    const known = this.live(request.venueAccount, request.clientOrderId);
    if (known !== undefined) return this.duplicate(known);
    const order = this.live(request.venueAccount, request.origClientOrderId);
    const market = order === undefined ? undefined : this.markets.get(order.symbol);
    if (order === undefined || market === undefined || order.symbol !== request.symbol) return this.unknown();
    if (order.status !== 'OPEN') return this.tooLate(order);
    const marketMs = market.nowMs(this.nowMs());
    const refusal = this.checkReplace(request, order, market, marketMs);
    if (refusal !== undefined) return this.refused(refusal, this.book.reportsOf(order.venueOrderId));
    return this.acknowledged(order.venueOrderId, market, market.engine.replace(order.venueOrderId, request, marketMs));
  }

  /** Reports of the orders that a client order id finds among live orders, or in history. */
  async find(
    venueAccount: string,
    clientOrderId: string,
    source: 'live' | 'history',
  ): Promise<readonly ExecutionReport[] | undefined> {
    this.advance();
    await this.ledger.synced();
    const hiddenMs = this.faults.peek('lateIndex')?.ms ?? 0;
    const orders = this.book
      .ordersByClientId(venueAccount, clientOrderId)
      .filter((order) => this.nowMs() >= order.bookedAtMs + hiddenMs)
      .filter((order) => (source === 'live' ? !this.isForgotten(order) : !this.isHiddenInHistory(order)));
    if (orders.length === 0) return undefined;
    return orders.flatMap((order) => this.book.reportsOf(order.venueOrderId)).sort((a, b) => a.sequence - b.sequence);
  }

  reportsAfter(venueAccount: string, sequence: number, limit: number): readonly ExecutionReport[] {
    const newest = this.lastSequence(venueAccount);
    return this.book.reportsAfter(venueAccount, sequence, Math.min(limit, Math.max(0, newest - sequence)));
  }

  /** Sequence of the newest report on disk. */
  lastSequence(venueAccount: string): number {
    return this.published.get(venueAccount) ?? 0;
  }

  async allOrders(): Promise<readonly LedgerOrder[]> {
    await this.ledger.synced();
    return this.book.allOrders();
  }

  async allReports(): Promise<readonly ExecutionReport[]> {
    await this.ledger.synced();
    return this.book.allReports();
  }

  quotes(): readonly Quote[] {
    return [...this.markets.values()].flatMap((market) => market.quote(this.config.id, this.nowMs()) ?? []);
  }

  /** Called with an account whenever it has new reports on disk; returns the way to stop it. */
  onReports(listener: (venueAccount: string) => void): () => void {
    this.reportListeners.add(listener);
    return () => this.reportListeners.delete(listener);
  }

  onQuote(listener: (quote: Quote) => void): () => void {
    this.quoteListeners.add(listener);
    return () => this.quoteListeners.delete(listener);
  }

  private commit(market: SymbolMarket, events: readonly BookEvent[]): Promise<void> {
    this.showQuote(market);
    if (events.length === 0) return this.ledger.synced();
    const entry = this.book.record(events, market.instrument, this.nowMs());
    const durable = this.ledger.append(entry).then(() => {
      for (const { venueAccount, sequence } of entry.reports) this.published.set(venueAccount, sequence);
      for (const account of new Set(entry.reports.map((report) => report.venueAccount))) {
        for (const listener of this.reportListeners) listener(account);
      }
    });
    // The ledger's own failure handler ends the process; nobody may wait for this promise.
    durable.catch(() => undefined);
    return durable;
  }

  private showQuote(market: SymbolMarket): void {
    const quote = market.quote(this.config.id, this.nowMs());
    const { symbol } = market.instrument;
    if (quote === undefined || isSameMarket(quote, this.shown.get(symbol))) return;
    this.shown.set(symbol, quote);
    for (const listener of this.quoteListeners) listener(quote);
  }

  private acknowledged(venueOrderId: string, market: SymbolMarket, events: readonly BookEvent[]): RequestOutcome {
    const before = this.book.reportsOf(venueOrderId).length;
    const durable = this.commit(market, events);
    return { kind: 'acknowledged', reports: this.book.reportsOf(venueOrderId).slice(before), durable };
  }

  private refused(refusal: Refusal, reports: readonly ExecutionReport[] = []): RequestOutcome {
    return { kind: 'refused', ...refusal, reports: [...reports], durable: this.ledger.synced() };
  }

  private duplicate(order: LedgerOrder): RequestOutcome {
    const text = `the client order id belongs to ${order.venueOrderId}`;
    return this.refused({ reason: 'DUPLICATE_ORDER', text }, this.book.reportsOf(order.venueOrderId));
  }

  private tooLate(order: LedgerOrder): RequestOutcome {
    const text = `the order is ${order.status.toLowerCase()}`;
    return this.refused({ reason: 'TOO_LATE', text }, this.book.reportsOf(order.venueOrderId));
  }

  private unknown(): RequestOutcome {
    return this.refused({ reason: 'UNKNOWN_ORDER', text: 'no order has this client order id' });
  }

  private checkValidUntil(validUntilMs: number | undefined): RequestOutcome | undefined {
    if (validUntilMs === undefined || this.nowMs() <= validUntilMs) return undefined;
    return this.refused({ reason: 'EXPIRED_REQUEST', text: 'the request came after its validUntilMs' });
  }

  private checkReplace(
    request: VenueReplace,
    order: LedgerOrder,
    market: SymbolMarket,
    marketMs: number,
  ): Refusal | undefined {
    if (currentId(order) !== request.origClientOrderId) {
      return { reason: 'STALE_ORDER_ID', text: `the order's id is ${currentId(order)} by now` };
    }
    if (request.clientOrderId.length > this.config.clientOrderIdMaxLength) {
      return { reason: 'CLIENT_ORDER_ID', text: `at most ${String(this.config.clientOrderIdMaxLength)} characters` };
    }
    if (request.limitPrice !== undefined && order.limitPrice === undefined) {
      return { reason: 'LIMIT_PRICE', text: 'the order has no limit price' };
    }
    if (request.stopPrice !== undefined && request.stopPrice !== order.stopPrice && order.triggered) {
      return { reason: 'STOP_PRICE', text: 'the order has no stop price or is triggered' };
    }
    return closedRefusal(market, marketMs) ?? checkTerms(request, market.instrument);
  }

  /** The newest order that a client order id finds, unless the venue has freed the id. */
  private live(venueAccount: string, clientOrderId: string): LedgerOrder | undefined {
    return this.book
      .ordersByClientId(venueAccount, clientOrderId)
      .filter((order) => !this.isForgotten(order))
      .at(-1);
  }

  private isForgotten(order: LedgerOrder): boolean {
    return order.status === 'FILLED' && this.faults.peek('forgetFilledIds') !== undefined;
  }

  private isHiddenInHistory(order: LedgerOrder): boolean {
    const hideMs = this.faults.peek('forgetFilledIds')?.hideHistoryMs ?? 0;
    return order.status === 'FILLED' && this.nowMs() < order.changedAtMs + hideMs;
  }
}

function closedRefusal(market: SymbolMarket, marketMs: number): Refusal | undefined {
  if (market.time.isOpen(marketMs)) return undefined;
  return { reason: 'MARKET_CLOSED', text: `${market.instrument.symbol} does not trade now` };
}
