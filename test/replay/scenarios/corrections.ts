/** What a venue says of an order unasked: halts, restatements, trades taken back, news after the end. */
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { ExecutionReport } from '../../../src/domain/execution-report';
import { correctionWorkflowId, orderIdOf } from '../../../src/domain/ids';
import type { OrderId } from '../../../src/domain/ids';
import { dec } from '../../../src/domain/money';
import { FILLS_KEPT } from '../../../src/domain/order';
import type { Scenario, Stage } from './stage';

export const correctionScenarios: Readonly<Record<string, Scenario>> = {
  'trade-corrected-then-busted': async (stage) => {
    const orderId = await stage.submit();
    const say = await told(stage, orderId);
    await say(trade('T1', 4));
    await say({ ...trade('T2', 3), execType: 'TRADE_CORRECT', execRefId: 'T1' });
    await say({ ...trade('T3', 3), execType: 'TRADE_CANCEL', execRefId: 'T2' });
    await stage.reaches(orderId, 'ACCEPTED');
    await stage.sees(orderId, 'TradeCorrected', 'TradeBusted');
    await stage.system.orders.cancel(orderId);
    return workflowOf(await stage.reaches(orderId, 'CANCELED'));
  },
  'bust-before-its-trade': async (stage) => {
    const orderId = await stage.submit();
    const say = await told(stage, orderId);
    await say({ ...trade('T2', 2), execType: 'TRADE_CANCEL', execRefId: 'T1' }, trade('T1', 2));
    await stage.system.until(orderId, (order) => {
      assert.equal(order.heldReports?.length, 0);
    });
    await stage.sees(orderId, 'ReportHeld', 'TradeBusted');
    return workflowOf(await stage.reaches(orderId, 'ACCEPTED'));
  },
  'correction-of-an-old-trade': async (stage) => {
    const orderId = await stage.submit({ quantity: '100' });
    const say = await told(stage, orderId);
    await say(...Array.from({ length: FILLS_KEPT + 5 }, (_, at) => trade(`T${String(at)}`, 1)));
    await say({ ...trade('C1', 2), execType: 'TRADE_CORRECT', execRefId: 'T0' });
    const order = await stage.system.until(orderId, ({ filledQuantity }) => {
      assert.equal(filledQuantity, String(FILLS_KEPT + 6));
    });
    return workflowOf(order);
  },
  'halts-and-restatements': async (stage) => {
    const orderId = await stage.submit();
    const say = await told(stage, orderId);
    await say({ execType: 'SUSPENDED', reason: 'HALT' });
    await stage.reaches(orderId, 'SUSPENDED');
    await say({ execType: 'RESTATED', orderQuantity: dec('8'), reason: 'PARTIAL_DECLINE' }, { execType: 'STOPPED' });
    await stage.reaches(orderId, 'ACCEPTED');
    await say({ execType: 'PENDING_CANCEL' }, { execType: 'CANCEL_REJECTED' }, { execType: 'DONE_FOR_DAY' });
    await stage.reaches(orderId, 'DONE_FOR_DAY');
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED', { quantity: dec('8') });
  },
  'changed-by-others': async (stage) => {
    const orderId = await stage.submit();
    const { clientOrderIdBase = '', request } = await stage.system.orders.get(orderId);
    const form = { clientOrderId: `desk-${clientOrderIdBase}`, quantity: '12', limitPrice: request.limitPrice ?? '' };
    await stage.system.replaceAtVenue(`${clientOrderIdBase}-0`, form);
    await stage.sees(orderId, 'OrderReplaced');
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED', { quantity: dec('12') });
  },
  'late-fill': async (stage) => {
    const orderId = await stage.submit();
    await stage.system.orders.cancel(orderId);
    await stage.ends(orderId, 'CANCELED');
    const report = await reportOf(stage, orderId);
    const late = report({ ...trade(`LATE-${orderId}`, 2), sequence: 700_001 });
    await stage.system.oms.deps.venueStore.receive([late]);
    // The correction begins in its own time; until then the order is what it was.
    await stage.system.until(orderId, (order) => {
      assert.equal(order.filledQuantity, '2');
    });
    await stage.ends(orderId, 'CANCELED', { filledQuantity: dec('2') });
    return correctionWorkflowId(orderId);
  },
  'ends-with-a-trade-taken-back': async (stage) => {
    const orderId = await stage.submit();
    const say = await told(stage, orderId);
    const bust: Change = { execType: 'TRADE_CANCEL', execId: `B-${orderId}`, execRefId: `F-${orderId}` };
    await say({ ...trade(`F-${orderId}`, 10), cumQuantity: dec('10') }, { ...bust, leavesQuantity: dec('0') });
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED', { filledQuantity: dec('0') });
  },
  'replace-learned-from-the-end': async (stage) => {
    const orderId = await stage.submit();
    const say = await told(stage, orderId);
    await stage.system.fault('delayReply', { count: 1, params: { operations: ['replace'], ms: 4_000 } });
    await stage.system.orders.modify(orderId, { quantity: dec('12') });
    const clientOrderId = `${(await stage.system.orders.get(orderId)).clientOrderIdBase ?? ''}-1`;
    await say({ execType: 'CANCELED', clientOrderId, orderQuantity: dec('12'), leavesQuantity: dec('0') });
    return stage.ends(orderId, 'CANCELED');
  },
  'replace-counts-a-fill': async (stage) => {
    const orderId = await stage.submit();
    await stage.system.fault('delayReports', { params: { ms: 20_000 }, durationMs: 20_000 });
    const say = await told(stage, orderId);
    await stage.system.fault('delayReply', { count: 1, params: { operations: ['replace'], ms: 3_000 } });
    await stage.system.orders.modify(orderId, { quantity: dec('12') });
    const clientOrderId = `${(await stage.system.orders.get(orderId)).clientOrderIdBase ?? ''}-1`;
    const counted = { cumQuantity: dec('2'), leavesQuantity: dec('10') };
    await say({ execType: 'REPLACED', clientOrderId, orderQuantity: dec('12'), ...counted });
    await stage.system.until(orderId, ({ acceptedStep }) => {
      assert.equal(acceptedStep, 1);
    });
    // The venue is asked for what it counts, in its own time.
    await setTimeout(4_000);
    await say({ ...trade(`F-${orderId}`, 2), clientOrderId, ...counted });
    await stage.system.until(orderId, ({ filledQuantity }) => {
      assert.equal(filledQuantity, '2');
    });
    await stage.system.clearFaults();
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED', { filledQuantity: dec('2') });
  },
  'cancel-met-an-earlier-form': async (stage) => {
    const orderId = await stage.submit();
    const say = await told(stage, orderId);
    await stage.system.orders.modify(orderId, { quantity: dec('12') });
    await stage.system.until(orderId, (order) => {
      assert.equal(order.acceptedStep, 1);
    });
    await stage.system.fault('delayReply', { count: 1, params: { operations: ['cancel'], ms: 4_000 } });
    await stage.system.orders.signalCancel(orderId, 'enough');
    await stage.reaches(orderId, 'PENDING_CANCEL');
    await say({ execType: 'CANCEL_REJECTED', reason: 'UNKNOWN_ORDER', text: 'no such order' });
    return stage.ends(orderId, 'CANCELED', { quantity: dec('12') });
  },
  'adopted-order': async (stage) => {
    const foreign = await stage.submit();
    const report = await reportOf(stage, foreign);
    const id = `FOREIGN-${stage.system.id()}`;
    const orderId = orderIdOf('external', `SIMX-${id}`);
    const told = (change: Change): ExecutionReport =>
      report({ venueOrderId: id, clientOrderId: id, execId: `${id}-${change.execType ?? ''}`, ...change });
    const entered = told({ execType: 'NEW', sequence: 710_001 });
    await stage.system.oms.deps.venueStore.receive([entered, told({ execType: 'CANCELED', sequence: 710_002 })]);
    await stage.reaches(orderId, 'CANCELED');
    await stage.system.orders.cancel(foreign);
    return stage.ends(orderId, 'CANCELED');
  },
};

