/** The typed client for strategies: submit, cancel, modify, get, watch and list orders. */
import {
  ServiceError,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure, defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { MemoName, SearchAttribute, WorkflowName } from '../contracts/names';
import { Stage } from '../contracts/names';
import type { CommandAnswer, OrderEventsView, OrderView, StageAnswer } from '../contracts/order-messages';
import { correctionWorkflowId, ID_PART_RULE, orderIdOf, orderIdOfWorkflow, orderWorkflowId } from '../domain/ids';
import type { OrderId } from '../domain/ids';
import type { Instrument } from '../domain/instruments';
import type { MarketClock } from '../domain/market-clock';
import { explainAll } from '../domain/explain';
import { isTerminal, OrderStatus } from '../domain/order';
import type { Actor } from '../domain/order-events';
import type { OrderChange, OrderRequest, Violation } from '../domain/order-request';
import { checkAgainstInstrument, checkChange, checkRequest } from '../domain/request-validation';
import { violation } from '../domain/violations';
import { orderStart, requestHash } from '../temporal/order-start';
import {
  awaitStageUpdate,
  cancelOrderSignal,
  cancelOrderUpdate,
  modifyOrderSignal,
  modifyOrderUpdate,
  orderEventsQuery,
  orderQuery,
} from '../../workflows/messages';
import type { order as orderWorkflow } from '../../workflows';
import { OrderClosedError, OrderConflictError, OrderNotFoundError, OrderRequestError } from './errors';

/** What the client checks requests against before anything is started. */
export interface Reference {
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly accounts: ReadonlySet<string>;
  /** Market time now, for orders with an end. */
  readonly marketTimeMs: (symbol: string) => number;
}
export interface OmsClientOptions {
  readonly client: Client;
  /** Without it only the shape of a request is checked here; the rest is found by the order itself, which is then DENIED. */
  readonly reference?: Reference;
  /** Market clock of new orders by symbol, for replayed markets. */
  readonly clockOf?: (symbol: string) => MarketClock | undefined;
  /** The client shares the worker's connection: the first task comes with the answer to the start. */
  readonly eagerStart?: boolean;
}
export interface SubmitOptions {
  /** How far to wait: durable start (default), risk verdict, venue acknowledge, or all trades settled. */
  readonly wait?: Stage;
  /** Longest wait for `risk` and `acknowledged`; the answer is then the order as it is. */
  readonly timeoutMs?: number;
}
export interface Submitted {
  readonly orderId: OrderId;
  readonly runId: string;
  /** False when the same order had been submitted before. */
  readonly isNew: boolean;
  /** The order at the end of the wait; absent for `accepted`. */
  readonly order?: OrderView;
}
/** One line of a list. */
export interface OrderLine {
  readonly orderId: OrderId;
  readonly status: OrderStatus;
  readonly account: string;
  readonly strategy: string;
  readonly symbol: string;
  readonly side: string;
  readonly venue?: string;
  readonly startedAt: Date;
  readonly isRunning: boolean;
}
export interface ListFilter {
  readonly account?: string;
  readonly strategy?: string;
  readonly symbol?: string;
  readonly side?: string;
  readonly venue?: string;
  readonly status?: OrderStatus;
  readonly limit?: number;
}

/** One step of an order's life, told. */
export interface HistoryStep {
  readonly version: number;
  readonly at: Date;
  readonly actor: Actor;
  /** The id of what caused it: an execution, a command, a timer. */
  readonly cause: string;
  readonly text: string;
}

/** How long `submit` waits for a stage when it is told nothing. */
const STAGE_TIMEOUT_MS = 30_000;
/** How often `watch` looks; a person sees no difference below, and each look costs a query. */
const WATCH_EVERY_MS = 250;
const LIST_MAX = 1_000;
/** A query takes milliseconds; one that takes this long is lost, or the worker is. */
const QUERY_TIMEOUT_MS = 4_000;
const QUERY_ATTEMPTS = 3;
/** Together about half a minute. */
const BUSY_ATTEMPTS = 20;
const BUSY_WAIT_MAX_MS = 2_000;

export class OmsClient {
  constructor(private readonly options: OmsClientOptions) {}

  /**
   * Starts an order. The same id with the same content is the same order, however often it is sent.
   * @throws OrderRequestError before anything is started; OrderConflictError for a used id with other content.
   */
  async submit(raw: OrderRequest, options: SubmitOptions = {}): Promise<Submitted> {
    const request = this.check(raw);
    const wait = options.wait ?? 'accepted';
    if (!Object.hasOwn(Stage, wait)) throw wrongArgument('wait', wait, `One of ${Object.keys(Stage).join(', ')}.`);
    if (wait === 'risk' || wait === 'acknowledged')
      return this.submitAndWait(request, wait, options.timeoutMs ?? STAGE_TIMEOUT_MS);
    const started = await this.start(request);
    if (wait === 'accepted') return started;
    const order = await this.handle(started.orderId).result();
    return { ...started, order };
  }

  /** Asks to cancel and answers what was decided: pending at the venue, done, or refused with the reason. */
  async cancel(orderId: OrderId, reason?: string, commandId?: string): Promise<CommandAnswer> {
    return this.command(orderId, (handle) =>
      handle.executeUpdate(cancelOrderUpdate, {
        args: [{ ...(reason === undefined ? {} : { reason }) }],
        ...(commandId === undefined ? {} : { updateId: commandId }),
      }),
    );
  }

  /** Asks to change quantity or prices. @throws OrderRequestError for a malformed change. */
  async modify(orderId: OrderId, raw: OrderChange, commandId?: string): Promise<CommandAnswer> {
    const checked = checkChange(raw);
    if (!checked.ok) throw new OrderRequestError(checked.violations);
    return this.command(orderId, (handle) =>
      handle.executeUpdate(modifyOrderUpdate, {
        args: [checked.change],
        ...(commandId === undefined ? {} : { updateId: commandId }),
      }),
    );
  }

  /** Asks to cancel without waiting for anything but Temporal; works when everything else is down. */
  async signalCancel(orderId: OrderId, reason?: string, commandId?: string): Promise<void> {
    await this.running(orderId, (handle) =>
      handle.signal(cancelOrderSignal, {
        ...(reason === undefined ? {} : { reason }),
        ...(commandId === undefined ? {} : { commandId }),
      }),
    );
  }
  /** Asks to change without waiting for an answer. @throws OrderRequestError for a malformed change. */
  async signalModify(orderId: OrderId, raw: OrderChange, commandId?: string): Promise<void> {
    const checked = checkChange(raw);
    if (!checked.ok) throw new OrderRequestError(checked.violations);
    await this.running(orderId, (handle) =>
      handle.signal(modifyOrderSignal, { ...checked.change, ...(commandId === undefined ? {} : { commandId }) }),
    );
  }

  /** The order as it is now. */
  async get(orderId: OrderId): Promise<OrderView> {
    const order = await whenNotBusy(() => this.found(orderId, (handle) => this.ask(handle)));
    return order.finalized ? ((await this.corrected(orderId, (handle) => this.ask(handle))) ?? order) : order;
  }
  private async ask(handle: OrderHandle): Promise<OrderView> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.options.client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () => handle.query(orderQuery));
      } catch (error) {
        if (error instanceof WorkflowNotFoundError || isBusy(error) || attempt === QUERY_ATTEMPTS) throw error;
        // A question that meets the order's end in the worker gets lost (SDK 1.24): the end itself is the answer then.
        if ((await handle.describe()).status.name === 'COMPLETED') return handle.result();
      }
    }
  }
  /** The newest events of the order, oldest first. */
  async events(orderId: OrderId): Promise<OrderEventsView> {
    const own = await this.found(orderId, (handle) => handle.query(orderEventsQuery));
    const later = await this.corrected(orderId, (handle) => handle.query(orderEventsQuery));
    if (later === undefined) return own;
    // The later life begins with the end of the earlier one.
    const byVersion = new Map([...own.events, ...later.events].map((event) => [event.version, event]));
    return { total: later.total, events: [...byVersion.values()].sort((a, b) => a.version - b.version) };
  }
  /** The order's newest steps in plain sentences with their times (market) and who caused them, oldest first. */
  async history(orderId: OrderId): Promise<readonly HistoryStep[]> {
    const { events } = await this.events(orderId);
    const texts = explainAll(events);
    return events.map((event, at) => ({
      ...{ version: event.version, at: new Date(event.atMs), actor: event.actor, cause: event.causationId },
      text: texts[at] ?? '',
    }));
  }
  /** The order when its last trade has settled; with what the venue corrected since then. */
  async final(orderId: OrderId): Promise<OrderView> {
    const order = await this.found(orderId, (handle) => handle.result());
    return (await this.corrected(orderId, (handle) => handle.result())) ?? order;
  }

  /** Yields the order now and whenever its version moved on, until it is finalized (or terminal with `until: 'terminal'`). */
  async *watch(
    orderId: OrderId,
    options: { until?: 'terminal' | 'finalized'; signal?: AbortSignal; everyMs?: number } = {},
  ): AsyncGenerator<OrderView> {
    let version = -1;
    while (options.signal?.aborted !== true) {
      const order = await this.get(orderId);
      if (order.version !== version) yield order;
      version = order.version;
      if (order.finalized || (options.until === 'terminal' && isTerminal(order.status))) return;
      await new Promise<void>((resolve) => setTimeout(resolve, options.everyMs ?? WATCH_EVERY_MS));
    }
  }

  /** Orders by what people filter by, newest first; follows Temporal's visibility, which lags by moments. */
  async list(filter: ListFilter = {}): Promise<readonly OrderLine[]> {
    const lines: OrderLine[] = [];
    const { limit: asked = 100, status } = filter;
    if (!Number.isInteger(asked) || asked < 1)
      throw wrongArgument('limit', String(asked), `A whole number from 1 to ${String(LIST_MAX)}.`);
    if (status !== undefined && !Object.hasOwn(OrderStatus, status))
      throw wrongArgument('status', status, `One of ${Object.keys(OrderStatus).join(', ')}.`);
    const limit = Math.min(asked, LIST_MAX);
    for await (const execution of this.options.client.workflow.list({ query: listQuery(filter) })) {
      const orderId = orderIdOfWorkflow(execution.workflowId);
      if (orderId === undefined) continue;
      const attribute = (name: string): string =>
        execution.typedSearchAttributes.get(defineSearchAttributeKey(name, SearchAttributeType.KEYWORD)) ?? '';
      const venue = attribute(SearchAttribute.venue);
      lines.push({
        orderId,
        status: attribute(SearchAttribute.state) as OrderStatus,
        account: attribute(SearchAttribute.account),
        strategy: attribute(SearchAttribute.strategy),
        symbol: attribute(SearchAttribute.symbol),
        side: attribute(SearchAttribute.side),
        ...(venue === '' ? {} : { venue }),
        startedAt: execution.startTime,
        isRunning: execution.status.name === 'RUNNING',
      });
      if (lines.length >= limit) break;
    }
    return lines;
  }

  private check(raw: OrderRequest): OrderRequest {
    const checked = checkRequest(raw);
    if (!checked.ok) throw new OrderRequestError(checked.violations);
    const violations = this.checkReference(checked.request);
    if (violations.length > 0) throw new OrderRequestError(violations);
    return checked.request;
  }
  private checkReference(request: OrderRequest): readonly Violation[] {
    const { reference } = this.options;
    if (reference === undefined) return [];
    const instrument = reference.instruments.get(request.symbol);
    const accountKnown = reference.accounts.has(request.account);
    return [
      ...(accountKnown
        ? []
        : [violation('ACCOUNT_UNKNOWN', 'account', request.account, `One of ${[...reference.accounts].join(', ')}.`)]),
      ...(instrument === undefined
        ? [
            violation(
              'INSTRUMENT_UNKNOWN',
              'symbol',
              request.symbol,
              `One of ${[...reference.instruments.keys()].join(', ')}.`,
            ),
          ]
        : checkAgainstInstrument(request, instrument, reference.marketTimeMs(request.symbol))),
    ];
  }

  private async start(request: OrderRequest): Promise<Submitted> {
    const orderId = orderIdOf(request.account, request.clientOrderId);
    try {
      const handle = await this.options.client.workflow.start<typeof orderWorkflow>(WorkflowName.order, {
        ...orderStart(request, this.options.clockOf?.(request.symbol)),
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        ...(this.options.eagerStart === true ? { requestEagerStart: true } : {}),
      });
      return { orderId, runId: handle.firstExecutionRunId, isNew: true };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      return this.sameOrder(orderId, request);
    }
  }

  /** The order that has this id already, if its content is the same. */
  private async sameOrder(orderId: OrderId, request: OrderRequest): Promise<Submitted> {
    const description = await this.found(orderId, (handle) => handle.describe());
    const hash = description.memo?.[MemoName.requestHash] ?? requestHash((await this.get(orderId)).request);
    if (hash !== requestHash(request)) throw new OrderConflictError(orderId);
    return { orderId, runId: description.runId, isNew: false };
  }

  private async submitAndWait(
    request: OrderRequest,
    stage: 'risk' | 'acknowledged',
    timeoutMs: number,
  ): Promise<Submitted> {
    const orderId = orderIdOf(request.account, request.clientOrderId);
    const submissionId = randomUUID();
    const startWorkflowOperation = new WithStartWorkflowOperation<typeof orderWorkflow>(WorkflowName.order, {
      ...orderStart(request, this.options.clockOf?.(request.symbol), submissionId),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const until = Date.now() + timeoutMs;
    let order: StageAnswer;
    try {
      order = await this.options.client.workflow.executeUpdateWithStart(awaitStageUpdate, {
        startWorkflowOperation,
        args: [{ stage }],
        updateId: stage,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      // Closed already: whatever was waited for has happened.
      const same = await this.sameOrder(orderId, request);
      return { ...same, order: await this.get(orderId) };
    }
    // An order of this id may have been there before: then its content must be ours.
    if (requestHash(order.request) !== requestHash(request)) throw new OrderConflictError(orderId);
    const isNew = order.submissionId === submissionId;
    for (let again = 2; !hasReached(order, stage) && Date.now() < until; again += 1) {
      const updateId = `${stage}-${String(again)}`;
      order = await this.found(orderId, (handle) =>
        handle.executeUpdate(awaitStageUpdate, { args: [{ stage }], updateId }),
      ).catch(() => this.get(orderId));
    }
    const { submissionId: _known, ...view } = order;
    return { orderId, runId: order.runId, isNew, order: view };
  }

  private async command(
    orderId: OrderId,
    send: (handle: OrderHandle) => Promise<CommandAnswer>,
  ): Promise<CommandAnswer> {
    try {
      return await whenNotBusy(() => this.found(orderId, send));
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
        const { details, message, type } = error.cause;
        throw new OrderRequestError(
          (details?.[0] as Violation[] | undefined) ?? [
            { code: type ?? '', field: 'change', value: '', rule: message },
          ],
        );
      }
      if (!(error instanceof OrderNotFoundError)) throw error;
      // A bust may have opened it again: then the correction's workflow tends it.
      const corrected = await this.corrected(orderId, send);
      if (corrected !== undefined) return corrected;
      // The workflow is over or the order was never there; the first can still be asked how it ended.
      const order = await this.final(orderId);
      return { accepted: false, code: 'ORDER_CLOSED', text: `the order is ${order.status}`, order };
    }
  }

  private async found<T>(orderId: OrderId, ask: (handle: OrderHandle) => Promise<T>): Promise<T> {
    try {
      return await ask(this.handle(orderId));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw new OrderNotFoundError(orderId);
      throw error;
    }
  }
  /** Reaches the workflow that tends the order now: its own, or after its end the correction's. */
  private async running(orderId: OrderId, tell: (handle: OrderHandle) => Promise<void>): Promise<void> {
    try {
      await this.found(orderId, tell);
    } catch (error) {
      if (!(error instanceof OrderNotFoundError)) throw error;
      const told = await this.corrected(orderId, async (handle) => {
        await tell(handle);
        return true;
      });
      if (told !== undefined) return;
      // Over, or never there: of the first it can be said how it ended.
      const { status } = await this.get(orderId);
      throw new OrderClosedError(orderId, status);
    }
  }
  /** Asks the workflow that corrects an order after its end; undefined when there is none. */
  private async corrected<T>(orderId: OrderId, ask: (handle: OrderHandle) => Promise<T>): Promise<T | undefined> {
    try {
      return await ask(this.options.client.workflow.getHandle<typeof orderWorkflow>(correctionWorkflowId(orderId)));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }
  private handle(orderId: OrderId): OrderHandle {
    // Whatever length or characters an id has: it is a question of this client, and no burden for the server.
    if (orderIdOfWorkflow(orderWorkflowId(orderId)) === undefined)
      throw wrongArgument('orderId', orderId, `<account>/<clientOrderId>, each ${ID_PART_RULE}.`);
    return this.options.client.workflow.getHandle<typeof orderWorkflow>(orderWorkflowId(orderId));
  }
}

/**
 * An order under a flood of messages whose task the server takes as failing: each try to begin a new run meets a message
 * that came meanwhile. It passes with the flood's next gap.
 */
const isBusy = (error: unknown): boolean =>
  error instanceof ServiceError &&
  error.cause instanceof Error &&
  error.cause.message.includes('Workflow Task in failed state');
/** Tries again for some ten seconds; what the server refused in that state it has not taken. */
async function whenNotBusy<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (!isBusy(error) || attempt === BUSY_ATTEMPTS) throw error;
      await delay(Math.min(BUSY_WAIT_MAX_MS, 50 * 2 ** attempt));
    }
  }
}

