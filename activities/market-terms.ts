/** What the market asks of an order's timers: sessions, settlement cycle, end. */
import type { ActivityDependencies } from './dependencies';
import type { MarketTerms } from '../src/contracts/order-messages';
import type { Instrument } from '../src/domain/instruments';
import { marketTimeAt } from '../src/domain/market-clock';
import type { MarketClock } from '../src/domain/market-clock';
import { SESSION_TIMES_IN_FORCE } from '../src/domain/order-request';
import type { OrderRequest } from '../src/domain/order-request';

/** Sessions handed to an order at once: two weeks, so that few orders ever ask for more. */
export const SESSIONS_GIVEN = 10;
const DAY_MS = 24 * 3_600_000;
/** How far back the sessions of an order that is taken up reach: its late trades settle by the day on which they were made. */
const TAKEN_UP_SESSIONS_MS = 7 * DAY_MS;

/** Whether a stop order is held here, as its venue triggers none. */
export function holdsStop(deps: Pick<ActivityDependencies, 'venues'>, { type }: OrderRequest, venue: string): boolean {
  return (type === 'STOP' || type === 'STOP_LIMIT') && deps.venues.get(venue)?.capabilities.nativeStops !== true;
}

/**
 * Sessions, settlement cycle and end of an order, in absolute market times.
 *
 * @param createdAtMs Market time at which an order that is taken up was created; its day is that one, not today.
 */
export function marketTerms(
  deps: Pick<ActivityDependencies, 'calendars' | 'clock'>,
  request: Pick<OrderRequest, 'timeInForce' | 'expireAtMs'>,
  instrument: Instrument | undefined,
  clock: MarketClock | undefined,
  createdAtMs?: number,
) {
  const wallTimeMs = deps.clock.nowMs();
  const fromMs = clock?.simOriginMs ?? wallTimeMs - (createdAtMs === undefined ? 0 : TAKEN_UP_SESSIONS_MS);
  const sessions =
    instrument === undefined ? [] : deps.calendars.sessions(instrument.calendarId, fromMs, SESSIONS_GIVEN);
  const marketTimeMs = marketTimeAt(clock, sessions, wallTimeMs);
  const session = sessions.find((candidate) => marketTimeMs < candidate.closeMs);
  const bornMs = createdAtMs ?? marketTimeMs;
  const day = sessions.find((candidate) => bornMs < candidate.closeMs);
  const expiresAtMs = endOf(request, day?.closeMs ?? (Math.floor(bornMs / DAY_MS) + 1) * DAY_MS);
  const terms: Omit<MarketTerms, 'holdsStop'> = {
    sessions,
    cycleDays: instrument?.settlementCycleDays ?? 0,
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
  return { terms, now: { session, marketTimeMs, wallTimeMs } };
}
/** What does not outlive its session ends with it; where the market never closes, with the UTC day. */
function endOf(request: Pick<OrderRequest, 'timeInForce' | 'expireAtMs'>, dayEndMs: number): number | undefined {
  if (SESSION_TIMES_IN_FORCE.includes(request.timeInForce)) return dayEndMs;
  return request.timeInForce === 'GTD' ? request.expireAtMs : undefined;
}
