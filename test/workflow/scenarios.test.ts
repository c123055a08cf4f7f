/**
 * Goal: orders as workflows keep every scenario of FIX 4.4 specification, Appendix D, also with reports that come twice or
 * out of order. Method: all plays on one system, many at once, as each waits more than it works; then one test per scenario
 * reads what came of it.
 */
import { APPENDIX_D } from '../../scripts/scenarios/appendix-d';
import type { ScenarioResult } from '../../scripts/scenarios/results';
import { startScriptedSystem } from '../../scripts/scenarios/scripted-system';
import type { ScriptedSystem } from '../../scripts/scenarios/scripted-system';
import { runInWorkflows } from '../../scripts/scenarios/workflow-runner';
import { makeLogger } from '../../src/logging';
import { installTemporalRuntime } from '../../workers/temporal-runtime';

/** Some 540 orders with several reports each. */
const PLAYED_WITHIN_MS = 480_000;

describe('scenarios of FIX 4.4, Appendix D, as workflows', () => {
  let system: ScriptedSystem;
  let results: readonly ScenarioResult[] = [];

  beforeAll(async () => {
    const log = makeLogger({ level: 'silent', readable: false });
    installTemporalRuntime(log);
    system = await startScriptedSystem(process.env['OMS_TEST_TEMPORAL_ADDRESS'] ?? '', log);
    results = await runInWorkflows(system, APPENDIX_D);
  }, PLAYED_WITHIN_MS);
  afterAll(() => system.stop());

  test.each(APPENDIX_D)('$id $title', ({ id }) => {
    const own = results.filter((result) => result.id === id);
    expect(own.map(({ variant }) => variant)).toEqual(['plain', 'duplicated', 'swapped', 'delayed']);
    expect(own.flatMap(({ problems }) => problems ?? [])).toEqual([]);
  });

  test('no order was broken by it, and the journal is whole', async () => {
    expect(await system.oms.deps.journal.verify()).toMatchObject({ broken: [] });
  });
});
