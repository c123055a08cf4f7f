/**
 * `npm run scenarios`: plays every scenario of the FIX 4.4 specification, Appendix D, in the domain and through whole
 * workflows, with its reports in order, duplicated, swapped and delayed. Ends with code 1 when anything did not hold.
 */
import { Command, Option } from 'commander';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SearchAttribute } from '../src/contracts/names';
import { makeLogger } from '../src/logging';
import { startEmbeddedServer } from '../src/temporal/embedded-server';
import { installTemporalRuntime } from '../workers/temporal-runtime';
import { figuresHead } from './figures/head';
import { say } from './say';
import { APPENDIX_D } from './scenarios/appendix-d';
import { runInDomain } from './scenarios/domain-runner';
import type { ScenarioResult } from './scenarios/results';
import { startScriptedSystem } from './scenarios/scripted-system';
import { VARIANTS } from './scenarios/variants';
import { runInWorkflows } from './scenarios/workflow-runner';

const LEVELS = ['domain', 'workflow'] as const;
/** Problems told per scenario and variant; the file of figures has all. */
const SHOWN = 3;

interface Options {
  readonly level?: (typeof LEVELS)[number];
  readonly only?: string;
  readonly json?: string;
}

async function main(): Promise<number> {
  const { level, only, json } = new Command('scenarios')
    .description('Play every scenario of the FIX 4.4 specification, Appendix D, through domain and workflows.')
    .addOption(new Option('--level <level>', 'only this level').choices(LEVELS))
    .option('--only <ids>', 'only these scenarios, such as B.1.b,J.1.a')
    .option('--json <file>', 'write the figures as JSON')
    .showHelpAfterError()
    .parse()
    .opts<Options>();
  const wanted = only?.split(',');
  const scenarios = APPENDIX_D.filter(({ id }) => wanted?.includes(id) !== false);
  const unknown = wanted?.filter((id) => APPENDIX_D.every((scenario) => scenario.id !== id)) ?? [];
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(', ')}`);
  const stateDir = await mkdtemp(join(tmpdir(), 'oms-scenarios-'));
  const log = makeLogger({ level: 'silent', readable: false });
  installTemporalRuntime(log);
  const server = await startEmbeddedServer({
    stateDir,
    namespace: 'default',
    searchAttributes: Object.values(SearchAttribute),
    retention: '1 day',
    syncEachCommit: false,
    log: say,
  });
  try {
    const system = await startScriptedSystem(server.address, log);
    try {
      const results = [
        ...(level === 'workflow' ? [] : await runInDomain(scenarios)),
        ...(level === 'domain' ? [] : await runInWorkflows(system, scenarios)),
      ];
      tell(results);
      const head = await figuresHead(system, 'embedded', 'no; the folder is thrown away');
      if (json !== undefined)
        await writeFile(json, `${JSON.stringify({ ...head, scenarios: results }, undefined, 2)}\n`);
      return results.every(({ ok }) => ok) ? 0 : 1;
    } finally {
      await system.stop();
    }
  } finally {
    await server.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
}

/** A line per scenario and level, then what did not hold. */
function tell(results: readonly ScenarioResult[]): void {
  for (const { id, title } of APPENDIX_D) {
    for (const level of LEVELS) {
      const own = results.filter((result) => result.id === id && result.level === level);
      if (own.length === 0) continue;
      const cells = VARIANTS.map((variant) => cell(own.find((result) => result.variant === variant)));
      say(`${id.padEnd(6)} ${level.padEnd(9)} ${cells.join('  ')}  ${title}`);
    }
  }
  for (const { id, level, variant, problems } of results) {
    for (const problem of (problems ?? []).slice(0, SHOWN)) say(`${id} ${level} ${variant}: ${problem}`);
  }
  const good = results.filter(({ ok }) => ok).length;
  const reports = results.reduce((total, result) => total + result.reports, 0);
  say(`${String(good)} of ${String(results.length)} hold, ${String(reports)} reports`);
}

const cell = (result: ScenarioResult | undefined): string =>
  result === undefined ? '' : `${result.variant} ${result.ok ? (result.vacuous === undefined ? 'ok' : '- ') : 'NO'}`;

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    // Everything is stopped; the SDK's runtime, to which nothing was ever connected, would keep the process for ever.
    process.exit(1);
  },
);
