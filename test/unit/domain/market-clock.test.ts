import fc from 'fast-check';
import type { Session } from '../../../src/domain/instruments';
import { marketTimeAt, timerMsUntil, wallTimeAt } from '../../../src/domain/market-clock';

const HOUR = 3_600_000;
const session = (openMs: number, closeMs: number): Session => ({ openMs, closeMs, tradeDate: '2014-06-05' });
const sessions = [session(10 * HOUR, 16 * HOUR), session(34 * HOUR, 40 * HOUR)];
const clock = { realOriginMs: 1_000_000, simOriginMs: 12 * HOUR, speed: 60 };
const wallAfter = (marketRunMs: number): number => clock.realOriginMs + marketRunMs / clock.speed;

test('without a clock market time is wall time', () => {
  expect(marketTimeAt(undefined, sessions, 5)).toBe(5);
  expect(wallTimeAt(undefined, sessions, 5)).toBe(5);
});

test.each([
  ['at the origin', 0, 12 * HOUR],
  ['sixty times as fast', HOUR, 13 * HOUR],
  ['the last moment of the session', 4 * HOUR - 60, 16 * HOUR - 60],
  ['the close is the next open', 4 * HOUR, 34 * HOUR],
  ['in the second session', 5 * HOUR, 35 * HOUR],
  ['after the last session time runs on', 11 * HOUR, 41 * HOUR],
])('market time %s', (_name, runMs, marketMs) => {
  expect(marketTimeAt(clock, sessions, wallAfter(runMs))).toBe(marketMs);
});

test('before the origin it is the origin, and an origin in a closed hour is the next open', () => {
  expect(marketTimeAt(clock, sessions, 0)).toBe(12 * HOUR);
  expect(marketTimeAt({ ...clock, simOriginMs: 17 * HOUR }, sessions, clock.realOriginMs)).toBe(34 * HOUR);
});

test('a market that never closes has no jump', () => {
  expect(marketTimeAt(clock, [], wallAfter(100 * HOUR))).toBe(112 * HOUR);
  expect(wallTimeAt(clock, [], 112 * HOUR)).toBe(wallAfter(100 * HOUR));
});

test('every moment of a closed night comes at the wall time of the close', () => {
  for (const marketMs of [16 * HOUR, 20 * HOUR, 34 * HOUR])
    expect(wallTimeAt(clock, sessions, marketMs)).toBe(wallAfter(4 * HOUR));
});

test('what is past is due at the origin, and a timer is never below a millisecond', () => {
  expect(wallTimeAt(clock, sessions, 0)).toBe(clock.realOriginMs);
  expect(timerMsUntil(clock, sessions, clock.realOriginMs, 0)).toBe(1);
  expect(timerMsUntil(clock, sessions, clock.realOriginMs, 13 * HOUR)).toBe(HOUR / 60);
});

test('a time beyond every calendar gets an answer', () => {
  const slow = { ...clock, speed: 0.01 };
  expect(wallTimeAt(slow, sessions, 8.64e15)).toBeGreaterThan(8e17);
  expect(wallTimeAt(slow, sessions, Infinity)).toBe(Infinity);
});

const anySessions = fc
  .array(
    fc.record({ gapMs: fc.integer({ min: 0, max: 90_000_000 }), openMs: fc.integer({ min: 1, max: 30_000_000 }) }),
    { maxLength: 5 },
  )
  .map((lengths) => {
    let at = Date.UTC(2014, 5, 5);
    return lengths.map(({ gapMs, openMs }) => {
      const made = session(at + gapMs, at + gapMs + openMs);
      at = made.closeMs;
      return made;
    });
  });
const anyClock = fc.record({
  realOriginMs: fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
  simOriginMs: fc.integer({ min: Date.UTC(2014, 5, 5), max: Date.UTC(2014, 5, 8) }),
  speed: fc.oneof(
    fc.constantFrom(0.1, 0.3, 1, 1.1, 7, 60, 390, 3600),
    fc.double({ min: 0.01, max: 5_000, noNaN: true }),
  ),
});
const someMs = fc.integer({ min: 0, max: 400_000_000 });

test('market time never runs backwards', () => {
  fc.assert(
    fc.property(anyClock, anySessions, someMs, someMs, (given, open, firstMs, secondMs) => {
      const [early = 0, late = 0] = [firstMs, secondMs]
        .sort((a, b) => a - b)
        .map((ms) => marketTimeAt(given, open, given.realOriginMs + ms));
      expect(late).toBeGreaterThanOrEqual(early);
    }),
  );
});

test('a wall time for a market time is the first that reaches it', () => {
  fc.assert(
    fc.property(anyClock, anySessions, someMs, (given, open, aheadMs) => {
      const marketMs = given.simOriginMs + aheadMs;
      const wallMs = wallTimeAt(given, open, marketMs);
      expect(marketTimeAt(given, open, wallMs)).toBeGreaterThanOrEqual(marketMs);
      // Before the origin nothing runs, so there is no earlier moment to look at.
      const before = wallMs === given.realOriginMs ? -Infinity : marketTimeAt(given, open, wallMs - 1);
      expect(before).toBeLessThan(marketMs);
    }),
    { numRuns: 2_000 },
  );
});

test('market time is never inside a closed hour that is known', () => {
  fc.assert(
    fc.property(anyClock, anySessions, someMs, (given, open, ms) => {
      const marketMs = marketTimeAt(given, open, given.realOriginMs + ms);
      const last = open.at(-1)?.closeMs ?? 0;
      expect(marketMs >= last || open.some(({ openMs, closeMs }) => openMs <= marketMs && marketMs < closeMs)).toBe(
        true,
      );
    }),
  );
});
