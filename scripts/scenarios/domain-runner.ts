import { domainStage } from './domain-stage';
import { play } from './play';
import { playScenario } from './results';
import type { ScenarioResult } from './results';
import type { Scenario } from './scenario';

/** Plays scenarios in the bare domain. */
export async function runInDomain(scenarios: readonly Scenario[]): Promise<readonly ScenarioResult[]> {
  const results = await Promise.all(
    scenarios.map((scenario) =>
      playScenario(scenario, 'domain', (_scenario, run, way) => play(domainStage(run.order), run, way)),
    ),
  );
  return results.flat();
}
