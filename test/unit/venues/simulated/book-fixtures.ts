import { dec } from '../../../../src/domain/money';
import type { OrderType, Side, TimeInForce } from '../../../../src/domain/order-request';
import type { BookEvent, MarketStep } from '../../../../src/venues/simulated/book-order';
import { currentId } from '../../../../src/venues/simulated/book-order';
import { MatchingEngine } from '../../../../src/venues/simulated/matching-engine';
import type { LiquidityRules } from '../../../../src/venues/simulated/outside-liquidity';

/** A market step from numbers written as text: bid x size / ask x size, last, volume. */
export function step(
  bid: string,
  bidSize: string,
  ask: string,
  askSize: string,
  last: string,
  volume = '0',
): MarketStep {
  return {
    bidPrice: dec(bid),
    bidQuantity: dec(bidSize),
    askPrice: dec(ask),
    askQuantity: dec(askSize),
    lastPrice: dec(last),
    volume: dec(volume),
  };
}

/** An outside market without anything to trade at 100. */
export const EMPTY_MARKET = step('99', '0', '101', '0', '100');

export interface OrderText {
  readonly id: string;
  readonly side?: Side;
  readonly type?: OrderType;
  readonly timeInForce?: TimeInForce;
  readonly quantity: string;
  readonly limit?: string;
  readonly stop?: string;
  readonly expireAtMs?: number;
}

/** An engine driven by short orders that tells what happened in one line per event. */
export class BookDriver {
  readonly engine: MatchingEngine;

  constructor(market: MarketStep = EMPTY_MARKET, rules: Partial<LiquidityRules> = {}) {
    this.engine = new MatchingEngine({
      tickSize: dec('0.01'),
      lotSize: dec('1'),
      liquidityShare: dec('1'),
      slippageTicks: 1,
      depthLevels: 3,
      ...rules,
    });
    this.engine.onMarket(market, 0);
  }

  submit(order: OrderText, nowMs = 1): string[] {
    return lines(this.events(order, nowMs));
  }

  events(order: OrderText, nowMs = 1): BookEvent[] {
    const { id, side = 'BUY', type = 'LIMIT', timeInForce = 'GTC', quantity, limit, stop, expireAtMs } = order;
    return this.engine.submit(
      {
        venueOrderId: id,
        venueAccount: 'acc',
        symbol: 'X',
        side,
        type,
        timeInForce,
        clientOrderIds: [id],
        quantity: dec(quantity),
        ...(limit === undefined ? {} : { limitPrice: dec(limit) }),
        ...(stop === undefined ? {} : { stopPrice: dec(stop) }),
        ...(expireAtMs === undefined ? {} : { expireAtMs }),
      },
      nowMs,
    );
  }

  market(next: MarketStep, nowMs = 2): string[] {
    return lines(this.engine.onMarket(next, nowMs));
  }

  cancel(id: string): string[] {
    return lines(this.engine.cancel(id, 3));
  }

  replace(id: string, clientOrderId: string, quantity: string, limit?: string): string[] {
    const change = {
      clientOrderId,
      quantity: dec(quantity),
      ...(limit === undefined ? {} : { limitPrice: dec(limit) }),
    };
    return lines(this.engine.replace(id, change, 3));
  }
}

/** `id KIND cum/quantity`, for a trade also `last@price LIQUIDITY`. */
export function lines(events: readonly BookEvent[]): string[] {
  return events.map((event) => {
    const { order } = event;
    const trade = event.kind === 'TRADE' ? ` ${event.quantity}@${event.price} ${event.liquidity}` : '';
    return `${currentId(order)} ${event.kind} ${order.cumQuantity}/${order.quantity}${trade}`;
  });
}
