/** Faults of the venue and of the way to it. */
import { pause } from '../persistently';
import type { Fault, Stage } from '../fault';

/** Switches faults of the venue on for a while; they end by themselves. */
async function during({ system }: Stage, ms: number, faults: readonly (readonly [string, object?])[]): Promise<void> {
  for (const [name, settings] of faults)
    await system.fault(name, { durationMs: Math.max(1, Math.round(ms)), ...settings });
  await pause(ms);
}

const LOST_REPLIES = ['dropReplyAfterAccept', 'error503AfterBooking', 'garbageAnswer'] as const;
const SPOILS = ['unknownExecType', 'noJson', 'textForNumber', 'noSequence'] as const;

export const VENUE_FAULTS: readonly Fault[] = [
  {
    id: 'F5',
    title: 'the venue takes a request and its answer is lost',
    forms: LOST_REPLIES.length,
    async play(stage) {
      await during(stage, stage.scaled(15_000), [[LOST_REPLIES[stage.turn % LOST_REPLIES.length] ?? LOST_REPLIES[0]]]);
      return 1;
    },
  },
  {
    id: 'F6',
    title: 'the same, and a filled order gives its id free',
    forms: 1,
    async play(stage) {
      await during(stage, stage.scaled(15_000), [['forgetFilledIds'], ['dropReplyAfterAccept']]);
      return 1;
    },
  },
  {
    id: 'F7',
    title: 'the venue does not find an order that it has, for a while',
    forms: 1,
    async play(stage) {
      const ms = stage.scaled(15_000);
      await during(stage, ms, [
        ['lateIndex', { params: { ms: 400 } }],
        ['dropReplyAfterAccept', { count: 5 }],
      ]);
      return 1;
    },
  },
  {
    id: 'F8',
    title: 'reports come twice',
    forms: 1,
    async play(stage) {
      await during(stage, stage.scaled(20_000), [['duplicateReports']]);
      return 1;
    },
  },
  {
    id: 'F9',
    title: 'reports come in another order, before the acknowledge, and hundreds at once',
    forms: 2,
    async play(stage) {
      const ms = stage.scaled(15_000);
      if (stage.turn % 2 === 0) {
        await during(stage, ms, [['reorderReports'], ['delayReply', { params: { ms: 300 } }]]);
        return 1;
      }
      const { load, system } = stage;
      // Held back, then all of them in one go.
      await system.fault('delayReports', { durationMs: 5_000, params: { ms: 2_500 } });
      await load.submit(
        load.request(`burst-${String(stage.turn)}-${String(Date.now())}`, {
          ...{ quantity: '300' as never, limitPrice: '97' as never },
        }),
      );
      for (let fills = 0; fills < 120; fills += 1) {
        await system.market({ bidPrice: '80', askPrice: '97', askQuantity: '2', lastPrice: '97' });
        await system.market();
      }
      return 1;
    },
  },
  {
    id: 'F10',
    title: 'reports come late, after the answer to a cancel',
    forms: 1,
    async play(stage) {
      const ms = stage.scaled(30_000);
      await during(stage, ms, [['delayReports', { params: { ms: Math.max(1_000, stage.scaled(10_000)) } }]]);
      return 1;
    },
  },
  {
    id: 'F11',
    title: 'cancel and modify race with fills, twice with one command id',
    forms: 1,
    async play({ load, system, random, turn }) {
      const orders = system.orders;
      for (let round = 0; round < 3; round += 1) {
        const id = `race-${String(turn)}-${String(round)}-${String(Date.now())}`;
        const orderId = await load.submit(load.request(id, { quantity: '10' as never, limitPrice: '95' as never }));
        await pause(random.whole(0, 400));
        const command = `${id}-k`;
        const ignored = (): undefined => undefined;
        await Promise.all([
          system.market({ bidPrice: '80', askPrice: '95', askQuantity: '4', lastPrice: '95' }),
          orders.signalModify(orderId, { limitPrice: '94' as never }, `${id}-m`).catch(ignored),
          orders.signalCancel(orderId, 'race', command).catch(ignored),
          orders.signalCancel(orderId, 'race', command).catch(ignored),
        ]);
        await system.market();
      }
      return 3;
    },
  },
  {
    id: 'F13',
    title: 'the way to the venue is cut, half-open, or its stream breaks',
    forms: 4,
    async play(stage) {
      const { system, scaled, turn } = stage;
      const ms = scaled(20_000);
      if (turn % 4 === 0) {
        for (let cuts = 0; cuts < 5; cuts += 1) {
          system.network.drop();
          await pause(ms / 5);
        }
        return 5;
      }
      if (turn % 4 === 1) {
        system.network.silence(true);
        await pause(ms);
        system.network.silence(false);
        return 1;
      }
      if (turn % 4 === 2) {
        system.network.shut(true);
        await pause(ms);
        system.network.shut(false);
        return 1;
      }
      await system.fault('disconnectStream', { count: 5 });
      await system.killVenue(stage.random.whole(0, 1_000));
      return 2;
    },
  },
  {
    id: 'F14',
    title: 'the venue limits requests, then is closed for maintenance',
    forms: 2,
    async play(stage) {
      const ms = stage.scaled(20_000);
      await during(stage, ms, [
        stage.turn % 2 === 0
          ? ['tooManyRequests', { params: { retryAfterMs: 500 } }]
          : ['error503BeforeBooking', { params: { operations: ['submit', 'cancel', 'replace', 'query'] } }],
      ]);
      return 1;
    },
  },
  {
    id: 'F15',
    title: 'reports, signals and updates that nobody can read',
    forms: SPOILS.length,
    async play(stage) {
      const { system, load, turn } = stage;
      const how = SPOILS[turn % SPOILS.length] ?? SPOILS[0];
      await system.fault('unreadableReports', { count: 3, params: { how, places: ['stream'] } });
      const poison: readonly unknown[] = [null, 'NaN', { kind: 1e308 }, { quantity: '1e400' }, ['x'.repeat(300_000)]];
      let sent = 3;
      for (const orderId of [...load.accepted].slice(-3)) {
        const handle = system.client.workflow.getHandle(`order/${orderId}`);
        for (const name of ['cancelOrder', 'modifyOrder', 'executionReports', 'marketTrigger']) {
          if (name === 'cancelOrder') continue;
          await handle.signal(name, stage.random.pick(poison)).catch(() => undefined);
          sent += 1;
        }
      }
      return sent;
    },
  },
];
