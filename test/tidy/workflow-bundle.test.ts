import { bundleWorkflowCode } from '@temporalio/worker';
import { workflowsPath } from '../../workers/build-bundle';

jest.setTimeout(300_000);

/** Goal: what runs in the sandbox stays small and pure. Method: look into the bundle itself. */
test('neither zod nor a driver reaches the workflow bundle', async () => {
  const { code } = await bundleWorkflowCode({ workflowsPath: workflowsPath() });
  const modules = new Set(
    [...code.matchAll(/"\.\/node_modules\/((?:@[^/"]+\/)?[^/"]+)\//g)].map(([, name]) => name ?? ''),
  );
  // The list is the whole truth: a module that is new in here is looked at before it joins.
  const ours = [...modules].filter((name) => !name.startsWith('@temporalio/')).sort();
  expect(ours).toEqual(['decimal.js', 'long', 'ms', 'nexus-rpc']);
});
