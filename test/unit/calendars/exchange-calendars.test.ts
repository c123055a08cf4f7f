import fc from 'fast-check';
import { CALENDARS, XNYS } from '../../../src/calendars/definitions';
import { createExchangeCalendars } from '../../../src/calendars/exchange-calendars';
import type { CalendarDefinition } from '../../../src/domain/instruments';

const calendars = createExchangeCalendars(CALENDARS);
const utc = (text: string): number => Date.parse(`${text}Z`);
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
const sessions = (from: string, count: number): readonly string[] =>
  calendars
    .sessions('XNYS', utc(from), count)
    .map(({ tradeDate, openMs, closeMs }) => `${tradeDate} ${iso(openMs)} ${iso(closeMs)}`);

test.each<[string, string, readonly string[]]>([
  ['summer time', '2014-06-05T12:00', ['2014-06-05 2014-06-05T13:30 2014-06-05T20:00']],
  ['winter time', '2025-01-02T12:00', ['2025-01-02 2025-01-02T14:30 2025-01-02T21:00']],
  ['the weekend in which clocks go forward', '2025-03-07T22:00', ['2025-03-10 2025-03-10T13:30 2025-03-10T20:00']],
  ['the weekend in which clocks go back', '2025-10-31T20:00', ['2025-11-03 2025-11-03T14:30 2025-11-03T21:00']],
  [
    'a half day, then a holiday and a weekend',
    '2014-07-03T14:00',
    ['2014-07-03 2014-07-03T13:30 2014-07-03T17:00', '2014-07-07 2014-07-07T13:30 2014-07-07T20:00'],
  ],
  [
    'the moment before the close is in the session',
    '2014-06-05T19:59:59.999',
    ['2014-06-05 2014-06-05T13:30 2014-06-05T20:00'],
  ],
  ['the close belongs to the next', '2014-06-05T20:00', ['2014-06-06 2014-06-06T13:30 2014-06-06T20:00']],
  ['a day of mourning', '2025-01-08T21:00', ['2025-01-10 2025-01-10T14:30 2025-01-10T21:00']],
])('sessions: %s', (_name, from, expected) => {
  expect(sessions(from, expected.length)).toEqual(expected);
});

test('no session is asked for, none is given; a market that never closes has none', () => {
  expect(sessions('2014-06-05T12:00', 0)).toEqual([]);
  expect(calendars.sessions('CRYPTO', utc('2022-12-13T00:00'), 5)).toEqual([]);
});

test.each([
  ['T+0 settles at once', '2014-06-06T15:00', 0, '2014-06-06T15:00'],
  ['T+1 over a weekend', '2014-06-06T15:00', 1, '2014-06-09T13:30'],
  ['T+2 over a weekend', '2014-06-06T15:00', 2, '2014-06-10T13:30'],
  ['T+1 over a holiday and a weekend', '2014-07-03T15:00', 1, '2014-07-07T13:30'],
  ['T+1 over a change of the clocks', '2025-03-07T15:00', 1, '2025-03-10T13:30'],
  ['after hours is still the trade date', '2014-06-05T23:00', 1, '2014-06-06T13:30'],
  ['the trade date is local, not UTC', '2014-06-06T01:00', 1, '2014-06-06T13:30'],
  ['a trade on a holiday counts from the next business day', '2014-07-04T15:00', 1, '2014-07-08T13:30'],
])('settlement: %s', (_name, trade, cycleDays, expected) => {
  expect(iso(calendars.settlementTime('XNYS', utc(trade), cycleDays))).toBe(expected);
});

test('a market that never closes settles by its own days', () => {
  expect(calendars.settlementTime('CRYPTO', utc('2022-12-13T12:34'), 0)).toBe(utc('2022-12-13T12:34'));
  expect(iso(calendars.settlementTime('CRYPTO', utc('2022-12-17T23:59'), 1))).toBe('2022-12-18T00:00');
  const weekdays = createExchangeCalendars([
    { ...XNYS, id: 'FX', zone: 'UTC', open: '00:00', close: '00:00', earlyCloses: {} },
  ]);
  expect(weekdays.sessions('FX', 0, 1)).toEqual([]);
  expect(iso(weekdays.settlementTime('FX', utc('2025-01-03T12:00'), 2))).toBe('2025-01-07T00:00');
});

test.each<[string, Partial<CalendarDefinition>, string]>([
  ['zone', { zone: 'Mars/Olympus' }, 'zone Mars/Olympus is not an IANA time zone'],
  ['time', { open: '9:30' }, '9:30 is not a time HH:MM'],
  ['over midnight', { open: '18:00' }, 'a session over midnight is not supported'],
  ['no weekday', { weekdays: [] }, 'at least one of 1 (Monday) to 7'],
  ['an eighth weekday', { weekdays: [8] }, 'at least one of 1 (Monday) to 7'],
  ['a date that is none', { holidays: ['2025-02-30'] }, '2025-02-30 is not a date'],
  ['a late early close', { earlyCloses: { '2025-07-03': '16:30' } }, 'early close 16:30 of 2025-07-03'],
])('a definition that cannot be computed with is refused: %s', (_name, change, message) => {
  expect(() => createExchangeCalendars([{ ...XNYS, ...change }])).toThrow(message);
});

