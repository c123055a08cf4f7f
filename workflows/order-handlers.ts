/** Wires messages to an order's desk. Handlers only enqueue and answer; they never change the order themselves. */
import {
  ApplicationFailure,
  CancellationScope,
  condition,
  currentUpdateInfo,
  patched,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  AwaitStagePayload,
  CommandAnswer,
  ModifyOrderPayload,
  OrderMessage,
} from '../src/contracts/order-messages';
import { awaitsApproval, isTerminal } from '../src/domain/order';
import type { ExecutionReport } from '../src/domain/execution-report';
import type { Order } from '../src/domain/order';
import { refusalOfReuse } from '../src/domain/order-decisions';
import { checkChange } from '../src/domain/request-validation';
import { printable } from '../src/domain/violations';
import {
  approveOrderSignal,
  approveOrderUpdate,
  awaitStageUpdate,
  cancelOrderSignal,
  cancelOrderUpdate,
  executionReportsSignal,
  marketTriggerSignal,
  modifyOrderSignal,
  modifyOrderUpdate,
  orderEventsQuery,
  orderQuery,
  rejectOrderSignal,
  rejectOrderUpdate,
} from './messages';
import type { Command } from './command-answers';
import type { OrderDesk } from './order-desk';
import { directlyIn } from './order-turns';
import type { Arrive } from './order-turns';

/** No update waits longer (design rule 6): ten waiters fill the ten places that a workflow has for updates. */
const UPDATE_WAIT_MAX_MS = 10_000;
const TEXT_MAX = 200;

/**
 * Registers every handler, synchronously: messages may arrive before the workflow's first await.
 *
 * @param arrive Keeps the end of a wait for a turn of its own; absent in the loop of an earlier version.
 */
export function wireHandlers(desk: OrderDesk, isLeaving: () => boolean, arrive?: Arrive): void {
  let signals = 0;
  const signalId = (given: unknown): string =>
    text(given) ?? `signal-${workflowInfo().runId.slice(0, 8)}-${String((signals += 1))}`;
  const cancel = (commandId: string, payload: unknown, actor: 'client' | 'operator' = 'client'): void => {
    const reason = text(record(payload)['reason']) ?? 'asked by the client';
    desk.queue.push({ kind: 'cancel', commandId, actor, reason });
  };
  setHandler(cancelOrderSignal, (payload) => {
    cancel(signalId(record(payload).commandId), payload);
  });
  setHandler(modifyOrderSignal, (payload) => {
    const { commandId, ...change } = record(payload);
    desk.queue.push({ kind: 'modify', commandId: signalId(commandId), change });
  });
  setHandler(executionReportsSignal, (reports: unknown) => {
    takeReports(desk.queue, reports);
  });
  setHandler(marketTriggerSignal, (payload: unknown) => {
    const { price, marketTimeMs } = record(payload);
    if (typeof price === 'string' && typeof marketTimeMs === 'number')
      desk.queue.push({ kind: 'trigger', price, marketTimeMs });
  });
  setHandler(cancelOrderUpdate, (payload) => {
    const commandId = updateId(record(payload).commandId);
    cancel(commandId, payload);
    return uncanceled(() => answered(desk, 'cancel', commandId));
  });
  setHandler(
    modifyOrderUpdate,
    (payload) => {
      const { commandId: given, ...change } = record(payload);
      const commandId = updateId(given);
      desk.queue.push({ kind: 'modify', commandId, change });
      return uncanceled(async () => ofThisChange(await answered(desk, 'modify', commandId), change));
    },
    { validator: refuseBadChange },
  );
  wireOverrides(desk, signalId);
  setHandler(
    awaitStageUpdate,
    ({ stage }) =>
      uncanceled(async () => {
        const isOver = (): boolean => hasReached(desk.order, stage) || isLeaving();
        const summary = `a caller waits for ${stage}`;
        if (arrive === undefined) await condition(isOver, UPDATE_WAIT_MAX_MS, { summary });
        else await waited(isOver, desk, arrive, summary);
        return { ...desk.view(), ...(desk.submissionId === undefined ? {} : { submissionId: desk.submissionId }) };
      }),
    { validator: refuseUnknownStage },
  );
  setHandler(orderQuery, () => desk.view());
  setHandler(orderEventsQuery, () => ({ total: desk.eventCount, events: desk.events }));
  // Temporal's own cancel request, from the UI or the command line, is the cancel command of an operator (rule 7).
  CancellationScope.current().cancelRequested.catch(() => {
    cancel('temporal-cancel-request', { reason: 'cancel requested in Temporal' }, 'operator');
  });
}