type Change = Partial<ExecutionReport>;
const workflowOf = ({ orderId }: { orderId: OrderId }): string => `order/${orderId}`;

/** A trade at 90 without fees. */
const trade = (execId: string, quantity: number): Change => ({
  ...{ execType: 'TRADE', execId, lastQuantity: dec(String(quantity)), lastPrice: dec('90') },
  ...{ fee: dec('0'), feeCurrency: 'USD' },
});

/** Sends reports about an order as its venue's stream would, each with the next place in it. */
async function told(stage: Stage, orderId: OrderId): Promise<(...changes: Change[]) => Promise<void>> {
  const report = await reportOf(stage, orderId);
  let sequence = 600_000;
  return (...changes) =>
    stage.signal(
      orderId,
      'executionReports',
      changes.map((change) => report({ sequence: (sequence += 1), ...change })),
    );
}

async function reportOf(stage: Stage, orderId: OrderId): Promise<(change: Change) => ExecutionReport> {
  const order = await stage.system.orders.get(orderId);
  return (change) => ({
    ...{ venue: order.route?.venue ?? '', venueAccount: order.venueAccount ?? '', sequence: 0 },
    ...{ execId: `UNASKED-${String(change.sequence)}`, execType: 'NEW', venueOrderId: order.venueOrderId ?? '' },
    clientOrderId: `${order.clientOrderIdBase ?? ''}-${String(order.acceptedStep)}`,
    ...{ symbol: order.request.symbol, side: order.request.side, orderQuantity: order.quantity },
    ...{ cumQuantity: dec('0'), leavesQuantity: order.leavesQuantity, transactTimeMs: order.updatedAtMs },
    ...change,
  });
}
