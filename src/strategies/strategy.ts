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

/** Wait before an order is asked for again when the server did not answer. */
const ASK_AGAIN_MS = 1_000;

export abstract class Strategy {
  private count = 0;
  private newest: Quote | undefined;
  private working: Promise<void> = Promise.resolve();
  private busy = false;
  private unsubscribe: () => void = () => undefined;
  private failure: Error | undefined;
  private isStopped = false;
  private endFollowing: (nothing: undefined) => void = () => undefined;
  private readonly stopped = new Promise<undefined>((resolve) => {
    this.endFollowing = resolve;
  });
  private readonly followed = new Set<Promise<void>>();

  constructor(
    protected readonly orders: OmsClient,
    readonly settings: StrategySettings,
  ) {}

  /** Called with a new quote, never twice at a time: quotes that come meanwhile are replaced by the newest. */
  protected abstract onQuote(quote: Quote): Promise<void>;
  /** Called when one of our orders is final: ended, and all its trades settled. Answers to commands tell of it earlier. */
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
    this.isStopped = true;
    this.endFollowing(undefined);
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

  /**
   * Tells when an order is final. It waits for the result and does not `watch`: a query that meets a local activity in the
   * worker can leave a history that does not replay (SDK 1.24), and a strategy would ask about every order all the time.
   */
  private async follow(orderId: OrderId): Promise<void> {
    while (!this.isStopped) {
      try {
        const order = await Promise.race([this.orders.final(orderId), this.stopped]);
        if (order !== undefined) this.onOrder(order);
        return;
      } catch (error) {
        // The order lives on while the server is away.
        if (error instanceof OrderNotFoundError) throw error;
        await new Promise<void>((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      }
    }
  }
}
