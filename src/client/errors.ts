import type { OrderId } from '../domain/ids';
import type { OrderStatus } from '../domain/order';
import type { Violation } from '../domain/order-request';
import { violation } from '../domain/violations';

/** The request breaks rules; nothing was started. Each violation names field, value and rule. */
export class OrderRequestError extends Error {
  override readonly name = 'OrderRequestError';
  constructor(readonly violations: readonly Violation[]) {
    super(violations.map((broken) => `${broken.field} ${broken.value}: ${broken.rule}`).join('\n'));
  }
}

/** The client order id was used before for an order of other content. */
export class OrderConflictError extends Error {
  override readonly name = 'OrderConflictError';
  constructor(readonly orderId: OrderId) {
    super(
      `clientOrderId ${orderId.split('/')[1] ?? ''}: account ${orderId.split('/')[0] ?? ''} used this id for an order of other content; use a new id`,
    );
  }
}

/** There is no such order, or Temporal keeps it no longer. */
export class OrderNotFoundError extends Error {
  override readonly name = 'OrderNotFoundError';
  constructor(readonly orderId: OrderId) {
    super(`no order ${orderId}`);
  }
}

/** The order is over: there is nobody left to tell anything. */
export class OrderClosedError extends Error {
  override readonly name = 'OrderClosedError';
  constructor(
    readonly orderId: OrderId,
    readonly status: OrderStatus,
  ) {
    super(`the order ${orderId} is ${status}`);
  }
}

/** So many messages come for the order that its workflow did not get as far as an answer. */
export class OrderBusyError extends Error {
  override readonly name = 'OrderBusyError';
  /** @param isKept The command is in the order's history and will be carried out; otherwise nothing of it was taken. */
  constructor(
    readonly orderId: OrderId,
    readonly isKept: boolean,
    cause: unknown,
  ) {
    const fate = isKept
      ? 'the command is kept and will be carried out; look at the order for its outcome'
      : 'nothing of the command was taken; try again';
    super(`the order ${orderId} is under a flood of messages and did not answer: ${fate}`, { cause });
  }
}

/** An argument of the client itself that it cannot take. */
export const wrongArgument = (field: string, value: string, rule: string): OrderRequestError =>
  new OrderRequestError([violation('VALUE_NOT_ALLOWED', field, value, rule)]);
