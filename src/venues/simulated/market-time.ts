import type { Session } from '../../domain/instruments';
import { marketTimeAt } from '../../domain/market-clock';
import type { MarketClock } from '../../domain/market-clock';
import type { Calendars } from '../../ports/calendar';

/** One day of trading and its place in the row of days. */
export interface TradingDay {
  readonly openMs: number;
  readonly closeMs: number;
  /** 0 for the day of the clock's origin; without a clock, days since 1970. */
  readonly ordinal: number;
  /** `YYYY-MM-DD`. */
  readonly tradeDate: string;
}

const DAY_MS = 86_400_000;
/** Sessions fetched at first; the list doubles when the clock comes near its end. */
const SESSIONS_AT_FIRST = 64;
/** Without a clock the list starts this long ago, so that the session before a long weekend is in it. */
const LOOK_BACK_MS = 7 * DAY_MS;

/** Market time and trading days of one instrument. */
export class InstrumentTime {
  private sessions: readonly Session[];
  private readonly fromMs: number;

  constructor(
    private readonly calendars: Calendars,
    private readonly calendarId: string,
    private readonly clock: MarketClock | undefined,
    wallMs: number,
  ) {
    this.fromMs = clock?.simOriginMs ?? wallMs - LOOK_BACK_MS;
    this.sessions = calendars.sessions(calendarId, this.fromMs, SESSIONS_AT_FIRST);
  }

  /** Market time at a wall time. */
  at(wallMs: number): number {
    for (;;) {
      const marketMs = marketTimeAt(this.clock, this.sessions, wallMs);
      if (this.covers(marketMs)) return marketMs;
      this.extend();
    }
  }

  isOpen(marketMs: number): boolean {
    return this.dayAt(marketMs).openMs <= marketMs;
  }

  /** The trading day at a market time or, when closed, the next one. */
  dayAt(marketMs: number): TradingDay {
    const [day] = this.days(marketMs, marketMs);
    if (day === undefined) throw new Error(`no session of calendar ${this.calendarId} after ${String(marketMs)}`);
    return day;
  }

  /** Trading days that end after `fromMs`, up to the first that opens after `toMs` (that one included only if it is the first). */
  days(fromMs: number, toMs: number): readonly TradingDay[] {
    while (!this.covers(toMs)) this.extend();
    if (this.sessions.length === 0) return utcDays(fromMs, toMs, this.clock);
    const days: TradingDay[] = [];
    for (const [index, { openMs, closeMs, tradeDate }] of this.sessions.entries()) {
      if (closeMs <= fromMs) continue;
      if (openMs > toMs && days.length > 0) break;
      const ordinal = this.clock === undefined ? Math.floor(openMs / DAY_MS) : index;
      days.push({ openMs, closeMs, tradeDate, ordinal });
    }
    return days;
  }

  private covers(marketMs: number): boolean {
    const last = this.sessions[this.sessions.length - 1];
    return last === undefined || marketMs < last.openMs;
  }

  private extend(): void {
    const before = this.sessions.length;
    this.sessions = this.calendars.sessions(this.calendarId, this.fromMs, before * 2);
    if (this.sessions.length <= before) throw new Error(`calendar ${this.calendarId} has no more sessions`);
  }
}

function utcDays(fromMs: number, toMs: number, clock: MarketClock | undefined): readonly TradingDay[] {
  const first = Math.floor(fromMs / DAY_MS);
  const origin = clock === undefined ? 0 : Math.floor(clock.simOriginMs / DAY_MS);
  return Array.from({ length: Math.max(1, Math.floor(toMs / DAY_MS) - first + 1) }, (_, index) => {
    const openMs = (first + index) * DAY_MS;
    const tradeDate = new Date(openMs).toISOString().slice(0, 10);
    return { openMs, closeMs: openMs + DAY_MS, ordinal: first + index - origin, tradeDate };
  });
}
