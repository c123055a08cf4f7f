import type { Played } from './play';
import type { Scenario, ScenarioRun } from './scenario';
import { playsOf, vacuousReason, VARIANTS } from './variants';
import type { Play, Variant } from './variants';

/** What came of one scenario at one level in one variant. */
export interface ScenarioResult {
  readonly id: string;
  readonly level: 'domain' | 'workflow';
  readonly variant: Variant;
  readonly ok: boolean;
  /** Why there was nothing to play. */
  readonly vacuous?: string;
  /** Reports that arrived, over all runs. */
  readonly reports: number;
  readonly problems?: readonly string[];
}

/** Plays one run in one way on a fresh order. */
export type Player = (scenario: Scenario, run: ScenarioRun, play: Play) => Promise<Played>;

/** Plays variants of a scenario with all its runs, at once. */
export async function playScenario(
  scenario: Scenario,
  level: ScenarioResult['level'],
  player: Player,
  variants: readonly Variant[] = VARIANTS,
): Promise<readonly ScenarioResult[]> {
  return Promise.all(
    variants.map(async (variant) => {
      const plays = scenario.runs.flatMap((run) => playsOf(run, variant).map((play) => ({ run, play })));
      const played = await Promise.all(plays.map(({ run, play }) => safely(player, scenario, run, play)));
      const problems = played.flatMap((one) => one.problems);
      const reports = played.reduce((total, one) => total + one.reports, 0);
      return {
        id: scenario.id,
        level,
        variant,
        ok: problems.length === 0,
        ...(plays.length === 0 ? { vacuous: vacuousReason(variant) } : {}),
        reports,
        ...(problems.length === 0 ? {} : { problems }),
      };
    }),
  );
}

/** A play that broke off is a problem of its scenario and of no other. */
async function safely(player: Player, scenario: Scenario, run: ScenarioRun, play: Play): Promise<Played> {
  try {
    return await player(scenario, run, play);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { problems: [`${run.name}, ${play.name}: ${text}`], reports: 0 };
  }
}
