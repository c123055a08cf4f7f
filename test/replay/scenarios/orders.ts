/** Orders in a market and at a venue that behave. */
import assert from 'node:assert/strict';
import { dec } from '../../../src/domain/money';
import { CROSSING } from './stage';
import type { Scenario, Stage } from './stage';

export const orderScenarios: Readonly<Record<string, Scenario>> = {
  'limit-fill': async (stage) =>
    stage.ends(await stage.submit(CROSSING, { wait: 'accepted' }), 'FILLED', { filledQuantity: dec('10') }),
  cancel: async (stage) => {
    const orderId = await stage.submit();
    assert.ok((await stage.system.orders.cancel(orderId, 'changed my mind', 'c1')).accepted);
    return stage.ends(orderId, 'CANCELED', { unfilledAtEnd: dec('10') });
  },
  'cancel-by-signal-twice': async (stage) => {
    const orderId = await stage.submit();
    await stage.system.orders.signalCancel(orderId, 'first', 'same');
    await stage.system.orders.signalCancel(orderId, 'second', 'same');
    return stage.ends(orderId, 'CANCELED');
  },
  'cancel-under-modify-id': async (stage) => {
    const orderId = await stage.submit();
    await stage.system.orders.modify(orderId, { quantity: dec('12') }, 'k1');
    await stage.system.until(orderId, (order) => {
      assert.equal(order.quantity, '12');
    });
    await stage.system.orders.signalCancel(orderId, 'no more', 'k1');
    return stage.ends(orderId, 'CANCELED', { quantity: dec('12') });
  },
  'commands-at-once': async (stage) => {
    const orderId = await stage.submit();
    const { orders } = stage.system;
    await Promise.all(['12', '13', '14'].map((quantity) => orders.signalModify(orderId, { quantity: dec(quantity) })));
    await orders.signalCancel(orderId, 'enough');
    return stage.ends(orderId, 'CANCELED');
  },
  'wait-is-over': async (stage) => {
    await stage.system.fault('delayReply', { count: 1, params: { operations: ['submit'], ms: 4_000 } });
    await stage.system.fault('delayReports', { params: { ms: 12_000 }, durationMs: 12_000 });
    const orderId = await stage.submit();
    await stage.system.orders.signalCancel(orderId, 'enough');
    return stage.ends(orderId, 'CANCELED', {}, 60_000);
  },
  'temporal-cancel-request': async (stage) => {
    const orderId = await stage.submit();
    await stage.system.client.workflow.getHandle(`order/${orderId}`).cancel();
    return stage.ends(orderId, 'CANCELED');
  },
  denied: async (stage) => stage.ends(await stage.submit({ limitPrice: '400' }, { wait: 'accepted' }), 'DENIED'),
  'denied-raw-nothing': async (stage) => stage.ends(await stage.startRaw(stage.system.id(), []), 'DENIED'),
  'denied-raw-malformed': async (stage) =>
    stage.ends(await stage.startRaw(stage.system.id(), [{ order: { account: 7, symbol: null } }]), 'DENIED'),
  'denied-raw-foreign-id': async (stage) =>
    stage.ends(
      await stage.startRaw(stage.system.id(), [
        { order: stage.system.request(), carried: { order: { status: 'FILLED' } } },
      ]),
      'DENIED',
    ),
  'raw-start-fill': async (stage) => {
    const request = stage.system.request(CROSSING);
    return stage.ends(await stage.startRaw(request.clientOrderId, [{ order: request }]), 'FILLED');
  },
  rejected: async (stage) => {
    await stage.system.fault('refuseOrders', { count: 1, params: { reason: 'BROKER_SAYS_NO' } });
    return stage.ends(await stage.submit({}, { wait: 'accepted' }), 'REJECTED');
  },
  market: async (stage) =>
    stage.ends(await stage.submit({ type: 'MARKET', timeInForce: 'IOC' }, { wait: 'accepted' }), 'FILLED'),
  'routed-freely': async (stage) => {
    const { venue: _venue, ...request } = stage.system.request(CROSSING);
    return stage.ends((await stage.system.orders.submit(request, { wait: 'accepted' })).orderId, 'FILLED');
  },
  ioc: async (stage) => {
    await stage.system.market('COIN', { askQuantity: '1' });
    const orderId = await stage.submit({ ...CROSSING, quantity: '50', timeInForce: 'IOC' }, { wait: 'accepted' });
    const workflowId = await stage.ends(orderId, 'CANCELED');
    assert.notEqual((await stage.system.orders.get(orderId)).filledQuantity, '0');
    return workflowId;
  },
  fok: async (stage) => {
    await stage.system.market('COIN', { askQuantity: '1' });
    return stage.ends(
      await stage.submit({ ...CROSSING, quantity: '50', timeInForce: 'FOK' }, { wait: 'accepted' }),
      'CANCELED',
      { filledQuantity: dec('0') },
    );
  },
  'partial-fills-then-cancel': async (stage) => {
    const orderId = await partlyFilled(stage, '4');
    await stage.system.market('COIN', { ...CROSSED, askQuantity: '3' });
    await stage.system.until(orderId, (order) => {
      assert.equal(order.filledQuantity, '7');
    });
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED', { filledQuantity: dec('7'), unfilledAtEnd: dec('3') });
  },
  'replace-up': async (stage) => {
    const orderId = await stage.submit();
    assert.ok(
      (await stage.system.orders.modify(orderId, { quantity: dec('15'), limitPrice: dec('91') }, 'm1')).accepted,
    );
    await stage.system.until(orderId, (order) => {
      assert.deepEqual([order.quantity, order.limitPrice], ['15', '91']);
    });
    await stage.system.market('COIN', { askPrice: '91', bidPrice: '89' });
    return stage.ends(orderId, 'FILLED', { filledQuantity: dec('15') });
  },
  'replace-down': async (stage) => {
    const orderId = await partlyFilled(stage, '4');
    await stage.system.orders.modify(orderId, { quantity: dec('6') });
    await stage.system.until(orderId, (order) => {
      assert.equal(order.leavesQuantity, '2');
    });
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED', { filledQuantity: dec('4'), unfilledAtEnd: dec('2') });
  },
  'replace-queued': async (stage) => {
    const orderId = await stage.submit();
    await stage.system.fault('delayReply', { count: 1, params: { ms: 400, operations: ['replace'] } });
    for (const quantity of ['11', '12', '13'])
      await stage.system.orders.signalModify(orderId, { quantity: dec(quantity) }, `m${quantity}`);
    await stage.system.until(orderId, (order) => {
      assert.equal(order.quantity, '13');
    });
    await stage.sees(orderId, 'ReplaceQueued', 'OrderReplaced');
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED');
  },
  'replace-refused-by-risk': async (stage) => {
    const orderId = await stage.submit();
    await stage.system.orders.modify(orderId, { limitPrice: dec('400') });
    await stage.system.until(orderId, (order) => {
      assert.equal(order.status, 'ACCEPTED');
      assert.equal(order.pendingReplace, undefined);
    });
    await stage.sees(orderId, 'ReplaceRejected');
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED');
  },
  'commands-refused': async (stage) => {
    const orderId = await partlyFilled(stage, '4');
    await stage.signal(orderId, 'modifyOrder', { commandId: 'below', quantity: '3' });
    await stage.signal(orderId, 'modifyOrder', { commandId: 'same', quantity: '10' });
    await stage.signal(orderId, 'modifyOrder', { commandId: 'odd', quantity: '-1e9' });
    await stage.signal(orderId, 'modifyOrder', 'not even an object');
    await stage.signal(orderId, 'executionReports', [null, { execType: 'TRADE' }, 7]);
    await stage.signal(orderId, 'marketTrigger', { price: 7 });
    await stage.system.until(orderId, () => undefined);
    await stage.sees(orderId, 'CommandRefused', 'ReportRefused');
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED', { filledQuantity: dec('4') });
  },
  'held-stop-triggered': async (stage) => {
    const orderId = await stage.submit({ type: 'STOP', stopPrice: '105', venue: 'SIMY' }, { wait: 'risk' });
    await stage.reaches(orderId, 'HELD');
    await stage.system.market('COIN', { bidPrice: '105', askPrice: '107', lastPrice: '106' }, 'SIMY');
    return stage.ends(orderId, 'FILLED', { averagePrice: dec('107') });
  },
  'held-stop-limit-replaced-then-canceled': async (stage) => {
    const orderId = await stage.submit(
      { type: 'STOP_LIMIT', stopPrice: '105', limitPrice: '106', venue: 'SIMY' },
      { wait: 'risk' },
    );
    await stage.reaches(orderId, 'HELD');
    await stage.system.orders.modify(orderId, { stopPrice: dec('110'), limitPrice: dec('111') });
    await stage.system.until(orderId, (order) => {
      assert.equal(order.stopPrice, '110');
    });
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED');
  },
  'native-stop': async (stage) => {
    const orderId = await stage.submit({ type: 'STOP', stopPrice: '105' });
    await stage.system.market('COIN', { bidPrice: '105', askPrice: '107', lastPrice: '106' });
    return stage.ends(orderId, 'FILLED');
  },
  'update-with-start-risk': async (stage) => stage.ends(await stage.submit(CROSSING, { wait: 'risk' }), 'FILLED'),
  'update-with-start-acknowledged': async (stage) =>
    stage.ends(await stage.submit(CROSSING, { wait: 'acknowledged' }), 'FILLED'),
};

/** The market comes down to the resting buy orders of these scenarios. */
const CROSSED = { bidPrice: '89', askPrice: '90' } as const;

/** A resting buy of 10 at 90 that the market came down to with less. */
async function partlyFilled(stage: Stage, quantity: string) {
  const orderId = await stage.submit();
  await stage.system.market('COIN', { ...CROSSED, askQuantity: quantity });
  await stage.system.until(orderId, (order) => {
    assert.equal(order.filledQuantity, quantity);
  });
  return orderId;
}
