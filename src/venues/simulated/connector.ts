import type { VenueClientOrderId } from '../../domain/ids';
import type { Quote } from '../../domain/instruments';
import { OrderType, TimeInForce } from '../../domain/order-request';
import { SequenceBeganAgainError } from '../../domain/sequence-began-again';
import type {
  ReportPage,
  VenueAnswer,
  VenueBalances,
  VenueCancel,
  VenueCapabilities,
  VenueConnector,
  VenueOpenOrder,
  VenueOpenOrders,
  VenueOrder,
  VenueOrderStatus,
  VenuePositions,
  VenueReplace,
} from '../../ports/venue';
import { VenueHttpClient } from './client';
import type { HttpCall, HttpResult } from './client';
import { classifyFailure } from './errors';
import {
  isNoList,
  quoteReceived,
  readBalances,
  readEach,
  readOpenOrders,
  readPositions,
  readReportPage,
  readReports,
} from './mapper';
import type { StreamMessage } from './mapper';
import { asUnreadable, partsOf, sequenceOf, unreadableText } from './reading';
import type { Reading, ReportSource } from './reading';
import { SequencedReports } from './sequenced-reports';
import { readStream } from './stream';

/** How to reach one simulated venue, and what it can do (see its config). */
export interface SimulatedConnectorOptions {
  readonly venue: string;
  /** Such as `http://127.0.0.1:7001`. */
  readonly baseUrl: string;
  readonly nativeStops: boolean;
  readonly settleTimeMs: number;
  readonly clientOrderIdMaxLength?: number;
  /** Longest wait for a connection and for an answer. */
  readonly timeoutMs?: number;
  /** A stream that says nothing for this long is broken; several of the venue's heartbeats. */
  readonly streamSilenceMs?: number;
}

// Long enough for a loaded machine, short enough that an outcome is settled while the order still matters.
const TIMEOUT_MS = 5000;
// Five of the venue's default heartbeats.
const STREAM_SILENCE_MS = 5000;
const CLIENT_ORDER_ID_MAX_LENGTH = 36;
/** Open orders asked for at once: some hundred kilobytes. */
const ORDERS_PAGE = 1_000;
/** Reports asked for at once when a stream has a gap. */
const GAP_PAGE = 500;
const HTTP_NOT_FOUND = 404;

/** Connects to one simulated venue. */
export function createSimulatedConnector(options: SimulatedConnectorOptions): VenueConnector {
  return new SimulatedConnector(options);
}

class SimulatedConnector implements VenueConnector {
  readonly venue: string;
  readonly capabilities: VenueCapabilities;
  private readonly http: VenueHttpClient;
  private readonly root: string;
  private readonly stopped = new AbortController();

  constructor(private readonly options: SimulatedConnectorOptions) {
    this.venue = options.venue;
    this.root = `/v1/${encodeURIComponent(options.venue)}`;
    this.http = new VenueHttpClient(options.baseUrl, options.timeoutMs ?? TIMEOUT_MS);
    const stops = options.nativeStops ? [OrderType.STOP, OrderType.STOP_LIMIT] : [];
    this.capabilities = {
      nativeStops: options.nativeStops,
      orderTypes: [OrderType.MARKET, OrderType.LIMIT, ...stops],
      timesInForce: Object.values(TimeInForce),
      clientOrderIdMaxLength: options.clientOrderIdMaxLength ?? CLIENT_ORDER_ID_MAX_LENGTH,
      settleTimeMs: options.settleTimeMs,
    };
  }

  submit(order: VenueOrder, sendByMs: number): Promise<VenueAnswer> {
    const body = { ...order, validUntilMs: sendByMs };
    return this.send({ method: 'POST', path: `${this.root}/orders`, body, sendByMs }, order.venueAccount);
  }

  cancel(cancel: VenueCancel, sendByMs: number): Promise<VenueAnswer> {
    const query = new URLSearchParams({ account: cancel.venueAccount, symbol: cancel.symbol });
    const path = `${this.root}/orders/${encodeURIComponent(cancel.clientOrderId)}?${query.toString()}`;
    return this.send({ method: 'DELETE', path, sendByMs }, cancel.venueAccount);
  }

