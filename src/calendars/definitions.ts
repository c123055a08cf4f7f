/** The calendars that the product knows by itself. */
import type { CalendarDefinition } from '../domain/instruments';

/**
 * New York Stock Exchange, regular session.
 *
 * Source: NYSE Rule 7.2 (holidays and their weekday observance) and the holidays and early closes that the exchange
 * publishes at https://www.nyse.com/markets/hours-calendars, plus its notices of days of mourning. A holiday on a Saturday is observed on the Friday before,
 * one on a Sunday on the Monday after; a New Year's Day on a Saturday is not observed, as that Friday ends an accounting
 * period. Years not listed have weekends only: add the year before trading it.
 */
export const XNYS: CalendarDefinition = {
  id: 'XNYS',
  zone: 'America/New_York',
  open: '09:30',
  close: '16:00',
  weekdays: [1, 2, 3, 4, 5],
  holidays: [
    ...['2014-01-01', '2014-01-20', '2014-02-17', '2014-04-18', '2014-05-26'],
    ...['2014-07-04', '2014-09-01', '2014-11-27', '2014-12-25'],
    ...['2022-01-17', '2022-02-21', '2022-04-15', '2022-05-30', '2022-06-20'],
    ...['2022-07-04', '2022-09-05', '2022-11-24', '2022-12-26'],
    ...['2023-01-02', '2023-01-16', '2023-02-20', '2023-04-07', '2023-05-29', '2023-06-19'],
    ...['2023-07-04', '2023-09-04', '2023-11-23', '2023-12-25'],
    ...['2024-01-01', '2024-01-15', '2024-02-19', '2024-03-29', '2024-05-27', '2024-06-19'],
    ...['2024-07-04', '2024-09-02', '2024-11-28', '2024-12-25'],
    // 9 January 2025: day of mourning for President Carter.
    ...['2025-01-01', '2025-01-09', '2025-01-20', '2025-02-17', '2025-04-18', '2025-05-26', '2025-06-19'],
    ...['2025-07-04', '2025-09-01', '2025-11-27', '2025-12-25'],
    ...['2026-01-01', '2026-01-19', '2026-02-16', '2026-04-03', '2026-05-25', '2026-06-19'],
    ...['2026-07-03', '2026-09-07', '2026-11-26', '2026-12-25'],
    ...['2027-01-01', '2027-01-18', '2027-02-15', '2027-03-26', '2027-05-31', '2027-06-18'],
    ...['2027-07-05', '2027-09-06', '2027-11-25', '2027-12-24'],
  ],
  earlyCloses: {
    '2014-07-03': '13:00',
    '2014-11-28': '13:00',
    '2014-12-24': '13:00',
    '2022-11-25': '13:00',
    '2023-07-03': '13:00',
    '2023-11-24': '13:00',
    '2024-07-03': '13:00',
    '2024-11-29': '13:00',
    '2024-12-24': '13:00',
    '2025-07-03': '13:00',
    '2025-11-28': '13:00',
    '2025-12-24': '13:00',
    '2026-11-27': '13:00',
    '2026-12-24': '13:00',
    '2027-11-26': '13:00',
  },
};

/** Crypto markets: around the clock, every day, dates by UTC. */
export const CRYPTO: CalendarDefinition = {
  id: 'CRYPTO',
  zone: 'UTC',
  open: '00:00',
  close: '00:00',
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  holidays: [],
  earlyCloses: {},
};

/** Every calendar above; catalogs may add their own. */
export const CALENDARS: readonly CalendarDefinition[] = [XNYS, CRYPTO];
