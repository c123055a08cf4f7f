/** The desk where limits are changed: what people ask of it lands in the database, and what waits for a second person ends. */
import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  patched,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { LimitsAnswer } from '../src/contracts/limits';
import { checkLimitsDecision, checkLimitsQuestion, checkProposal } from '../src/domain/limits-command';
import type { Violation } from '../src/domain/order-request';
import { limitsActivities } from './activity-options';
import { OneByOne } from './one-by-one';
import { decideLimitsUpdate, proposeLimitsUpdate, readLimitsUpdate } from './messages';

/** No update waits longer (design rule 6). */
const UPDATE_WAIT_MAX_MS = 9_000;
/** Between the clocks of server and database a proposal may seem to have ended too early: it is looked at again. */
const LOOK_AGAIN_MS = 1_000;
const UNDER_WAY: LimitsAnswer = { kind: 'underWay' };

/**
 * One run at a time, for as long as something is under way or waits. The database is the truth; this is the way to it for
 * everybody who has Temporal only, the clock of what waits, and, as its history, the record of who asked for what.
 */
export async function limitsDesk(): Promise<void> {
  const things = new OneByOne(patched('each-thing-by-itself'));
  let underWay = 0;
  let hasNews = false;

  /** The answer of a work that is tried until it is done, or nothing within an update's time; it is then done later. */
  const answerOf = async <T>(started: Promise<T>): Promise<T | undefined> => {
    const work = things.result(started);
    let settled: { readonly answer: T } | { readonly error: unknown } | undefined;
    underWay += 1;
    void work
      .then(
        (answer) => (settled = { answer }),
        (error: unknown) => (settled = { error }),
      )
      .then(() => {
        underWay -= 1;
        hasNews = true;
      });
    await things.holds(() => settled !== undefined, UPDATE_WAIT_MAX_MS);
    if (settled === undefined) return undefined;
    if ('error' in settled) throw settled.error;
    return settled.answer;
  };

  setHandler(
    proposeLimitsUpdate,
    (command) =>
      things.message(async () => {
        const summary = `${command.proposalId} by ${command.actor}: ${command.reason}`.slice(0, 200);
        return (await answerOf(limitsActivities.proposeLimits.executeWithOptions({ summary }, [command]))) ?? UNDER_WAY;
      }),
    { validator: refuseBadProposal },
  );
  setHandler(
    decideLimitsUpdate,
    (command) =>
      things.message(async () => {
        const summary = `${command.verdict} ${command.proposalId} by ${command.actor}`;
        return (await answerOf(limitsActivities.decideLimits.executeWithOptions({ summary }, [command]))) ?? UNDER_WAY;
      }),
    { validator: refuseBadDecision },
  );
  setHandler(
    readLimitsUpdate,
    (question) =>
      things.message(async () => {
        const view = await answerOf(limitsActivities.readLimits.executeWithOptions({ summary: 'read' }, [question]));
        if (view !== undefined) return view;
        throw ApplicationFailure.nonRetryable('STORE_UNAVAILABLE: the database does not answer', 'STORE_UNAVAILABLE');
      }),
    { validator: refuseBadQuestion },
  );

  const isNews = (): boolean => hasNews;
  const isIdle = (): boolean => underWay === 0 && allHandlersFinished();
  for (;;) {
    hasNews = false;
    const { nextInMs } = await things.result(
      limitsActivities.expireLimits.executeWithOptions({ summary: 'what waits?' }, []),
    );
    if (workflowInfo().continueAsNewSuggested) {
      await condition(isIdle);
      await continueAsNew<typeof limitsDesk>();
    }
    if (nextInMs !== undefined) await things.holds(isNews, Math.max(nextInMs, LOOK_AGAIN_MS));
    else {
      await condition(() => isNews() || isIdle());
      if (!isNews()) return;
    }
  }
}

const refuseBadProposal = (command: unknown): void => {
  refuse(checkProposal(command));
};
const refuseBadDecision = (command: unknown): void => {
  refuse(checkLimitsDecision(command));
};
const refuseBadQuestion = (question: unknown): void => {
  refuse(checkLimitsQuestion(question));
};

/** Refuses a command before it becomes history; the failure names field, value and rule. */
function refuse(violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  const text = violations.map(({ field, value, rule }) => `${field} ${value}: ${rule}`).join('; ');
  throw ApplicationFailure.nonRetryable(text, 'COMMAND_INVALID', violations);
}
