/** A careless change: the order is sent first and checked after. */
import { order as wholeOrder } from '../../../workflows/order';
import type { OrderInput, OrderView } from '../../../src/contracts/order-messages';
import { venueActivities } from '../../../workflows/activity-options';

export async function order(input: OrderInput): Promise<OrderView> {
  const sent = venueActivities('SIMX').submitOrder(input as never);
  const done = await wholeOrder(input);
  await sent;
  return done;
}