const wrongArgument = (field: string, value: string, rule: string): OrderRequestError =>
  new OrderRequestError([violation('VALUE_NOT_ALLOWED', field, value, rule)]);

type OrderHandle = WorkflowHandle<typeof orderWorkflow>;

function hasReached(order: OrderView, stage: 'risk' | 'acknowledged'): boolean {
  if (isTerminal(order.status) || order.held !== undefined) return true;
  return stage === 'risk' ? order.clientOrderIdBase !== undefined : order.submission === 'ACKNOWLEDGED';
}

const FILTERS = [
  ['account', SearchAttribute.account],
  ['strategy', SearchAttribute.strategy],
  ['symbol', SearchAttribute.symbol],
  ['side', SearchAttribute.side],
  ['venue', SearchAttribute.venue],
  ['status', SearchAttribute.state],
] as const;
const PLAIN = /^[A-Za-z0-9_.-]{1,64}$/;

function listQuery(filter: ListFilter): string {
  const conditions = FILTERS.flatMap(([field, attribute]) => {
    const value = filter[field];
    if (value === undefined) return [];
    // The query language has quotes of its own: only what ids are made of may enter it.
    if (!PLAIN.test(value))
      throw new OrderRequestError([
        violation('VALUE_NOT_ALLOWED', field, value, 'A filter has 1 to 64 of A-Z a-z 0-9 _ . -'),
      ]);
    return [`${attribute} = '${value}'`];
  });
  return [`WorkflowType IN ('${WorkflowName.order}', '${WorkflowName.adoption}')`, ...conditions].join(' AND ');
}
