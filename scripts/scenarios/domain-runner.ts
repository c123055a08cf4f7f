import { APPENDIX_D } from './appendix-d';
import { domainStage } from './domain-stage';
import { play } from './play';
import { playScenario } from './results';
import type { ScenarioResult } from './results';

/** Plays every scenario in the bare domain. */
export async function runInDomain(): Promise<readonly ScenarioResult[]> {
  const results = await Promise.all(
    APPENDIX_D.map((scenario) =>
      playScenario(scenario, 'domain', (_scenario, run, way) => play(domainStage(run.order), run, way)),
    ),
  );
  return results.flat();
}
