/** Line hits of processes that tests start, from what V8 itself counts (`NODE_V8_COVERAGE`). */
import type { SourceMapPayload } from 'node:module';
import type { Lines } from './line-coverage';

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}
/** One file that a process leaves behind. */
export interface ProcessCoverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly Range[] }[];
  }[];
  readonly 'source-map-cache'?: Readonly<
    Record<string, { readonly lineLengths: readonly number[]; readonly data: SourceMapPayload | null }>
  >;
}

/** Hits by line of each script of the process that wants measuring, by its URL. */
export function linesOfProcess(coverage: ProcessCoverage, isMeasured: (url: string) => boolean): Map<string, Lines> {
  const scripts = new Map<string, Lines>();
  for (const { url, functions } of coverage.result) {
    const map = coverage['source-map-cache']?.[url];
    if (!isMeasured(url) || map?.data === undefined || map.data === null) continue;
    const counts = countsByOffset(functions.flatMap(({ ranges }) => ranges));
    scripts.set(url, linesOf(map.data.mappings, map.lineLengths, counts));
  }
  return scripts;
}

/** How often each character ran: the narrowest range around it tells. */
function countsByOffset(ranges: readonly Range[]): Float64Array {
  const size = (range: Range): number => range.endOffset - range.startOffset;
  const counts = new Float64Array(Math.max(0, ...ranges.map((range) => range.endOffset)));
  for (const { startOffset, endOffset, count } of [...ranges].sort((a, b) => size(b) - size(a)))
    counts.fill(count, startOffset, endOffset);
  return counts;
}

/** Walks the source map: what ran at any place of a source line ran on that line. */
function linesOf(mappings: string, lineLengths: readonly number[], counts: Float64Array): Lines {
  const lines: Lines = new Map();
  let start = 0;
  let sourceLine = 0;
  for (const [index, line] of mappings.split(';').entries()) {
    let column = 0;
    for (const segment of line.split(',').filter(Boolean)) {
      const [columnStep = 0, , lineStep = 0] = decodeSegment(segment);
      column += columnStep;
      sourceLine += lineStep;
      lines.set(sourceLine + 1, Math.max(lines.get(sourceLine + 1) ?? 0, counts[start + column] ?? 0));
    }
    start += (lineLengths[index] ?? 0) + 1;
  }
  return lines;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** The numbers of a source map segment: base 64, five bits at a time, the sign in the last bit of all. */
function decodeSegment(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = BASE64.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit >= 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return numbers;
}
