import { bundleWorkflowCode } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the workflows start: TypeScript when run from the sources, JavaScript when run from the build. */
export function workflowsPath(): string {
  const folder = join(__dirname, '..', 'workflows');
  const source = join(folder, 'index.ts');
  return existsSync(source) ? source : join(folder, 'index.js');
}

/** Bundles the workflows once; every worker and every test of a process shares the bundle. */
export function buildWorkflowBundle(): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({ workflowsPath: workflowsPath() });
}