/** A second person's word on an order that the checks would deny. */
function wireOverrides(desk: OrderDesk, signalId: (given: unknown) => string): void {
  for (const [kind, signal, update] of [
    ['approve', approveOrderSignal, approveOrderUpdate],
    ['reject', rejectOrderSignal, rejectOrderUpdate],
  ] as const) {
    const say = (commandId: string, payload: unknown): void => {
      const { actor, reason } = record(payload);
      desk.queue.push({ kind, commandId, by: text(actor) ?? '', reason: text(reason) ?? '' });
    };
    setHandler(signal, (payload) => {
      say(signalId(record(payload).commandId), payload);
    });
    setHandler(update, (payload) => {
      const commandId = updateId(record(payload).commandId);
      say(commandId, payload);
      return uncanceled(() => answered(desk, kind, commandId));
    });
  }
}

/** Queues what a signal of execution reports brings, whoever sent it. */
export function takeReports(queue: { push(message: OrderMessage): unknown }, reports: unknown): void {
  const sent: readonly unknown[] = Array.isArray(reports) ? reports : [reports];
  const isObject = (report: unknown): boolean => typeof report === 'object' && report !== null;
  // What is no report is refused as one, with what it was in its words: nothing is dropped without a trace.
  const keepsAll = (Array.isArray(reports) && sent.every(isObject)) || patched('refuse-what-is-no-report');
  const kept = keepsAll ? sent : Array.isArray(reports) ? sent.filter(isObject) : [];
  const list = kept.map((report) => (isObject(report) ? report : { venue: report })) as readonly ExecutionReport[];
  if (list.length > 0) queue.push({ kind: 'reports', reports: list });
}

/** Whoever asks gets an answer also after a cancel request of Temporal, which would end every wait with a failure. */
const uncanceled = <T>(wait: () => Promise<T>): Promise<T> => CancellationScope.nonCancellable(wait);

/** The stage is reached, or can never be reached any more. */
function hasReached(order: Order, stage: AwaitStagePayload['stage']): boolean {
  const decided = order.clientOrderIdBase !== undefined || awaitsApproval(order) || isTerminal(order.status);
  return stage === 'risk'
    ? decided
    : isTerminal(order.status) || order.held !== undefined || order.submission === 'ACKNOWLEDGED';
}

/** Waits a while; the wait begins and ends with turns of the loop, whatever else comes with it. */
async function waited(isOver: () => boolean, desk: OrderDesk, arrive: Arrive, summary: string): Promise<void> {
  const scope = new CancellationScope({ cancellable: true });
  const wait = { isDone: false };
  const end = (): void => {
    wait.isDone = true;
  };
  const begin = (): void => {
    if (wait.isDone || isOver()) return;
    directlyIn(scope, () => sleep(UPDATE_WAIT_MAX_MS, { summary })).then(
      () => {
        arrive(end);
      },
      () => {
        // Canceled: what was waited for has come.
      },
    );
  };
  desk.queue.push({ kind: 'wait', begin });
  await condition(() => isOver() || wait.isDone);
  end();
  scope.cancel();
}

async function answered(desk: OrderDesk, kind: Command['kind'], commandId: string): Promise<CommandAnswer> {
  const command = { kind, commandId };
  await condition(() => desk.answers.to(command) !== undefined);
  const verdict = desk.answers.to(command) ?? { accepted: false, code: 'ORDER_CLOSED', text: 'the order ended first' };
  return { ...verdict, order: desk.view() };
}

/** The answer, unless it is that of another change under the same command id. */
function ofThisChange(answer: CommandAnswer, asked: ModifyOrderPayload): CommandAnswer {
  const checked = checkChange(asked);
  const reused = checked.ok ? refusalOfReuse(answer.change, checked.change) : undefined;
  return reused === undefined ? answer : { accepted: false, ...reused, order: answer.order };
}

const updateId = (given: unknown): string => text(given) ?? currentUpdateInfo()?.id ?? 'update';
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? printable(value, TEXT_MAX) : undefined;
const record = (value: unknown): Record<string, unknown> & ModifyOrderPayload =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown> & ModifyOrderPayload) : {};

function refuseBadChange(payload: unknown): void {
  const { commandId: _commandId, ...change } = record(payload);
  const checked = checkChange(change);
  if (checked.ok) return;
  const sentence = checked.violations.map((broken) => `${broken.field} ${broken.value}: ${broken.rule}`).join('; ');
  throw ApplicationFailure.nonRetryable(sentence, 'CHANGE_INVALID', checked.violations);
}
function refuseUnknownStage(payload: unknown): void {
  const { stage } = record(payload) as { stage?: unknown };
  if (stage === 'risk' || stage === 'acknowledged') return;
  throw ApplicationFailure.nonRetryable('stage must be risk or acknowledged', 'STAGE_UNKNOWN');
}
