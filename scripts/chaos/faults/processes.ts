/** Faults of our own processes: deaths, stalls, wrong clocks, little memory. */
import { KILL_POINTS } from '../kill-points';
import { pause } from '../persistently';
import type { Fault } from '../fault';

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
    title: 'the Temporal server dies in the middle of a burst',
    forms: 1,
    async play({ system, random }) {
      await system.killTemporal(random.whole(0, 2_000));
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
    async play({ system: { worker }, scaled, turn }) {
      await worker.kill();
      await worker.start({ maxCachedWorkflows: turn % 2 === 0 ? 0 : 2 });
      await pause(scaled(60_000));
      await worker.kill();
      await worker.start();
      return 1;
    },
  },
  {
    id: 'F19',
    title: 'the worker stalls: its event loop, then the whole process',
    forms: 2,
    async play({ system: { worker }, scaled, turn }) {
      const ms = Math.max(11_000, scaled(30_000));
      if (turn % 2 === 0) {
        worker.tell({ kind: 'stall', ms });
        await pause(ms);
      } else {
        worker.signal('SIGSTOP');
        await pause(ms);
        worker.signal('SIGCONT');
      }
      return 1;
    },
  },
];
