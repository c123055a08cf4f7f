/**
 * Plays every scenario on a real server, venue and database, and keeps the workflows' histories under
 * test/replay/histories/<version>/. Recorded once per release; files that are there are never touched but with --replace.
 *
 * npm run record-histories [-- --replace] [--only NAME,NAME]
 */
import { Command } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { SearchAttribute } from '../../src/contracts/names';
import { openDatabase } from '../../src/persistence/open-database';
import { EMBEDDED_DYNAMIC_CONFIG } from '../../src/temporal/dynamic-config';
import { startEmbeddedServer } from '../../src/temporal/embedded-server';
import { writeHistory } from '../../src/temporal/history-files';
import { ForgetfulVenue } from '../support/forgetful-venue';
import { OPEN_MS, OmsUnderTest } from '../support/oms-under-test';
import type { OmsUnderTestOptions } from '../support/oms-under-test';
import { StoppableDatabase } from '../support/stoppable-database';
import { historyFileNames } from './scenarios/all';
import { APPROVAL_LIMITS, approvalScenarios } from './scenarios/approvals';
import { correctionScenarios } from './scenarios/corrections';
import { killSwitchScenarios } from './scenarios/kill-switch';
import { limitsScenarios } from './scenarios/limits';
import { longRunScenarios } from './scenarios/long-runs';
import { orderScenarios } from './scenarios/orders';
import { postTradeScenarios } from './scenarios/post-trade';
import { reconciliationScenarios } from './scenarios/reconciliation';
import { Stage } from './scenarios/stage';
import type { Scenario } from './scenarios/stage';
import { DAYS_SPEED, serviceScenarios, timeScenarios } from './scenarios/time';
import { CONTINUE_AS_NEW_EVENTS, troubleScenarios } from './scenarios/trouble';

/** A scenario races real processes; one that a slow moment spoiled is played again. */
const TRIES = 3;
const PLAYED_WITHIN_MS = 90_000;
const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
const FOLDER = join(__dirname, 'histories', version);

const say = (line: string): unknown => process.stdout.write(`${line}\n`);
const complain = (line: string): unknown => process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const command = new Command('record-histories')
    .option('--replace', 'record again what is recorded already')
    .option('--only <names>', 'record these scenarios only, separated by commas')
    .showHelpAfterError()
    .parse();
  const { replace = false, only } = command.opts<{ replace?: boolean; only?: string }>();
  const recorded = existsSync(FOLDER) ? await readdir(FOLDER) : [];
  const isWanted = (name: string): boolean =>
    only === undefined
      ? replace || !recorded.some((file) => historyFileNames(name).test(file))
      : only.split(',').includes(name);
  const pick = (scenarios: Readonly<Record<string, Scenario>>) =>
    Object.entries(scenarios).filter(([name]) => isWanted(name));
  const atOnce = [
    ...pick(orderScenarios),
    ...pick(correctionScenarios),
    ...pick(troubleScenarios),
    ...pick(serviceScenarios),
    ...pick(killSwitchScenarios),
    ...pick(reconciliationScenarios),
    ...pick(postTradeScenarios),
    // Last, as every later order is judged by what they leave in force.
    ...pick(limitsScenarios),
  ];
  const overDays = pick(timeScenarios);
  const overLimits = pick(approvalScenarios);
  const longRuns = pick(longRunScenarios);
  if (atOnce.length + overDays.length + overLimits.length + longRuns.length === 0) {
    say(`nothing to record: ${FOLDER} has every scenario; --replace records again`);
    return;
  }
  const failed = [
    ...(await onServer({ 'limit.historyCount.suggestContinueAsNew': CONTINUE_AS_NEW_EVENTS }, replace, [
      [atOnce, {}],
      [overDays, { speed: DAYS_SPEED, simOriginMs: OPEN_MS }],
      [overLimits, { riskLimits: APPROVAL_LIMITS }],
    ])),
    ...(await onServer({}, replace, [[longRuns, {}]])),
  ];
  if (failed.length > 0) throw new Error(`not recorded: ${failed.join(', ')}`);
}

/** Scenarios that play on one system, and what that is like. */
type Group = readonly [scenarios: [string, Scenario][], options: SystemOptions];
type SystemOptions = Pick<OmsUnderTestOptions, 'speed' | 'simOriginMs' | 'riskLimits'>;

/** Plays all on one server, if there are any; returns the names of those that failed every time. */
async function onServer(
  dynamicConfig: Readonly<Record<string, number>>,
  replace: boolean,
  groups: readonly Group[],
): Promise<readonly string[]> {
  if (groups.every(([scenarios]) => scenarios.length === 0)) return [];
  const stateDir = await mkdtemp(join(tmpdir(), 'oms-record-'));
  const server = await startEmbeddedServer({
    stateDir,
    namespace: 'default',
    searchAttributes: Object.values(SearchAttribute),
    retention: '30d',
    dynamicConfig: { ...EMBEDDED_DYNAMIC_CONFIG, ...dynamicConfig },
    log: say,
  });
  process.env['OMS_TEST_TEMPORAL_ADDRESS'] = server.address;
  try {
    const failed: string[] = [];
    for (const [scenarios, options] of groups) failed.push(...(await record(scenarios, replace, options)));
    return failed;
  } finally {
    await server.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
}

/** Plays scenarios on one system; returns the names of those that failed every time. */
async function record(scenarios: [string, Scenario][], replace: boolean, options: SystemOptions): Promise<string[]> {
  if (scenarios.length === 0) return [];
  const database = new StoppableDatabase(await openDatabase({}));
  const venues = new ForgetfulVenue();
  const system = new OmsUnderTest({ ...options, database, wrap: venues.wrap });
  const failed: string[] = [];
  await system.start();
  try {
    const stage = new Stage(system, database, venues);
    for (const [name, scenario] of scenarios) {
      const workflowId = await played(name, scenario, stage);
      if (workflowId === undefined) failed.push(name);
      else await exportRuns(system.client, workflowId, name, replace);
    }
    await stage.reset();
  } finally {
    await system.stop();
    await database.close();
  }
  return failed;
}

async function played(name: string, scenario: Scenario, stage: Stage): Promise<string | undefined> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    await stage.reset();
    try {
      return await Promise.race([scenario(stage), tooLong()]);
    } catch (error) {
      complain(
        `${name}, try ${String(attempt)} of ${String(TRIES)}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return undefined;
}

function tooLong(): Promise<never> {
  return new Promise((_done, fail) => {
    setTimeout(() => {
      fail(new Error(`not over after ${String(PLAYED_WITHIN_MS / 1000)} s`));
    }, PLAYED_WITHIN_MS).unref();
  });
}

/** Exports every run of a workflow, the first one first. */
async function exportRuns(client: Client, workflowId: string, name: string, replace: boolean): Promise<void> {
  const runs = [];
  let runId: string | undefined = (await client.workflow.getHandle(workflowId).describe()).runId;
  while (runId !== undefined && runId !== '') {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    runs.unshift(history);
    runId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? undefined;
  }
  if (replace && existsSync(FOLDER)) {
    for (const file of await readdir(FOLDER)) if (historyFileNames(name).test(file)) await rm(join(FOLDER, file));
  }
  for (const [index, history] of runs.entries()) {
    const file = runs.length === 1 ? `${name}.json` : `${name}.${String(index + 1)}.json`;
    await writeHistory(join(FOLDER, file), history, { replace });
    say(`${file}: ${String(history.events?.length ?? 0)} events`);
  }
}

main().catch((error: unknown) => {
  complain(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
