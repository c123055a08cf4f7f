/** Builds of the product in folders of their own: the code of today, the same with a compatible change, and with a wrong one. */
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowBundleOption } from '@temporalio/worker';

const ROOT = join(__dirname, '..', '..');
/** What a worker and the gate before a deploy are made of. */
const PARTS = ['src', 'workflows', 'activities', 'workers', 'scripts', 'config', 'package.json', 'tsconfig.json'];
const RECORDED = join('test', 'replay', 'histories');
const LOOP = join('workflows', 'order.ts');

/** A change of the order's loop. */
export type Change = 'none' | 'patched' | 'wrong';

export interface Build {
  readonly name: string;
  readonly folder: string;
  /** As its own code names it. */
  readonly buildId: string;
  readonly workflowBundle: WorkflowBundleOption;
}

/** The module of a build that bundles its workflows. */
interface Bundling {
  workflowBuildId(): Promise<string>;
  workflowBundle(): Promise<WorkflowBundleOption>;
}

/** Copies the product and changes its order workflow; the bundle is built from the copy. */
export async function makeBuild(name: string, change: Change, folder: string): Promise<Build> {
  await mkdir(folder, { recursive: true });
  for (const part of [...PARTS, RECORDED])
    await cp(join(ROOT, part), join(folder, part), { recursive: true, force: false });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, LOOP);
  await writeFile(file, changed(await readFile(file, 'utf8'), change));
  const bundling = (await import(join(folder, 'workers', 'build-bundle.ts'))) as Bundling;
  return {
    ...{ name, folder, buildId: await bundling.workflowBuildId() },
    workflowBundle: await bundling.workflowBundle(),
  };
}

const HANDLERS_WIRED = '  const display = new OrderDisplay(desk);\n';
const IMPORTED = "} from '@temporalio/workflow';\n";
const STEPS: Readonly<Record<Change, string>> = {
  none: '',
  patched:
    "  if (patched('one-step-more')) await sleep(1, { summary: 'a step that the build before does not have' });\n",
  // Nothing tells it from what orders have done before.
  wrong: "  await sleep(1, { summary: 'a step that no open order has taken' });\n",
};

/** The source of the order's loop with a change; fails when the loop is no longer as expected. */
export function changed(source: string, change: Change): string {
  for (const anchor of [HANDLERS_WIRED, IMPORTED])
    if (source.split(anchor).length !== 2) throw new Error(`${LOOP} has no single line ${JSON.stringify(anchor)}`);
  if (change === 'none') return source;
  return source
    .replace(IMPORTED, `${change === 'patched' ? '  patched,\n' : ''}${IMPORTED}`)
    .replace(HANDLERS_WIRED, `${HANDLERS_WIRED}${STEPS[change]}`);
}
