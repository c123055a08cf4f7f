import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ExecutionReport } from '../../domain/execution-report';
import type { BookOrder } from './book-order';

/** An order as the ledger keeps it. */
export interface LedgerOrder extends BookOrder {
  /** Wall times of the booking and of the newest change. */
  readonly bookedAtMs: number;
  readonly changedAtMs: number;
}
/** All that one request or market step changed; the unit that is on disk whole or not at all. */
export interface LedgerEntry {
  readonly orders: readonly LedgerOrder[];
  readonly reports: readonly ExecutionReport[];
  /** Symbols that were halted (true) or trade again. */
  readonly halts?: Readonly<Record<string, boolean>>;
}

/**
 * The append-only book of record of one venue: a JSON line per entry, on disk (fsync) before {@link append} resolves.
 * Entries that come while a sync runs share the next one.
 */
export class Ledger {
  private readonly waiting: {
    readonly line: string;
    readonly done: () => void;
    readonly failed: (e: Error) => void;
  }[] = [];
  private flushing = false;
  private failure: Error | undefined;
  private newest: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: FileHandle,
    /** Called once when the disk refuses a write: nothing may be answered after that. */
    private readonly onFailure: (error: Error) => void,
  ) {}

  /** Opens a ledger and gives what it holds; a line torn by a kill is cut off, as it was never answered. */
  static async open(
    path: string,
    onFailure: (error: Error) => void,
  ): Promise<{ readonly ledger: Ledger; readonly entries: readonly LedgerEntry[] }> {
    mkdirSync(dirname(path), { recursive: true });
    const entries = existsSync(path) ? readEntries(path) : [];
    return { ledger: new Ledger(await open(path, 'a'), onFailure), entries };
  }

  /** Resolves when the entry is on disk. */
  append(entry: LedgerEntry): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const written = new Promise<void>((done, failed) => {
      this.waiting.push({ line: `${JSON.stringify(entry)}\n`, done, failed });
    });
    this.newest = written;
    if (!this.flushing) void this.flush();
    return written;
  }

  /** Resolves when everything appended so far is on disk. */
  synced(): Promise<void> {
    return this.newest;
  }

  async close(): Promise<void> {
    await this.newest.catch(() => undefined);
    await this.file.close();
  }

  private async flush(): Promise<void> {
    this.flushing = true;
    while (this.waiting.length > 0 && this.failure === undefined) {
      const group = this.waiting.splice(0);
      try {
        await this.file.writeFile(group.map((entry) => entry.line).join(''));
        await this.file.datasync();
        for (const entry of group) entry.done();
      } catch (error) {
        this.failure = error instanceof Error ? error : new Error(String(error));
        for (const entry of [...group, ...this.waiting.splice(0)]) entry.failed(this.failure);
        this.onFailure(this.failure);
      }
    }
    this.flushing = false;
  }
}

function readEntries(path: string): readonly LedgerEntry[] {
  const content = readFileSync(path);
  const end = content.lastIndexOf(0x0a) + 1;
  if (end < content.length) truncate(path, end);
  const lines = content.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  const entries: LedgerEntry[] = [];
  for (const [index, line] of lines.entries()) {
    const entry = parseEntry(line);
    if (entry !== undefined) entries.push(entry);
    else if (index === lines.length - 1) truncate(path, end - Buffer.byteLength(line) - 1);
    else throw new Error(`ledger ${path} is damaged at line ${String(index + 1)}: move it away or restore a backup`);
  }
  return entries;
}

function truncate(path: string, length: number): void {
  const descriptor = openSync(path, 'r+');
  try {
    ftruncateSync(descriptor, length);
  } finally {
    closeSync(descriptor);
  }
}

function parseEntry(line: string): LedgerEntry | undefined {
  try {
    const value = JSON.parse(line) as Partial<LedgerEntry> | null;
    // The ledger is our own file: its shape is trusted once both lists are there.
    return Array.isArray(value?.orders) && Array.isArray(value.reports) ? (value as LedgerEntry) : undefined;
  } catch {
    return undefined;
  }
}
