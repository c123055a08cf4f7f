import { figuresHead } from '../figures/head';
import type { Invariants } from '../../workers/ledger-comparison';
import { WAITS_FOR } from './matrix';
import type { ChaosResult } from './play';
import type { Profile } from './stores';

/** Invariants of which a violation means that a quantity, a price or an amount is wrong. */
const CONSERVED = [
  'quantitiesAgree',
  'averagePricesAgree',
  'feesAgree',
  'quantitiesConserved',
  'reservationsReleased',
  'reservationsCoverOrders',
  'positionsMatchFills',
  'cashMatchesTrades',
] as const;

const FSYNC = { embedded: 'Temporal: each commit; PGlite: off', production: 'each commit' } as const;

/** The end of a run in lines. */
export function reportLines({ verdict, problems, seconds, injected, options, kills }: ChaosResult): readonly string[] {
  const quiet = Object.entries(injected).filter(([, times]) => times === 0);
  return [
    '',
    ...Object.entries(verdict?.ends ?? {}).map(([end, count]) => `  ${String(count).padStart(5)} ${end}`),
    ...Object.entries(verdict?.invariants ?? {}).map(
      ([name, { ok, checked }]) => `  ${ok ? 'ok    ' : 'FAILED'} ${name}, ${String(checked)} checked`,
    ),
    ...(quiet.length === 0 ? [] : [`not reached in this run: ${quiet.map(([id]) => id).join(', ')}`]),
    `killed: ${Object.entries(kills ?? {})
      .map(([part, times]) => `${part} ${String(times)}`)
      .join(', ')}`,
    ...problems.map((problem) => `PROBLEM ${problem}`),
    `${String(verdict?.orders ?? 0)} orders, ${String(Object.values(injected).reduce((sum, times) => sum + times, 0))} faults, ${options.profile}, ${seconds.toFixed(0)} s, seed ${String(options.seed)}: ${problems.length === 0 ? 'everything holds' : `${String(problems.length)} PROBLEMS`}`,
  ];
}

/** What every file of figures begins with, read once so that an interrupted run can write it at once. */
export const headOf = (profile: Profile) => figuresHead(undefined, profile, FSYNC[profile]);

/** What `--json` writes. */
export function figuresOf(result: ChaosResult, head: Awaited<ReturnType<typeof headOf>>) {
  const { verdict, injected, options, recoveryMs, problems, seconds, temporalServer, kills } = result;
  const invariants: Invariants = verdict?.invariants ?? {};
  const violated = (...names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (invariants[name]?.violated ?? 0), 0);
  const sorted = [...recoveryMs].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return {
    ...head,
    temporalServer,
    orders: verdict?.orders ?? 0,
    byState: verdict?.ends ?? {},
    seed: options.seed,
    timeScale: options.timeScale,
    faults: injected,
    kills: kills ?? {},
    waitsFor: WAITS_FOR,
    lost: (verdict?.lost.length ?? 0) + violated('inAllThreeLedgers'),
    duplicates: violated('noDuplicateVenueOrder'),
    conservationErrors: violated(...CONSERVED),
    stuck: (verdict?.stuck.length ?? 0) + violated('statesAgree'),
    historiesReplayed: invariants['historiesReplay']?.checked ?? 0,
    replayFailures: violated('historiesReplay'),
    recoveryMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
    invariants: Object.fromEntries(
      Object.entries(invariants).map(([name, { ok, checked }]) => [name, { ok, checked }]),
    ),
    problems,
    seconds: Math.round(seconds),
  };
}
