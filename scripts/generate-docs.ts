/** Writes the generated tables of the Markdown pages, between their markers: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedPages } from './docs/generated-pages';

const root = join(__dirname, '..');
for (const [page, text] of generatedPages((name) => readFileSync(join(root, name), 'utf8'))) {
  writeFileSync(join(root, page), text);
  console.log(`${page} is up to date`);
}
