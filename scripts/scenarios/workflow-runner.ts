import { AskedVenue } from './asked-venue';
import { play } from './play';
import { playScenario } from './results';
import type { ScenarioResult } from './results';
import type { Scenario } from './scenario';
import type { ScriptedSystem } from './scripted-system';
import { VARIANTS } from './variants';
import type { Variant } from './variants';
import { problemsOfAnswers } from './venue-answers';
import { workflowStage } from './workflow-stage';

/** Orders that live at once; more would wait for each other on a machine of two cores. */
const AT_ONCE = 24;

/**
 * Plays scenarios on orders that are workflows. Where a scenario is the venue's own answer, the simulated venue is
 * asked as well, and its answers belong to the plain variant.
 *
 * @param variantsOf The variants to play of a scenario; all by default.
 */
export async function runInWorkflows(
  system: ScriptedSystem,
  scenarios: readonly Scenario[],
  variantsOf: (scenario: Scenario) => readonly Variant[] = () => VARIANTS,
): Promise<readonly ScenarioResult[]> {
  const turn = turns(AT_ONCE);
  let count = 0;
  const answers = await askVenue(scenarios);
  const results = await Promise.all(
    scenarios.map((scenario) =>
      playScenario(
        scenario,
        'workflow',
        ({ id }, run, way) =>
          turn(async () => {
            count += 1;
            return play(await workflowStage(system, run.order, `${id}-${String(count)}`), run, way);
          }),
        variantsOf(scenario),
      ),
    ),
  );
  return results.flat().map((result) => {
    const more = result.variant === 'plain' ? (answers.get(result.id) ?? []) : [];
    return more.length === 0 ? result : { ...result, ok: false, problems: [...(result.problems ?? []), ...more] };
  });
}

/** What the simulated venue answers wrongly, by scenario; one after the other, as they share its market. */
async function askVenue(scenarios: readonly Scenario[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const venue = await AskedVenue.start();
  const wrong = new Map<string, readonly string[]>();
  try {
    for (const { id } of scenarios) wrong.set(id, await problemsOfAnswers(venue, id));
  } finally {
    await venue.stop();
  }
  return wrong;
}

/** Lets a number of tasks run at once; the others wait for their turn. */
function turns(atOnce: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= atOnce) await new Promise<void>((go) => waiting.push(go));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
