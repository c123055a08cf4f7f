/** The last step of `npm run build`, run from what it has built: brings what tsc leaves out and bundles the workflows. */
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { workflowBundle } from '../workers/build-bundle';

const DIST = join(__dirname, '..');
const SOURCES = join(DIST, '..');
/** Files that programs read beside themselves. */
const BESIDE = [
  join('src', 'venues', 'simulated', 'market-data'),
  join('scripts', 'postgres.sh'),
  join('scripts', 'production', 'postgres-guard.sh'),
];

async function main(): Promise<void> {
  if (!existsSync(join(DIST, 'workflows', 'index.js'))) throw new Error('run it by `npm run build`');
  for (const path of BESIDE) await cp(join(SOURCES, path), join(DIST, path), { recursive: true });
  // A process that bundles takes seconds to start and room to write; in a container it has neither.
  await workflowBundle();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
