/**
 * Runs the tests with counters in all product code and prints the lines covered by folder; ends with 1 below the minimum.
 * Jest sees nothing of what runs in the workflow sandbox or in other processes: workers get a bundle with counters of its
 * own, and processes that tests start let V8 count.
 *
 * npm run test:coverage [-- --selectProjects unit …]
 */
import { WorkflowCoverage } from '@temporalio/nyc-test-coverage';
import { bundleWorkflowCode } from '@temporalio/worker';
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workflowsPath } from '../../workers/build-bundle';
import { COVERAGE_FOLDER, PROCESS_FOLDER, WORKFLOW_BUNDLE } from './folders';
import { addCounts, addLines, linesOfCounts, linesOfJest, merged } from './line-coverage';
import type { FileCounts, JestFile, Lines } from './line-coverage';
import { linesOfProcess } from './process-coverage';
import type { ProcessCoverage } from './process-coverage';

const ROOT = join(__dirname, '../..');
const LINES_MIN_PERCENT = 90;
/** What runs orders. Scripts are left out: some need a browser, some only write documentation. */
const MEASURED = ['src', 'workflows', 'activities', 'workers'];
const PROJECTS = ['unit', 'conformance', 'workflow', 'replay', 'e2e'];
/** Uncovered lines named per file in the table. */
const NAMED_MAX = 12;

async function main(): Promise<void> {
  await rm(COVERAGE_FOLDER, { recursive: true, force: true });
  await mkdir(COVERAGE_FOLDER, { recursive: true });
  await buildInstrumented();
  const given = process.argv.slice(2);
  const testsPassed = await runJest(given.length > 0 ? given : ['--selectProjects', ...PROJECTS]);
  const percent = report(await readLines());
  if (!testsPassed) say('The tests themselves failed.');
  if (percent < LINES_MIN_PERCENT) say(`Below the minimum of ${String(LINES_MIN_PERCENT)} %.`);
  process.exitCode = testsPassed && percent >= LINES_MIN_PERCENT ? 0 : 1;
}

async function buildInstrumented(): Promise<void> {
  // The package does nothing unless it finds the counters of a coverage tool.
  Object.assign(globalThis, { __coverage__: {} });
  const coverage = new WorkflowCoverage();
  const { code } = await bundleWorkflowCode({
    workflowsPath: workflowsPath(),
    workflowInterceptorModules: [join(__dirname, 'workflow-interceptor.ts')],
    webpackConfigHook: (config) => coverage.addInstrumenterRule(config),
  });
  await writeFile(WORKFLOW_BUNDLE, code);
}

function runJest(selection: readonly string[]): Promise<boolean> {
  const flags = [
    ...[
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(ROOT, 'node_modules/jest/bin/jest.js'),
    ],
    ...['--coverage', '--coverageProvider=babel', '--coverageReporters=json', `--coverageDirectory=${COVERAGE_FOLDER}`],
    ...MEASURED.map((folder) => `--collectCoverageFrom=${folder}/**/*.ts`),
    `--setupFilesAfterEnv=${join(__dirname, 'workflow-sink.ts')}`,
    ...selection,
  ];
  const jest = spawn(process.execPath, flags, { cwd: ROOT, stdio: 'inherit' });
  return new Promise((done) => {
    jest.on('close', (code) => {
      done(code === 0);
    });
  });
}

/** Hits by line of every measured file, by its path from the root. */
async function readLines(): Promise<Map<string, Lines>> {
  const seenByJest = JSON.parse(await readFile(join(COVERAGE_FOLDER, 'coverage-final.json'), 'utf8')) as Record<
    string,
    JestFile
  >;
  const seenInSandbox: Record<string, FileCounts> = {};
  for (const name of await readdir(COVERAGE_FOLDER)) {
    if (!/^workflows-.*\.json$/.test(name)) continue;
    addCounts(
      seenInSandbox,
      JSON.parse(await readFile(join(COVERAGE_FOLDER, name), 'utf8')) as Record<string, FileCounts>,
    );
  }
  const seenInProcesses = await readProcesses();
  const paths = [...new Set([...Object.keys(seenByJest), ...Object.keys(seenInSandbox)])].filter(isMeasured);
  return new Map(
    paths.sort().map((path) => {
      const jest = seenByJest[path];
      const sandbox = seenInSandbox[path];
      return [
        relative(ROOT, path),
        merged(jest && linesOfJest(jest), sandbox && linesOfCounts(sandbox), seenInProcesses.get(path)),
      ];
    }),
  );
}

async function readProcesses(): Promise<Map<string, Lines>> {
  const total = new Map<string, Lines>();
  const isOurs = (url: string): boolean => url.startsWith('file://') && isMeasured(fileURLToPath(url));
  // A selection of tests may start no process at all.
  for (const name of await readdir(PROCESS_FOLDER).catch(() => [])) {
    const coverage = (await readFile(join(PROCESS_FOLDER, name), 'utf8')
      .then(JSON.parse)
      .catch(() => undefined)) as ProcessCoverage | undefined;
    // A process that was killed while it wrote leaves half a file.
    if (coverage === undefined) continue;
    for (const [url, lines] of linesOfProcess(coverage, isOurs)) addLines(total, fileURLToPath(url), lines);
  }
  return total;
}
const isMeasured = (path: string): boolean => MEASURED.some((folder) => path.startsWith(join(ROOT, folder, '/')));

/** Prints the table and answers the percentage of all lines. */
function report(files: ReadonlyMap<string, Lines>): number {
  const folders = group(files);
  say('\n  lines     of  percent');
  const all = { covered: 0, total: 0 };
  for (const [folder, names] of folders) {
    const sum = names
      .map((name) => countOf(files.get(name)))
      .reduce((a, b) => ({ covered: a.covered + b.covered, total: a.total + b.total }));
    row(`${folder}/`, sum);
    for (const name of names) {
      const missed = [...(files.get(name) ?? [])].filter(([, hits]) => hits === 0).map(([line]) => line);
      if (missed.length > 0) row(`  ${name.slice(folder.length + 1)}  ${shortened(missed)}`, countOf(files.get(name)));
    }
    all.covered += sum.covered;
    all.total += sum.total;
  }
  row('all', all);
  return percentOf(all);
}

function group(files: ReadonlyMap<string, Lines>): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const name of files.keys()) folders.set(dirname(name), [...(folders.get(dirname(name)) ?? []), name]);
  return folders;
}

interface Count {
  readonly covered: number;
  readonly total: number;
}
const countOf = (lines: Lines = new Map()): Count => ({
  covered: [...lines.values()].filter((hits) => hits > 0).length,
  total: lines.size,
});
const percentOf = ({ covered, total }: Count): number => (total === 0 ? 100 : (100 * covered) / total);
const row = (name: string, count: Count): void => {
  say(
    `${String(count.covered).padStart(7)}${String(count.total).padStart(7)}${percentOf(count).toFixed(1).padStart(9)}  ${name}`,
  );
};
const shortened = (lines: readonly number[]): string =>
  `${[...lines]
    .sort((a, b) => a - b)
    .slice(0, NAMED_MAX)
    .join(' ')}${lines.length > NAMED_MAX ? ' …' : ''}`;
const say = (line: string): unknown => process.stdout.write(`${line}\n`);

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
