/**
 * Goal: each rule of the two rule books bites. Method: one planted fault per rule in a small tree of its own, checked by
 * the real tools with the real configuration; a tree without faults passes.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

jest.setTimeout(300_000);

const root = join(__dirname, '../..');
let tree: string;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'oms-rules-'));
  for (const file of ['eslint.config.mjs', '.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
    cpSync(join(root, file), join(tree, file));
  }
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
});
afterEach(() => {
  rmSync(tree, { recursive: true });
});

function plant(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), `${text}\n`);
  }
}

function runTool(script: string, args: readonly string[]): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: tree,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`${script} gave no report: ${stdout}${stderr}`, { cause });
  }
}

/** `file: rule` of each finding. */
function lint(): string[] {
  const report = runTool('eslint/bin/eslint.js', ['--format', 'json', '.']) as {
    filePath: string;
    messages: { ruleId: string | null; message: string }[];
  }[];
  return report.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, message }) => `${filePath.slice(tree.length + 1)}: ${ruleId ?? message}`),
  );
}

/** `rule: from` of each forbidden import. */
function cruise(folders: readonly string[]): string[] {
  const report = runTool('dependency-cruiser/bin/dependency-cruise.mjs', [
    ...['--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
    ...folders,
  ]) as { summary: { violations: { rule: { name: string }; from: string }[] } };
  return report.summary.violations.map(({ rule, from }) => `${from}: ${rule.name}`);
}

const lines = (count: number, line: string) => Array.from({ length: count }, () => line).join('\n');

const lintFaults: readonly (readonly [file: string, text: string, rule: string])[] = [
  ['src/domain/now.ts', 'export const now = Date.now();', 'no-restricted-syntax'],
  ['src/domain/new-date.ts', 'export const now = new Date();', 'no-restricted-syntax'],
  ['src/domain/date-text.ts', 'export const now = Date();', 'no-restricted-syntax'],
  ['src/domain/chance.ts', 'export const chance = Math.random();', 'no-restricted-syntax'],
  ['src/domain/number.ts', "export const price = Number('1.1');", 'no-restricted-syntax'],
  ['src/domain/float.ts', "export const price = parseFloat('1.1');", 'no-restricted-syntax'],
  ['src/domain/number-float.ts', "export const price = Number.parseFloat('1.1');", 'no-restricted-syntax'],
  [
    'src/domain/to-number.ts',
    "import type { Decimal } from 'decimal.js';\nexport const price = (d: Decimal): number => d.toNumber();",
    'no-restricted-syntax',
  ],
  [
    'activities/decimal.ts',
    "import { Decimal } from 'decimal.js';\nexport const one = Decimal;",
    'no-restricted-syntax',
  ],
  [
    'activities/new-decimal.ts',
    "import type { Decimal as D } from 'decimal.js';\ndeclare const Decimal: typeof D;\nexport const one = new Decimal(1);",
    'no-restricted-syntax',
  ],
  ['src/domain/node.ts', "import { join } from 'node:path';\nexport const path = join('a');", 'no-restricted-imports'],
  [
    'src/contracts/node.ts',
    "import { join } from 'node:path';\nexport const path = join('a');",
    'no-restricted-imports',
  ],
  ['workflows/process.ts', 'export const env = process.env;', 'no-restricted-globals'],
  ['workflows/buffer.ts', "export const bytes = Buffer.from('a');", 'no-restricted-globals'],
  ['workflows/fetch.ts', "export const page = () => fetch('a');", 'no-restricted-globals'],
  ['workflows/random.ts', 'export const id = () => crypto.randomUUID();', 'no-restricted-globals'],
  [
    'workflows/validator.ts',
    'declare const setHandler: (a: string, b: () => void, c: object) => void;\n' +
      "setHandler('a', () => undefined, { validator: async () => Promise.resolve() });",
    'no-restricted-syntax',
  ],
  [
    'activities/floating.ts',
    'export function f(): void {\n  Promise.resolve(1);\n}',
    '@typescript-eslint/no-floating-promises',
  ],
  [
    'activities/switch.ts',
    "export function f(side: 'buy' | 'sell'): number {\n  switch (side) {\n    case 'buy':\n      return 1;\n    default:\n      return 2;\n  }\n}",
    '@typescript-eslint/switch-exhaustiveness-check',
  ],
  [
    'activities/types.ts',
    "import { Info } from '@temporalio/activity';\nexport type I = Info;",
    '@typescript-eslint/consistent-type-imports',
  ],
  ['activities/console.ts', "console.log('a');", 'no-console'],
  ['activities/old.ts', '/** @deprecated */\nfunction old(): void {}\nold();', '@typescript-eslint/no-deprecated'],
  ['activities/long-file.ts', lines(401, 'void 0;'), 'max-lines'],
  [
    'activities/long-function.ts',
    `export function f(): void {\n${lines(70, '  void 0;')}\n}`,
    'max-lines-per-function',
  ],
  ['activities/disable.ts', '// eslint-disable-next-line no-console\nvoid 0;', 'Unused eslint-disable directive'],
  ['test/unit/focused.test.ts', "test.only('a', () => {\n  expect(1).toBe(1);\n});", 'jest/no-focused-tests'],
  ['test/unit/empty.test.ts', "test('a', () => {\n  void 0;\n});", 'jest/expect-expect'],
  [
    'test/unit/conditional.test.ts',
    "test('a', () => {\n  if (Date.now() > 1) expect(1).toBe(1);\n});",
    'jest/no-conditional-expect',
  ],
];

const cleanCode = {
  'src/domain/money.ts': "import { Decimal } from 'decimal.js';\nexport const one = new Decimal(1);",
  'scripts/tell.ts': "console.log('a');",
};

test('each lint rule catches its fault, and clean code passes', () => {
  plant({ ...cleanCode, ...Object.fromEntries(lintFaults.map(([file, text]) => [file, text])) });
  const findings = lint();
  const missed = lintFaults.filter(([file, , rule]) => !findings.some((found) => found.startsWith(`${file}: ${rule}`)));
  expect(missed.map(([file, , rule]) => `${file}: ${rule}`)).toEqual([]);
  expect(findings.filter((found) => Object.keys(cleanCode).some((file) => found.startsWith(`${file}:`)))).toEqual([]);
});

const importFaults: readonly (readonly [file: string, text: string, rule: string])[] = [
  ['src/domain/a.ts', "import { b } from './b';\nexport const a = (): unknown => b;", 'no-circular'],
  ['src/domain/lost.ts', "export * from './nowhere';", 'not-to-unresolvable'],
  ['src/domain/os.ts', "export * from 'node:os';", 'domain-imports'],
  ['src/contracts/driver.ts', "export * from 'pg';", 'contracts-imports'],
  ['src/ports/value.ts', "import { pure } from '../domain/pure';\nexport const v = pure;", 'ports-types-only'],
  ['src/calendars/driver.ts', "export * from 'pg';", 'calendars-imports'],
  ['src/venues/first/other.ts', "export * from '../second/client';", 'venues-imports'],
  ['src/venues/first/store.ts', "export * from '../../persistence/store';", 'venues-imports'],
  ['src/venues/first/port.ts', "import { port } from '../../ports/port';\nexport const p = port;", 'venues-types-only'],
  ['src/persistence/venue.ts', "export * from '../venues/second/client';", 'persistence-imports'],
  ['src/temporal/store.ts', "export * from '../persistence/store';", 'temporal-imports'],
  ['src/http/store.ts', "export * from '../persistence/store';", 'http-imports'],
  ['src/cli/store.ts', "export * from '../persistence/store';", 'cli-imports'],
  ['src/client/logging.ts', "export * from '../logging';", 'client-imports'],
  ['src/web/domain.ts', "export * from '../domain/pure';", 'web-imports'],
  ['src/logging.ts', "export * from './temporal/leaf';", 'settings-imports'],
  ['activities/port.ts', "import { port } from '../src/ports/port';\nexport const p = port;", 'activities-types-only'],
  ['activities/store.ts', "export * from '../src/persistence/store';", 'activities-imports'],
  ['workflows/activity.ts', "export * from '../activities/leaf';", 'workflows-imports'],
  ['workflows/contract.ts', "import { c } from '../activities/contract';\nexport const a = c;", 'workflows-types-only'],
  ['workflows/orders.ts', "import { o } from '../src/contracts/orders';\nexport const a = o;", 'workflows-types-only'],
  ['workflows/reach.ts', "export * from '../src/domain/os';", 'sandbox-reaches-no-node'],
  ['workers/run.ts', "export * from '../workflows/reach';", 'workers-load-workflows-by-path'],
  ['scripts/tests.ts', "export * from '../test/support/fixture';", 'product-needs-no-tests'],
];

const surroundings: Readonly<Record<string, string>> = {
  'src/domain/b.ts': "import { a } from './a';\nexport const b = (): unknown => a;",
  'src/domain/pure.ts': "export const pure = 'pure';",
  'src/contracts/orders.ts':
    "import { z } from 'zod';\nimport { pure } from '../domain/pure';\nexport const o = [z, pure];",
  'src/ports/port.ts': "import type { pure } from '../domain/pure';\nexport const port: typeof pure = 'pure';",
  'src/venues/second/client.ts':
    "import type { port } from '../../ports/port';\nexport const client: typeof port = 'pure';",
  'src/persistence/store.ts': "import { readFileSync } from 'node:fs';\nexport const store = readFileSync;",
  'src/temporal/leaf.ts': "import { Connection } from '@temporalio/client';\nexport const leaf = Connection;",
  'activities/contract.ts': 'export const c = 1;',
  'activities/leaf.ts': "import { log } from '@temporalio/activity';\nexport const leaf = log;",
  'workflows/names.ts': "import type { c } from '../activities/contract';\nexport const name: typeof c = 1;",
  'test/support/fixture.ts': "import { store } from '../../src/persistence/store';\nexport const fixture = store;",
};

test('each import rule catches its fault, and nothing else is found', () => {
  plant({ ...surroundings, ...Object.fromEntries(importFaults.map(([file, text]) => [file, text])) });
  const findings = cruise(['src', 'workflows', 'activities', 'workers', 'scripts', 'test']);
  const expected = importFaults.map(([file, , rule]) => `${file}: ${rule}`);
  expect(expected.filter((fault) => !findings.includes(fault))).toEqual([]);
  const fromSurroundings = findings.filter((found) =>
    Object.keys(surroundings).some((file) => found.startsWith(`${file}:`)),
  );
  // The other half of the planted cycle.
  expect(fromSurroundings.filter((found) => found !== 'src/domain/b.ts: no-circular')).toEqual([]);
});
