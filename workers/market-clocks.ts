import type { Calendars } from '../src/ports/calendar';
import type { Instrument, Session } from '../src/domain/instruments';
import { clockFrom, marketTimeAt } from '../src/domain/market-clock';
import type { MarketClock } from '../src/domain/market-clock';

/** Sessions looked ahead from a clock's origin; at 100 times life a year of them lasts for weeks of wall time. */
const SESSIONS_AHEAD = 260;

/** Market time of every instrument of this process, replayed or real. */
export class MarketClocks {
  private readonly known = new Map<string, readonly Session[]>();

  constructor(
    private readonly clocks: Readonly<Record<string, MarketClock>>,
    private readonly instruments: ReadonlyMap<string, Instrument>,
    private readonly calendars: Calendars,
  ) {}

  /** Market time of a symbol at a wall time. */
  at(symbol: string, wallMs: number = Date.now()): number {
    return marketTimeAt(this.clocks[symbol], this.sessions(symbol), wallMs);
  }

  /** The clock for an order that starts now; undefined where market time is life. */
  now(symbol: string): MarketClock | undefined {
    const clock = this.clocks[symbol];
    return clock === undefined ? undefined : clockFrom(clock, this.sessions(symbol), Date.now());
  }

  /** Computed once: every order asks, and a year of calendar arithmetic takes milliseconds. */
  private sessions(symbol: string): readonly Session[] {
    const known = this.known.get(symbol) ?? this.computed(symbol);
    this.known.set(symbol, known);
    return known;
  }

  private computed(symbol: string): readonly Session[] {
    const clock = this.clocks[symbol];
    const instrument = this.instruments.get(symbol);
    if (clock === undefined || instrument === undefined) return [];
    return this.calendars.sessions(instrument.calendarId, clock.simOriginMs, SESSIONS_AHEAD);
  }
}