test.each([
  ['09:30', false],
  ['09:31', true],
  ['16:00', true],
  ['16:01', false],
])('an early close at %s is usable: %s', (time, usable) => {
  const problem = (): string => {
    try {
      createExchangeCalendars([{ ...XNYS, earlyCloses: { '2025-07-03': time } }]);
      return '';
    } catch (error) {
      return String(error);
    }
  };
  expect(problem().includes('early close')).toBe(!usable);
});

test('an unknown calendar, a calendar given twice and times that are none throw', () => {
  expect(() => calendars.sessions('XLON', 0, 1)).toThrow('unknown calendar XLON: known are XNYS, CRYPTO');
  expect(() => createExchangeCalendars([XNYS, XNYS])).toThrow('XNYS is defined twice');
  expect(() => calendars.sessions('XNYS', Number.NaN, 1)).toThrow('NaN');
  expect(() => calendars.settlementTime('XNYS', 0, 1.5)).toThrow('1.5');
});

test('an exchange that stays closed ends the search with an error', () => {
  const days = [...Array(90).keys()].map((day) => new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10));
  const closed = createExchangeCalendars([{ ...XNYS, holidays: days, earlyCloses: {} }]);
  expect(() => closed.sessions('XNYS', utc('2025-01-01T12:00'), 1)).toThrow(
    'no business day within 60 days of 2025-01-01',
  );
});

test('sessions follow each other, start after their question and fall on business days', () => {
  const anyMs = fc.integer({ min: utc('2013-12-01T00:00'), max: utc('2027-12-31T00:00') });
  fc.assert(
    fc.property(anyMs, fc.integer({ min: 1, max: 8 }), (fromMs, count) => {
      const found = calendars.sessions('XNYS', fromMs, count);
      expect(found).toHaveLength(count);
      found.forEach(({ openMs, closeMs, tradeDate }, index) => {
        expect(openMs).toBeLessThan(closeMs);
        expect(closeMs).toBeGreaterThan(fromMs);
        expect(openMs).toBeGreaterThan(found[index - 1]?.closeMs ?? 0);
        expect(XNYS.holidays).not.toContain(tradeDate);
      });
      // Asking again from the first close gives the rest.
      expect(calendars.sessions('XNYS', found[0]!.closeMs, count - 1)).toEqual(found.slice(1));
    }),
  );
});

test('sessions are the same whatever was asked before', () => {
  const monthMs = fc.integer({ min: utc('2025-10-20T00:00'), max: utc('2025-11-10T00:00') });
  fc.assert(
    fc.property(fc.array(fc.tuple(monthMs, fc.integer({ min: 1, max: 2 })), { maxLength: 12 }), (questions) => {
      const used = createExchangeCalendars([XNYS]);
      for (const [fromMs, count] of questions) {
        const unused = createExchangeCalendars([XNYS]);
        expect(used.sessions('XNYS', fromMs, count)).toEqual(unused.sessions('XNYS', fromMs, count));
      }
    }),
  );
});

describe('the New York holidays', () => {
  const day = (year: number, month: number, date: number): Date => new Date(Date.UTC(year, month - 1, date));
  const text = (date: Date): string => date.toISOString().slice(0, 10);
  const moved = (date: Date, days: number): Date => new Date(date.getTime() + days * 86_400_000);
  const nth = (year: number, month: number, weekday: number, n: number): Date => {
    const first = day(year, month, 1);
    return moved(first, ((weekday - first.getUTCDay() + 7) % 7) + 7 * (n - 1));
  };
  const lastMonday = (year: number, month: number): Date => moved(nth(year, month + 1, 1, 1), -7);
  const observed = (date: Date): Date => moved(date, { 6: -1, 0: 1 }[date.getUTCDay()] ?? 0);
  /** Gauss's rule in the form of Meeus. */
  const easter = (year: number): Date => {
    const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
    const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
    const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
    const m = Math.floor((a + 11 * h + 22 * l) / 451);
    const sum = h + l - 7 * m + 114;
    return day(year, Math.floor(sum / 31), (sum % 31) + 1);
  };
  const holidays = (year: number): readonly string[] =>
    [
      ...(day(year, 1, 1).getUTCDay() === 6 ? [] : [observed(day(year, 1, 1))]),
      nth(year, 1, 1, 3),
      nth(year, 2, 1, 3),
      moved(easter(year), -2),
      lastMonday(year, 5),
      ...(year >= 2022 ? [observed(day(year, 6, 19))] : []),
      observed(day(year, 7, 4)),
      nth(year, 9, 1, 1),
      nth(year, 11, 4, 4),
      observed(day(year, 12, 25)),
      ...(year === 2025 ? [day(2025, 1, 9)] : []),
    ]
      .map(text)
      .sort();
  const isMondayToThursday = (date: Date): boolean => date.getUTCDay() >= 1 && date.getUTCDay() <= 4;
  const earlyCloses = (year: number): readonly string[] => [
    ...[day(year, 7, 3)].filter(isMondayToThursday).map(text),
    text(moved(nth(year, 11, 4, 4), 1)),
    ...[day(year, 12, 24)].filter(isMondayToThursday).map(text),
  ];

  test.each([2014, 2022, 2023, 2024, 2025, 2026, 2027])('%i is as the rules of the exchange make it', (year) => {
    const of = (dates: readonly string[]): readonly string[] => dates.filter((date) => date.startsWith(String(year)));
    expect(of(XNYS.holidays)).toEqual(holidays(year));
    expect(of(Object.keys(XNYS.earlyCloses))).toEqual(earlyCloses(year));
  });
});