  replace(replace: VenueReplace, sendByMs: number): Promise<VenueAnswer> {
    const { origClientOrderId, ...rest } = replace;
    const path = `${this.root}/orders/${encodeURIComponent(origClientOrderId)}`;
    const body = { ...rest, validUntilMs: sendByMs };
    return this.send({ method: 'PUT', path, body, sendByMs }, replace.venueAccount);
  }

  async findOrder(venueAccount: string, clientOrderId: VenueClientOrderId): Promise<VenueOrderStatus> {
    const query = new URLSearchParams({ account: venueAccount });
    const source = this.source(venueAccount);
    let unavailable: string | undefined;
    const readings = new Map<string, Reading>();
    // Both sources are always asked: a freed id may be in use again while its first order is history.
    for (const where of ['orders', 'history']) {
      const path = `${this.root}/${where}/${encodeURIComponent(clientOrderId)}?${query.toString()}`;
      const result = await this.http.call({ method: 'GET', path });
      const found = result.kind === 'answer' && result.status === 200 ? readReports(result.body, source) : undefined;
      for (const reading of found ?? []) readings.set(reading.report?.execId ?? reading.unreadable?.raw ?? '', reading);
      if (found?.some(isNoList) === true) unavailable = 'its answer cannot be read';
      if (found === undefined && !isUnknownOrder(result, source)) unavailable = describe(result);
    }
    const { reports, unreadable } = partsOf([...readings.values()]);
    const kept = unreadable === undefined ? {} : { unreadable };
    // One source that does not answer spoils the proof of absence and the completeness of the rest alike.
    if (unavailable !== undefined) return { kind: 'unavailable', reason: unavailable, ...kept };
    if (reports.length > 0)
      return { kind: 'found', reports: [...reports].sort((a, b) => a.sequence - b.sequence), ...kept };
    return unreadable === undefined
      ? { kind: 'notFound' }
      : { kind: 'unavailable', reason: 'what it says of the order cannot be read', ...kept };
  }

  async openOrders(venueAccount: string): Promise<VenueOpenOrders> {
    const orders = new Map<string, VenueOpenOrder>();
    for (let after: string | null | undefined; after !== null;) {
      const place = after === undefined ? {} : { after };
      const query = new URLSearchParams({ account: venueAccount, open: 'true', limit: String(ORDERS_PAGE), ...place });
      const answer = await this.ask(`orders?${query.toString()}`, readOpenOrders);
      if (answer.kind !== 'answered') return answer;
      for (const order of answer.value.orders) {
        // Pages that meet would go round for ever, and nobody could tell which of the two is how the order stands.
        if (orders.has(order.venueOrderId))
          return { kind: 'unavailable', reason: `its pages have order ${order.venueOrderId} twice` };
        orders.set(order.venueOrderId, order);
      }
      if (answer.value.orders.length === 0 && answer.value.next !== null)
        return { kind: 'unavailable', reason: 'a page has no orders and is not the last' };
      after = answer.value.next;
    }
    return { kind: 'open', orders: [...orders.values()] };
  }

  async positions(venueAccount: string): Promise<VenuePositions> {
    const query = new URLSearchParams({ account: venueAccount });
    const answer = await this.ask(`positions?${query.toString()}`, readPositions);
    return answer.kind === 'answered' ? { kind: 'positions', positions: answer.value } : answer;
  }

  async balances(venueAccount: string): Promise<VenueBalances> {
    const query = new URLSearchParams({ account: venueAccount });
    const answer = await this.ask(`balances?${query.toString()}`, readBalances);
    return answer.kind === 'answered' ? { kind: 'balances', balances: answer.value } : answer;
  }

  async reportsAfter(venueAccount: string, sequence: number, limit: number): Promise<ReportPage> {
    const query = new URLSearchParams({ account: venueAccount, after: String(sequence), limit: String(limit) });
    const result = await this.http.call({ method: 'GET', path: `${this.root}/reports?${query.toString()}` });
    if (result.kind !== 'answer' || result.status !== 200)
      throw new Error(`venue ${this.venue} gives no reports: ${describe(result)}`);
    return readReportPage(result.body, this.source(venueAccount), sequence);
  }

