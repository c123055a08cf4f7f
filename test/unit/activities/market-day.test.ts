import { marketDayOf } from '../../../activities/market-day';
import { CALENDARS } from '../../../src/calendars/definitions';
import { createExchangeCalendars } from '../../../src/calendars/exchange-calendars';

const calendars = createExchangeCalendars(CALENDARS);
const dayAt = (calendarId: string, time: string) => {
  const session = calendars.sessions(calendarId, Date.parse(time), 1)[0];
  const { fromMs, toMs } = marketDayOf(calendars, calendarId, session, Date.parse(time));
  return [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
};

test.each([
  ['in a session', '2014-06-06T14:00:00Z', '2014-06-05T20:00:00.000Z', '2014-06-06T20:00:00.000Z'],
  ['before the open', '2014-06-06T09:00:00Z', '2014-06-05T20:00:00.000Z', '2014-06-06T20:00:00.000Z'],
  [
    'on a weekend: Monday’s, since Friday’s close',
    '2014-06-07T12:00:00Z',
    '2014-06-06T20:00:00.000Z',
    '2014-06-09T20:00:00.000Z',
  ],
])('the day of New York %s', (_name, time, from, to) => {
  expect(dayAt('XNYS', time)).toEqual([from, to]);
});

test('the day of a market that never closes is the UTC day', () => {
  expect(dayAt('CRYPTO', '2014-06-06T00:00:00Z')).toEqual(['2014-06-06T00:00:00.000Z', '2014-06-07T00:00:00.000Z']);
  expect(dayAt('CRYPTO', '2014-06-06T23:59:59Z')).toEqual(['2014-06-06T00:00:00.000Z', '2014-06-07T00:00:00.000Z']);
});
