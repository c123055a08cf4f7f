/**
 * Bundled into the instrumented workflows: hands the counters of each activation out of the sandbox. The package's own
 * interceptor copies every statement map with each activation, a megabyte of JSON; this one sends maps once per run.
 */
import { proxySinks } from '@temporalio/workflow';
import type { WorkflowInterceptors } from '@temporalio/workflow';
import type { CoverageSinks, FileCounts } from './line-coverage';

interface Instrumented {
  readonly s: Record<string, number>;
  readonly statementMap: NonNullable<FileCounts['map']>['statements'];
  readonly inputSourceMap?: NonNullable<FileCounts['map']>['source'];
}

const { coverage } = proxySinks<CoverageSinks>();

export const interceptors = (): WorkflowInterceptors => {
  const mapped = new Set<string>();
  return {
    internals: [
      {
        concludeActivation(input, next) {
          const files = (globalThis as { __coverage__?: Record<string, Instrumented> }).__coverage__ ?? {};
          coverage.count(
            Object.fromEntries(Object.entries(files).flatMap(([path, file]) => countsOf(path, file, mapped))),
          );
          return next(input);
        },
      },
    ],
  };
};

/** What was hit since the last time; the counters start again from 0, as several workflows may share them. */
function countsOf(path: string, file: Instrumented, mapped: Set<string>): [string, FileCounts][] {
  const hits = Object.fromEntries(Object.entries(file.s).filter(([, count]) => count > 0));
  if (Object.keys(hits).length === 0) return [];
  for (const statement of Object.keys(file.s)) file.s[statement] = 0;
  if (mapped.has(path)) return [[path, { hits }]];
  mapped.add(path);
  const source = file.inputSourceMap;
  return [
    [
      path,
      {
        hits,
        map: {
          statements: file.statementMap,
          ...(source === undefined ? {} : { source: { ...source, sourcesContent: [] } }),
        },
      },
    ],
  ];
}
