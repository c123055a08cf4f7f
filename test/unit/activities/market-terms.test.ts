import { marketTerms } from '../../../activities/market-terms';
import { createExchangeCalendars } from '../../../src/calendars/exchange-calendars';
import { TimeInForce } from '../../../src/domain/order-request';
import { instrument, request } from '../domain/trading-fixtures';

const NEW_YORK = {
  ...{ id: 'NY', zone: 'America/New_York', open: '09:30', close: '16:00', weekdays: [1, 2, 3, 4, 5] },
  ...{ holidays: [], earlyCloses: {} },
};
const CRYPTO = {
  ...NEW_YORK,
  id: 'CRYPTO',
  zone: 'UTC',
  open: '00:00',
  close: '00:00',
  weekdays: [1, 2, 3, 4, 5, 6, 7],
};
const calendars = createExchangeCalendars([NEW_YORK, CRYPTO]);
const GTD_END_MS = Date.parse('2014-06-09T15:00:00Z');

/** When an order ends by itself that is sent at a wall time. */
function endOf(timeInForce: TimeInForce, calendarId: string, atTime: string): string | undefined {
  const clock = { nowMs: () => Date.parse(atTime) };
  const order = request({ timeInForce, ...(timeInForce === 'GTD' ? { expireAtMs: GTD_END_MS } : {}) });
  const { expiresAtMs } = marketTerms({ calendars, clock }, order, instrument({ calendarId }), undefined).terms;
  return expiresAtMs === undefined ? undefined : new Date(expiresAtMs).toISOString();
}

test.each([
  ['NY', '2014-06-05T14:00:00Z', '2014-06-05T20:00:00.000Z'],
  ['NY', '2014-06-05T21:00:00Z', '2014-06-06T20:00:00.000Z'],
  ['CRYPTO', '2014-06-05T14:00:00Z', '2014-06-06T00:00:00.000Z'],
])('an order in %s at %s ends with the session or by its own time in force', (calendarId, atTime, sessionEnd) => {
  const ends = Object.values(TimeInForce).map((timeInForce) => [timeInForce, endOf(timeInForce, calendarId, atTime)]);
  expect(Object.fromEntries(ends)).toEqual({
    ...{ DAY: sessionEnd, AT_THE_OPEN: sessionEnd, AT_THE_CLOSE: sessionEnd, GTX: sessionEnd },
    ...{ GTD: '2014-06-09T15:00:00.000Z', GTC: undefined, IOC: undefined, FOK: undefined },
  });
});
