/** Orders that live for days, in a market that runs a day in seconds; and the service workflows, which live for ever. */
import assert from 'node:assert/strict';
import { venueSessionWorkflowId } from '../../../src/domain/ids';
import { CROSSING } from './stage';
import type { Scenario } from './stage';

/** Six and a half hours of session take 2.3 s. */
export const DAYS_SPEED = 10_000;
const WITHIN_MS = 60_000;

export const timeScenarios: Readonly<Record<string, Scenario>> = {
  'day-expiry': async (stage) =>
    stage.ends(await stage.submit({ symbol: 'SHARE', timeInForce: 'DAY' }), 'EXPIRED', {}, WITHIN_MS),
  'gtd-expiry': async (stage) => {
    const expireAtMs = marketMs(stage.system.realOriginMs, stage.system.options.simOriginMs) + 12 * 3_600_000;
    return stage.ends(await stage.submit({ symbol: 'COIN', timeInForce: 'GTD', expireAtMs }), 'EXPIRED', {}, WITHIN_MS);
  },
  'held-stop-expiry': async (stage) => {
    const orderId = await stage.submit(
      { symbol: 'SHARE', type: 'STOP', stopPrice: '105', venue: 'SIMY', timeInForce: 'DAY' },
      { wait: 'risk' },
    );
    return stage.ends(orderId, 'EXPIRED', {}, WITHIN_MS);
  },
  'settlement-next-day': async (stage) => {
    const workflowId = await stage.ends(await stage.submit({ ...CROSSING, symbol: 'SHARE' }), 'FILLED', {}, WITHIN_MS);
    return workflowId;
  },
  'settlement-fails-first': async (stage) => {
    const orderId = await stage.submit({ ...CROSSING, symbol: 'SHARE' });
    await stage.reaches(orderId, 'FILLED');
    await stage.system.fault('error503BeforeBooking', { params: { operations: ['query'] } });
    await stage.system.until(
      orderId,
      (order) => {
        assert.equal(order.settlements[0]?.status, 'FAILED');
      },
      WITHIN_MS,
    );
    await stage.system.clearFaults();
    return stage.ends(orderId, 'FILLED', {}, WITHIN_MS);
  },
  'outlives-its-sessions': async (stage) => {
    const orderId = await stage.submit({ symbol: 'SHARE' });
    // Fourteen sessions of 2.34 s; ten were given, and four must always lie ahead.
    await new Promise((done) => setTimeout(done, 20_000));
    await stage.system.orders.cancel(orderId);
    return stage.ends(orderId, 'CANCELED');
  },
};

/** Service workflows never end: their histories are taken as they are. */
export const serviceScenarios: Readonly<Record<string, Scenario>> = {
  'venue-session': async () => venueSessionWorkflowId('SIMX', 'HOUSE'),
  'market-watch': async () => 'market-watch',
  'journal-head': async () => 'journal-head',
};

function marketMs(realOriginMs: number, simOriginMs = 0): number {
  return simOriginMs + (Date.now() - realOriginMs) * DAYS_SPEED;
}
