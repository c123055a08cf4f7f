/** Loaded before each test file of a coverage run: counts what jest does not see, in workflows and in other processes. */
import type { InjectedSinks, Worker, WorkerOptions } from '@temporalio/worker';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COVERAGE_FOLDER, PROCESS_FOLDER, WORKFLOW_BUNDLE } from './folders';
import { addCounts } from './line-coverage';
import type { CoverageSinks, FileCounts } from './line-coverage';

const total: Record<string, FileCounts> = {};
const sinks: InjectedSinks<CoverageSinks> = {
  coverage: {
    count: {
      fn: (_info, files) => {
        addCounts(total, files);
      },
      callDuringReplay: false,
    },
  },
};

// Set after jest's own process has started, V8 counts in the processes that it starts and not in jest itself. Tests see a
// copy of the environment; a function of Node's own leads to the real one.
const realProcess = (spawn.constructor as (body: string) => () => NodeJS.Process)('return process')();
realProcess.env['NODE_V8_COVERAGE'] = PROCESS_FOLDER;

// Only test files that start workers pay for loading the SDK.
jest.mock('@temporalio/worker', () => {
  const actual = jest.requireActual<{ Worker: typeof Worker }>('@temporalio/worker');
  const create = actual.Worker.create.bind(actual.Worker);
  actual.Worker.create = (options: WorkerOptions) =>
    create(options.workflowBundle === undefined ? options : { ...options, ...counting(options) });
  return actual;
});

const counting = (options: WorkerOptions) => ({
  workflowBundle: { codePath: WORKFLOW_BUNDLE },
  sinks: { ...options.sinks, ...sinks },
  // Counting makes long histories slow; whoever runs into the usual 5 s takes the whole process down.
  isolateExecutionTimeout: '1 minute' as const,
});

// Counting slows everything down; a test that looks at the clock gets a second chance.
jest.retryTimes(1);

afterAll(() => {
  if (Object.keys(total).length > 0)
    writeFileSync(join(COVERAGE_FOLDER, `workflows-${randomUUID()}.json`), JSON.stringify(total));
});
