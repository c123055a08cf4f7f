import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A process that can be told from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in whatever form the system tells it; equal marks mean the same process. */
  readonly startMark: string;
}

/** The identity of a running process; undefined for one that is gone or only waits to be collected. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const startMark = process.platform === 'linux' ? await linuxStartMark(pid) : await ps(pid, 'lstart=');
  return startMark === undefined ? undefined : { pid, startMark };
}

/** Says whether a process that was identified earlier still runs. */
export async function isSameProcess(earlier: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(earlier.pid))?.startMark === earlier.startMark;
}

/** The command line of a running process, its words joined by spaces. */
export async function commandLineOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return ps(pid, 'args=');
  const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const line = raw.replaceAll('\0', ' ').trim();
  return line === '' ? undefined : line;
}

async function linuxStartMark(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in parentheses, which may hold spaces; what follows is plain.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  if (state === undefined || state === '' || state === 'Z' || state === 'X') return undefined;
  return fields[19];
}

async function ps(pid: number, field: string): Promise<string | undefined> {
  const output = await run('ps', ['-o', field, '-p', String(pid)]).catch(() => ({ stdout: '' }));
  const line = output.stdout.trim();
  return line === '' ? undefined : line;
}
