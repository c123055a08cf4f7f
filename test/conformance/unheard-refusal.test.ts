/** Goal: an order whose refusal nobody heard, as the worker died with it, ends as rejected and is neither sent again nor stuck. */
import { createVenueActivities } from '../../activities/submission';
import { dec } from '../../src/domain/money';
import type { VenueAnswer, VenueConnector } from '../../src/ports/venue';
import { makeLogger } from '../../src/logging';
import { scriptedVenue } from '../../scripts/scenarios/scripted-venue';
import { describeBackends } from './store-backends';
import { intentOf, requestOf } from './store-fixtures';

type Dependencies = Parameters<typeof createVenueActivities>[0];

describeBackends('an answer that died with its worker', (backend) => {
  const beganMs = Date.now();
  let nowMs = beganMs;
  let sent = 0;

  function attemptOf(id: string, answer: VenueAnswer) {
    nowMs = beganMs;
    sent = 0;
    const venue: VenueConnector = {
      ...scriptedVenue('SIM', 'ACME'),
      submit: async () => {
        sent += 1;
        return answer;
      },
      findOrder: async () => ({ kind: 'notFound' }),
    };
    const deps: Partial<Dependencies> = {
      venues: new Map([['SIM', venue]]),
      venueStore: backend().venues,
      clock: { nowMs: () => nowMs },
      log: makeLogger({ level: 'silent', readable: false }),
    };
    const { orderId, clientOrderId } = intentOf(id);
    const input = {
      ...{ orderId, venueAccount: 'sim-1', symbol: 'ACME', clientOrderId, order: requestOf('acc', id) },
      ...{ quantity: dec('1'), triggered: false, sendUntilMs: beganMs + 600_000 },
    };
    return () => createVenueActivities(deps as Dependencies, 'SIM').submitOrder(input);
  }
  const refusal: VenueAnswer = { kind: 'refused', reason: 'HALTED', text: 'no trading now', reports: [] };

  it('W01 is a refusal as soon as the venue provably does not have the order', async () => {
    const attempt = attemptOf('w01', refusal);
    // Its result is lost: Temporal has given the attempt up by then.
    await attempt();
    expect(await attempt()).toMatchObject({ kind: 'unknown' });
    nowMs += 7_000;
    expect(await attempt()).toMatchObject({ kind: 'refused', reason: 'REFUSED_UNHEARD' });
    expect(sent).toBe(1);
  });

  it('W02 is none where the answer itself never came: that order may be sent again', async () => {
    const attempt = attemptOf('w02', { kind: 'unknown', reason: 'no answer in time' });
    await attempt();
    nowMs += 7_000;
    expect(await attempt()).toMatchObject({ kind: 'unknown' });
    expect(sent).toBe(2);
  });
});
