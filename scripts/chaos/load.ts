/** What strategies do while everything fails around them: orders of many kinds, by seed, each followed to its end. */
import { dec } from '../../src/domain/money';
import type { DecimalString } from '../../src/domain/money';
import type { OrderRequest } from '../../src/domain/order-request';
import type { OrderId } from '../../src/domain/ids';
import { isAnswer } from './answers';
import { SYMBOL, VENUE } from '../coin';
import { CHAOS_ACCOUNTS } from './catalog';
import { pause, persistently } from './persistently';
import type { Random } from './random';
import type { ChaosSystem } from './system';

/** How an order lives, by its share. */
const LIVES = [
  ['crosses', 25],
  ['immediate', 10],
  ['rests', 30],
  ['is canceled', 20],
  ['is modified', 15],
] as const;
type Life = (typeof LIVES)[number][0];

export interface LoadOptions {
  readonly orders: number;
  readonly atOnce: number;
  /** Between two orders of one caller, on average. */
  readonly pauseMs: number;
  /** Tells the orders of several loads on one system apart. */
  readonly prefix?: string;
}

export class Load {
  /** Orders whose start was told to be durable. */
  readonly accepted = new Set<OrderId>();
  readonly problems: string[] = [];
  private gate: Promise<void> = Promise.resolve();
  private open: () => void = () => undefined;
  private begun = 0;
  private isEnded = false;
  private allowed = 0;
  private readonly sleeping: (() => void)[] = [];
  private finished = 0;

  constructor(
    private readonly system: ChaosSystem,
    private readonly random: Random,
    private readonly options: LoadOptions,
  ) {}

  get progress(): string {
    return `${String(this.accepted.size)} accepted, ${String(this.finished)} of ${String(this.options.orders)} told all they are to do`;
  }
  get isOver(): boolean {
    return this.finished === this.options.orders;
  }
  /** Lets a part of the orders begin, so that the load lasts as long as what is played against it. */
  allow(share: number): void {
    this.allowed = Math.ceil(this.options.orders * share);
    for (const wake of this.sleeping.splice(0)) wake();
  }
  /** No further order begins. */
  end(): void {
    this.isEnded = true;
  }
  /** Between `hold` and `release` no order begins. */
  hold(): void {
    this.gate = new Promise((done) => {
      this.open = done;
    });
  }
  release(): void {
    this.open();
    this.gate = Promise.resolve();
  }

  async run(): Promise<void> {
    const one = async (): Promise<void> => {
      while (this.begun < this.options.orders) {
        const nth = this.begun;
        this.begun += 1;
        while (nth >= this.allowed) await new Promise<void>((wake) => this.sleeping.push(wake));
        await this.gate;
        if (this.isEnded) return;
        await this.live(nth, this.random.branch(nth)).catch((error: unknown) => {
          const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
          this.problems.push(`order ${String(nth)}: ${error instanceof Error ? error.message : String(error)}${cause}`);
        });
        this.finished += 1;
        await pause(this.options.pauseMs * 2 * this.random.next());
      }
    };
    await Promise.all(Array.from({ length: this.options.atOnce }, one));
  }

  /** Submits a request until its start is durable; the same id and content again is the same order. */
  async submit(request: OrderRequest): Promise<OrderId> {
    const { orderId } = await persistently(
      `order ${request.clientOrderId} is accepted`,
      () => this.system.entry.submit(request),
      isAnswer,
    );
    this.accepted.add(orderId);
    return orderId;
  }
  request(clientOrderId: string, change: Partial<OrderRequest>): OrderRequest {
    return {
      ...{ clientOrderId, account: CHAOS_ACCOUNTS[0], strategy: 'chaos', symbol: SYMBOL, venue: VENUE },
      ...{ side: 'BUY', type: 'LIMIT', quantity: dec('1'), timeInForce: 'GTC' },
      ...change,
    };
  }

  private async live(nth: number, random: Random): Promise<void> {
    const life = this.lifeOf(random);
    // More is bought than sold: what is not held cannot be sold.
    const side = random.next() < 0.7 ? 'BUY' : 'SELL';
    const price = (near: number, far: number): DecimalString =>
      dec(String(side === 'BUY' ? random.whole(far, near) : 200 - random.whole(far, near)));
    const request = this.request(`${this.options.prefix ?? ''}c${String(nth)}`, {
      account: random.pick(CHAOS_ACCOUNTS),
      side,
      quantity: dec(String(random.whole(1, 20))),
      limitPrice: life === 'crosses' || life === 'immediate' ? price(103, 101) : price(95, life === 'rests' ? 90 : 80),
      ...(life === 'immediate' ? { timeInForce: random.pick(['IOC', 'FOK'] as const) } : {}),
    });
    // A part of the callers is impatient and sends the same order twice at once.
    const orderId =
      random.next() < 0.1
        ? (await Promise.all([this.submit(request), this.submit(request)]))[0]
        : await this.submit(request);
    if (life === 'is canceled') await this.cancel(orderId, nth, random);
    if (life === 'is modified') {
      await pause(random.whole(0, 500));
      const change = { limitPrice: price(96, 91), quantity: dec(String(random.whole(21, 30))) };
      const own = isUpdate(nth) ? 'modify' : 'signalModify';
      await this.command(() => this.system.entry[own](orderId, change, `m${String(nth)}`));
    }
  }

  /** At once, before the venue can have answered, or later; and some are sent again, as nobody knows whether they arrived. */
  private async cancel(orderId: OrderId, nth: number, random: Random): Promise<void> {
    await pause(random.next() < 0.3 ? 0 : random.whole(50, 2_000));
    const own = isUpdate(nth) ? 'cancel' : 'signalCancel';
    const send = (): Promise<unknown> =>
      this.command(() => this.system.entry[own](orderId, 'chaos', `k${String(nth)}`));
    await send();
    if (random.next() < 0.3) await send();
  }

  private async command(send: () => Promise<unknown>): Promise<void> {
    await persistently('a command is taken', send, isAnswer).catch((error: unknown) => {
      if (!isAnswer(error)) throw error;
    });
  }
  private lifeOf(random: Random): Life {
    let rest = random.next() * LIVES.reduce((sum, [, share]) => sum + share, 0);
    for (const [life, share] of LIVES) {
      rest -= share;
      if (rest < 0) return life;
    }
    return 'rests';
  }
}

/** Half of the commands wait for their answer. */
const isUpdate = (nth: number): boolean => nth % 2 === 0;

/** Moves the market by seed, so that resting orders fill in parts, until it is stopped. */
export class MarketMoves {
  private isStopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly system: ChaosSystem,
    private readonly random: Random,
  ) {}

  start(): void {
    this.running = this.move();
  }
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
    await this.system.market();
  }

  private async move(): Promise<void> {
    while (!this.isStopped) {
      await pause(this.random.whole(200, 800));
      const quantity = String(this.random.whole(1, 25));
      const level = this.random.whole(88, 96);
      await this.system.market(
        this.random.next() < 0.5
          ? { bidPrice: '80', askPrice: String(level), askQuantity: quantity, lastPrice: String(level) }
          : { askPrice: '120', bidPrice: String(200 - level), bidQuantity: quantity, lastPrice: String(200 - level) },
      );
      await this.system.market();
    }
  }
}
