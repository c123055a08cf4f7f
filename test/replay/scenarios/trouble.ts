/** Orders whose venue, database or stream does not behave. */
import assert from 'node:assert/strict';
import { dec } from '../../../src/domain/money';
import { CROSSING } from './stage';
import type { Scenario } from './stage';

/** Most history events before Temporal suggests to continue as new, on the recording's server; 4,096 elsewhere. */
export const CONTINUE_AS_NEW_EVENTS = 100;
/** An order proved absent is sent again after its 5 s to send and the venue's settle time. */
const RESENT_WITHIN_MS = 30_000;

export const troubleScenarios: Readonly<Record<string, Scenario>> = {
  'submit-unknown-found': async (stage) => {
    await stage.system.fault('dropReplyAfterAccept', { count: 1 });
    const orderId = await stage.submit({}, { wait: 'accepted' });
    await stage.reaches(orderId, 'ACCEPTED');
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED');
  },
  'submit-unknown-sent-again': async (stage) => {
    await stage.system.fault('error503BeforeBooking', { count: 1 });
    const orderId = await stage.submit({}, { wait: 'accepted' });
    await stage.reaches(orderId, 'SUBMIT_UNKNOWN');
    await stage.reaches(orderId, 'ACCEPTED', RESENT_WITHIN_MS);
    assert.equal((await stage.system.booked(await stage.system.orders.get(orderId))).length, 1);
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED');
  },
  'cancel-in-unknown-booked': async (stage) => {
    await stage.system.fault('dropReplyAfterAccept', { count: 1 });
    await stage.system.fault('delayReports', { params: { ms: 1_500 } });
    await stage.system.fault('error503BeforeBooking', { durationMs: 800, params: { operations: ['query'] } });
    const orderId = await stage.submit({}, { wait: 'accepted' });
    await stage.reaches(orderId, 'SUBMIT_UNKNOWN');
    await stage.system.orders.signalCancel(orderId, 'I want to know');
    return stage.ends(orderId, 'CANCELED');
  },
  'cancel-in-unknown-absent': async (stage) => {
    await stage.system.fault('error503BeforeBooking', { count: 1, params: { operations: ['submit'] } });
    const orderId = await stage.submit({}, { wait: 'accepted' });
    await stage.reaches(orderId, 'SUBMIT_UNKNOWN');
    await stage.system.orders.signalCancel(orderId, 'never mind');
    return stage.ends(orderId, 'CANCELED', { unfilledAtEnd: dec('10') }, RESENT_WITHIN_MS);
  },
  'cancel-before-intent': async (stage) => {
    stage.database.stop();
    const orderId = await stage.submit({}, { wait: 'accepted' });
    await stage.system.orders.signalCancel(orderId, 'too slow');
    await stage.reaches(orderId, 'CANCELED');
    stage.database.resume();
    return stage.ends(orderId, 'CANCELED');
  },
  'cancel-while-sending': async (stage) => {
    await stage.system.fault('delayReply', { count: 1, params: { ms: 800, operations: ['submit'] } });
    await stage.system.fault('delayReports', { count: 1, params: { ms: 1_000 } });
    const orderId = await stage.submit({}, { wait: 'accepted' });
    await stage.reaches(orderId, 'SUBMITTING');
    await stage.system.orders.signalCancel(orderId);
    return stage.ends(orderId, 'CANCELED');
  },
  'cancel-came-too-late': async (stage) => {
    const orderId = await stage.submit();
    await stage.system.fault('delayReports', { params: { ms: 1_500 } });
    await stage.system.market('COIN', { askPrice: '90', bidPrice: '89' });
    await stage.system.orders.signalCancel(orderId);
    return stage.ends(orderId, 'FILLED');
  },
  'unknown-at-venue': async (stage) => {
    const orderId = await stage.submit();
    stage.venues.forget();
    await stage.system.orders.cancel(orderId, 'is it there?');
    await stage.reaches(orderId, 'ACCEPTED');
    await stage.system.orders.cancel(orderId, 'it is');
    return stage.ends(orderId, 'CANCELED');
  },
  'cancel-unknown-told': async (stage) => {
    const orderId = await stage.submit();
    const operations = ['cancel', 'query'];
    await stage.system.fault('error503BeforeBooking', { durationMs: 1_500, params: { operations } });
    await stage.system.orders.signalCancel(orderId);
    await stage.system.until(orderId, (order) => {
      assert.match(order.why, /unknown/);
    });
    return stage.ends(orderId, 'CANCELED');
  },
  'replace-told-before-its-answer-is-lost': async (stage) => {
    const orderId = await stage.submit();
    await stage.system.fault('delayReply', { count: 1, params: { operations: ['replace'], ms: 6_000 } });
    await stage.system.orders.signalModify(orderId, { quantity: dec('12') });
    await stage.system.until(orderId, (order) => {
      assert.equal(order.quantity, '12');
    });
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED');
  },
  'replace-unknown-told': async (stage) => {
    const orderId = await stage.submit();
    const operations = ['replace', 'query'];
    await stage.system.fault('error503BeforeBooking', { durationMs: 1_500, params: { operations } });
    await stage.system.orders.signalModify(orderId, { quantity: dec('12') });
    await stage.system.until(orderId, (order) => {
      assert.match(order.why, /unknown/);
    });
    await stage.system.until(
      orderId,
      (order) => {
        assert.equal(order.quantity, '12');
      },
      RESENT_WITHIN_MS,
    );
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED');
  },
  'no-reports': async (stage) => {
    const orderId = await stage.submit();
    for (const payload of [null, 'text', [null], {}]) await stage.signal(orderId, 'executionReports', payload);
    await stage.system.orders.cancel(orderId);
    await stage.sees(orderId, 'ReportRefused');
    return stage.ends(orderId, 'CANCELED');
  },
  'fill-missing': async (stage) => {
    const orderId = await stage.submit();
    const order = await stage.system.orders.get(orderId);
    const base = order.clientOrderIdBase ?? '';
    const end = {
      ...{ venue: 'SIMX', venueAccount: 'HOUSE', symbol: 'COIN', side: 'BUY', sequence: 0, execId: `${base}-END` },
      ...{ execType: 'CANCELED', clientOrderId: `${base}-0`, venueOrderId: order.venueOrderId, orderQuantity: '10' },
      ...{ cumQuantity: '5', leavesQuantity: '0', transactTimeMs: order.updatedAtMs + 1 },
    };
    await stage.signal(orderId, 'executionReports', [end]);
    await stage.raisesAlert(orderId);
    const fill = { execType: 'TRADE', execId: `${base}-FILL`, lastQuantity: '5', lastPrice: '90', fee: '0' };
    await stage.signal(orderId, 'executionReports', [{ ...end, ...fill, feeCurrency: 'USD' }]);
    return stage.ends(orderId, 'CANCELED', { filledQuantity: dec('5') });
  },
  'fill-before-answer': async (stage) => {
    await stage.system.fault('delayReply', { count: 1, params: { ms: 600 } });
    return stage.ends(await stage.submit(CROSSING, { wait: 'accepted' }), 'FILLED');
  },
  'duplicate-reports': async (stage) => {
    const orderId = await stage.submit();
    await stage.system.fault('duplicateReports');
    await stage.system.market('COIN', { askPrice: '90', askQuantity: '4', bidPrice: '89' });
    await stage.system.until(orderId, (order) => {
      assert.equal(order.filledQuantity, '4');
    });
    await stage.system.market('COIN', { askPrice: '90', askQuantity: '9', bidPrice: '89' });
    return stage.ends(orderId, 'FILLED', { filledQuantity: dec('10') });
  },
  'too-many-requests': async (stage) => {
    await stage.system.fault('tooManyRequests', { count: 1, params: { retryAfterMs: 300 } });
    return stage.ends(await stage.submit(CROSSING, { wait: 'accepted' }), 'FILLED', {}, RESENT_WITHIN_MS);
  },
  'replace-unknown': async (stage) => {
    const orderId = await stage.submit();
    await stage.system.fault('dropReplyAfterAccept', { count: 1, params: { operations: ['replace'] } });
    await stage.system.orders.signalModify(orderId, { quantity: dec('12') });
    await stage.system.until(orderId, (order) => {
      assert.equal(order.quantity, '12');
    });
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED');
  },
  'database-down-while-recording': async (stage) => {
    const orderId = await stage.submit();
    stage.database.stop();
    await stage.system.orders.signalCancel(orderId, 'get out');
    await stage.system.until(orderId, (order) => {
      assert.equal(order.status, 'PENDING_CANCEL');
    });
    stage.database.resume();
    return stage.ends(orderId, 'CANCELED');
  },
  'database-down-at-start': async (stage) => {
    stage.database.stop();
    const orderId = await stage.submit(CROSSING, { wait: 'accepted' });
    await stage.reaches(orderId, 'CREATED');
    stage.database.resume();
    return stage.ends(orderId, 'FILLED');
  },
  'id-of-a-forgotten-order': async (stage) => {
    const request = stage.system.request(CROSSING);
    await stage.ends((await stage.system.orders.submit(request, { wait: 'accepted' })).orderId, 'FILLED');
    // A raw start may use an id again at once; the client may only when the first workflow is past its retention.
    return stage.ends(await stage.startRaw(request.clientOrderId, [{ order: request }]), 'FILLED');
  },
  'continue-as-new': async (stage) => {
    const orderId = await stage.submit();
    const { runId } = await stage.system.orders.get(orderId);
    for (let quantity = 11; (await stage.system.orders.get(orderId)).runId === runId; quantity += 1) {
      assert.ok(quantity < 11 + CONTINUE_AS_NEW_EVENTS, 'the order never continued as new');
      await stage.system.orders.modify(orderId, { quantity: dec(String(quantity)) });
      await stage.system.until(orderId, (order) => {
        assert.equal(order.quantity, String(quantity));
      });
    }
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED');
  },
};
