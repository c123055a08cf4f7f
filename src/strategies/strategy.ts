/**
 * What every strategy is made of: quotes come in, orders go out, and what becomes of the orders comes back.
 *
 * To write one, copy `moving-average-crossover.ts`, give the class another name and change `onQuote`.
 */
import { OrderNotFoundError } from '../client/errors';
import type { OmsClient, SubmitOptions, Submitted } from '../client/oms-client';
import type { OrderView } from '../contracts/order-messages';
import type { OrderId } from '../domain/ids';
import type { Quote } from '../domain/instruments';
import type { OrderRequest } from '../domain/order-request';
import type { MarketData } from '../ports/market-data';

export interface StrategySettings {
  /** Name of this strategy in every order, and the first part of its order ids. */
  readonly name: string;
  readonly account: string;
  readonly symbol: string;
  /** The venue whose quotes it follows. */
  readonly venue: string;
}

/** An order without what the strategy fills in by itself. */
export type StrategyOrder = Omit<OrderRequest, 'clientOrderId' | 'account' | 'strategy' | 'symbol'>;

/** How often an order of ours is looked at; each look costs the worker a query. */
const FOLLOW_EVERY_MS = 1_000;

export abstract class Strategy {
  private count = 0;
  private newest: Quote | undefined;
  private working: Promise<void> = Promise.resolve();
  private busy = false;
  private unsubscribe: () => void = () => undefined;
  private failure: Error | undefined;
  private readonly ended = new AbortController();
  private readonly followed = new Set<Promise<void>>();

  constructor(
    protected readonly orders: OmsClient,
    readonly settings: StrategySettings,
  ) {}

  /** Called with a new quote, never twice at a time: quotes that come meanwhile are replaced by the newest. */
  protected abstract onQuote(quote: Quote): Promise<void>;
  /** Called whenever one of our orders has moved on, until it has ended. */
  protected abstract onOrder(order: OrderView): void;
  /** Called once when trading ends: take back what should not stay in the market. */
  protected abstract onStop(): Promise<void>;

  /** Begins to trade on the quotes of the symbol at the venue. */
  start(quotes: MarketData): void {
    this.unsubscribe = quotes.subscribe((quote) => {
      if (quote.symbol !== this.settings.symbol || quote.venue !== this.settings.venue) return;
      this.newest = quote;
      if (!this.busy) this.working = this.work();
    });
  }

  /** Ends trading; throws what broke the strategy, if anything did. */
  async stop(): Promise<void> {
    this.unsubscribe();
    await this.working;
    await this.onStop();
    this.ended.abort();
    await Promise.all(this.followed);
    if (this.failure !== undefined) throw this.failure;
  }

  /** Sends an order under the next id of this strategy: `<name>-1`, `<name>-2`, and so on. */
  protected async submit(order: StrategyOrder, options?: SubmitOptions): Promise<Submitted> {
    const { name, account, symbol } = this.settings;
    this.count += 1;
    const request = { ...order, clientOrderId: `${name}-${String(this.count)}`, account, strategy: name, symbol };
    const submitted = await this.orders.submit(request, options);
    const following = this.follow(submitted.orderId).catch((error: unknown) => {
      this.fail(error);
    });
    this.followed.add(following);
    void following.finally(() => this.followed.delete(following));
    return submitted;
  }

  private async work(): Promise<void> {
    this.busy = true;
    try {
      for (let quote = this.newest; quote !== undefined; quote = this.newest) {
        this.newest = undefined;
        await this.onQuote(quote);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.busy = false;
    }
  }

  /** A strategy that does not know what it does must not go on trading. */
  private fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error(String(error));
    this.unsubscribe();
  }

  /** Looks at an order until it has ended; a look that fails is repeated, as the order lives on meanwhile. */
  private async follow(orderId: OrderId): Promise<void> {
    const { signal } = this.ended;
    while (!signal.aborted) {
      try {
        const watched = this.orders.watch(orderId, { until: 'terminal', everyMs: FOLLOW_EVERY_MS, signal });
        for await (const order of watched) this.onOrder(order);
        return;
      } catch (error) {
        if (error instanceof OrderNotFoundError) throw error;
        await new Promise<void>((resolve) => setTimeout(resolve, FOLLOW_EVERY_MS));
      }
    }
  }
}
