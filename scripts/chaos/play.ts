/** One run: load and market in the background, fault after fault in front, the verdict at the end. */
import type { Fault, Stage } from './fault';
import { comeToRest, judge, recovery } from './judge';
import type { Verdict } from './judge';
import { Load, MarketMoves } from './load';
import { Random } from './random';
import { ChaosSystem } from './system';

export interface ChaosOptions {
  readonly orders: number;
  readonly faults: readonly Fault[];
  readonly seed: number;
  readonly timeScale: number;
  /** 0: each form of each fault once. */
  readonly rounds: number;
  readonly pairs?: boolean;
  readonly stateDir: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface ChaosResult {
  readonly options: ChaosOptions;
  /** How many times each fault really broke something. */
  readonly injected: Readonly<Record<string, number>>;
  readonly recoveryMs: readonly number[];
  readonly verdict: Verdict | undefined;
  readonly temporalServer: string;
  readonly problems: readonly string[];
  readonly seconds: number;
}

const CALLERS = 8;
/** Between two orders of one caller, so that the load lasts as long as the faults do. */
const CALLER_PAUSE_MS = 400;

/** What is played, one after the other: each fault in its forms, then pairs. */
function scheduleOf({ faults, rounds, pairs, seed }: ChaosOptions): readonly (readonly [Fault, number][])[] {
  const singles = faults.flatMap((fault) =>
    Array.from({ length: rounds === 0 ? fault.forms : rounds }, (_, turn): [Fault, number][] => [[fault, turn]]),
  );
  const random = new Random(seed);
  const shuffled = [...singles].sort(() => random.next() - 0.5);
  if (pairs !== true) return shuffled;
  const social = faults.filter(({ alone }) => alone !== true);
  const couples = social.map((fault, at): [Fault, number][] => {
    const other = social[(at + 1 + random.whole(0, Math.max(0, social.length - 2))) % social.length] ?? fault;
    return [
      [fault, random.whole(0, fault.forms - 1)],
      [other, random.whole(0, other.forms - 1)],
    ];
  });
  return [...shuffled, ...couples];
}

export async function playChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, say, signal, timeScale } = options;
  const beganMs = performance.now();
  const random = new Random(seed);
  const system = await ChaosSystem.start({ stateDir: options.stateDir, say });
  const problems: string[] = [];
  const injected: Record<string, number> = Object.fromEntries(options.faults.map(({ id }) => [id, 0]));
  const recoveryMs: number[] = [];
  let verdict: Verdict | undefined;
  let temporalServer = 'unknown';
  try {
    temporalServer = (await system.connection.workflowService.getSystemInfo({})).serverVersion;
    const load = new Load(system, random.branch(1), {
      orders: options.orders,
      atOnce: CALLERS,
      pauseMs: CALLER_PAUSE_MS,
    });
    const market = new MarketMoves(system, random.branch(2));
    market.start();
    const loading = load.run();
    const schedule = scheduleOf(options);
    for (const [nth, turns] of schedule.entries()) {
      if (signal.aborted) break;
      load.allow((nth + 1) / schedule.length);
      const stage = (turn: number, fault: number): Stage => ({
        ...{ system, load, turn, random: random.branch(100 + nth * 10 + fault) },
        scaled: (ms) => ms * timeScale,
      });
      const played = await Promise.allSettled(
        turns.map(async ([fault, turn], at) => {
          injected[fault.id] = (injected[fault.id] ?? 0) + (await fault.play(stage(turn, at)));
        }),
      );
      for (const one of played)
        if (one.status === 'rejected') problems.push(`${named(turns)} could not be played: ${textOf(one.reason)}`);
      await system.worker.start();
      const tookMs = await recovery(system, load, nth).catch((error: unknown) => {
        problems.push(`after ${named(turns)}: ${textOf(error)}`);
        return undefined;
      });
      if (tookMs !== undefined) recoveryMs.push(tookMs);
      say(
        `${named(turns).padEnd(70)} recovered in ${tookMs === undefined ? 'no time' : `${(tookMs / 1_000).toFixed(1)} s`}; ${load.progress}`,
      );
    }
    load.allow(1);
    await loading;
    await market.stop();
    problems.push(...load.problems);
    const stuck = await comeToRest(system, load, say);
    verdict = await judge(system, load, stuck, say);
  } finally {
    await system.stop();
  }
  const seconds = (performance.now() - beganMs) / 1_000;
  return {
    options,
    injected,
    recoveryMs,
    verdict,
    temporalServer,
    problems: [...problems, ...problemsOf(verdict, injected)],
    seconds,
  };
}

const named = (turns: readonly [Fault, number][]): string =>
  turns.map(([{ id, title }, turn]) => `${id}.${String(turn + 1)} ${title}`).join(' + ');
const textOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.message}${error.cause === undefined ? '' : `: ${textOf(error.cause)}`}`
    : String(error);

/** A wrong deploy fails workflow tasks: that is how orders wait for it to be taken back. */
function problemsOf(verdict: Verdict | undefined, injected: Readonly<Record<string, number>>): readonly string[] {
  if (verdict === undefined) return ['the run ended before anything could be judged'];
  return [
    ...verdict.lost.map((orderId) => `lost: ${orderId} was accepted and is in no ledger`),
    ...verdict.stuck.map((why) => `stuck: ${why}`),
    ...Object.entries(verdict.invariants).flatMap(([name, { ok, violations, violated }]) =>
      ok || (name === 'noWorkflowTaskFailed' && (injected['F16'] ?? 0) > 0)
        ? []
        : [`${name}: ${String(violated)} violations`, ...violations.map((violation) => `  ${violation}`)],
    ),
  ];
}
