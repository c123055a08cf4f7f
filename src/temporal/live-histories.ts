/** Reads workflow histories from a running server, a few at a time. */
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { NamedHistory } from './history-files';

/** Histories fetched at once, and so held at once: the SDK's `intoHistories` reads on ahead of whoever replays. */
const FETCHED_AT_ONCE = 10;

/** The histories of all workflows that a visibility query finds, running ones included; the newest `limit` of them. */
export async function* liveHistories(
  client: Client,
  options: { readonly query?: string; readonly limit: number },
): AsyncGenerator<NamedHistory> {
  let slice: Promise<NamedHistory | undefined>[] = [];
  let listed = 0;
  for await (const { workflowId, runId } of client.workflow.list(
    options.query === undefined ? {} : { query: options.query },
  )) {
    slice.push(fetchHistory(client, workflowId, runId));
    listed += 1;
    if (slice.length < FETCHED_AT_ONCE && listed < options.limit) continue;
    yield* await fetched(slice);
    slice = [];
    if (listed >= options.limit) return;
  }
  yield* await fetched(slice);
}

const fetched = async (slice: readonly Promise<NamedHistory | undefined>[]): Promise<NamedHistory[]> =>
  (await Promise.all(slice)).filter((history) => history !== undefined);

async function fetchHistory(client: Client, workflowId: string, runId: string): Promise<NamedHistory | undefined> {
  try {
    return {
      name: `${workflowId} ${runId}`,
      workflowId,
      history: await client.workflow.getHandle(workflowId, runId).fetchHistory(),
    };
  } catch (error) {
    // Past its retention since it was listed: there is nothing left that could break.
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
