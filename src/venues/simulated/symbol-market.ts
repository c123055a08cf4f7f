import { equal } from '../../domain/money';
import type { Instrument, Quote } from '../../domain/instruments';
import type { BookEvent, MarketStep } from './book-order';
import type { MarketReplay } from './market-replay';
import type { InstrumentTime } from './market-time';
import { MatchingEngine } from './matching-engine';
import type { SimulatedVenueConfig } from './venue-config';

/** One instrument on one venue: its book, its market and its time. */
export class SymbolMarket {
  readonly engine: MatchingEngine;
  private appliedMs: number;
  /** Close of the newest session whose opening has taken place. */
  private openUntilMs = -Infinity;

  constructor(
    readonly instrument: Instrument,
    readonly time: InstrumentTime,
    /** Absent for a market whose steps are posted. */
    private readonly replay: MarketReplay | undefined,
    venue: SimulatedVenueConfig,
    wallMs: number,
  ) {
    this.engine = new MatchingEngine({
      tickSize: instrument.tickSize,
      lotSize: instrument.lotSize,
      liquidityShare: venue.liquidityShare,
      slippageTicks: venue.slippageTicks,
      depthLevels: venue.depthLevels,
    });
    this.appliedMs = time.at(wallMs);
  }

  /** Sets the market that is in force at the start and gives what it does to restored orders. */
  start(initial: MarketStep | undefined): readonly BookEvent[] {
    const events = [...this.engine.expire(this.appliedMs)];
    const step = initial ?? this.replay?.latest(this.appliedMs)?.step;
    return step === undefined ? events : [...events, ...this.onStep(step, this.appliedMs)];
  }

  /** Applies a step of the outside market; the first one in a session is its opening. */
  onStep(step: MarketStep, timeMs: number): readonly BookEvent[] {
    const events = this.engine.onMarket(step, timeMs);
    if (this.engine.isHalted || this.hasOpened(timeMs) || !this.time.isOpen(timeMs)) return events;
    this.openUntilMs = this.time.dayAt(timeMs).closeMs;
    return [...events, ...this.engine.openSession(timeMs)];
  }

  /** The running session has had its opening: orders for it come too late. */
  hasOpened(marketMs: number): boolean {
    return marketMs < this.openUntilMs;
  }

  /** Moves the market on to a wall time: every step and every expiry in between, in order. */
  advance(wallMs: number): readonly BookEvent[] {
    const nowMs = this.time.at(wallMs);
    if (nowMs <= this.appliedMs) return [];
    const events: BookEvent[] = [];
    for (const { timeMs, step } of this.replay?.between(this.appliedMs, nowMs) ?? []) {
      events.push(...this.engine.expire(timeMs), ...this.onStep(step, timeMs));
    }
    events.push(...this.engine.expire(nowMs));
    this.appliedMs = nowMs;
    return events;
  }

  nowMs(wallMs: number): number {
    return Math.max(this.appliedMs, this.time.at(wallMs));
  }

  /** The venue's own top of book; a side without liquidity shows the outside price with quantity 0. */
  quote(venue: string, wallMs: number): Quote | undefined {
    const top = this.engine.top();
    if (top === undefined) return undefined;
    return {
      symbol: this.instrument.symbol,
      venue,
      bidPrice: top.bid.price,
      bidQuantity: top.bid.quantity,
      askPrice: top.ask.price,
      askQuantity: top.ask.quantity,
      lastPrice: top.lastPrice,
      marketTimeMs: this.nowMs(wallMs),
      receivedAtMs: wallMs,
    };
  }
}

/** Says whether two quotes show the same market, whenever they were made. */
export function isSameMarket(a: Quote | undefined, b: Quote | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    equal(a.bidPrice, b.bidPrice) &&
    equal(a.askPrice, b.askPrice) &&
    equal(a.bidQuantity, b.bidQuantity) &&
    equal(a.askQuantity, b.askQuantity) &&
    equal(a.lastPrice, b.lastPrice)
  );
}
