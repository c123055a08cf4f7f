/** Asks a venue for reports that could not be read, with growing pauses, until it gives a copy that can be. */
import type { ActivityDependencies } from './dependencies';
import { keepUnreadableAnswer } from './report-troubles';
import { unreadableReport } from '../src/domain/execution-report';
import type { ExecutionReport } from '../src/domain/execution-report';
import type { VenueClientOrderId } from '../src/domain/ids';
import type { UnreadableEntry } from '../src/ports/report-troubles';
import type { VenueConnector } from '../src/ports/venue';

/** Reports asked for per round: a venue limits requests, and those of orders count more. */
const ROUND_MAX = 20;
/** Wait after the first question; it doubles with each further one. */
const FIRST_WAIT_MS = 1_000;
/** Longest wait: what a venue mends in hours is known within a minute of it. */
const WAIT_MAX_MS = 60_000;
/** Doublings that surely reach the longest wait. */
const DOUBLINGS_MAX = 10;

type Dependencies = Pick<ActivityDependencies, 'venueStore' | 'signals' | 'log' | 'clock'>;

/** What a round needs of the session that runs it. */
export interface QuestionRound {
  readonly connector: VenueConnector;
  readonly venueAccount: string;
  /** The place to which the stream has been passed. */
  readonly position: () => number;
  /** Takes reports into the inbox and delivers them. */
  readonly takeIn: (reports: readonly ExecutionReport[]) => Promise<void>;
  /** Ends the round before its next question. */
  readonly signal: AbortSignal;
}

/** What a venue says of one order. */
interface Said {
  readonly reports: readonly ExecutionReport[];
  /** All that it says can be read. */
  readonly isWhole: boolean;
}
type Answers = Map<string, Said | undefined>;

/** Milliseconds to the next question after so many. */
export const nextQuestionMs = (asked: number): number =>
  Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** Math.min(asked, DOUBLINGS_MAX));

/** One round: tells each order once that a report of it cannot be read, and asks for all that is due. */
export async function askForReadable(deps: Dependencies, round: QuestionRound): Promise<void> {
  const { troubles } = deps.venueStore;
  const { venue } = round.connector;
  const answers: Answers = new Map();
  for (const entry of await troubles.due(venue, round.venueAccount, ROUND_MAX)) {
    if (round.signal.aborted) return;
    // Before the question, so that one that always fails does not stand in the way of the others.
    await troubles.putOff(entry, nextQuestionMs(entry.asked));
    try {
      if (!entry.isTold) await tellOrder(deps, round, entry);
      // A venue that does not answer now is not asked for the rest either.
      if (!(await settle(deps, round, entry, answers))) return;
    } catch (error) {
      const { why, ...about } = entry;
      deps.log.warn({ venue, ...about, error }, `asking for a report that cannot be read (${why}) waits`);
    }
  }
}

async function tellOrder(
  { signals, venueStore: { troubles } }: Dependencies,
  { connector: { venue }, venueAccount }: QuestionRound,
  entry: UnreadableEntry,
): Promise<void> {
  const { orderId, clientOrderId, execId, why } = entry;
  if (orderId === undefined || clientOrderId === undefined) {
    await troubles.markTold(entry, 'NONE');
    return;
  }
  const about = { venue, venueAccount, clientOrderId };
  const report = unreadableReport(execId === undefined ? about : { ...about, execId }, why);
  const outcome = await signals.sendReports(orderId, [report]);
  await troubles.markTold(entry, outcome === 'sent' ? 'ORDER' : 'OVER');
}

/** Asks for one; a copy that can be read takes its place. False when the venue does not answer. */
async function settle(
  deps: Dependencies,
  round: QuestionRound,
  entry: UnreadableEntry,
  answers: Answers,
): Promise<boolean> {
  const { troubles } = deps.venueStore;
  const { clientOrderId, sequence } = entry;
  if (clientOrderId === undefined && sequence === undefined) {
    await troubles.markSettled(entry, 'NAMELESS');
    return true;
  }
  let isAnswered = true;
  if (clientOrderId !== undefined) {
    if (!answers.has(clientOrderId)) answers.set(clientOrderId, await askForOrder(deps, round, clientOrderId));
    const said = answers.get(clientOrderId);
    isAnswered = said !== undefined;
    if (said !== undefined && (await takeCopies(deps, round, entry, copiesOf(entry, said, round.position()))))
      return true;
  }
  // What the stream has not passed yet it will bring itself.
  if (sequence === undefined || sequence > round.position()) return isAnswered;
  const there = await askForPlace(deps, round, sequence);
  // Also when it is not what it was taken for: perhaps that is what was wrong with it.
  const copies = there?.filter((report) => report.sequence === sequence) ?? [];
  const isIt = copies.some((report) => isCopyOf(entry, report));
  if (isIt) await takeCopies(deps, round, entry, copies);
  else if (copies.length > 0) await round.takeIn(copies);
  return there !== undefined;
}

async function takeCopies(
  { venueStore, log }: Dependencies,
  { connector: { venue }, takeIn }: QuestionRound,
  entry: UnreadableEntry,
  copies: readonly ExecutionReport[],
): Promise<boolean> {
  if (copies.length === 0) return false;
  await takeIn(copies);
  await venueStore.troubles.markSettled(entry, 'READABLE');
  log.info({ venue, ...entry }, `${venue} gave a readable copy of a report that could not be read`);
  return true;
}

/** Those of an order's reports that stand for the entry. */
function copiesOf(entry: UnreadableEntry, { reports, isWhole }: Said, position: number): readonly ExecutionReport[] {
  const passed = reports.filter((report) => report.sequence <= position);
  if (entry.sequence !== undefined || entry.execId !== undefined)
    return passed.filter((report) => isCopyOf(entry, report));
  // It may be any of them.
  return isWhole && passed.length === reports.length ? passed : [];
}

/** A venue whose sequence began again has another report at the place: the order must be the same. */
const isCopyOf = (entry: UnreadableEntry, report: ExecutionReport): boolean =>
  report.execId === entry.execId ||
  (report.sequence === entry.sequence &&
    (entry.clientOrderId === undefined || report.clientOrderId === entry.clientOrderId));

/** All that the venue can say of the order, or undefined when it does not answer. */
async function askForOrder(
  deps: Dependencies,
  { connector, venueAccount }: QuestionRound,
  clientOrderId: string,
): Promise<Said | undefined> {
  const found = await connector.findOrder(venueAccount, clientOrderId as VenueClientOrderId);
  if (found.kind === 'notFound') return { reports: [], isWhole: false };
  await keepUnreadableAnswer(deps, { venue: connector.venue, venueAccount }, found.unreadable);
  if (found.kind === 'found') return { reports: found.reports, isWhole: found.unreadable === undefined };
  return found.unreadable === undefined ? undefined : { reports: [], isWhole: false };
}

/** What the venue has at a place of the stream, or undefined when it does not answer. */
async function askForPlace(
  deps: Dependencies,
  { connector, venueAccount }: QuestionRound,
  sequence: number,
): Promise<readonly ExecutionReport[] | undefined> {
  try {
    const page = await connector.reportsAfter(venueAccount, sequence - 1, 1);
    await keepUnreadableAnswer(deps, { venue: connector.venue, venueAccount }, page.unreadable);
    return page.reports;
  } catch (error) {
    deps.log.warn({ venue: connector.venue, venueAccount, sequence, error }, 'the venue gives no reports now');
    return undefined;
  }
}
