/** What a scenario plays on, and the moves that all of them share. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { OrderView } from '../../../src/contracts/order-messages';
import type { OrderId } from '../../../src/domain/ids';
import { orderIdOf, orderWorkflowId } from '../../../src/domain/ids';
import type { SubmitOptions } from '../../../src/client/oms-client';
import type { ForgetfulVenue } from '../../support/forgetful-venue';
import type { OmsUnderTest } from '../../support/oms-under-test';
import type { StoppableDatabase } from '../../support/stoppable-database';

/** Plays one scenario to its end and tells the workflow id whose history shows it. */
export type Scenario = (stage: Stage) => Promise<string>;
/** The scenarios, and each once more under another name: of a version that takes other steps. */
export const withAgain = (
  scenarios: Readonly<Record<string, Scenario>>,
  name: string,
): Readonly<Record<string, Scenario>> => ({
  ...scenarios,
  ...Object.fromEntries(Object.entries(scenarios).map(([first, play]) => [`${first}-${name}`, play])),
});
export type Request = Parameters<OmsUnderTest['request']>[0];

/** Crosses the best ask of the quiet market, 101 for 1000. */
export const CROSSING = { limitPrice: '101' } as const;

const CLOSES_WITHIN_MS = 10_000;
const ALERTS_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 100;

export class Stage {
  constructor(
    readonly system: OmsUnderTest,
    readonly database: StoppableDatabase,
    readonly venues: ForgetfulVenue,
  ) {}

  /** Back to a quiet market, a venue without faults and a database that answers. */
  async reset(): Promise<void> {
    this.database.resume();
    this.venues.reset();
    for (const venue of ['SIMX', 'SIMY']) {
      await this.system.clearFaults(venue);
      for (const symbol of ['COIN', 'SHARE']) await this.system.market(symbol, {}, venue);
    }
  }

  async submit(request: Request = {}, options: SubmitOptions = { wait: 'acknowledged' }): Promise<OrderId> {
    return (await this.system.orders.submit(this.system.request(request), options)).orderId;
  }
  /** Starts an order as the Temporal command line would: nothing is checked on the way. */
  async startRaw(clientOrderId: string, args: readonly unknown[]): Promise<OrderId> {
    const orderId = orderIdOf('alpha', clientOrderId);
    await this.system.client.workflow.start('order', {
      workflowId: orderWorkflowId(orderId),
      taskQueue: 'oms-orders',
      args: [...args],
    });
    return orderId;
  }
  async signal(orderId: OrderId, name: string, ...args: unknown[]): Promise<void> {
    await this.system.client.workflow.getHandle(orderWorkflowId(orderId)).signal(name, ...args);
  }

  /** Polls until the order has this status. */
  reaches(orderId: OrderId, status: OrderView['status'], withinMs?: number): Promise<OrderView> {
    return this.system.until(
      orderId,
      (order) => {
        assert.equal(order.status, status, order.why);
      },
      withinMs,
    );
  }
  /** Waits until the order's workflow has completed with this status and what else is expected of it. */
  async ends(
    orderId: OrderId,
    status: OrderView['status'],
    expected: Partial<OrderView> = {},
    withinMs = 30_000,
  ): Promise<string> {
    await this.system.until(
      orderId,
      (order) => {
        assert.ok(order.finalized, `${order.status}: ${order.why}`);
      },
      withinMs,
    );
    // What is finalized has yet to be written down; that takes moments.
    const tooLong = new Promise<never>((_done, fail) => {
      setTimeout(() => {
        fail(new Error('the order is finalized and its workflow does not end'));
      }, CLOSES_WITHIN_MS).unref();
    });
    const order = await Promise.race([this.system.orders.final(orderId), tooLong]);
    assert.equal(order.status, status, order.why);
    for (const [field, value] of Object.entries(expected))
      assert.deepEqual(order[field as keyof OrderView], value, field);
    return orderWorkflowId(orderId);
  }
  async eventTypes(orderId: OrderId): Promise<readonly string[]> {
    return (await this.system.orders.events(orderId)).events.map((event) => event.type);
  }
  async sees(orderId: OrderId, ...types: readonly string[]): Promise<void> {
    const seen = await this.eventTypes(orderId);
    for (const type of types) assert.ok(seen.includes(type), `${type} is not among ${seen.join(', ')}`);
  }
  /** Polls until the order has told people something. */
  async raisesAlert(orderId: OrderId): Promise<void> {
    for (const endMs = Date.now() + ALERTS_WITHIN_MS; Date.now() < endMs;) {
      const { events } = await this.system.client.workflow.getHandle(orderWorkflowId(orderId)).fetchHistory();
      const names = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
      if (names.includes('raiseAlert')) return;
      await delay(LOOK_EVERY_MS);
    }
    throw new Error(`${orderId} raises no alert`);
  }
}
