/** Orders that take so many things that they go on in a new run, though the server does not suggest it. */
import assert from 'node:assert/strict';
import type { Scenario } from './stage';

/** The run of an order ends with its 200th thing (workflows/run-length.ts). */
const MESSAGES = 210;
/** Each message is an event; so many share a task. */
const AT_ONCE = 30;

export const longRunScenarios: Readonly<Record<string, Scenario>> = {
  'ends-a-long-run': async (stage) => {
    const orderId = await stage.submit();
    const { runId } = await stage.system.orders.get(orderId);
    for (let sent = 0; sent < MESSAGES; sent += AT_ONCE) {
      const messages = Array.from({ length: AT_ONCE }, () =>
        stage.signal(orderId, 'marketTrigger', { price: '1', marketTimeMs: 1 }),
      );
      await Promise.all(messages);
    }
    await stage.system.until(orderId, (order) => {
      assert.notEqual(order.runId, runId);
    });
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED');
  },
};
