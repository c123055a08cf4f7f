import type { Logger } from 'pino';
import type { Quote } from '../src/domain/instruments';
import type { MarketData } from '../src/ports/market-data';
import type { VenueConnector } from '../src/ports/venue';

/** First wait before a broken quote stream is opened again; doubles up to the last. */
const RECONNECT_FIRST_MS = 100;
const RECONNECT_LAST_MS = 5_000;

/** What the board needs of a venue's connector. */
type QuoteSource = Pick<VenueConnector, 'venue' | 'streamQuotes'>;

/**
 * How long the first quotes may take after a start: a stream on this machine takes some 100 ms, one that is far away or
 * has to be opened twice a second. Orders of the meantime wait for them; what comes later is market data that is missing.
 */
const FIRST_QUOTES_WITHIN_MS = 3_000;

/** The newest quote per venue and symbol, fed by the venues' streams; stale quotes stay and show their age. */
export class QuoteBoard implements MarketData {
  private readonly quotes = new Map<string, Quote>();
  private readonly listeners = new Set<(quote: Quote) => void>();
  private readonly stop = new AbortController();
  private readonly streams: Promise<void>[] = [];
  private readonly waiting = new Set<() => void>();
  private patience: 'not begun' | NodeJS.Timeout | 'over' = 'not begun';

  constructor(
    private readonly log: Logger,
    private readonly firstQuotesWithinMs = FIRST_QUOTES_WITHIN_MS,
  ) {}

  /** Follows a venue's quotes until the board is closed, through every disconnect. */
  follow(connector: QuoteSource): void {
    if (this.patience === 'not begun')
      this.patience = setTimeout(() => {
        this.endPatience();
      }, this.firstQuotesWithinMs).unref();
    this.streams.push(this.keepFollowing(connector));
  }

  quote(symbol: string, venue: string): Quote | undefined {
    return this.quotes.get(`${venue} ${symbol}`);
  }

  arrival(symbol: string, venues: readonly string[]): Promise<void> {
    const isHere = (): boolean => venues.every((venue) => this.quote(symbol, venue) !== undefined);
    if (typeof this.patience === 'string' || isHere()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.patience !== 'over' && !isHere()) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
    });
  }

  subscribe(listener: (quote: Quote) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.stop.abort();
    this.endPatience();
    await Promise.all(this.streams);
  }

  private async keepFollowing(connector: QuoteSource): Promise<void> {
    let waitMs = RECONNECT_FIRST_MS;
    while (!this.stop.signal.aborted) {
      try {
        await connector.streamQuotes((quote) => {
          waitMs = RECONNECT_FIRST_MS;
          this.take(quote);
        }, this.stop.signal);
      } catch (error) {
        this.log.warn({ venue: connector.venue, error }, 'quote stream broke');
      }
      await pause(waitMs, this.stop.signal);
      waitMs = Math.min(RECONNECT_LAST_MS, waitMs * 2);
    }
  }

  private endPatience(): void {
    if (typeof this.patience !== 'string') clearTimeout(this.patience);
    this.patience = 'over';
    for (const look of this.waiting) look();
  }

  private take(quote: Quote): void {
    this.quotes.set(`${quote.venue} ${quote.symbol}`, quote);
    for (const look of this.waiting) look();
    for (const listener of this.listeners) listener(quote);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
