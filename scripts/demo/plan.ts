import type { MarketClock } from '../../src/domain/market-clock';

/** What a form of the demo replays, and how fast. */
export interface DemoPlan {
  /** Market time at which each replay begins. */
  readonly beginMs: Readonly<Record<'AAPL' | 'BTCUSDT', number>>;
  /** How many times as fast as life each market runs. */
  readonly speed: Readonly<Record<'AAPL' | 'BTCUSDT', number>>;
  /** The close of the AAPL session: DAY orders end, and T+1 trades settle at the next open, right after. */
  readonly closeMs: number;
  /** Trading ends this long before the close (market time), so that nothing is on its way when it comes. */
  readonly quietMs: number;
  /** Wall time between two rounds of the tour through every kind of order. */
  readonly roundEveryMs: number;
}

const MINUTE = 60_000;
const NEW_YORK = (time: string): number => Date.parse(`2014-06-05T${time}:00-04:00`);

/** An hour of each market in half a minute. */
export const SHORT: DemoPlan = {
  beginMs: { AAPL: NEW_YORK('15:00'), BTCUSDT: Date.parse('2022-12-13T10:00:00Z') },
  speed: { AAPL: 112.5, BTCUSDT: 112.5 },
  closeMs: NEW_YORK('16:00'),
  quietMs: 6 * MINUTE,
  roundEveryMs: 5_000,
};

/** The whole AAPL session and 22 hours of BTCUSDT in less than three minutes. */
export const FULL: DemoPlan = {
  beginMs: { AAPL: NEW_YORK('09:30'), BTCUSDT: Date.parse('2022-12-13T00:00:00Z') },
  speed: { AAPL: 140, BTCUSDT: 474 },
  closeMs: NEW_YORK('16:00'),
  quietMs: 6 * MINUTE,
  roundEveryMs: 10_000,
};

/** The markets stand still for this long, so that the traders are there when they begin. */
const MARKETS_WAIT_MS = 2_500;

/** Market clocks that begin in a moment. */
export function clocksOf({ beginMs, speed }: DemoPlan): Record<'AAPL' | 'BTCUSDT', MarketClock> {
  const realOriginMs = Date.now() + MARKETS_WAIT_MS;
  return {
    AAPL: { realOriginMs, simOriginMs: beginMs.AAPL, speed: speed.AAPL },
    BTCUSDT: { realOriginMs, simOriginMs: beginMs.BTCUSDT, speed: speed.BTCUSDT },
  };
}
