/** Sends one order of every kind, again and again, so that a run shows all that can happen to an order. */
import type { OmsClient, SubmitOptions, Submitted } from '../../src/client/oms-client';
import { OrderClosedError, OrderNotFoundError } from '../../src/client/errors';
import type { OrderId } from '../../src/domain/ids';
import type { Instrument, Quote } from '../../src/domain/instruments';
import {
  add,
  dec,
  isPositive,
  lessThan,
  maximum,
  minimum,
  multiply,
  ONE,
  roundDownTo,
  roundUpTo,
  subtract,
} from '../../src/domain/money';
import type { DecimalString } from '../../src/domain/money';
import type { OrderRequest } from '../../src/domain/order-request';
import type { MarketData } from '../../src/ports/market-data';

export interface TourSettings {
  readonly orders: OmsClient;
  readonly quotes: MarketData;
  readonly instrument: Instrument;
  readonly venueUrl: string;
  readonly marketTimeMs: () => number;
  /** How many market milliseconds pass in one of ours. */
  readonly speed: number;
  /** What an ordinary order of this tour trades. */
  readonly quantity: DecimalString;
  readonly say: (line: string) => void;
}

type Wish = Omit<OrderRequest, 'clientOrderId' | 'account' | 'strategy' | 'symbol'> & { readonly account?: string };

/** A GTD order of the tour lives this long on our clock. */
const GTD_LIFE_MS = 1_500;
/** The big orders: well above the ordinary account's limit of one order, well below the market maker's. */
const TOO_DEAR = dec('400000');
const BIG_AT_MOST = dec('1500000');

/** Ends a story in the middle. */
export class TradingIsOver extends Error {}

export class Tour {
  private count = 0;
  private round = 0;
  private toCancel: readonly [byUpdate: OrderId, bySignal: OrderId] | undefined;
  private partlyFilled: OrderId | undefined;
  private bought = 0;
  private isOver = (): boolean => false;

  constructor(private readonly settings: TourSettings) {}

  /** One round of stories that do not wait for each other; each takes the newest quote. */
  async run(isOver: () => boolean): Promise<void> {
    this.isOver = isOver;
    this.round += 1;
    await this.marketAndLimit();
    const stories = [
      this.stops('SIMX'),
      this.stops('SIMY'),
      this.modify(),
      this.immediate(),
      this.restingPart(),
      this.untilTimeOrClose(),
      this.refusals(),
    ];
    // All come to their end before one that failed is told of.
    await Promise.allSettled(stories);
    await Promise.all(stories);
    await this.cancel();
    await this.sellOut();
  }

  /** Takes back what still rests, DAY orders apart: those end by themselves. */
  async stop(): Promise<void> {
    await this.cancel();
    if (this.partlyFilled !== undefined) await unlessEnded(this.orders.cancel(this.partlyFilled, 'the tour is over'));
  }

  private async marketAndLimit(): Promise<void> {
    const limitPrice = this.quote('SIMX').askPrice;
    await this.send({
      side: 'BUY',
      type: 'LIMIT',
      quantity: this.quantity,
      limitPrice,
      timeInForce: 'DAY',
      routing: 'BEST_PRICE',
    });
    const market = await this.send(
      { side: 'BUY', type: 'MARKET', quantity: this.quantity, timeInForce: 'DAY' },
      { wait: 'acknowledged' },
    );
    if (market.order?.status === 'FILLED') this.bought += 1;
  }

  /** A stop buy just above and a stop-limit sell just below the market: the next moves trigger one or the other. */
  private async stops(venue: 'SIMX' | 'SIMY'): Promise<void> {
    const { askPrice, bidPrice, lastPrice } = this.quote(venue);
    const common = { quantity: this.quantity, timeInForce: 'DAY', routing: 'VENUE', venue } as const;
    const above = add(maximum(askPrice, lastPrice), this.tick);
    await this.send({ ...common, side: 'BUY', type: 'STOP', stopPrice: above }, { wait: 'acknowledged' });
    const below = subtract(minimum(bidPrice, lastPrice), this.tick);
    const limitPrice = this.away(below, '-0.1');
    await this.send(
      { ...common, account: 'maker', side: 'SELL_SHORT', type: 'STOP_LIMIT', stopPrice: below, limitPrice },
      { wait: 'acknowledged' },
    );
  }

