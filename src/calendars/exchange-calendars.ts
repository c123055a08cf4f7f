/** Computes sessions and business days of exchanges from their definitions, in each exchange's own time zone. */
import { DateTime } from 'luxon';
import type { CalendarDefinition, Session } from '../domain/instruments';
import type { Calendars } from '../ports/calendar';

/** More closed days in a row than any exchange has; beyond it the definition is wrong and a search must end. */
const LONGEST_CLOSURE_DAYS = 60;
/** About sixteen years of sessions; a full cache is emptied, so that a long replay cannot grow it for ever. */
const CACHED_DAYS_MAX = 4096;

/**
 * Makes the calendars of a set of definitions; throws at once on a definition that cannot be computed with.
 *
 * A day's session runs from local `open` to local `close` (or its early close), so daylight saving moves it in UTC.
 * Times outside a session belong to the same local date when it is a business day, else to the next business day.
 */
export function createExchangeCalendars(definitions: readonly CalendarDefinition[]): Calendars {
  const calendars = new Map<string, ExchangeCalendar>();
  for (const definition of definitions) {
    if (calendars.has(definition.id)) throw new Error(`calendar ${definition.id} is defined twice`);
    calendars.set(definition.id, new ExchangeCalendar(definition));
  }
  const calendar = (id: string): ExchangeCalendar => {
    const found = calendars.get(id);
    if (found === undefined) throw new Error(`unknown calendar ${id}: known are ${[...calendars.keys()].join(', ')}`);
    return found;
  };
  return {
    sessions: (id, fromMs, count) => calendar(id).sessions(fromMs, count),
    settlementTime: (id, tradeMs, cycleDays) => calendar(id).settlementTime(tradeMs, cycleDays),
  };
}

/** Sessions that answer for every time from `fromMs` to the close of the first, exclusive. */
interface Answer {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly sessions: readonly Session[];
}

class ExchangeCalendar {
  readonly #definition: CalendarDefinition;
  readonly #continuous: boolean;
  readonly #weekdays: ReadonlySet<number>;
  readonly #holidays: ReadonlySet<string>;
  readonly #byDate = new Map<string, Session>();
  /** The newest answer for each count: most questions of a day are about the same session as the one before. */
  readonly #answers = new Map<number, Answer>();

  constructor(definition: CalendarDefinition) {
    const problems = definitionProblems(definition);
    if (problems.length > 0) throw new Error(`calendar ${definition.id}: ${problems.join('; ')}`);
    this.#definition = definition;
    this.#continuous = definition.open === definition.close;
    this.#weekdays = new Set(definition.weekdays);
    this.#holidays = new Set(definition.holidays);
  }

  sessions(fromMs: number, count: number): readonly Session[] {
    if (this.#continuous) return [];
    const known = this.#answers.get(count);
    if (known !== undefined && fromMs >= known.fromMs && fromMs < known.untilMs) return known.sessions;
    const sessions = this.#sessionsFrom(fromMs, count);
    const [first] = sessions;
    if (first !== undefined) this.#answers.set(count, { fromMs, untilMs: first.closeMs, sessions });
    return sessions;
  }

  #sessionsFrom(fromMs: number, count: number): readonly Session[] {
    const found: Session[] = [];
    let day = this.#localDay(fromMs);
    while (found.length < count) {
      day = this.#businessDayFrom(day);
      const session = this.#sessionOf(day);
      if (session.closeMs > fromMs) found.push(session);
      day = day.plus({ days: 1 });
    }
    return found;
  }

  settlementTime(tradeMs: number, cycleDays: number): number {
    if (!Number.isInteger(cycleDays) || cycleDays < 0) {
      throw new Error(`settlement cycle must be a whole number of days from 0, not ${String(cycleDays)}`);
    }
    if (cycleDays === 0) return tradeMs;
    let day = this.#businessDayFrom(this.#localDay(tradeMs));
    for (let passed = 0; passed < cycleDays; passed += 1) day = this.#businessDayFrom(day.plus({ days: 1 }));
    return this.#sessionOf(day).openMs;
  }

  #localDay(atMs: number): DateTime {
    const at = DateTime.fromMillis(Math.floor(atMs), { zone: this.#definition.zone });
    if (!at.isValid)
      throw new Error(`calendar ${this.#definition.id}: not a time in epoch milliseconds: ${String(atMs)}`);
    return at.startOf('day');
  }

  /** The first business day at or after a local day. */
  #businessDayFrom(from: DateTime): DateTime {
    let day = from;
    for (let closed = 0; closed <= LONGEST_CLOSURE_DAYS; closed += 1) {
      if (this.#weekdays.has(day.weekday) && !this.#holidays.has(dateOf(day))) return day;
      day = day.plus({ days: 1 });
    }
    throw new Error(
      `calendar ${this.#definition.id}: no business day within ${String(LONGEST_CLOSURE_DAYS)} days of ${dateOf(from)}`,
    );
  }

  #sessionOf(day: DateTime): Session {
    const tradeDate = dateOf(day);
    const cached = this.#byDate.get(tradeDate);
    if (cached !== undefined) return cached;
    const { zone, open, close, earlyCloses } = this.#definition;
    const at = (time: string): number => DateTime.fromISO(`${tradeDate}T${time}`, { zone }).toMillis();
    const session = { openMs: at(open), closeMs: at(earlyCloses[tradeDate] ?? close), tradeDate };
    if (this.#byDate.size >= CACHED_DAYS_MAX) this.#byDate.clear();
    this.#byDate.set(tradeDate, session);
    return session;
  }
}

const CLOCK_TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text, { zone: 'UTC' }).isValid;

/** What makes a definition impossible to compute with, as sentences. */
function definitionProblems(definition: CalendarDefinition): readonly string[] {
  const { zone, open, close, weekdays, holidays, earlyCloses } = definition;
  const problems: string[] = [];
  if (!DateTime.utc().setZone(zone).isValid) problems.push(`zone ${zone} is not an IANA time zone`);
  for (const time of [open, close, ...Object.values(earlyCloses)]) {
    if (!CLOCK_TIME.test(time)) problems.push(`${time} is not a time HH:MM`);
  }
  // HH:MM compares as text.
  if (close < open) problems.push(`close ${close} is before open ${open}; a session over midnight is not supported`);
  if (weekdays.length === 0 || weekdays.some((day) => !Number.isInteger(day) || day < 1 || day > 7)) {
    problems.push('weekdays must hold at least one of 1 (Monday) to 7');
  }
  for (const date of [...holidays, ...Object.keys(earlyCloses)]) {
    if (!isDate(date)) problems.push(`${date} is not a date YYYY-MM-DD`);
  }
  if (open !== close) {
    for (const [date, time] of Object.entries(earlyCloses)) {
      if (time <= open || time > close)
        problems.push(`early close ${time} of ${date} is not between ${open} and ${close}`);
    }
  }
  return problems;
}

function dateOf(day: DateTime): string {
  return day.toFormat('yyyy-MM-dd');
}
