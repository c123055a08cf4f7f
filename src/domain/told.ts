/** Which of two reports of a venue is the newer one: by its sequence where it has one, else by its time. */
import type { ExecutionReport } from './execution-report';

/**
 * The newest reports that told the order's state, its quantity and a split: what is older changes none of them.
 * Numbers are places in the venue's stream, 0 when the newest came without one; `atMs` are their times at the venue.
 */
export interface Told {
  readonly state: number;
  readonly quantity: number;
  /** Totals told before the newest split count other shares. */
  readonly split?: number;
  /** Absent on orders from before times were kept. */
  readonly atMs?: { readonly state: number; readonly quantity: number; readonly split?: number };
}
type Aspect = 'state' | 'quantity' | 'split';
/** Where a report stands among the others of its venue. */
export interface Place {
  readonly sequence?: number;
  readonly venueTimeMs?: number;
}

export const placeOf = ({ sequence, transactTimeMs }: ExecutionReport): Place => ({
  ...(sequence > 0 ? { sequence } : {}),
  venueTimeMs: transactTimeMs,
});

/** The report comes from before what is known of this aspect. Two of one time are as they came. */
export function isOlder(told: Told | undefined, report: ExecutionReport, aspect: Aspect): boolean {
  return compare(told, placeOf(report), aspect) < 0;
}
/** The report comes from after what is known of this aspect. */
export function isNewer(told: Told | undefined, report: ExecutionReport, aspect: Aspect): boolean {
  return compare(told, placeOf(report), aspect) > 0;
}

/** What is known after an event that a report of this place made. */
export function toldAfter(told: Told | undefined, place: Place, aspects: Readonly<Record<Aspect, boolean>>): Told {
  const moved = (aspect: Aspect): boolean => aspects[aspect] && compare(told, place, aspect) >= 0;
  const sequence = (aspect: Aspect): number | undefined => (moved(aspect) ? (place.sequence ?? 0) : told?.[aspect]);
  const time = (aspect: Aspect): number | undefined => (moved(aspect) ? place.venueTimeMs : told?.atMs?.[aspect]);
  const [split, splitAtMs] = [sequence('split'), time('split')];
  return {
    state: sequence('state') ?? 0,
    quantity: sequence('quantity') ?? 0,
    ...(split === undefined ? {} : { split }),
    atMs: {
      state: time('state') ?? 0,
      quantity: time('quantity') ?? 0,
      ...(splitAtMs === undefined ? {} : { split: splitAtMs }),
    },
  };
}

function compare(told: Told | undefined, place: Place, aspect: Aspect): number {
  const known = told?.[aspect] ?? 0;
  const sequence = place.sequence ?? 0;
  const knownAtMs = told?.atMs?.[aspect];
  // A place before the known one at a later time: the venue counts anew, as many do each day.
  const isAnew = knownAtMs !== undefined && (place.venueTimeMs ?? 0) > knownAtMs;
  if (sequence > 0 && known > 0 && !(sequence < known && isAnew)) return sequence - known;
  // Nothing is known of this aspect yet, or it is from before times were kept: the report is news.
  return knownAtMs === undefined || place.venueTimeMs === undefined ? 1 : place.venueTimeMs - knownAtMs;
}
