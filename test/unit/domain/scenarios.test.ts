/** Goal: the domain keeps every scenario of FIX 4.4 specification, Appendix D. Method: its table, played report by report. */
import { APPENDIX_D } from '../../../scripts/scenarios/appendix-d';
import { domainStage } from '../../../scripts/scenarios/domain-stage';
import { play } from '../../../scripts/scenarios/play';
import { playsOf, VARIANTS } from '../../../scripts/scenarios/variants';
import type { Stage } from '../../../scripts/scenarios/play';
import type { Scenario, ScenarioOrder } from '../../../scripts/scenarios/scenario';
import type { Variant } from '../../../scripts/scenarios/variants';

test('the table has every scenario once', () => {
  expect(new Set(APPENDIX_D.map(({ id }) => id)).size).toBe(50);
  expect(APPENDIX_D).toHaveLength(50);
});

describe.each(APPENDIX_D)('$id $title', (scenario) => {
  test.each(VARIANTS)('%s', async (variant) => {
    expect(await problemsOf(scenario, variant)).toEqual([]);
  });
});

describe('a venue without sequence numbers: its times tell what is newer', () => {
  test.each(APPENDIX_D.map((scenario) => [scenario.id, scenario] as const))('%s', async (_id, scenario) => {
    for (const variant of VARIANTS) expect([variant, await problemsOf(scenario, variant, 0)]).toEqual([variant, []]);
  });
});

test('a play that goes wrong is told', async () => {
  const [first] = APPENDIX_D;
  const run = first!.runs[0]!;
  const [plain] = playsOf(run, 'plain');
  const steps = plain!.steps.slice(0, -1);
  const { problems } = await play(domainStage(run.order), run, { ...plain!, steps });
  expect(problems).toEqual([expect.stringContaining('expected FILLED 10000/0') as string]);
});

async function problemsOf(scenario: Scenario, variant: Variant, sequence?: number): Promise<readonly string[]> {
  const played = await Promise.all(
    scenario.runs.flatMap((run) => playsOf(run, variant).map((way) => play(stageOf(run.order, sequence), run, way))),
  );
  return played.flatMap(({ problems }) => problems);
}

function stageOf(order: ScenarioOrder, sequence?: number): Stage {
  const stage = domainStage(order);
  if (sequence === undefined) return stage;
  return { ...stage, arrive: (reports) => stage.arrive(reports.map((report) => ({ ...report, sequence }))) };
}
