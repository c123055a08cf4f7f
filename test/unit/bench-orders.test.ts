import { cpuMsOf, parseStat } from '../../scripts/bench/orders/cpu-time';
import { cellOf, median, medianOf, ratiosOf, slopeOf, spreadOf } from '../../scripts/bench/orders/figures';
import type { BuildFigures, Round } from '../../scripts/bench/orders/figures';
import { countsOf } from '../../scripts/bench/orders/history-counts';
import { planOf, readConcurrencies, readProfile, readSections } from '../../scripts/bench/orders/options';

const spread = (p50: number) => ({ p50, p99: p50 * 2 });
const figures = (perSecond: number, ms: number): BuildFigures => ({
  ...{ perSecond, acceptMs: spread(ms), acknowledgedMs: spread(ms * 10), doneMs: spread(ms * 20) },
  cpuMsPerOrder: { node: 1, temporal: 2, database: 3, venue: 4 },
  ...{ events: 12, historyBytes: 1_000, workflowTasks: 2, activities: 1, signals: 1 },
});
const round = (ours: number, floor: number, plain: number): Round => ({
  ...{ bareStart: spread(4), ours: figures(ours, 5), floor: figures(floor, 4), plain: figures(plain, 10) },
});

describe('figures', () => {
  test('a spread names the time that half and that 99 of 100 kept', () => {
    const times = Array.from({ length: 100 }, (_none, index) => 100 - index);
    expect(spreadOf(times)).toEqual({ p50: 50, p99: 99 });
    expect(spreadOf([7])).toEqual({ p50: 7, p99: 7 });
  });

  test('the median is the middle one, or the mean of the two in the middle', () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([1, 2, 4, 9])).toBe(3);
  });

  test('every figure of the rounds has its own median', () => {
    const one = (a: number, c: number, d: number) => ({ a, b: { c, d } });
    const rounds = [one(1, 30, 1), one(3, 10, 2), one(2, 20, 3)] as const;
    expect(medianOf([...rounds])).toEqual({ a: 2, b: { c: 20, d: 2 } });
  });

  test('a ratio is ours divided by the baseline of the same round, and the median of the rounds', () => {
    // A disturbance that slows all builds of a round leaves its ratio as it is.
    const rounds = [round(40, 80, 20), round(10, 20, 5), round(45, 60, 15)] as const;
    expect(ratiosOf(rounds)).toEqual({
      ...{ rateToFloor: 0.5, rateToPlain: 2, acceptToBareStart: 1.25, acknowledgedToPlain: 0.5 },
    });
    expect(cellOf('embedded', 50, [...rounds])).toMatchObject({ profile: 'embedded', concurrency: 50, rounds: 3 });
    expect(cellOf('embedded', 50, [...rounds]).ours.perSecond).toBe(40);
  });

  test('growth is told per unit, whatever was there before', () => {
    expect(
      slopeOf([
        [500, 600],
        [1_000, 1_100],
        [2_000, 2_100],
      ]),
    ).toBeCloseTo(1);
  });

  test('a history is counted by what costs', () => {
    const history = {
      events: [
        { workflowExecutionStartedEventAttributes: {} },
        { workflowTaskCompletedEventAttributes: {} },
        { activityTaskScheduledEventAttributes: {} },
        { workflowExecutionSignaledEventAttributes: {} },
        { workflowTaskCompletedEventAttributes: {} },
      ],
    };
    expect(countsOf(history)).toEqual({ events: 5, workflowTasks: 2, activities: 1, signals: 1 });
  });
});

describe('CPU time', () => {
  test('a process is read from its line, whatever its name', () => {
    const line = '4242 (a (very) odd name) S 17 4242 4242 0 -1 4194304 100 0 0 0 11 22 33 44 20 0 1 0 999 0 0';
    expect(parseStat(line)).toEqual({ parentPid: 17, ticks: 110, ownTicks: 33 });
  });

  test('work of this process is seen, a process that is gone counts nothing', () => {
    const before = cpuMsOf([process.pid]);
    // Looking is work enough.
    const endMs = Date.now() + 60_000;
    while (cpuMsOf([process.pid]) < before + 30 && Date.now() < endMs);
    expect(cpuMsOf([process.pid])).toBeGreaterThanOrEqual(before + 30);
    expect(cpuMsOf([2 ** 30])).toBe(0);
  });
});

describe('arguments', () => {
  test('what is asked for goes before what the short form means', () => {
    expect(planOf({ short: false })).toEqual({
      profiles: ['embedded', 'production'],
      concurrencies: [1, 10, 50, 200],
      sections: ['cells', 'recovery', 'memory'],
    });
    expect(planOf({ short: true })).toMatchObject({ profiles: ['embedded'], concurrencies: [1, 50] });
    expect(planOf({ short: true, profile: ['production'], concurrency: [7] })).toMatchObject({
      profiles: ['production'],
      concurrencies: [7],
    });
  });

  test('each is read, and a wrong one names what is allowed', () => {
    expect(readProfile('both')).toEqual(['embedded', 'production']);
    expect(readConcurrencies('50, 1,50')).toEqual([50, 1]);
    expect(readSections('memory,cells')).toEqual(['cells', 'memory']);
    expect(() => readProfile('cloud')).toThrow('cloud: must be embedded, production or both.');
    expect(() => readConcurrencies('1,0,x,2000')).toThrow(/^0, x, 2000: must be whole numbers from 1 to 1000/);
    expect(() => readSections('speed')).toThrow('speed: must be of cells, recovery, memory.');
  });
});
