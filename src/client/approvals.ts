/** Orders over a limit that wait for a second person: for who may let them pass. Needs Temporal and nothing else. */
import type { Client } from '@temporalio/client';
import type { CommandAnswer, OrderView, OverridePayload } from '../contracts/order-messages';
import type { OrderId } from '../domain/ids';
import { awaitsApproval } from '../domain/order';
import { approveOrderUpdate, rejectOrderUpdate } from '../../workflows/messages';
import { OrderNotFoundError } from './errors';
import { listOrders } from './order-list';
import type { ListFilter, OrderLine } from './order-list';
import { OrderReach } from './order-reach';

/** Questions that are out at once while a list is made. */
const ASKED_AT_ONCE = 20;

export class Approvals {
  private readonly reach: OrderReach;

  constructor(private readonly client: Client) {
    this.reach = new OrderReach(client);
  }

  /** The orders that wait, the one whose time ends first in front; follows Temporal's visibility, which lags by moments. */
  async list(filter: Omit<ListFilter, 'status'> = {}): Promise<readonly OrderView[]> {
    const held = await listOrders(this.client, { limit: 1_000, ...filter, status: 'HELD' });
    const orders: OrderView[] = [];
    for (let from = 0; from < held.length; from += ASKED_AT_ONCE) {
      const asked = await Promise.all(held.slice(from, from + ASKED_AT_ONCE).map((line) => this.whenThere(line)));
      // Stops that wait for their price are held as well.
      orders.push(...asked.filter((order) => order !== undefined).filter(awaitsApproval));
    }
    return orders.sort((a, b) => (a.override?.approveByMs ?? 0) - (b.override?.approveByMs ?? 0));
  }

  /** The order as it is now. */
  get(orderId: OrderId): Promise<OrderView> {
    return this.reach.get(orderId);
  }

  /** Lets an order pass over the limits that it shows; every other check runs again before it is sent. */
  approve(orderId: OrderId, word: OverridePayload): Promise<CommandAnswer> {
    return this.say(approveOrderUpdate, orderId, word);
  }
  /** Denies it before its time is over. */
  reject(orderId: OrderId, word: OverridePayload): Promise<CommandAnswer> {
    return this.say(rejectOrderUpdate, orderId, word);
  }

  private say(
    update: typeof approveOrderUpdate,
    orderId: OrderId,
    { commandId, ...word }: OverridePayload,
  ): Promise<CommandAnswer> {
    return this.reach.command(orderId, (handle) =>
      handle.executeUpdate(update, { args: [word], ...(commandId === undefined ? {} : { updateId: commandId }) }),
    );
  }

  /** The order, unless it was forgotten since it was listed. */
  private async whenThere({ orderId }: OrderLine): Promise<OrderView | undefined> {
    try {
      return await this.reach.get(orderId);
    } catch (error) {
      if (error instanceof OrderNotFoundError) return undefined;
      throw error;
    }
  }
}
