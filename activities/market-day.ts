import type { Session } from '../src/domain/instruments';
import type { Calendars } from '../src/ports/calendar';
import type { MarketDay } from '../src/ports/risk-facts';

const DAY_MS = 24 * 3_600_000;
/** How far back the session before is looked for, longer than any exchange stays closed. */
const LOOK_BACK_MS = 14 * DAY_MS;
/** More sessions than can begin within it. */
const SESSIONS_MOST = 30;

/**
 * The market day of a time: from the close of the session before to the close of the running or next one, so that what is
 * sent before the open counts for the day on which it trades. The UTC day where the market never closes.
 */
export function marketDayOf(
  calendars: Calendars,
  calendarId: string,
  session: Session | undefined,
  marketTimeMs: number,
): MarketDay {
  if (session === undefined) {
    const fromMs = Math.floor(marketTimeMs / DAY_MS) * DAY_MS;
    return { fromMs, toMs: fromMs + DAY_MS };
  }
  const before = calendars
    .sessions(calendarId, session.openMs - LOOK_BACK_MS, SESSIONS_MOST)
    .filter(({ closeMs }) => closeMs <= session.openMs)
    .at(-1);
  return { fromMs: before?.closeMs ?? session.openMs - LOOK_BACK_MS, toMs: session.closeMs };
}
