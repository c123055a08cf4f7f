/**
 * Turns wall time into market time and back, so that a replay runs faster than life and jumps over closed sessions.
 *
 * A market clock is part of a workflow's input: the same input gives the same times for ever.
 */
import type { Session } from './instruments';

/** Market time = `simOriginMs` at wall time `realOriginMs`, running `speed` times as fast, closed hours taking no time. */
export interface MarketClock {
  readonly realOriginMs: number;
  readonly simOriginMs: number;
  readonly speed: number;
}

/** Most market milliseconds per wall millisecond: a year in half a minute. */
const SPEED_MAX = 1_000_000;
/** The last moment that a JavaScript date can hold. */
const TIME_MAX_MS = 8_640_000_000_000_000;

/** Says whether a value of unknown origin is a clock whose market time at a wall time, and for a century on, is a date. */
export function isUsableClock(value: unknown, wallMs: number): value is MarketClock {
  if (typeof value !== 'object' || value === null) return false;
  const { realOriginMs, simOriginMs, speed } = value as Readonly<Record<keyof MarketClock, unknown>>;
  if (typeof realOriginMs !== 'number' || typeof simOriginMs !== 'number' || typeof speed !== 'number') return false;
  if (
    ![realOriginMs, simOriginMs].every((ms) => Number.isSafeInteger(ms) && ms >= 0) ||
    !(speed > 0 && speed <= SPEED_MAX)
  )
    return false;
  return marketTimeAt({ realOriginMs, simOriginMs, speed }, [], wallMs) < TIME_MAX_MS / 2;
}

/**
 * Market time at a wall time. Without a clock the two are the same.
 *
 * @param sessions sessions in order of time, from the one of the origin on; time outside them is jumped. An empty list
 *   means that the market never closes. After the last known session time runs on without jumps.
 */
export function marketTimeAt(clock: MarketClock | undefined, sessions: readonly Session[], wallMs: number): number {
  if (clock === undefined) return wallMs;
  let left = Math.max(0, wallMs - clock.realOriginMs) * clock.speed;
  let at = clock.simOriginMs;
  for (const session of sessions) {
    if (session.closeMs <= at) continue;
    at = Math.max(at, session.openMs);
    const open = session.closeMs - at;
    if (left < open) return at + Math.floor(left);
    left -= open;
    at = session.closeMs;
  }
  return at + Math.floor(left);
}

/** The earliest wall time, from the clock's origin on, at which {@link marketTimeAt} reaches `marketMs`. */
export function wallTimeAt(clock: MarketClock | undefined, sessions: readonly Session[], marketMs: number): number {
  if (clock === undefined) return marketMs;
  const wallMs = clock.realOriginMs + Math.ceil(openMsBefore(clock, sessions, marketMs) / clock.speed);
  // Speeds are binary fractions, so the quotient can be a millisecond off: a timer that fires early would fire in vain.
  // Looking at the neighbours, and not for as long as it takes, also ends for times beyond what a double tells apart.
  const reaches = (ms: number): boolean => marketTimeAt(clock, sessions, ms) >= marketMs;
  if (wallMs > clock.realOriginMs && reaches(wallMs - 1)) return wallMs - 1;
  return reaches(wallMs) ? wallMs : wallMs + 1;
}

/** Open market time from the origin to `marketMs`, closed hours counting nothing. */
function openMsBefore(clock: MarketClock, sessions: readonly Session[], marketMs: number): number {
  let run = 0;
  let at = clock.simOriginMs;
  for (const session of sessions) {
    if (session.closeMs <= at) continue;
    at = Math.max(at, session.openMs);
    if (marketMs <= at) return run;
    if (marketMs <= session.closeMs) return run + marketMs - at;
    run += session.closeMs - at;
    at = session.closeMs;
  }
  return run + Math.max(0, marketMs - at);
}

/** The timer to set at `nowWallMs` so that it fires when market time is `marketMs`; at least 1 ms, as 0 is no timer. */
export function timerMsUntil(
  clock: MarketClock | undefined,
  sessions: readonly Session[],
  nowWallMs: number,
  marketMs: number,
): number {
  return Math.max(1, wallTimeAt(clock, sessions, marketMs) - nowWallMs);
}

/** The same course of time, told from `wallMs` on: what an order that starts now takes along. */
export function clockFrom(clock: MarketClock, sessions: readonly Session[], wallMs: number): MarketClock {
  return { realOriginMs: wallMs, simOriginMs: marketTimeAt(clock, sessions, wallMs), speed: clock.speed };
}
