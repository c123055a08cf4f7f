import type { CommandStep, ScenarioRun } from './scenario';
import { reportSteps } from './venue-script';

/** In which order, and how often, the reports of a run come to us. */
export const VARIANTS = ['plain', 'duplicated', 'swapped', 'delayed'] as const;
export type Variant = (typeof VARIANTS)[number];

/** One step of a play: a request of ours, or the arrival of the run's n-th report. */
export type PlayStep = CommandStep | { readonly kind: 'arrival'; readonly at: number };

/** One way in which the reports of a run arrive. */
export interface Play {
  readonly name: string;
  readonly steps: readonly PlayStep[];
  /** Whether the run's expectations hold after every report, or at the end only. */
  readonly checks: 'every report' | 'the end';
}

/** The plays of a variant; none when the run has too few reports for it. */
export function playsOf(run: ScenarioRun, variant: Variant): readonly Play[] {
  const inOrder = arrivals(run);
  const count = reportSteps(run).length;
  switch (variant) {
    case 'plain':
      return [{ name: 'in order', steps: inOrder, checks: 'every report' }];
    case 'duplicated':
      return [
        {
          name: 'each twice',
          steps: inOrder.flatMap<PlayStep>((step) => (step.kind === 'arrival' ? [step, step] : [step])),
          checks: 'every report',
        },
      ];
    case 'swapped':
      return Array.from({ length: count - 1 }, (_, at) => ({
        name: `reports ${String(at + 1)} and ${String(at + 2)} exchanged`,
        steps: swapped(inOrder, at),
        checks: 'the end',
      }));
    case 'delayed':
      return Array.from({ length: count - 1 }, (_, at) => ({
        name: `report ${String(at + 1)} after all others`,
        steps: [...inOrder.filter((step) => !isArrival(step, at)), { kind: 'arrival', at }],
        checks: 'the end',
      }));
  }
}

/** Why a variant has no play, where it has none. */
export const vacuousReason = (variant: Variant): string =>
  variant === 'swapped'
    ? 'one report: there is no neighbour to exchange it with'
    : 'one report: there is no other for it to come after';

function arrivals(run: ScenarioRun): readonly PlayStep[] {
  let at = 0;
  return run.steps.map((step) => {
    if (step.kind !== 'report') return step;
    at += 1;
    return { kind: 'arrival', at: at - 1 };
  });
}

const isArrival = (step: PlayStep, at: number): boolean => step.kind === 'arrival' && step.at === at;

/**
 * Report `at` comes right after its successor. A request between the two was made before either arrived: nothing answers
 * what was not asked.
 */
function swapped(inOrder: readonly PlayStep[], at: number): readonly PlayStep[] {
  const rest = inOrder.filter((step) => !isArrival(step, at));
  const place = rest.findIndex((step) => isArrival(step, at + 1)) + 1;
  return [...rest.slice(0, place), { kind: 'arrival', at }, ...rest.slice(place)];
}
