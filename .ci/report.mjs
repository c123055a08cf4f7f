/** Reads the reports of jest runs for .ci/run: node .ci/report.mjs failed|counts|flaky REPORT [AGAIN] */
import { existsSync, readFileSync } from 'node:fs';

const [what, first, second] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, 'utf8')).testResults;
const failing = (suites) => suites.filter(({ status }) => status === 'failed');
const count = (suites, status) =>
  suites.flatMap(({ assertionResults }) => assertionResults).filter((test) => test.status === status).length;
/** A file that could not run has no test that failed. */
const failures = (suites) => count(suites, 'failed') + failing(suites).filter((s) => count([s], 'failed') === 0).length;

const suites = read(first);
const again = second !== undefined && existsSync(second) ? read(second) : undefined;
if (what === 'failed') {
  for (const { name } of failing(suites)) console.log(name);
} else if (what === 'counts') {
  const repeated = new Set(again?.map(({ name }) => name));
  const last = [...suites.filter(({ name }) => !repeated.has(name)), ...(again ?? [])];
  console.log(count(last, 'passed'), failures(last));
} else if (what === 'flaky') {
  for (const { name } of failing(suites)) {
    const now = again?.find((suite) => suite.name === name);
    if (now === undefined || now.status === 'failed') continue;
    console.log(`passed only when run again: ${name}`);
    for (const { status, fullName } of suites.find((suite) => suite.name === name).assertionResults) {
      if (status === 'failed') console.log(`  ${fullName}`);
    }
  }
}
