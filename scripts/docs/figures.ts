/** The figures that commands have measured and `docs/figures` keeps. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What every file of figures begins with, see `figuresHead`. */
export interface FiguresHead {
  readonly at: string;
  readonly commit: string;
  readonly node: string;
  readonly temporalServer: string;
  readonly profile: string;
  readonly store: { readonly oms: string; readonly temporal: string; readonly fsync: string };
  readonly machine: { readonly cpus: number; readonly memoryGb: number };
}

export function readFigures(name: string): FiguresHead {
  const path = join(__dirname, '..', '..', 'docs', 'figures', `${name}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as FiguresHead;
}

/** Where, when and on what something was measured. */
export function provenance({ at, commit, node, temporalServer, profile, store, machine }: FiguresHead): string {
  const parts = [
    `Measured at ${at} on commit ${commit}`,
    `${String(machine.cpus)} cores, ${String(machine.memoryGb)} GB, Node ${node}`,
    ...(temporalServer === 'none' ? [] : [`Temporal server ${temporalServer} on ${store.temporal}`]),
    `${profile} profile, OMS on ${store.oms}`,
    `durability: ${store.fsync}`,
  ];
  return `${parts.join('; ')}.`;
}

export const tableOf = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows;
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
};

export const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');
