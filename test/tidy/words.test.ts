/** Goal: the tree says what it means. Method: a look at every tracked file's name and words. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(__dirname, '../..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
  .toString()
  .trim()
  .split('\n')
  .filter((file) => existsSync(join(root, file)));
const sources = files.filter((file) => /\.(ts|mjs|cjs|js|sh|sql|html|css|ya?ml|json|md)$|^\.ci\//.test(file));
const written = sources.filter((file) => file !== 'package-lock.json' && !file.startsWith('test/replay/histories/'));

/** Words that must not stay in the tree; written in pieces, so that this list does not find itself. */
const bannedWords: readonly (readonly [word: string, reason: string])[] = [
  ['FIX' + 'ME', 'repair it before it merges'],
  ['XX' + 'X', 'say what is missing, or do it'],
  ['console.' + 'debug', 'a leftover of a search for a fault'],
  ['debug' + 'ger;', 'a leftover of a search for a fault'],
  ['/wor' + 'k/', 'a path of one machine'],
  ['farm-' + 'studio', 'a tool of one workplace'],
  ['/tmp/go' + 'bin', 'a path of one machine'],
];
const vagueNames = /^(utils?|helpers?|commons?|misc|shared|types|stuff)(\.|$)/;

test('the tree is there', () => {
  expect(written.length).toBeGreaterThan(20);
});

test.each(bannedWords)('no file holds "%s": %s', (word) => {
  expect(linesWith((line) => line.includes(word))).toEqual([]);
});

test('work that is left over names its issue', () => {
  const mark = new RegExp('\\bTO' + 'DO\\b(?!\\(#\\d+\\))');
  expect(linesWith((line) => mark.test(line))).toEqual([]);
});

test('no file or folder has a name that says nothing', () => {
  expect(files.filter((file) => file.split('/').some((part) => vagueNames.test(part)))).toEqual([]);
});

test('file names are kebab-case', () => {
  const sourceFiles = files.filter((file) => /^(src|workflows|activities|workers|scripts|test)\/.*\.ts$/.test(file));
  expect(
    sourceFiles.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.property)?(\.test|\.d)?\.ts$/.test(basename(file))),
  ).toEqual([]);
});

test('a Markdown page has one title', () => {
  const pages = written.filter((file) => file.endsWith('.md'));
  expect(pages.filter((file) => titles(read(file)) !== 1)).toEqual([]);
});

test('every file ends with one line feed', () => {
  expect(written.filter((file) => !/[^\n]\n$/.test(read(file)) && read(file) !== '')).toEqual([]);
});

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function linesWith(isBad: (line: string) => boolean): string[] {
  return written.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (isBad(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}

function titles(page: string): number {
  // A comment in a code block starts with the same sign.
  return page
    .replace(/```[^]*?```/g, '')
    .split('\n')
    .filter((line) => line.startsWith('# ')).length;
}
