/** Builds and reads every identifier that crosses a process; one idempotency key per effect, and only here. */

/** `<account>/<clientOrderId>`: the identity of an order everywhere in this system. */
export type OrderId = string & { readonly __brand: 'OrderId' };
/** `order/<account>/<clientOrderId>`: the Temporal workflow id of an order. */
export type OrderWorkflowId = string & { readonly __brand: 'OrderWorkflowId' };
/** The client order id that a venue sees (FIX ClOrdID, tag 11): `<base>-<step>`. */
export type VenueClientOrderId = string & { readonly __brand: 'VenueClientOrderId' };

/** What an account alias or a client order id may look like (design rule 5). */
export const ID_PART = /^[A-Za-z0-9_.-]{1,64}$/;
export const ID_PART_RULE = '1 to 64 of A-Z a-z 0-9 _ . -';

export const orderIdOf = (account: string, clientOrderId: string): OrderId => `${account}/${clientOrderId}` as OrderId;
export const orderWorkflowId = (orderId: OrderId): OrderWorkflowId => `order/${orderId}` as OrderWorkflowId;

/** The workflow that books what a venue says of an order whose own workflow is over: one writer per order. */
export const correctionWorkflowId = (orderId: OrderId): string => `correction/${orderId}`;

/** The order id of a workflow id, or undefined when the workflow id is not that of an order. */
export function orderIdOfWorkflow(workflowId: string): OrderId | undefined {
  const parts = workflowId.split('/');
  if (parts.length !== 3 || parts[0] !== 'order') return undefined;
  return parts.slice(1).every((part) => ID_PART.test(part)) ? (parts.slice(1).join('/') as OrderId) : undefined;
}

/** The same, also of the workflow that corrects an order. */
export const orderIdOfAny = (workflowId: string): OrderId | undefined =>
  orderIdOfWorkflow(workflowId.replace(/^correction\//, 'order/'));

/** The venue client order id of one step: 0 is the new order, 1 the first replace, and so on. */
export const venueClientOrderId = (base: string, step: number): VenueClientOrderId =>
  `${base}-${String(step)}` as VenueClientOrderId;

/** A client order id without its step: the text before the last '-', or all of it. */
export function baseOf(clientOrderId: string): string {
  const dash = clientOrderId.lastIndexOf('-');
  return dash < 0 ? clientOrderId : clientOrderId.slice(0, dash);
}

/** The step of a client order id as {@link venueClientOrderId} writes it: no leading zero, which would be somebody else's. */
export function stepIn(clientOrderId: string): number | undefined {
  const step = clientOrderId.slice(clientOrderId.lastIndexOf('-') + 1);
  return clientOrderId.includes('-') && /^(?:0|[1-9]\d{0,5})$/.test(step) ? parseInt(step, 10) : undefined;
}

/** What a workflow that was started under a foreign id books under: no order has it, as `~` is in no id part. */
export const foreignOrderId = (workflowId: string): OrderId => `~/${workflowId}` as OrderId;

/** The kill switch of one scope, such as `kill-switch/account=alpha`. */
export const killSwitchWorkflowId = (scope: string): string => `kill-switch/${scope}`;

/** Where limits are changed: one run at a time. */
export const LIMITS_DESK_WORKFLOW_ID = 'limits/desk';

export const venueSessionWorkflowId = (venue: string, venueAccount: string): string =>
  `venue-session/${venue}/${venueAccount}`;

/** One post-trade run at a time. */
export const POST_TRADE_WORKFLOW_ID = 'post-trade';

/** One reconciliation of a venue account at a time. */
export const reconciliationWorkflowId = (venue: string, venueAccount: string): string =>
  `reconciliation/${venue}/${venueAccount}`;
