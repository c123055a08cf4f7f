/**
 * Goal: orders as workflows keep every scenario of FIX 4.4 specification, Appendix D, also with reports that come twice or
 * out of order. Method: all plays on one system, many at once, as each waits more than it works; then one test per scenario
 * reads what came of it. Of each scenario the plain play and one of the three others; `npm run scenarios` plays them all.
 */
import { APPENDIX_D } from '../../scripts/scenarios/appendix-d';
import type { ScenarioResult } from '../../scripts/scenarios/results';
import type { Scenario } from '../../scripts/scenarios/scenario';
import { startScriptedSystem } from '../../scripts/scenarios/scripted-system';
import type { ScriptedSystem } from '../../scripts/scenarios/scripted-system';
import { VARIANTS } from '../../scripts/scenarios/variants';
import type { Variant } from '../../scripts/scenarios/variants';
import { runInWorkflows } from '../../scripts/scenarios/workflow-runner';
import { makeLogger } from '../../src/logging';
import { installTemporalRuntime } from '../../workers/temporal-runtime';

const PLAYED_WITHIN_MS = 480_000;

const OTHERS = VARIANTS.filter((variant) => variant !== 'plain');
const variantsOf = ({ id }: Scenario): readonly Variant[] => {
  const at = APPENDIX_D.findIndex((scenario) => scenario.id === id);
  return ['plain', OTHERS[at % OTHERS.length] ?? 'plain'];
};

describe('scenarios of FIX 4.4, Appendix D, as workflows', () => {
  let system: ScriptedSystem;
  let results: readonly ScenarioResult[] = [];

  beforeAll(async () => {
    const log = makeLogger({ level: 'silent', readable: false });
    installTemporalRuntime(log);
    system = await startScriptedSystem(process.env['OMS_TEST_TEMPORAL_ADDRESS'] ?? '', log);
    results = await runInWorkflows(system, APPENDIX_D, variantsOf);
  }, PLAYED_WITHIN_MS);
  afterAll(() => system.stop());

  test.each(APPENDIX_D)('$id $title', (scenario) => {
    const own = results.filter((result) => result.id === scenario.id);
    expect(own.map(({ variant }) => variant)).toEqual(variantsOf(scenario));
    expect(own.flatMap(({ problems }) => problems ?? [])).toEqual([]);
  });

  test('no order was broken by it, and the journal is whole', async () => {
    expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });
  });
});