  private async modify(): Promise<void> {
    const price = this.away(this.quote('SIMX').bidPrice, '-0.8');
    const rest = {
      side: 'BUY',
      type: 'LIMIT',
      quantity: this.quantity,
      limitPrice: price,
      timeInForce: 'GTC',
    } as const;
    const first = await this.send(rest, { wait: 'acknowledged' });
    const second = await this.send(rest, { wait: 'acknowledged' });
    this.toCancel = [first.orderId, second.orderId];
    await this.orders.modify(first.orderId, { quantity: multiply(this.quantity, dec('2')) }, 'update-modify');
    await unlessEnded(
      this.orders.signalModify(second.orderId, { limitPrice: subtract(price, this.tick) }, 'signal-modify'),
    );
  }

  private async cancel(): Promise<void> {
    if (this.toCancel === undefined) return;
    const [byUpdate, bySignal] = this.toCancel;
    this.toCancel = undefined;
    await unlessEnded(this.orders.cancel(byUpdate, 'changed my mind', 'update-cancel'));
    await unlessEnded(this.orders.signalCancel(bySignal, 'changed my mind', 'signal-cancel'));
  }

  /** More than stands at the touch: immediate-or-cancel takes a part, fill-or-kill takes nothing. */
  private async immediate(): Promise<void> {
    const { askPrice, askQuantity } = this.quote('SIMX');
    const tooMuch = add(askQuantity, this.quantity);
    const common = {
      side: 'BUY',
      type: 'LIMIT',
      limitPrice: askPrice,
      routing: 'VENUE',
      venue: 'SIMX',
      account: 'maker',
    } as const;
    if (lessThan(multiply(tooMuch, askPrice), BIG_AT_MOST)) {
      await this.send(
        { ...common, quantity: multiply(tooMuch, dec('2')), timeInForce: 'FOK' },
        { wait: 'acknowledged' },
      );
      await this.send({ ...common, quantity: tooMuch, timeInForce: 'IOC' }, { wait: 'acknowledged' });
    }
    const within = this.away(this.quote('SIMY').askPrice, '0.1');
    await this.send({ ...common, venue: 'SIMY', limitPrice: within, quantity: this.quantity, timeInForce: 'FOK' });
  }

  /** A limit at the touch for more than is there: a part trades, the rest waits, and is taken back next round. */
  private async restingPart(): Promise<void> {
    const { askPrice, askQuantity } = this.quote('SIMY');
    const quantity = add(askQuantity, this.quantity);
    if (!lessThan(multiply(quantity, askPrice), BIG_AT_MOST)) return;
    const wish = {
      side: 'BUY',
      type: 'LIMIT',
      quantity,
      limitPrice: askPrice,
      timeInForce: 'DAY',
      routing: 'VENUE',
      venue: 'SIMY',
      account: 'maker',
    } as const;
    const { orderId } = await this.send(wish, { wait: 'acknowledged' });
    if (this.partlyFilled !== undefined) await unlessEnded(this.orders.cancel(this.partlyFilled, 'a new round begins'));
    this.partlyFilled = orderId;
  }

