import { bundleWorkflowCode } from '@temporalio/worker';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..');
/** Folders whose code can reach the bundle; the import rules keep it to these. */
const SOURCES = ['workflows', 'src/domain', 'src/contracts'];
/** The usual place for what tools can make again; a build carries its bundle along. */
const CACHE = __filename.endsWith('.ts')
  ? join(ROOT, 'node_modules', '.cache', 'durable-oms')
  : join(ROOT, 'workflow-bundles');

/** Where the workflows start: TypeScript when run from the sources, JavaScript when run from the build. */
export function workflowsPath(): string {
  const source = join(ROOT, 'workflows', 'index.ts');
  return existsSync(source) ? source : join(ROOT, 'workflows', 'index.js');
}

/**
 * Names the workflow code: equal code has an equal name. What activities do is not in it, as orders replay only their
 * workflows; an activity that changes rolls like any program.
 */
export async function workflowBuildId(): Promise<string> {
  return (await sourcesHash()).slice(0, 12);
}

/** The workflow bundle, built when the code behind it has changed since the last time; webpack takes seconds. */
export async function workflowBundle(): Promise<WorkflowBundleOption> {
  const codePath = join(CACHE, `workflows-${await sourcesHash()}.js`);
  if (existsSync(codePath)) return { codePath };
  const bundle = await bundleWorkflowCode({ workflowsPath: workflowsPath(), logger: quiet });
  try {
    await mkdir(dirname(codePath), { recursive: true });
    // Another process may build the same at the same time: the rename is atomic, the content the same.
    const fresh = `${codePath}.${String(process.pid)}`;
    await writeFile(fresh, bundle.code);
    await rename(fresh, codePath);
  } catch {
    // A read-only installation works from memory.
  }
  return bundle;
}

async function sourcesHash(): Promise<string> {
  const hash = createHash('sha256');
  const manifests = ['@temporalio/workflow', 'decimal.js'].map((name) =>
    join(ROOT, 'node_modules', name, 'package.json'),
  );
  const files = await Promise.all(SOURCES.map((folder) => readdir(join(ROOT, folder), { recursive: true })));
  const paths = files.flatMap((names, index) => names.map((name) => join(ROOT, SOURCES[index] ?? '', name)));
  for (const path of [...paths.filter((name) => /\.[jt]s$/.test(name)).sort(), ...manifests]) {
    hash.update(path.slice(ROOT.length)).update(await readFile(path).catch(() => ''));
  }
  return hash.digest('hex').slice(0, 24);
}

const nothing = (): void => undefined;
/** webpack's report of a success interests nobody; its errors are thrown. */
const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
