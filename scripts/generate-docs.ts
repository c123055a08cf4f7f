/** Writes the generated tables of the Markdown pages, between their markers, and the drawings: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedDrawings, generatedPages } from './docs/generated-pages';

const root = join(__dirname, '..');
const pages = generatedPages((name) => readFileSync(join(root, name), 'utf8'));
for (const [page, text] of [...pages, ...generatedDrawings()]) {
  writeFileSync(join(root, page), text);
  console.log(`${page} is up to date`);
}
