/** One run: load and market in the background, fault after fault in front, the verdict at the end. */
import type { Fault, Stage } from './fault';
import { comeToRest, judge, recovery } from './judge';
import type { Verdict } from './judge';
import { Load, MarketMoves } from './load';
import { Random } from './random';
import type { Profile } from './stores';
import { ChaosSystem } from './system';

export interface ChaosOptions {
  readonly profile: Profile;
  readonly orders: number;
  readonly faults: readonly Fault[];
  readonly seed: number;
  readonly timeScale: number;
  /** 0: each form of each fault once. */
  readonly rounds: number;
  readonly pairs?: boolean;
  readonly stateDir: string;
  /** Root of the sources that the workers run; absent: this checkout. */
  readonly sources?: string;
  readonly signal: AbortSignal;
  /** Takes what has to be stopped when nobody waits for the run any more. */
  readonly onCut: (stop: () => Promise<unknown>) => void;
  readonly say: (line: string) => void;
}

/** What a run has found so far; whoever is interrupted still has it. */
export interface ChaosResult {
  readonly options: ChaosOptions;
  /** How many times each fault really broke something. */
  readonly injected: Record<string, number>;
  readonly recoveryMs: number[];
  kills: ChaosSystem['kills'] | undefined;
  verdict: Verdict | undefined;
  temporalServer: string;
  readonly problems: string[];
  seconds: number;
}

type Turns = readonly (readonly [Fault, number])[];

const CALLERS = 8;
/** Between two orders of one caller, so that the load lasts as long as the faults do. */
const CALLER_PAUSE_MS = 400;

/** Of a profile: a production-like system has more parts that can die. */
export const formsOf = ({ forms, formsInProduction = 0 }: Fault, profile: Profile): number =>
  profile === 'production' ? forms + formsInProduction : forms;

/** What is played, one after the other: each fault in its forms, then pairs. */
function scheduleOf({ faults, rounds, pairs, seed, profile }: ChaosOptions): readonly Turns[] {
  const singles = faults.flatMap((fault) => {
    const forms = formsOf(fault, profile);
    return Array.from({ length: rounds === 0 ? forms : rounds }, (_, turn): Turns => [[fault, turn % forms]]);
  });
  const random = new Random(seed);
  const shuffled = [...singles].sort(() => random.next() - 0.5);
  if (pairs !== true) return shuffled;
  const social = faults.filter(({ alone }) => alone !== true);
  const couples = social.map((fault, at): Turns => {
    const other = social[(at + 1 + random.whole(0, Math.max(0, social.length - 2))) % social.length] ?? fault;
    return [
      [fault, random.whole(0, formsOf(fault, profile) - 1)],
      [other, random.whole(0, formsOf(other, profile) - 1)],
    ];
  });
  return [...shuffled, ...couples];
}

/** A run that has found nothing yet. */
export const nothingFound = (options: ChaosOptions): ChaosResult => ({
  options,
  injected: Object.fromEntries(options.faults.map(({ id }) => [id, 0])),
  recoveryMs: [],
  kills: undefined,
  verdict: undefined,
  temporalServer: 'unknown',
  problems: [],
  seconds: 0,
});

/** Plays a whole run and writes what it finds into `found` as it goes; whatever happens, nothing is left running. */
export async function playChaos(found: ChaosResult): Promise<void> {
  const { options, problems } = found;
  const beganMs = performance.now();
  let system: ChaosSystem | undefined;
  try {
    const starting = ChaosSystem.start(options);
    options.onCut(async () => (await starting).stop());
    system = await starting;
    found.kills = system.kills;
    await playOn(system, found);
  } catch (error) {
    problems.push(`the run broke off: ${textOf(error)}`);
  } finally {
    await system?.stop();
  }
  problems.push(...problemsOf(found));
  found.seconds = (performance.now() - beganMs) / 1_000;
}

async function playOn(system: ChaosSystem, found: ChaosResult): Promise<void> {
  const { options, problems } = found;
  const random = new Random(options.seed);
  found.temporalServer = (await system.connection.workflowService.getSystemInfo({})).serverVersion;
  const load = new Load(system, random.branch(1), {
    ...{ orders: options.orders, atOnce: CALLERS, pauseMs: CALLER_PAUSE_MS },
  });
  const market = new MarketMoves(system, random.branch(2));
  market.start();
  const loading = load.run();
  const schedule = scheduleOf(options);
  for (const [nth, turns] of schedule.entries()) {
    if (options.signal.aborted) break;
    load.allow((nth + 1) / schedule.length);
    await playTurns(turns, { system, load, nth, random, found });
  }
  // Of a run that was cut short only what had begun is judged.
  if (options.signal.aborted) load.end();
  load.allow(1);
  await loading;
  await market.stop();
  problems.push(...load.problems);
  const stuck = await comeToRest(system, load, options.say);
  found.verdict = await judge(system, load, stuck, options.say).catch((error: unknown) => {
    // What does not come to rest may be why nothing can be judged.
    problems.push(...stuck.map((why) => `stuck: ${why}`));
    throw error;
  });
}

interface Scene {
  readonly system: ChaosSystem;
  readonly load: Load;
  readonly nth: number;
  readonly random: Random;
  readonly found: ChaosResult;
}

/** Plays one fault, or two at once, and measures how long the system takes to work again. */
async function playTurns(turns: Turns, { system, load, nth, random, found }: Scene): Promise<void> {
  const { options, problems, injected } = found;
  const stage = (turn: number, fault: number): Stage => ({
    ...{ system, load, turn, random: random.branch(100 + nth * 10 + fault) },
    scaled: (ms) => ms * options.timeScale,
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
  if (tookMs !== undefined) found.recoveryMs.push(tookMs);
  const recovered = tookMs === undefined ? 'no time' : `${(tookMs / 1_000).toFixed(1)} s`;
  options.say(`${named(turns).padEnd(70)} recovered in ${recovered}; ${load.progress}`);
}

const named = (turns: Turns): string =>
  turns.map(([{ id, title }, turn]) => `${id}.${String(turn + 1)} ${title}`).join(' + ');
const textOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.message}${error.cause === undefined ? '' : `: ${textOf(error.cause)}`}`
    : String(error);

function problemsOf({ verdict }: ChaosResult): readonly string[] {
  if (verdict === undefined) return ['the run ended before anything could be judged'];
  return [
    ...verdict.lost.map((orderId) => `lost: ${orderId} was accepted and is in no ledger`),
    ...verdict.stuck.map((why) => `stuck: ${why}`),
    ...Object.entries(verdict.invariants).flatMap(([name, { ok, violations, violated }]) =>
      ok ? [] : [`${name}: ${String(violated)} violations`, ...violations.map((violation) => `  ${violation}`)],
    ),
  ];
}
