/** Faults of our own processes: deaths, stalls, wrong clocks, little memory. */
import { dec } from '../../../src/domain/money';
import { KILL_POINTS } from '../kill-points';
import { pause, persistently } from '../persistently';
import type { Fault, Stage } from '../fault';

const REACHED_WITHIN_MS = 15_000;
const CLOCK_OFFSETS_MS = [600_000, -600_000, 2_000, -2_000] as const;

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    id: 'F1',
    title: 'the worker dies at a boundary of an activity',
    forms: KILL_POINTS.length,
    async play({ system: { worker }, turn }) {
      worker.tell({ kind: 'arm', point: KILL_POINTS[turn % KILL_POINTS.length] ?? null });
      const died = await worker.hasDied(REACHED_WITHIN_MS);
      if (died) await worker.start();
      else worker.tell({ kind: 'arm', point: null });
      return died ? 1 : 0;
    },
  },
  {
    id: 'F2',
    title: 'all workers are gone for a minute',
    forms: 1,
    async play({ system: { worker }, scaled }) {
      await worker.kill();
      await pause(scaled(60_000));
      await worker.start();
      return 1;
    },
  },
  {
    id: 'F3',
    title: 'the Temporal server dies in the middle of a burst; in production its PostgreSQL, too',
    forms: 1,
    formsInProduction: 1,
    async play({ system, random, turn }) {
      if (turn === 0) await system.killTemporal(random.whole(0, 2_000));
      else await system.killPostgres('temporal', random.whole(0, 2_000));
      return 1;
    },
  },
  {
    id: 'F12',
    title: "the worker's clock jumps",
    forms: CLOCK_OFFSETS_MS.length,
    async play({ system: { worker }, scaled, turn }) {
      worker.tell({ kind: 'clock', offsetMs: CLOCK_OFFSETS_MS[turn % CLOCK_OFFSETS_MS.length] ?? 0 });
      await pause(scaled(20_000));
      worker.tell({ kind: 'clock', offsetMs: 0 });
      return 1;
    },
  },
  {
    id: 'F18',
    title: 'no workflow stays in memory: each task replays its history',
    forms: 2,
    async play(stage) {
      const { system, scaled, turn } = stage;
      const { worker } = system;
      await worker.kill();
      await worker.start({ maxCachedWorkflows: turn % 2 === 0 ? 0 : 2 });
      const ms = Math.max(15_000, scaled(60_000));
      const changed = Promise.all(Array.from({ length: AT_REST }, (_, nth) => changedAtRest(stage, nth, ms)));
      await Promise.race([changed, pause(ms + ANSWERED_WITHIN_MS)]);
      await worker.kill();
      await worker.start();
      return 1;
    },
  },
  {
    id: 'F19',
    title: 'the worker stalls: its event loop, then the whole process, then who sends, between intent and send',
    forms: 3,
    async play(stage) {
      const { worker } = stage.system;
      const ms = Math.max(11_000, stage.scaled(30_000));
      if (stage.turn === 2) return sleepingSender(stage);
      if (stage.turn === 0) {
        worker.tellOne({ kind: 'stall', ms });
        await pause(ms);
      } else await worker.stopOneFor(ms);
      return 1;
    },
  },
];

const AT_REST = 4;
/** An order that is stuck gives no answer: the judge tells of it. */
const ANSWERED_WITHIN_MS = 30_000;

/** Commands that come when an order has nothing to do: Temporal brings them with what the last, empty task was for. */
async function changedAtRest({ system, load, turn, random }: Stage, nth: number, ms: number): Promise<void> {
  const untilMs = Date.now() + ms;
  const pauses = random.branch(nth);
  const id = `at-rest-${String(turn)}-${String(nth)}-${String(Date.now())}`;
  const orderId = await load.submit(load.request(id, { limitPrice: dec('70') }));
  for (let change = 1; Date.now() < untilMs; change += 1) {
    await pause(pauses.whole(500, 3_000));
    const form = { quantity: dec(String(1 + change)) };
    await persistently('a change is answered', () => system.orders.modify(orderId, form, `${id}-${String(change)}`));
  }
  await persistently('a cancel is answered', () => system.orders.cancel(orderId, 'chaos', `${id}-end`));
}

/** Longer than an attempt may send, than the activity's timeout, and than the next attempt takes. */
const SENDER_SLEEPS_MS = 17_000;
const SENDERS = 5;

/** The venue takes the order from the next attempt, fills it and forgets its id: who wakes then must not send. */
async function sleepingSender({ system, load, turn, random }: Stage): Promise<number> {
  await system.fault('forgetFilledIds', { durationMs: SENDER_SLEEPS_MS * 2 });
  const who = system.profile === 'production' ? 'process' : 'sender';
  system.worker.tellOne({ kind: 'hold sends', forMs: 3_000, eachMs: SENDER_SLEEPS_MS, who });
  await Promise.all(
    Array.from({ length: SENDERS }, (_, nth) => {
      const id = `asleep-${String(turn)}-${String(nth)}-${String(random.whole(0, 1_000_000))}`;
      return load.submit(load.request(id, { limitPrice: dec('105') }));
    }),
  );
  await pause(SENDER_SLEEPS_MS + 3_000);
  return SENDERS;
}
