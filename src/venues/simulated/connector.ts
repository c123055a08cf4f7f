import type { ExecutionReport } from '../../domain/execution-report';
import type { VenueClientOrderId } from '../../domain/ids';
import type { Quote } from '../../domain/instruments';
import { OrderType, TimeInForce } from '../../domain/order-request';
import type {
  ReportPage,
  VenueAnswer,
  VenueCancel,
  VenueCapabilities,
  VenueConnector,
  VenueOrder,
  VenueOrderStatus,
  VenueReplace,
} from '../../ports/venue';
import { VenueHttpClient } from './client';
import type { HttpCall, HttpResult } from './client';
import { classifyFailure } from './errors';
import { quoteReceived, readReportPage, readReports } from './mapper';
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
    return this.send({ method: 'POST', path: `${this.root}/orders`, body, sendByMs });
  }

  cancel(cancel: VenueCancel, sendByMs: number): Promise<VenueAnswer> {
    const query = new URLSearchParams({ account: cancel.venueAccount, symbol: cancel.symbol });
    const path = `${this.root}/orders/${encodeURIComponent(cancel.clientOrderId)}?${query.toString()}`;
    return this.send({ method: 'DELETE', path, sendByMs });
  }

  replace(replace: VenueReplace, sendByMs: number): Promise<VenueAnswer> {
    const { origClientOrderId, ...rest } = replace;
    const path = `${this.root}/orders/${encodeURIComponent(origClientOrderId)}`;
    return this.send({ method: 'PUT', path, body: { ...rest, validUntilMs: sendByMs }, sendByMs });
  }

  async findOrder(venueAccount: string, clientOrderId: VenueClientOrderId): Promise<VenueOrderStatus> {
    const query = new URLSearchParams({ account: venueAccount });
    let missing: VenueOrderStatus = { kind: 'notFound' };
    const reports = new Map<string, ExecutionReport>();
    // Both sources are always asked: a freed id may be in use again while its first order is history.
    for (const source of ['orders', 'history']) {
      const path = `${this.root}/${source}/${encodeURIComponent(clientOrderId)}?${query.toString()}`;
      const result = await this.http.call({ method: 'GET', path });
      const found = result.kind === 'answer' && result.status === 200 ? readReports(result.body) : undefined;
      for (const report of found ?? []) reports.set(report.execId, report);
      if (found === undefined && !isUnknownOrder(result)) missing = { kind: 'unavailable', reason: describe(result) };
    }
    // One source that does not answer spoils the proof of absence and the completeness of the rest alike.
    if (missing.kind === 'unavailable' || reports.size === 0) return missing;
    return { kind: 'found', reports: [...reports.values()].sort((a, b) => a.sequence - b.sequence) };
  }

  async reportsAfter(venueAccount: string, sequence: number, limit: number): Promise<ReportPage> {
    const query = new URLSearchParams({ account: venueAccount, after: String(sequence), limit: String(limit) });
    const result = await this.http.call({ method: 'GET', path: `${this.root}/reports?${query.toString()}` });
    const page = result.kind === 'answer' && result.status === 200 ? readReportPage(result.body) : undefined;
    if (page === undefined) throw new Error(`venue ${this.venue} gives no reports: ${describe(result)}`);
    return page;
  }

  async streamReports(
    venueAccount: string,
    afterSequence: number,
    onReports: (reports: readonly ExecutionReport[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    let delivered = afterSequence;
    const deliver = async (reports: readonly ExecutionReport[]): Promise<void> => {
      const fresh = inSequence(reports, delivered);
      const last = fresh.at(-1);
      if (last === undefined) return;
      await onReports(fresh);
      delivered = last.sequence;
    };
    const catchUp = async (target: number): Promise<void> => {
      while (delivered < target && !signal.aborted) {
        const before = delivered;
        await deliver((await this.reportsAfter(venueAccount, delivered, GAP_PAGE)).reports);
        if (delivered === before) throw new Error(`venue ${this.venue} lacks reports after ${String(before)}`);
      }
    };
    const query = new URLSearchParams({ account: venueAccount, after: String(afterSequence) });
    await this.stream(`reports?${query.toString()}`, signal, async (message) => {
      if (message.type === 'heartbeat') await catchUp(message.lastSequence);
      if (message.type !== 'reports') return;
      await deliver(message.reports);
      await catchUp(Math.max(...message.reports.map((report) => report.sequence)));
    });
  }

  async streamQuotes(onQuote: (quote: Quote) => void, signal: AbortSignal): Promise<void> {
    await this.stream('quotes?account=none', signal, (message) => {
      if (message.type !== 'quotes') return;
      for (const quote of message.quotes) onQuote(quoteReceived(quote, Date.now()));
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

  private async send(call: HttpCall): Promise<VenueAnswer> {
    const result = await this.http.call(call);
    if (result.kind !== 'answer' || result.status !== 200) return classifyFailure(result);
    const reports = readReports(result.body);
    return reports === undefined
      ? { kind: 'unknown', reason: 'the answer cannot be read' }
      : { kind: 'acknowledged', reports };
  }
}

/** The reports that continue a sequence without a gap, each once and in order. */
function inSequence(reports: readonly ExecutionReport[], after: number): readonly ExecutionReport[] {
  const fresh: ExecutionReport[] = [];
  let next = after + 1;
  for (const report of [...reports].sort((a, b) => a.sequence - b.sequence)) {
    if (report.sequence !== next) continue;
    fresh.push(report);
    next += 1;
  }
  return fresh;
}

function isUnknownOrder(result: HttpResult): boolean {
  return (
    result.kind === 'answer' && result.status === HTTP_NOT_FOUND && classifyFailure(result).reason === 'UNKNOWN_ORDER'
  );
}

function describe(result: HttpResult): string {
  return result.kind === 'answer' ? `HTTP ${String(result.status)}` : result.reason;
}