  async streamReports(
    venueAccount: string,
    afterSequence: number,
    onReports: Parameters<VenueConnector['streamReports']>[2],
    signal: AbortSignal,
  ): Promise<void> {
    const source = this.source(venueAccount);
    const taken = new SequencedReports(afterSequence, onReports);
    const catchUp = async (target: number): Promise<void> => {
      while (taken.last < target && !signal.aborted) {
        const before = taken.last;
        const page = await this.reportsAfter(venueAccount, before, GAP_PAGE);
        await taken.take(page);
        // What the venue itself has as its newest counts, not what a single report says of its place.
        if (taken.last === before && page.lastSequence <= before) return;
        if (taken.last === before) throw new Error(`venue ${this.venue} lacks reports after ${String(before)}`);
      }
    };
    const takeMessage = async (message: StreamMessage): Promise<void> => {
      if (message.type === 'heartbeat') {
        if (message.lastSequence < taken.last)
          throw new SequenceBeganAgainError(this.venue, taken.last, message.lastSequence);
        await catchUp(message.lastSequence);
      }
      if (message.type === 'unreadable')
        await onReports([], [unreadableText(message.body, source, 'a message of the stream that cannot be read')]);
      if (message.type !== 'reports') return;
      const readings = readEach(message.reports, source);
      await taken.take(partsOf(readings));
      await catchUp(Math.max(0, ...readings.map((reading) => sequenceOf(reading) ?? 0)));
      const beyond = readings.filter((reading) => (sequenceOf(reading) ?? 0) > taken.last);
      if (beyond.length === 0 || signal.aborted) return;
      const why = `its sequence is beyond the newest, ${String(taken.last)}`;
      await onReports(
        [],
        beyond.map((reading) => asUnreadable(reading, why)),
      );
    };
    const query = new URLSearchParams({ account: venueAccount, after: String(afterSequence) });
    await this.stream(`reports?${query.toString()}`, signal, takeMessage);
  }

  async streamQuotes(onQuote: (quote: Quote) => void, signal: AbortSignal): Promise<void> {
    await this.stream('quotes?account=none', signal, (message) => {
      // The stream begins anew with every quote of now.
      if (message.type === 'unreadable') throw new Error(`venue ${this.venue} sent quotes that cannot be read`);
      if (message.type !== 'quotes') return;
      for (const value of message.quotes) {
        const quote = quoteReceived(value, Date.now());
        // One that cannot be read leaves its symbol with the quote before, which grows too old to trade on.
        if (quote !== undefined) onQuote(quote);
      }
    });
  }

  close(): Promise<void> {
    this.stopped.abort();
    this.http.close();
    return Promise.resolve();
  }

  private stream(path: string, signal: AbortSignal, onMessage: Parameters<typeof readStream>[1]): Promise<void> {
    const url = `${this.options.baseUrl.replace(/^http/, 'ws')}${this.root}/stream/${path}`;
    return readStream(url, onMessage, {
      signal: AbortSignal.any([signal, this.stopped.signal]),
      silenceMs: this.options.streamSilenceMs ?? STREAM_SILENCE_MS,
      connectMs: this.options.timeoutMs ?? TIMEOUT_MS,
    });
  }

  private async send(call: HttpCall, venueAccount: string): Promise<VenueAnswer> {
    const source = this.source(venueAccount);
    const result = await this.http.call(call);
    if (result.kind !== 'answer' || result.status !== 200) return classifyFailure(result, source);
    const parts = partsOf(readReports(result.body, source));
    if (parts.unreadable === undefined || parts.reports.length > 0) return { kind: 'acknowledged', ...parts };
    return { kind: 'unknown', reason: 'the answer cannot be read', unreadable: parts.unreadable };
  }

  /** A list that is either whole or not available. */
  private async ask<T>(path: string, read: (body: string) => T | undefined) {
    const result = await this.http.call({ method: 'GET', path: `${this.root}/${path}` });
    const value = result.kind === 'answer' && result.status === 200 ? read(result.body) : undefined;
    return value === undefined
      ? { kind: 'unavailable' as const, reason: describe(result) }
      : { kind: 'answered' as const, value };
  }

  private source(venueAccount: string): ReportSource {
    return { venue: this.venue, venueAccount };
  }
}

function isUnknownOrder(result: HttpResult, source: ReportSource): boolean {
  if (result.kind !== 'answer' || result.status !== HTTP_NOT_FOUND) return false;
  const failure = classifyFailure(result, source);
  return failure.kind === 'refused' && failure.reason === 'UNKNOWN_ORDER';
}

function describe(result: HttpResult): string {
  return result.kind === 'answer' ? `HTTP ${String(result.status)}` : result.reason;
}
