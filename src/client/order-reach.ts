/** Reaches the workflow that tends an order: its own, or after its end the one that corrects it. */
import {
  Client,
  QueryRejectedError,
  ServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { CommandAnswer, OrderView } from '../contracts/order-messages';
import { correctionWorkflowId, ID_PART_RULE, orderIdOfWorkflow, orderWorkflowId } from '../domain/ids';
import type { OrderId } from '../domain/ids';
import type { Violation } from '../domain/order-request';
import { orderQuery } from '../../workflows/messages';
import type { order as orderWorkflow } from '../../workflows';
import { OrderBusyError, OrderClosedError, OrderNotFoundError, OrderRequestError, wrongArgument } from './errors';

export type OrderHandle = WorkflowHandle<typeof orderWorkflow>;

/** A query takes milliseconds; one that takes this long is lost, or the worker is. */
const QUERY_TIMEOUT_MS = 4_000;
const QUERY_ATTEMPTS = 3;
/** Together about half a minute. */
const BUSY_ATTEMPTS = 20;
const BUSY_WAIT_MAX_MS = 2_000;

export class OrderReach {
  /** Asks no workflow that was ended by hand: it would tell for ever what it knew then. */
  private readonly asking: Client;

  constructor(private readonly client: Client) {
    const { connection, options } = client;
    const workflow = { ...options.workflow, queryRejectCondition: 'NOT_COMPLETED_CLEANLY' } as const;
    this.asking = new Client({ ...options, connection, workflow });
  }

  /** The order as it is now. */
  async get(orderId: OrderId): Promise<OrderView> {
    const order = await whenNotBusy(() => this.found(orderId, () => this.ask(this.handle(orderId, this.asking)))).catch(
      async (error: unknown) => {
        if (!(error instanceof QueryRejectedError)) throw error;
        // Reconciliation takes such an order up again; until then its last words are all there is.
        const takenUp = await this.corrected(orderId, (handle) => this.ask(handle));
        return takenUp ?? this.found(orderId, (handle) => this.ask(handle));
      },
    );
    return order.finalized ? ((await this.corrected(orderId, (handle) => this.ask(handle))) ?? order) : order;
  }
  /** The order when its last trade has settled; with what the venue corrected since then. */
  async final(orderId: OrderId): Promise<OrderView> {
    const order = await this.found(orderId, (handle) => handle.result()).catch(async (error: unknown) => {
      const takenUp =
        error instanceof WorkflowFailedError ? await this.corrected(orderId, (handle) => handle.result()) : undefined;
      if (takenUp === undefined) throw error;
      return takenUp;
    });
    return (await this.corrected(orderId, (handle) => handle.result())) ?? order;
  }

  /**
   * Sends a command and answers with its verdict; an order that is over answers so.
   *
   * @param keep Leaves the same command, by its id, where a flooded order finds it: the answer may take long, the command
   * is safe.
   */
  async command(
    orderId: OrderId,
    send: (handle: OrderHandle) => Promise<CommandAnswer>,
    keep?: (handle: OrderHandle) => Promise<void>,
  ): Promise<CommandAnswer> {
    const command = { isKept: false };
    const whenBusy = async (): Promise<void> => {
      if (command.isKept || keep === undefined) return;
      await this.found(orderId, keep);
      command.isKept = true;
    };
    try {
      return await whenNotBusy(() => this.found(orderId, send), whenBusy);
    } catch (error) {
      if (!(error instanceof OrderNotFoundError)) throw told(orderId, error, command.isKept);
      // A bust may have opened it again: then the correction's workflow tends it.
      const corrected = await whenNotBusy(() => this.corrected(orderId, send)).catch((failed: unknown) => {
        throw told(orderId, failed, false);
      });
      if (corrected !== undefined) return corrected;
      // The workflow is over or the order was never there; the first can still be asked how it ended.
      const order = await this.final(orderId);
      // Its own cancel, whose answer the end overtook.
      if (command.isKept && order.status === 'CANCELED') return { accepted: true, order };
      return { accepted: false, code: 'ORDER_CLOSED', text: `the order is ${order.status}`, order };
    }
  }

  async found<T>(orderId: OrderId, ask: (handle: OrderHandle) => Promise<T>): Promise<T> {
    try {
      return await ask(this.handle(orderId));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw new OrderNotFoundError(orderId);
      throw error;
    }
  }
  /** Reaches the workflow that tends the order now: its own, or after its end the correction's. */
  async running(orderId: OrderId, tell: (handle: OrderHandle) => Promise<void>): Promise<void> {
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
  async corrected<T>(orderId: OrderId, ask: (handle: OrderHandle) => Promise<T>): Promise<T | undefined> {
    try {
      return await ask(this.client.workflow.getHandle<typeof orderWorkflow>(correctionWorkflowId(orderId)));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }
  handle(orderId: OrderId, client = this.client): OrderHandle {
    // Whatever length or characters an id has: it is a question of this client, and no burden for the server.
    if (orderIdOfWorkflow(orderWorkflowId(orderId)) === undefined)
      throw wrongArgument('orderId', orderId, `<account>/<clientOrderId>, each ${ID_PART_RULE}.`);
    return client.workflow.getHandle<typeof orderWorkflow>(orderWorkflowId(orderId));
  }

  private async ask(handle: OrderHandle): Promise<OrderView> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () => handle.query(orderQuery));
      } catch (error) {
        if (isAnswer(error) || attempt === QUERY_ATTEMPTS) throw error;
        // A question that meets the order's end in the worker gets lost (SDK 1.24): the end itself is the answer then.
        if ((await handle.describe()).status.name === 'COMPLETED') return handle.result();
      }
    }
  }
}

/**
 * An order under a flood of messages whose task the server takes as failing: it ends a task in which a hundred messages
 * came (limit `history.maximumBufferedEventsBatch`), and one that would begin a new run and meets a message that came
 * meanwhile. It passes with the flood's next gap.
 */
const isBusy = (error: unknown): boolean =>
  (error instanceof ServiceError &&
    error.cause instanceof Error &&
    error.cause.message.includes('Workflow Task in failed state')) ||
  isBeginning(error);
/** A workflow that takes up an order which was over reads it first, and takes no command before that. */
const isBeginning = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof Error &&
  error.cause.message.includes('No registered handler for update');

/** What went wrong with a command, in the words of this client. */
function told(orderId: OrderId, error: unknown, isKept: boolean): unknown {
  if (isBusy(error)) return new OrderBusyError(orderId, isKept, error);
  if (!(error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)) return error;
  const { details, message, type } = error.cause;
  const violations = (details?.[0] as Violation[] | undefined) ?? [
    { code: type ?? '', field: 'change', value: '', rule: message },
  ];
  return new OrderRequestError(violations);
}
/** Asking again would bring the same. */
const isAnswer = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError || error instanceof QueryRejectedError || isBusy(error);
/** Tries again for half a minute; what the server refused in that state it has not taken. */
async function whenNotBusy<T>(act: () => Promise<T>, whenBusy = () => Promise.resolve()): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (!isBusy(error) || attempt === BUSY_ATTEMPTS) throw error;
      await whenBusy();
      await delay(Math.min(BUSY_WAIT_MAX_MS, 50 * 2 ** attempt));
    }
  }
}
