/** What became of one report that was to be read. */
import type { ExecutionReport } from '../../domain/execution-report';
import { isPrintable, printable } from '../../domain/violations';
import type { UnreadableReport, WithUnreadable } from '../../ports/venue';

/** Either the report or what is known of one that cannot be read. */
export type Reading =
  | { readonly report: ExecutionReport; readonly unreadable?: undefined }
  | { readonly report?: undefined; readonly unreadable: UnreadableReport };

/** Whose reports are read. */
export interface ReportSource {
  readonly venue: string;
  readonly venueAccount: string;
}

/** Longest raw report that is kept, in characters; what a venue says of one order is far shorter. */
export const RAW_MAX = 65_536;
const WHY_MAX = 200;
/** No database takes NUL or half a pair, which a cut may leave. */
const UNKEEPABLE = /\0|\p{Cs}/gu;
const ID_MAX = 128;

/** A value that is no readable report, with as much of its identity as can be read. */
export function unreadable(value: unknown, source: ReportSource, why: string): UnreadableReport {
  const fields = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const { sequence } = fields;
  const isPlace = typeof sequence === 'number' && Number.isSafeInteger(sequence) && sequence > 0;
  return {
    ...unreadableText(JSON.stringify(value), source, why),
    ...(isPlace ? { sequence } : {}),
    ...textOf(fields, 'execId'),
    ...textOf(fields, 'clientOrderId'),
    ...textOf(fields, 'origClientOrderId'),
  };
}

/** A text of which not even the parts can be told. */
export function unreadableText(raw: string, { venue, venueAccount }: ReportSource, why: string): UnreadableReport {
  const note = `… (cut off, ${String(raw.length)} characters in all)`;
  const kept = raw.length > RAW_MAX ? `${raw.slice(0, RAW_MAX - note.length)}${note}` : raw;
  return { venue, venueAccount, raw: kept.replace(UNKEEPABLE, '\uFFFD'), why: printable(why, WHY_MAX) };
}

/**
 * A page of reports that follow a sequence: one whose sequence cannot be read, or is not that of its place, stands
 * between its neighbours and takes the place there. A hole stays a hole.
 */
export function inPlace(readings: readonly Reading[], after: number, lastSequence: number): readonly Reading[] {
  let next = after + 1;
  return readings.map((reading, at) => {
    const place = next;
    const told = sequenceOf(reading);
    const following = readings[at + 1];
    const isBetween = following === undefined ? lastSequence === place : sequenceOf(following) === place + 1;
    next = (told === undefined || (told !== place && isBetween) ? place : told) + 1;
    if (told === place || (told !== undefined && !isBetween)) return reading;
    if (told === undefined) return { unreadable: { ...reading.unreadable, sequence: place } as UnreadableReport };
    const why = `sequence ${String(told)} where ${String(place)} belongs`;
    return { unreadable: { ...asUnreadable(reading, why), sequence: place } };
  });
}

/** The place in the stream that a reading tells. */
export const sequenceOf = (reading: Reading): number | undefined =>
  reading.report === undefined ? reading.unreadable.sequence : reading.report.sequence;

/** The reading as one whose sequence cannot be trusted. */
export function asUnreadable(reading: Reading, why: string): UnreadableReport {
  if (reading.report !== undefined) {
    const { sequence: _told, ...rest } = unreadable(reading.report, reading.report, why);
    return rest;
  }
  const { sequence: _told, ...rest } = reading.unreadable;
  return rest;
}

function textOf<K extends 'execId' | 'clientOrderId' | 'origClientOrderId'>(
  fields: Readonly<Record<string, unknown>>,
  name: K,
): Partial<Record<K, string>> {
  const value = fields[name];
  const isId = typeof value === 'string' && value !== '' && value.length <= ID_MAX && isPrintable(value);
  return isId ? ({ [name]: value } as Record<K, string>) : {};
}

/** The readings as an answer carries them. */
export function partsOf(
  readings: readonly Reading[],
): { readonly reports: readonly ExecutionReport[] } & WithUnreadable {
  const unreadableOnes = readings.flatMap((reading) => reading.unreadable ?? []);
  return {
    reports: readings.flatMap(({ report }) => report ?? []),
    ...(unreadableOnes.length === 0 ? {} : { unreadable: unreadableOnes }),
  };
}
