/** The typed client for strategies: submit, cancel, modify, get, watch and list orders. */
import { WithStartWorkflowOperation, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { MemoName, Stage, WorkflowName } from '../contracts/names';
import type { CommandAnswer, OrderEventsView, OrderView, StageAnswer } from '../contracts/order-messages';
import { ID_PART, ID_PART_RULE, orderIdOf } from '../domain/ids';
import type { OrderId } from '../domain/ids';
import type { Instrument } from '../domain/instruments';
import type { MarketClock } from '../domain/market-clock';
import { explainAll } from '../domain/explain';
import { isTerminal } from '../domain/order';
import type { Actor } from '../domain/order-events';
import { refusalOfReuse } from '../domain/order-decisions';
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
} from '../../workflows/messages';
import type { order as orderWorkflow } from '../../workflows';
import { OrderConflictError, OrderRequestError, wrongArgument } from './errors';
import { listOrders } from './order-list';
import type { ListFilter, OrderLine } from './order-list';
import { OrderReach } from './order-reach';

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
  /** Who asks for the order, an alias: a denial of it takes another person to override. */
  readonly submittedBy?: string;
}
export interface Submitted {
  readonly orderId: OrderId;
  readonly runId: string;
  /** False when the same order had been submitted before. */
  readonly isNew: boolean;
  /** The order at the end of the wait; absent for `accepted`. */
  readonly order?: OrderView;
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
export class OmsClient {
  private readonly reach: OrderReach;

  constructor(private readonly options: OmsClientOptions) {
    this.reach = new OrderReach(options.client);
  }

  /**
   * Starts an order. The same id with the same content is the same order, however often it is sent.
   * @throws OrderRequestError before anything is started; OrderConflictError for a used id with other content.
   */
  async submit(raw: OrderRequest, options: SubmitOptions = {}): Promise<Submitted> {
    const request = this.check(raw);
    const wait = options.wait ?? 'accepted';
    if (!Object.hasOwn(Stage, wait)) throw wrongArgument('wait', wait, `One of ${Object.keys(Stage).join(', ')}.`);
    const { submittedBy } = options;
    if (submittedBy !== undefined && !ID_PART.test(submittedBy))
      throw wrongArgument('submittedBy', submittedBy, `${ID_PART_RULE}.`);
    if (wait === 'risk' || wait === 'acknowledged') return this.submitAndWait(request, wait, options);
    const started = await this.start(request, options);
    if (wait === 'accepted') return started;
    const order = await this.reach.handle(started.orderId).result();
    return { ...started, order };
  }

  /**
   * Asks to cancel and answers what was decided: pending at the venue, done, or refused with the reason.
   *
   * @throws OrderBusyError when a flood of messages leaves no answer; the cancel is kept and will be carried out.
   */
  async cancel(orderId: OrderId, reason?: string, commandId: string = randomUUID()): Promise<CommandAnswer> {
    const payload = { ...(reason === undefined ? {} : { reason }), commandId };
    // Temporal answers an update id that it has seen by itself: a cancel must not get the answer of a modify.
    const updateId = `${commandId}/cancel`;
    return this.reach.command(
      orderId,
      (handle) => handle.executeUpdate(cancelOrderUpdate, { args: [payload], updateId }),
      (handle) => handle.signal(cancelOrderSignal, payload),
    );
  }

  /**
   * Asks to change quantity or prices. The same command id with the same change is the same command, however often it is
   * sent; with another change it is refused (`COMMAND_ID_USED`).
   *
   * @throws OrderRequestError for a malformed change.
   * @throws OrderBusyError when a flood of messages leaves no answer; nothing was taken.
   */
  async modify(orderId: OrderId, raw: OrderChange, commandId?: string): Promise<CommandAnswer> {
    const checked = checkChange(raw);
    if (!checked.ok) throw new OrderRequestError(checked.violations);
    const answer = await this.reach.command(orderId, (handle) =>
      handle.executeUpdate(modifyOrderUpdate, {
        args: [checked.change],
        ...(commandId === undefined ? {} : { updateId: commandId }),
      }),
    );
    // Temporal gives the answer of an update id that it has seen to whatever is sent under it.
    const reused = refusalOfReuse(answer.change, checked.change);
    return reused === undefined ? answer : { accepted: false, ...reused, order: answer.order };
  }

  /** Asks to cancel without waiting for anything but Temporal; works when everything else is down. */
  async signalCancel(orderId: OrderId, reason?: string, commandId?: string): Promise<void> {
    await this.reach.running(orderId, (handle) =>
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
    await this.reach.running(orderId, (handle) =>
      handle.signal(modifyOrderSignal, { ...checked.change, ...(commandId === undefined ? {} : { commandId }) }),
    );
  }

  /** The order as it is now. */
  get(orderId: OrderId): Promise<OrderView> {
    return this.reach.get(orderId);
  }
  /** The newest events of the order, oldest first. */
  async events(orderId: OrderId): Promise<OrderEventsView> {
    const own = await this.reach.found(orderId, (handle) => handle.query(orderEventsQuery));
    const later = await this.reach.corrected(orderId, (handle) => handle.query(orderEventsQuery));
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
  final(orderId: OrderId): Promise<OrderView> {
    return this.reach.final(orderId);
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
  list(filter: ListFilter = {}): Promise<readonly OrderLine[]> {
    return listOrders(this.options.client, filter);
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

  private async start(request: OrderRequest, { submittedBy }: SubmitOptions): Promise<Submitted> {
    const orderId = orderIdOf(request.account, request.clientOrderId);
    try {
      const handle = await this.options.client.workflow.start<typeof orderWorkflow>(WorkflowName.order, {
        ...orderStart(request, this.options.clockOf?.(request.symbol), { submittedBy }),
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
    const description = await this.reach.found(orderId, (handle) => handle.describe());
    const hash = description.memo?.[MemoName.requestHash] ?? requestHash((await this.get(orderId)).request);
    if (hash !== requestHash(request)) throw new OrderConflictError(orderId);
    return { orderId, runId: description.runId, isNew: false };
  }

  private async submitAndWait(
    request: OrderRequest,
    stage: 'risk' | 'acknowledged',
    { timeoutMs = STAGE_TIMEOUT_MS, submittedBy }: SubmitOptions,
  ): Promise<Submitted> {
    const orderId = orderIdOf(request.account, request.clientOrderId);
    const submissionId = randomUUID();
    const startWorkflowOperation = new WithStartWorkflowOperation<typeof orderWorkflow>(WorkflowName.order, {
      ...orderStart(request, this.options.clockOf?.(request.symbol), { submissionId, submittedBy }),
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
      order = await this.reach
        .found(orderId, (handle) => handle.executeUpdate(awaitStageUpdate, { args: [{ stage }], updateId }))
        .catch(() => this.get(orderId));
    }
    // Who waited for the same before got an answer that Temporal keeps, and gives to whoever asks again.
    if (!isNew) order = await this.get(orderId);
    const { submissionId: _known, ...view } = order;
    return { orderId, runId: order.runId, isNew, order: view };
  }
}

function hasReached(order: OrderView, stage: 'risk' | 'acknowledged'): boolean {
  if (isTerminal(order.status) || order.held !== undefined) return true;
  return stage === 'risk' ? order.clientOrderIdBase !== undefined : order.submission === 'ACKNOWLEDGED';
}
