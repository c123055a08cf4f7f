/** What a deploy did to orders, by Temporal's histories and the venue's own ledger. */
import { temporal } from '@temporalio/proto';
import { orderWorkflowId } from '../../src/domain/ids';
import type { History, NamedHistory } from '../../src/temporal/history-files';
import { replayHistories } from '../../workers/replay';
import type { Build } from './builds';
import { VENUE } from './load';
import type { Sent } from './load';
import type { Stage } from './stage';

/** One run of an order. */
export interface Run {
  readonly name: string;
  readonly workflowId: string;
  readonly history: History;
  /** Build ids that worked on it, in turn. */
  readonly builds: readonly string[];
  /** It was taken off the build that it began on by hand. */
  readonly wasMoved: boolean;
  /** Tasks that failed for their code; races with messages that come meanwhile are everyday life and not counted. */
  readonly failures: number;
}

const { WorkflowTaskFailedCause: Cause } = temporal.api.enums.v1;
const OF_CODE: ReadonlySet<unknown> = new Set([
  Cause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR,
  Cause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
]);

/** What a history tells of builds. */
export function readRun(name: string, workflowId: string, history: History): Run {
  const events = history.events ?? [];
  const worked = events
    .map(({ workflowTaskCompletedEventAttributes: task }) => task?.deploymentVersion?.buildId ?? '')
    .filter((buildId) => buildId !== '');
  return {
    ...{ name, workflowId, history },
    builds: worked.filter((buildId, at) => buildId !== worked[at - 1]),
    wasMoved: events.some(
      ({ workflowExecutionOptionsUpdatedEventAttributes: change }) => change?.versioningOverride?.autoUpgrade === true,
    ),
    failures: events.filter(({ workflowTaskFailedEventAttributes: failed }) => OF_CODE.has(failed?.cause)).length,
  };
}

/** All runs of an order, the first one first. */
export async function runsOf({ client }: Stage, { orderId }: Pick<Sent, 'orderId'>): Promise<readonly Run[]> {
  const workflowId = orderWorkflowId(orderId);
  const runs: Run[] = [];
  let runId: string | undefined = (await client.workflow.getHandle(workflowId).describe()).runId;
  while (runId !== undefined && runId !== '') {
    const history: History = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    runs.unshift(readRun(`${workflowId} ${runId}`, workflowId, history));
    runId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? undefined;
  }
  return runs;
}

/** Replays each run with the code of the build that it ended on; names what does not replay. */
export async function replaysOnItsBuild(runs: readonly Run[], builds: readonly Build[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { buildId, workflowBundle } of builds) {
    const own: readonly NamedHistory[] = runs.filter((run) => run.builds.at(-1) === buildId);
    for await (const { name, error } of replayHistories(workflowBundle, own))
      if (error !== undefined) wrong.push(`${name}: ${error.message.slice(0, 200)}`);
  }
  const known = new Set(builds.map(({ buildId }) => buildId));
  const strange = runs.filter((run) => !known.has(run.builds.at(-1) ?? '')).map(({ name }) => `${name}: of no build`);
  return [...wrong, ...strange];
}

interface Booked {
  readonly clientOrderIds: readonly string[];
  readonly status: string;
  readonly cumQuantity: string;
}

/** All that the venue has ever booked; no fault hides anything of it. */
export async function ledgerOf({ venueUrl }: Pick<Stage, 'venueUrl'>): Promise<readonly Booked[]> {
  const answer = await fetch(`${venueUrl}/v1/${VENUE}/ledger/orders`);
  return ((await answer.json()) as { readonly orders: readonly Booked[] }).orders;
}
/** The venue's order is one of ours, under any id that it ever had. */
export const isOf = (base: string, { clientOrderIds }: Booked): boolean =>
  clientOrderIds.some((id) => id.startsWith(`${base}-`));

/**
 * What each order's venue has of it, against what the order says; names every order where they differ. One that was canceled
 * before it was sent is nowhere, and nothing of it may be filled.
 */
export async function differsFromVenue(stage: Stage, sent: readonly Sent[]): Promise<readonly string[]> {
  const ledger = await ledgerOf(stage);
  const wrong: string[] = [];
  for (const { orderId } of sent) {
    const order = await stage.orders.final(orderId);
    const booked = ledger.filter((each) => isOf(order.clientOrderIdBase ?? '?', each));
    const told = booked.map(({ status, cumQuantity }) => `${status} ${cumQuantity}`);
    const own = `${order.status} ${order.filledQuantity}`;
    const isRight = booked.length === 0 ? own === 'CANCELED 0' : told.join() === own;
    if (!order.finalized || !isRight)
      wrong.push(`${orderId}: ${order.status} ${order.filledQuantity}, at the venue ${told.join(', ') || 'nothing'}`);
  }
  return wrong;
}
