/**
 * One simulated venue: takes requests, moves its markets with time, and keeps its book of record.
 *
 * Requests change the book at once and in one piece; what they answer may leave only after `durable` resolves, when
 * the ledger is on disk. Readers of reports (`reportsAfter`, subscribers) never see more than what is on disk.
 */
import type { ExecutionReport } from '../../domain/execution-report';
import type { Quote } from '../../domain/instruments';
import { ZERO } from '../../domain/money';
import { SESSION_TIMES_IN_FORCE } from '../../domain/order-request';
import type { VenueBalance, VenueCancel, VenuePosition, VenueReplace } from '../../ports/venue';
import type { BookEvent, MarketStep } from './book-order';
import { inUnits } from './cash-quantity';
import type { OrderEntry } from './cash-quantity';
import type { FaultSwitches } from './faults';
import type { Ledger, LedgerEntry, LedgerOrder } from './ledger';
import { Holdings } from './holdings';
import { checkEntry, checkReplace } from './market-checks';
import type { Refusal } from './order-checks';
import { statusOf, statusOfNone } from './order-status';
import type { OrderStatusReport } from './order-status';
import { ReportBook } from './report-book';
import { isSameMarket } from './symbol-market';
import type { SymbolMarket } from './symbol-market';
import { changedTrade } from './trade-changes';
import type { TradeChange } from './trade-changes';
import type { SimulatedVenueConfig } from './venue-config';

/** What a request came to; nothing of it may be told before `durable` resolves. */
export interface RequestOutcome {
  readonly kind: 'acknowledged' | 'refused';
  readonly reason?: string;
  readonly text?: string;
  readonly reports: readonly ExecutionReport[];
  /** How the order stands that the request made, changed or met. */
  readonly order?: OrderStatusReport;
  readonly durable: Promise<void>;
  /** To be called when the answer to a new order leaves: until then its status is PENDING_NEW. */
  readonly answered?: () => void;
}

/** How a new order comes in. */
export interface EntryOptions {
  readonly validUntilMs?: number | undefined;
  /** The sender does not know whether the order was sent before (FIX PossResend, tag 97). */
  readonly possibleResend?: boolean | undefined;
  /** An operator enters what a client said on the telephone. */
  readonly verbal?: boolean | undefined;
}

/** A venue with its markets, its ledger and its faults. */
export class SimulatedVenue {
  private readonly published = new Map<string, number>();
  private readonly reportListeners = new Set<(venueAccount: string) => void>();
  private readonly quoteListeners = new Set<(quote: Quote) => void>();
  private readonly shown = new Map<string, Quote>();
  private readonly holdings: Holdings;
  private readonly book: ReportBook;
  /** Orders whose acknowledgement has not left yet. */
  private readonly unanswered = new Set<string>();

  constructor(
    readonly config: SimulatedVenueConfig,
    private readonly markets: ReadonlyMap<string, SymbolMarket>,
    private readonly ledger: Ledger,
    readonly faults: FaultSwitches,
    private readonly nowMs: () => number,
  ) {
    this.holdings = new Holdings((symbol) => this.markets.get(symbol)?.instrument);
    this.book = new ReportBook(config, this.holdings);
  }

