/** What a kill switch does to the outside: sets the state, cancels what is open, and looks for the proof that it is closed. */
import { heartbeat } from '@temporalio/activity';
import type { ProveInput, ProveResult, SweepInput, SweepResult } from './contract';
import type { ActivityDependencies } from './dependencies';
import type { UnprovedOrder } from '../src/contracts/kill-switch';
import { correctionWorkflowId, orderIdOfAny, orderWorkflowId } from '../src/domain/ids';
import type { OrderId } from '../src/domain/ids';
import type { OrderToClose } from '../src/ports/trading-states';
import type { VenueConnector } from '../src/ports/venue';

/** Orders named in a report; the table has all. */
const OPEN_SHOWN = 100;
/** Signals on their way at once. */
const SIGNALS_AT_ONCE = 20;

type Dependencies = Pick<ActivityDependencies, 'tradingStates' | 'orderWorkflows' | 'venues' | 'clock' | 'log'>;

/** Cancels every open order of the scope that Temporal knows; needs no database, and notes there whom it told. */
export async function sweep(deps: Dependencies, input: SweepInput): Promise<SweepResult> {
  const { orderWorkflows, log } = deps;
  const told: OrderId[] = [];
  const unnoted: OrderId[] = [];
  const tell = async (workflowIds: readonly string[]): Promise<void> => {
    await Promise.all(workflowIds.map((workflowId) => orderWorkflows.cancel(workflowId, cancelOf(input))));
    const orderIds = workflowIds.flatMap((workflowId) => orderIdOfAny(workflowId) ?? []);
    told.push(...orderIds);
    heartbeat(told.length);
    await deps.tradingStates.found(input.command.commandId, orderIds).catch((error: unknown) => {
      log.warn({ error }, 'the orders that a kill switch cancels are noted later');
      unnoted.push(...orderIds);
    });
  };
  let batch: string[] = [];
  for await (const { workflowId } of orderWorkflows.open(input.scope, input.startedBeforeMs)) {
    batch.push(workflowId);
    if (batch.length < SIGNALS_AT_ONCE) continue;
    await tell(batch);
    batch = [];
  }
  await tell(batch);
  return { told: told.length, unnoted };
}

/** Looks at every order that was open since the command: here and at its venue. What is proved closed is kept as proved. */
export async function prove(deps: Dependencies, input: ProveInput): Promise<ProveResult> {
  const { tradingStates, clock } = deps;
  const { commandId } = input.command;
  await tradingStates.found(commandId, input.unnoted);
  const orders = await tradingStates.toClose(input.scope, commandId, input.startedBeforeMs);
  const books = await venueBooks(deps, orders);
  const closed: { orderId: OrderId; proof: string }[] = [];
  const open: UnprovedOrder[] = [];
  for (const order of orders) {
    const why = whyOpen(order, books);
    if (why === undefined) closed.push({ orderId: order.orderId, proof: proofOf(order) });
    else open.push(unproved(order, why));
  }
  await tradingStates.proved(commandId, closed, clock.nowMs());
  // The list of running workflows lags behind; the database names those that it has missed.
  for (const order of orders) if (!order.ended && order.status !== 'PENDING_CANCEL') await cancel(deps, order, input);
  return { ...(await tradingStates.progress(commandId)), open: open.slice(0, OPEN_SHOWN) };
}

const cancelOf = ({ command, round }: SweepInput) => ({
  // Each round is a command of its own: a cancel that a venue refused is asked for again.
  commandId: `${command.commandId}.${String(round)}`,
  reason: `kill switch ${command.state} by ${command.actor}: ${command.reason}`,
});

async function cancel({ orderWorkflows }: Dependencies, { orderId }: OrderToClose, input: SweepInput): Promise<void> {
  const sent = await orderWorkflows.cancel(orderWorkflowId(orderId), cancelOf(input));
  // A trade taken back opened it again after its own workflow was over.
  if (sent === 'gone') await orderWorkflows.cancel(correctionWorkflowId(orderId), cancelOf(input));
  heartbeat(orderId);
}

/** The client order ids that a venue account has open, or why it does not say. */
type VenueBook =
  { readonly kind: 'open'; readonly ids: readonly string[] } | { readonly kind: 'silent'; readonly why: string };

async function venueBooks(
  deps: Dependencies,
  orders: readonly OrderToClose[],
): Promise<ReadonlyMap<string, VenueBook>> {
  const books = new Map<string, VenueBook>();
  for (const { venue, venueAccount, ended } of orders) {
    const key = bookOf(venue, venueAccount);
    if (!ended || venue === undefined || books.has(key)) continue;
    const connector = deps.venues.get(venue);
    books.set(
      key,
      connector === undefined ? silent(`no connector for ${venue}`) : await asked(connector, venueAccount),
    );
  }
  return books;
}
async function asked(connector: VenueConnector, venueAccount = ''): Promise<VenueBook> {
  const answer = await connector.openOrders(venueAccount);
  if (answer.kind === 'unavailable') return silent(answer.reason);
  return { kind: 'open', ids: answer.orders.flatMap(({ clientOrderIds }) => clientOrderIds) };
}
const silent = (why: string): VenueBook => ({ kind: 'silent', why });
const bookOf = (venue = '', venueAccount = ''): string => `${venue}/${venueAccount}`;

/** Why an order does not count as closed; undefined when it does. */
function whyOpen(order: OrderToClose, books: ReadonlyMap<string, VenueBook>): string | undefined {
  const { venue, venueAccount, clientOrderIdBase, ended } = order;
  if (!ended) return `it is ${order.status} here`;
  if (venue === undefined || clientOrderIdBase === undefined) return undefined;
  const book = books.get(bookOf(venue, venueAccount));
  if (book?.kind !== 'open') return `${venue} does not say what it has open: ${book?.why ?? 'not asked'}`;
  const isThere = book.ids.some((id) => id === clientOrderIdBase || id.startsWith(`${clientOrderIdBase}-`));
  return isThere ? `it is ${order.status} here, and ${venue} has it open` : undefined;
}
const proofOf = ({ status, venue }: OrderToClose): string =>
  venue === undefined ? `${status}, never sent to a venue` : `${status}, and not among what ${venue} has open`;

const unproved = ({ orderId, venue, status }: OrderToClose, why: string): UnprovedOrder => ({
  orderId,
  ...(venue === undefined ? {} : { venue }),
  status,
  why,
});
