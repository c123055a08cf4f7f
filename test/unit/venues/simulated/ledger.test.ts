import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionReport } from '../../../../src/domain/execution-report';
import { Ledger } from '../../../../src/venues/simulated/ledger';
import type { LedgerEntry } from '../../../../src/venues/simulated/ledger';

const folder = mkdtempSync(join(tmpdir(), 'oms-ledger-test-'));
let files = 0;
const nextPath = (): string => join(folder, 'deep', `${String(++files)}.jsonl`);
const entry = (sequence: number): LedgerEntry => ({ orders: [], reports: [{ sequence } as ExecutionReport] });
const neverFails = (error: Error): void => {
  throw error;
};

async function written(path: string, count: number): Promise<void> {
  const { ledger } = await Ledger.open(path, neverFails);
  await Promise.all(Array.from({ length: count }, (_, index) => ledger.append(entry(index + 1))));
  await ledger.close();
}

async function sequencesIn(path: string): Promise<readonly number[]> {
  const { ledger, entries } = await Ledger.open(path, neverFails);
  await ledger.close();
  return entries.flatMap(({ reports }) => reports.map((report) => report.sequence));
}

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('entries appended at the same time come back in order', async () => {
  const path = nextPath();
  await written(path, 50);
  expect(await sequencesIn(path)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});

test('an entry is in the file when its append resolves', async () => {
  const path = nextPath();
  const { ledger } = await Ledger.open(path, neverFails);
  await ledger.append(entry(7));
  expect(readFileSync(path, 'utf8')).toContain('"sequence":7');
  await ledger.close();
});

test.each([
  ['half a line', '{"orders":[],"rep'],
  ['a whole line without its end', JSON.stringify(entry(3))],
  ['zeroes, as a file system may leave them', '\0\0\0\0'],
  ['a line of zeroes with an end', '\0\0\n'],
])('a tail of %s is cut off and the next entry follows the last whole one', async (_, tail) => {
  const path = nextPath();
  await written(path, 2);
  appendFileSync(path, tail);
  const { ledger, entries } = await Ledger.open(path, neverFails);
  expect(entries).toHaveLength(2);
  await ledger.append(entry(3));
  await ledger.close();
  expect(await sequencesIn(path)).toEqual([1, 2, 3]);
});

test('damage before the last line stops the start and names the place', async () => {
  const path = nextPath();
  await written(path, 3);
  const [first = '', , third = ''] = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, `${first}\nbroken\n${third}\n`);
  await expect(Ledger.open(path, neverFails)).rejects.toThrow(/damaged at line 2/);
});

test('after a failed write nothing is taken and the owner is told once', async () => {
  const path = nextPath();
  const failures: Error[] = [];
  const { ledger } = await Ledger.open(path, (error) => failures.push(error));
  await ledger.close();
  const results = await Promise.allSettled([ledger.append(entry(1)), ledger.append(entry(2))]);
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  await expect(ledger.append(entry(3))).rejects.toThrow();
  expect(failures).toHaveLength(1);
});