  private async untilTimeOrClose(): Promise<void> {
    const far = this.away(this.quote('SIMX').bidPrice, '-3');
    const common = { side: 'BUY', type: 'LIMIT', quantity: this.quantity, limitPrice: far } as const;
    const expireAtMs = Math.round(this.settings.marketTimeMs() + GTD_LIFE_MS * this.settings.speed);
    await this.send({ ...common, timeInForce: 'GTD', expireAtMs });
    if (this.instrument.assetClass !== 'EQUITY') return;
    await this.send({ ...common, timeInForce: 'DAY' });
    // Held here until it triggers, which it never does: it expires without the venue having seen it.
    const stopPrice = this.away(this.quote('SIMY').askPrice, '5');
    await this.send({
      side: 'BUY',
      type: 'STOP',
      quantity: this.quantity,
      stopPrice,
      timeInForce: 'DAY',
      routing: 'VENUE',
      venue: 'SIMY',
    });
  }

  /** Above the account's limit: denied here. Refused by the venue: rejected there, which needs a venue in a bad mood. */
  private async refusals(): Promise<void> {
    const { askPrice } = this.quote('SIMX');
    const quantity = roundUpTo(
      multiply(this.quantity, dec(String(Math.ceil(Number(TOO_DEAR) / Number(multiply(this.quantity, askPrice)))))),
      this.instrument.lotSize,
    );
    await this.send({ side: 'BUY', type: 'LIMIT', quantity, limitPrice: askPrice, timeInForce: 'DAY' });
    // Once is enough: this is a fault of the venue, not daily life.
    if (this.round > 1) return;
    this.settings.say(
      `fault: SIMY refuses the next order (TRADING_HALT), as ${this.instrument.symbol} shall also meet a reject`,
    );
    await this.refuseNextOrder();
    const price = this.away(this.quote('SIMY').bidPrice, '-1');
    await this.send(
      {
        side: 'BUY',
        type: 'LIMIT',
        quantity: this.quantity,
        limitPrice: price,
        timeInForce: 'DAY',
        routing: 'VENUE',
        venue: 'SIMY',
      },
      { wait: 'acknowledged' },
    );
  }

  private async sellOut(): Promise<void> {
    for (; this.bought > 0; this.bought -= 1) {
      await this.send(
        { side: 'SELL', type: 'MARKET', quantity: this.quantity, timeInForce: 'DAY' },
        { wait: 'acknowledged' },
      );
    }
  }

  private async refuseNextOrder(): Promise<void> {
    const body = JSON.stringify({ fault: 'refuseOrders', count: 1, params: { reason: 'TRADING_HALT' } });
    const answer = await fetch(`${this.settings.venueUrl}/v1/SIMY/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    if (!answer.ok) throw new Error(`the venue does not take the fault: ${await answer.text()}`);
  }

  private async send({ account = 'alpha', ...wish }: Wish, options?: SubmitOptions): Promise<Submitted> {
    if (this.isOver()) throw new TradingIsOver();
    this.count += 1;
    const { symbol } = this.instrument;
    const clientOrderId = `tour-${symbol}-${String(this.count)}`;
    return this.orders.submit({ ...wish, clientOrderId, account, strategy: 'tour', symbol }, options);
  }

  private quote(venue: string): Quote {
    const quote = this.settings.quotes.quote(this.instrument.symbol, venue);
    if (quote === undefined) throw new Error(`no quote of ${this.instrument.symbol} on ${venue}`);
    return quote;
  }

  /** A price so many percent away, on the tick. */
  private away(price: DecimalString, percent: string): DecimalString {
    const moved = multiply(price, add(ONE, multiply(dec(percent), dec('0.01'))));
    return isPositive(dec(percent)) ? roundUpTo(moved, this.tick) : roundDownTo(moved, this.tick);
  }

  private get orders(): OmsClient {
    return this.settings.orders;
  }
  private get instrument(): Instrument {
    return this.settings.instrument;
  }
  private get quantity(): DecimalString {
    return this.settings.quantity;
  }
  private get tick(): DecimalString {
    return this.instrument.tickSize;
  }
}

/** An order may trade and end before our message comes. */
async function unlessEnded(sent: Promise<unknown>): Promise<void> {
  await sent.catch((error: unknown) => {
    if (!(error instanceof OrderClosedError || error instanceof OrderNotFoundError)) throw error;
  });
}
