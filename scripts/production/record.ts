import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isSameProcess } from '../../src/temporal/process-identity';

const identity = z.strictObject({ pid: z.int().positive(), startMark: z.string() });
const recordSchema = z.strictObject({
  owner: identity,
  parts: z.array(z.strictObject({ name: z.string(), identity, where: z.string() })),
});

/** What a state folder remembers of its system: the process that started it, and each part with where it answers. */
export type ProductionRecord = z.output<typeof recordSchema>;

const fileOf = (stateDir: string): string => join(stateDir, 'production.json');

export async function writeRecord(stateDir: string, record: ProductionRecord): Promise<void> {
  const file = fileOf(stateDir);
  await writeFile(`${file}.new`, `${JSON.stringify(record, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
}

export async function readRecord(stateDir: string): Promise<ProductionRecord | undefined> {
  const text = await readFile(fileOf(stateDir), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
}

export async function clearRecord(stateDir: string): Promise<void> {
  await rm(fileOf(stateDir), { force: true });
}

/** The parts that still run; a number that another process has got since does not count. */
export async function livingParts({ parts }: ProductionRecord): Promise<ProductionRecord['parts']> {
  const alive = await Promise.all(parts.map((part) => isSameProcess(part.identity)));
  return parts.filter((_, at) => alive[at]);
}
