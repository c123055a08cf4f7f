import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedDrawings, generatedPages } from '../../scripts/docs/generated-pages';
import { settingNames } from '../../src/config';
import { SETTINGS } from '../../src/settings';

const read = (page: string): string => readFileSync(join(__dirname, '../..', page), 'utf8');

test.each(generatedPages(read))('the generated parts of %s are fresh; run `npm run docs`', (page, made) => {
  expect(read(page)).toBe(made);
});

test.each(generatedDrawings())('the drawing %s is fresh; run `npm run docs`', (path, made) => {
  expect(read(path)).toBe(made);
});

test('every variable that is read is documented', () => {
  expect(SETTINGS.map(({ name }) => name)).toEqual(settingNames());
});

test('the scenarios were last played with every one of them holding, on both levels and in every variant', () => {
  const figures = JSON.parse(read('docs/figures/scenarios.json')) as { scenarios: readonly { ok: boolean }[] };
  expect(figures.scenarios.filter(({ ok }) => ok)).toHaveLength(400);
  expect(read('docs/SCENARIOS.md')).not.toMatch(/FAILS|not played/);
});
