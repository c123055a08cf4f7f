/** Reads the three ledgers of a running stack and checks everything that must hold between them. */
import { defaultPayloadConverter } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { WorkflowName } from '../src/contracts/names';
import type { OrderView } from '../src/contracts/order-messages';
import type { ExecutionReport } from '../src/domain/execution-report';
import { orderIdOfWorkflow } from '../src/domain/ids';
import type { OmsClient } from '../src/client/oms-client';
import { compareLedgers, invariantOf } from './ledger-comparison';
import type { Invariant, Invariants, Ledgers, VenueLedgerOrder, WorkflowOrder } from './ledger-comparison';
import type { Stack } from './stack';
import type { Catalog } from '../src/catalog';

type History = temporal.api.history.v1.IHistory;

/** What is checked, and with what. */
export interface Proof {
  readonly stack: Pick<Stack, 'oms' | 'orders' | 'venueUrl' | 'bundle'>;
  readonly catalog: Catalog;
  /** Identities of workers that had wrong code on purpose: what fails with them is no fault. */
  readonly wrongWorkers?: ReadonlySet<string>;
  readonly progress?: (line: string) => void;
}

interface RecordedRun {
  readonly workflowId: string;
  readonly isOrder: boolean;
  readonly isRunning: boolean;
  readonly history: History;
}

/** More than any run of ours has; a page, not a limit. */
const ALL = 1_000_000;
/** Histories fetched at once. */
const FETCHES_AT_ONCE = 8;
/** The list of executions lags behind the executions by moments. */
const VISIBLE_WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = 250;

/** Checks every invariant; call it when no order is on its way any more. */
export async function checkInvariants({
  stack,
  catalog,
  wrongWorkers = new Set(),
  progress = () => undefined,
}: Proof): Promise<Invariants> {
  const { orders: store, journal } = stack.oms.deps;
  const orders = await store.orders({ limit: ALL });
  progress(`reads the histories of ${String(orders.length)} orders`);
  const runs = await readRuns(stack.oms.client, orders.length);
  const ledgers: Ledgers = {
    ...(await readVenues(stack.venueUrl, catalog)),
    orders,
    executions: await store.executions(),
    reservations: await store.openReservations(),
    positions: await store.positions(),
    cash: await store.cash(),
    accounts: catalog.accounts,
    currencies: Object.fromEntries(catalog.instruments.map(({ symbol, currency }) => [symbol, currency])),
    workflows: (
      await Promise.all(
        runs.filter((run) => run.isOrder && !isContinued(run)).map((run) => workflowOrder(run, stack.orders)),
      )
    ).flatMap((order) => order ?? []),
  };
  progress(`replays ${String(runs.length)} histories`);
  const verified = await journal.verify();
  return {
    ...compareLedgers(ledgers),
    historiesReplay: await replay(stack.bundle, runs),
    noWorkflowTaskFailed: noTaskFailed(runs, wrongWorkers),
    journalVerifies: invariantOf(verified.events, verified.broken),
  };
}

async function readVenues(venueUrl: string, catalog: Catalog): Promise<Pick<Ledgers, 'venueOrders' | 'venueReports'>> {
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${venueUrl}${path}`);
    if (!answer.ok) throw new Error(`the venue answers ${String(answer.status)} to ${path}`);
    return (await answer.json()) as T;
  };
  const venueOrders: VenueLedgerOrder[] = [];
  const venueReports: ExecutionReport[] = [];
  for (const { venue } of catalog.venues) {
    const { orders } = await get<{ orders: Omit<VenueLedgerOrder, 'venue'>[] }>(`/v1/${venue}/ledger/orders`);
    const { reports } = await get<{ reports: ExecutionReport[] }>(`/v1/${venue}/ledger/reports`);
    venueOrders.push(...orders.map((order) => ({ ...order, venue })));
    venueReports.push(...reports);
  }
  return { venueOrders, venueReports };
}

/** Every run of every workflow with its history. */
async function readRuns(client: Client, ordersExpected: number): Promise<readonly RecordedRun[]> {
  const giveUpMs = Date.now() + VISIBLE_WITHIN_MS;
  for (;;) {
    const found = [];
    for await (const execution of client.workflow.list()) found.push(execution);
    const isOrder = (type: string): boolean => type === WorkflowName.order;
    if (found.filter((execution) => isOrder(execution.type)).length < ordersExpected && Date.now() < giveUpMs) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      continue;
    }
    const waiting = [...found];
    const runs: RecordedRun[] = [];
    const fetchSome = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { workflowId, runId, type, status } = next;
        const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
        runs.push({ workflowId, history, isOrder: isOrder(type), isRunning: status.name === 'RUNNING' });
      }
    };
    await Promise.all(Array.from({ length: FETCHES_AT_ONCE }, fetchSome));
    return runs;
  }
}

/** An earlier run of an order that went on as another one is not the order's end. */
const isContinued = ({ history }: RecordedRun): boolean =>
  Boolean(history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes);

/**
 * An order as its own history tells it: the recorded result, or the answer of the running workflow. Undefined when that
 * does not answer: then the comparison misses it, and the rest is judged all the same.
 */
async function workflowOrder(
  { workflowId, isRunning, history }: RecordedRun,
  orders: OmsClient,
): Promise<WorkflowOrder | undefined> {
  const orderId = orderIdOfWorkflow(workflowId);
  if (orderId === undefined) throw new Error(`an order workflow with the id ${workflowId}`);
  const payload = history.events?.at(-1)?.workflowExecutionCompletedEventAttributes?.result?.payloads?.[0];
  const view =
    payload === undefined
      ? await orders.get(orderId).catch(() => undefined)
      : defaultPayloadConverter.fromPayload<OrderView>(payload);
  if (view === undefined) return undefined;
  const { status, finalized, filledQuantity, averagePrice, fees } = view;
  return {
    orderId,
    status,
    finalized,
    isRunning: isRunning && payload === undefined,
    filledQuantity,
    fees,
    ...(averagePrice === undefined ? {} : { averagePrice }),
  };
}

/** Replays every history with the code that runs now. */
async function replay(workflowBundle: WorkflowBundleOption, runs: readonly RecordedRun[]): Promise<Invariant> {
  const violations: string[] = [];
  let replayed = 0;
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle },
    runs.map(({ workflowId, history }) => ({ workflowId, history })),
  )) {
    replayed += 1;
    if (error !== undefined) violations.push(`${workflowId}: ${error.message}`);
  }
  if (replayed < runs.length) violations.push(`${String(runs.length - replayed)} histories were not replayed`);
  return invariantOf(replayed, violations);
}

const { WorkflowTaskFailedCause } = temporal.api.enums.v1;
/** A task that the server refuses as a signal came late, or breaks off as a hundred came, runs again by design. */
const BY_THE_SERVER: ReadonlySet<number> = new Set([
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
]);

/** Every other failed task is a fault of ours. */
export function noTaskFailed(
  runs: readonly Pick<RecordedRun, 'workflowId' | 'history'>[],
  wrongWorkers: ReadonlySet<string>,
): Invariant {
  const violations = runs.flatMap(({ workflowId, history }) =>
    (history.events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
      !failed || BY_THE_SERVER.has(Number(failed.cause)) || wrongWorkers.has(failed.identity ?? '')
        ? []
        : [`${workflowId}: ${failed.failure?.message ?? `cause ${String(failed.cause)}`}`],
    ),
  );
  return invariantOf(runs.length, violations);
}
