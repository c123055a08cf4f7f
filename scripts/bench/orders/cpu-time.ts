/** CPU time of processes and all that they have started, as Linux counts it. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What `/proc/<pid>/stat` tells of a process. */
export interface ProcessStat {
  readonly parentPid: number;
  /** User and system, with that of the children that have ended and were waited for. */
  readonly ticks: number;
  /** Without those of children. */
  readonly ownTicks: number;
}

/** Reads a line of `/proc/<pid>/stat`. */
export function parseStat(line: string): ProcessStat {
  // The second field is the program's name in parentheses, which may hold spaces; what follows is plain.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const number = (at: number): number => Number(fields[at]);
  // Counted from the state, the third field of the file: ppid is the 4th, utime to cstime are the 14th to the 17th.
  const ownTicks = number(11) + number(12);
  return { parentPid: number(1), ticks: ownTicks + number(13) + number(14), ownTicks };
}

/** CPU milliseconds of the processes and their living descendants; one that is gone counts nothing. */
export function cpuMsOf(pids: readonly number[]): number {
  const all = allStats();
  const family = new Set(pids.filter((pid) => all.has(pid)));
  // A set that grows while it is walked: children of children join.
  for (const pid of family) for (const [child, { parentPid }] of all) if (parentPid === pid) family.add(child);
  let ticks = 0;
  for (const pid of family) ticks += all.get(pid)?.ticks ?? 0;
  return inMs(ticks);
}

/** CPU milliseconds of each thread of a process, by its id. */
export function threadsCpuMs(pid: number): ReadonlyMap<string, number> {
  const folder = `/proc/${String(pid)}/task`;
  const threads = new Map<string, number>();
  for (const thread of readdirSync(folder))
    unlessEnded(() => threads.set(thread, inMs(parseStat(readFileSync(`${folder}/${thread}/stat`, 'utf8')).ownTicks)));
  return threads;
}

/** CPU milliseconds that all processes of the machine have used. */
export function machineCpuMs(): number {
  const [total = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  // user nice system idle iowait irq softirq: what is neither idle nor waiting is used.
  const [, user, nice, system, , , irq, softirq] = total.split(/\s+/).map(Number);
  return inMs([user, nice, system, irq, softirq].reduce<number>((sum, ticks = 0) => sum + ticks, 0));
}

const inMs = (ticks: number): number => (ticks * 1_000) / ticksPerSecond();

function unlessEnded(look: () => unknown): void {
  try {
    look();
  } catch {
    // It has ended meanwhile.
  }
}

function allStats(): ReadonlyMap<number, ProcessStat> {
  const all = new Map<number, ProcessStat>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    unlessEnded(() => all.set(Number(name), parseStat(readFileSync(`/proc/${name}/stat`, 'utf8'))));
  }
  return all;
}

let known: number | undefined;
const ticksPerSecond = (): number =>
  (known ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).trim()));