  /** Takes the ledger's content and opens the markets. */
  start(entries: readonly LedgerEntry[], initialSteps: ReadonlyMap<string, MarketStep>): void {
    this.book.load(entries);
    for (const report of this.book.allReports()) this.published.set(report.venueAccount, report.sequence);
    for (const [symbol, market] of this.markets) {
      market.engine.restore(
        this.book.allOrders().filter((order) => order.symbol === symbol),
        this.book.isHalted(symbol),
      );
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
    return this.commit(market, market.onStep(step, market.nowMs(this.nowMs())));
  }

  /** Halts a symbol or lets it trade again; its open orders are told. */
  setHalted(symbol: string, halted: boolean): Promise<void> | undefined {
    const market = this.markets.get(symbol);
    if (market === undefined) return undefined;
    this.advance();
    const marketMs = market.nowMs(this.nowMs());
    const events = halted ? market.engine.halt(marketMs) : market.engine.resume(marketMs);
    return this.commit(market, events, { [symbol]: halted });
  }

  /** Takes a trade back, or corrects it to `change`; one side of it, by the id of its newest execution. */
  changeTrade(execId: string, change?: TradeChange): RequestOutcome {
    this.advance();
    const trade = this.book.tradeInForce(execId);
    const order = trade === undefined ? undefined : this.book.order(trade.venueOrderId);
    const market = order === undefined ? undefined : this.markets.get(order.symbol);
    if (trade === undefined || order === undefined || market === undefined)
      return this.refused({ reason: 'UNKNOWN_TRADE', text: 'no trade that counts has this execution id' });
    const marketMs = market.nowMs(this.nowMs());
    const changed = changedTrade(order, trade, change, market.instrument, marketMs);
    if ('reason' in changed) return this.refused(changed, order);
    return this.acknowledged(order.venueOrderId, market, market.engine.amend(changed));
  }

  submit(entry: OrderEntry, options: EntryOptions = {}): RequestOutcome {
    this.advance();
    const late = this.checkValidUntil(options.validUntilMs);
    if (late !== undefined) return late;
    const known = this.live(entry.venueAccount, entry.clientOrderId);
    if (known !== undefined) return options.possibleResend === true ? this.resent(known) : this.duplicate(known);
    const market = this.markets.get(entry.symbol);
    if (market === undefined)
      return this.refused({ reason: 'UNKNOWN_SYMBOL', text: `${entry.symbol} is not traded here` });
    const marketMs = market.nowMs(this.nowMs());
    const order = inUnits(entry, market.instrument, market.engine.top()?.lastPrice);
    if ('reason' in order) return this.refused(order);
    const refusal = checkEntry(order, market, this.config, marketMs);
    if (refusal !== undefined) return this.refused(refusal);
    const { clientOrderId, expireAtMs, ...rest } = order;
    const ends = SESSION_TIMES_IN_FORCE.includes(order.timeInForce);
    const end = ends ? market.time.dayAt(marketMs).closeMs : expireAtMs;
    const venueOrderId = this.book.nextVenueOrderId();
    const draft = {
      ...rest,
      venueOrderId,
      clientOrderIds: [clientOrderId],
      ...(end === undefined ? {} : { expireAtMs: end }),
      ...(options.verbal === true ? { verbal: true as const } : {}),
    };
    this.unanswered.add(venueOrderId);
    const outcome = this.acknowledged(venueOrderId, market, market.engine.submit(draft, marketMs));
    return { ...outcome, answered: () => this.unanswered.delete(venueOrderId) };
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
    const refusal = checkReplace(request, order, market, this.config, marketMs);
    if (refusal !== undefined) return this.refused(refusal, order);
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
    const orders = this.visible(venueAccount, clientOrderId).filter((order) =>
      source === 'live' ? !this.isForgotten(order) : !this.isHiddenInHistory(order),
    );
    if (orders.length === 0) return undefined;
    return orders.flatMap((order) => this.book.reportsOf(order.venueOrderId)).sort((a, b) => a.sequence - b.sequence);
  }

  /** Answers a status request (FIX 35=H), by any id that the order has or had. */
  async status(venueAccount: string, clientOrderId: string): Promise<OrderStatusReport> {
    this.advance();
    await this.ledger.synced();
    const order = this.visible(venueAccount, clientOrderId).at(-1);
    return order === undefined ? statusOfNone(this.config.id, venueAccount, clientOrderId) : this.statusOf(order);
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

  /** What an account holds, of what is on disk or will be before this is told. */
  async held(
    venueAccount: string,
  ): Promise<{ readonly positions: readonly VenuePosition[]; readonly balances: readonly VenueBalance[] }> {
    this.advance();
    await this.ledger.synced();
    return { positions: this.holdings.positions(venueAccount), balances: this.holdings.balances(venueAccount) };
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

  private commit(market: SymbolMarket, events: readonly BookEvent[], halts?: LedgerEntry['halts']): Promise<void> {
    this.showQuote(market);
    if (events.length === 0 && halts === undefined) return this.ledger.synced();
    const entry = this.book.record(events, market.instrument, this.nowMs(), halts);
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
    const order = this.book.order(venueOrderId);
    return {
      kind: 'acknowledged',
      reports: this.book.reportsOf(venueOrderId).slice(before),
      // The answer is the acknowledgement: in it the order is no longer pending.
      ...(order === undefined ? {} : { order: statusOf(this.config.id, order, true) }),
      durable,
    };
  }

  /** A refusal tells all about the order that it concerns, so that the sender need not ask. */
  private refused(refusal: Refusal, order?: LedgerOrder): RequestOutcome {
    const durable = this.ledger.synced();
    if (order === undefined) return { kind: 'refused', ...refusal, reports: [], durable };
    const status: OrderStatusReport = { ...this.statusOf(order), execType: 'REJECTED', ...refusal };
    return { kind: 'refused', ...refusal, reports: this.book.reportsOf(order.venueOrderId), order: status, durable };
  }

  /** The order is here already and its sender was not sure: no refusal and no second order. */
  private resent(order: LedgerOrder): RequestOutcome {
    if (order.verbal === true) return this.duplicate(order);
    const reports = this.book.reportsOf(order.venueOrderId);
    return { kind: 'acknowledged', reports, order: this.statusOf(order), durable: this.ledger.synced() };
  }

  private duplicate(order: LedgerOrder): RequestOutcome {
    const text = `the client order id belongs to ${order.venueOrderId}`;
    if (order.verbal !== true) return this.refused({ reason: 'DUPLICATE_ORDER', text }, order);
    // Another order than the telephoned one, whose reports are none of the sender's business (F.1.c).
    const nothing = { ordStatus: 'REJECTED', cumQuantity: ZERO, leavesQuantity: ZERO } as const;
    const refused = this.refused({ reason: 'DUPLICATE_VERBAL', text });
    const status: OrderStatusReport = { ...this.statusOf(order), execType: 'REJECTED', ...nothing };
    return { ...refused, order: { ...status, reason: 'DUPLICATE_VERBAL', text } };
  }

  private tooLate(order: LedgerOrder): RequestOutcome {
    return this.refused({ reason: 'TOO_LATE', text: `the order is ${order.status.toLowerCase()}` }, order);
  }

  private statusOf(order: LedgerOrder): OrderStatusReport {
    return statusOf(this.config.id, order, !this.unanswered.has(order.venueOrderId));
  }

  private unknown(): RequestOutcome {
    return this.refused({ reason: 'UNKNOWN_ORDER', text: 'no order has this client order id' });
  }

  private checkValidUntil(validUntilMs: number | undefined): RequestOutcome | undefined {
    if (validUntilMs === undefined || this.nowMs() <= validUntilMs) return undefined;
    return this.refused({ reason: 'EXPIRED_REQUEST', text: 'the request came after its validUntilMs' });
  }

  /** The newest order that a client order id finds, unless the venue has freed the id. */
  private live(venueAccount: string, clientOrderId: string): LedgerOrder | undefined {
    return this.book
      .ordersByClientId(venueAccount, clientOrderId)
      .filter((order) => !this.isForgotten(order))
      .at(-1);
  }

  /** Orders under a client order id, oldest first, as far as lookups show them. */
  private visible(venueAccount: string, clientOrderId: string): readonly LedgerOrder[] {
    const hiddenMs = this.faults.peek('lateIndex')?.ms ?? 0;
    const orders = this.book.ordersByClientId(venueAccount, clientOrderId);
    return orders.filter((order) => this.nowMs() >= order.bookedAtMs + hiddenMs);
  }

  private isForgotten(order: LedgerOrder): boolean {
    return order.status === 'FILLED' && this.faults.peek('forgetFilledIds') !== undefined;
  }

  private isHiddenInHistory(order: LedgerOrder): boolean {
    const hideMs = this.faults.peek('forgetFilledIds')?.hideHistoryMs ?? 0;
    return order.status === 'FILLED' && this.nowMs() < order.changedAtMs + hideMs;
  }
}
