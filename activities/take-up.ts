/** Takes an order up from the database, as a workflow needs it. */
import type { TakenUp } from './contract';
import type { ActivityDependencies } from './dependencies';
import { holdsStop, marketTerms } from './market-terms';
import type { OrderId } from '../src/domain/ids';
import { executionKeys } from '../src/domain/order';
import type { Order } from '../src/domain/order';

type Dependencies = Pick<ActivityDependencies, 'orders' | 'instruments' | 'venues' | 'calendars' | 'clock'>;

/** The order with the keys by which it knows executions that it has booked, and what the market asks of its timers. */
export async function takeUp(deps: Dependencies, order: Order): Promise<TakenUp> {
  const { request, clock } = order;
  const executions = order.fillCount === 0 ? [] : await deps.orders.executions(order.orderId);
  const keys = executions.flatMap(({ execId, reverses }) => [execId, ...(reverses === undefined ? [] : [reverses])]);
  const market = marketTerms(deps, request, deps.instruments.get(request.symbol), clock, order.createdAtMs);
  const venue = order.route?.venue ?? '';
  return {
    order: { ...order, executionIds: [...new Set(executionKeys(keys))] },
    market: { ...market.terms, holdsStop: holdsStop(deps, request, venue) },
  };
}

/** An adopted order of before, or the terms for a new one: the venue's calendar and settlement, no end of our own. */
export async function adoptOrder(
  deps: Dependencies,
  { orderId, symbol }: { readonly orderId: OrderId; readonly symbol: string },
) {
  const known = await deps.orders.order(orderId);
  if (known !== undefined) return takeUp(deps, known);
  const instrument = deps.instruments.get(symbol);
  return { market: { ...marketTerms(deps, { timeInForce: 'GTC' }, instrument, undefined).terms, holdsStop: false } };
}
