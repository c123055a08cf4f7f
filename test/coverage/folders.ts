import { join } from 'node:path';

/** Everything that a coverage run leaves behind. */
export const COVERAGE_FOLDER = join(__dirname, '../../coverage');
/** The workflows with counters. */
export const WORKFLOW_BUNDLE = join(COVERAGE_FOLDER, 'workflow-bundle.js');
/** What the processes leave behind that tests start. */
export const PROCESS_FOLDER = join(COVERAGE_FOLDER, 'processes');
