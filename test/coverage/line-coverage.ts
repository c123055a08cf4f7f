/** Line coverage of two kinds of instrumented code, jest's and the workflow sandbox's, brought together. */
import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import type { Sinks } from '@temporalio/workflow';

interface Position {
  readonly line: number;
  readonly column: number;
}
type Statements = Readonly<Record<string, { readonly start: Position }>>;

/** Counters of one sandboxed file, with what finds its lines the first time. */
export interface FileCounts {
  readonly hits: Readonly<Record<string, number>>;
  readonly map?: { readonly statements: Statements; readonly source?: SourceMapPayload };
}
export interface CoverageSinks extends Sinks {
  coverage: { count(files: Readonly<Record<string, FileCounts>>): void };
}
/** One file in jest's `coverage-final.json`, whose positions are those of the source. */
export interface JestFile {
  readonly s: Readonly<Record<string, number>>;
  readonly statementMap: Statements;
}

/** Hits by line. */
export type Lines = Map<number, number>;

/** Adds what came from a sandbox to what came before. */
export function addCounts(total: Record<string, FileCounts>, files: Readonly<Record<string, FileCounts>>): void {
  for (const [path, { hits, map }] of Object.entries(files)) {
    const before = total[path];
    const sum: Record<string, number> = { ...before?.hits };
    for (const [statement, count] of Object.entries(hits)) sum[statement] = (sum[statement] ?? 0) + count;
    const known = before?.map ?? map;
    total[path] = { hits: sum, ...(known === undefined ? {} : { map: known }) };
  }
}

/** The lines of a sandboxed file; statements that the compiler made up have none. */
export function linesOfCounts({ hits, map }: FileCounts): Lines {
  const source = map?.source === undefined ? undefined : new SourceMap(map.source);
  return linesOf(map?.statements ?? {}, hits, ({ line, column }) => {
    if (source === undefined) return line;
    const entry = source.findEntry(line - 1, column);
    return 'originalLine' in entry ? entry.originalLine + 1 : undefined;
  });
}
export const linesOfJest = (file: JestFile): Lines => linesOf(file.statementMap, file.s, ({ line }) => line);

function linesOf(
  statements: Statements,
  hits: Readonly<Record<string, number>>,
  lineOf: (position: Position) => number | undefined,
): Lines {
  const lines: Lines = new Map();
  for (const [statement, { start }] of Object.entries(statements)) {
    const line = lineOf(start);
    if (line !== undefined) lines.set(line, Math.max(lines.get(line) ?? 0, hits[statement] ?? 0));
  }
  return lines;
}

/**
 * One file as all saw it. Code that never ran in jest itself counts as the sandbox saw it: jest's instrumentation would
 * call the imports of a file that it never loaded uncovered. Other processes add hits to lines that hold statements.
 */
export function merged(jest: Lines | undefined, sandbox: Lines | undefined, processes: Lines | undefined): Lines {
  const ranInJest = jest !== undefined && [...jest.values()].some((hits) => hits > 0);
  const both: Lines = new Map(ranInJest || sandbox === undefined ? jest : sandbox);
  if (ranInJest) for (const [line, hits] of sandbox ?? []) both.set(line, (both.get(line) ?? 0) + hits);
  for (const [line, hits] of both) both.set(line, hits + (processes?.get(line) ?? 0));
  return both;
}

/** Adds one process's hits to those of others. */
export function addLines(total: Map<string, Lines>, path: string, lines: Lines): void {
  const sum: Lines = total.get(path) ?? new Map<number, number>();
  for (const [line, hits] of lines) sum.set(line, (sum.get(line) ?? 0) + hits);
  total.set(path, sum);
}
