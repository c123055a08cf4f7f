/** Replays histories with a workflow bundle: the gate before a deploy. */
import { Worker } from '@temporalio/worker';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { NamedHistory, UnreadableHistory } from '../src/temporal/history-files';

/** What came of one history; `error` is absent when it replayed. */
export interface ReplayOutcome {
  readonly name: string;
  readonly workflowId?: string;
  readonly events: number;
  readonly error?: Error;
}

/**
 * Replays each history as it comes, one at a time. What cannot be read counts as failed: a gate that skips proves
 * nothing.
 */
export async function* replayHistories(
  workflowBundle: WorkflowBundleOption,
  histories: AsyncIterable<NamedHistory | UnreadableHistory> | Iterable<NamedHistory | UnreadableHistory>,
): AsyncGenerator<ReplayOutcome> {
  const unreadable: UnreadableHistory[] = [];
  const asked: NamedHistory[] = [];
  async function* readable(): AsyncGenerator<NamedHistory> {
    for await (const history of histories) {
      if (!('history' in history)) {
        unreadable.push(history);
        continue;
      }
      asked.push(history);
      yield history;
    }
  }
  for await (const { error } of Worker.runReplayHistories({ workflowBundle }, readable())) {
    const done = asked.shift();
    if (done === undefined) throw new Error('a replay ended that was not asked for');
    const outcome = { name: done.name, workflowId: done.workflowId, events: done.history.events?.length ?? 0 };
    yield error === undefined ? outcome : { ...outcome, error };
  }
  for (const { name, reason } of unreadable) yield { name, events: 0, error: new Error(reason) };
  for (const { name, workflowId } of asked)
    yield { name, workflowId, events: 0, error: new Error('the replay ended before this history') };
}
