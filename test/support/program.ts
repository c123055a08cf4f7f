import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from './oms-under-test';

const ROOT = join(__dirname, '..', '..');

/** A program of this tree as a process of its own, with what it logs. */
export class Program {
  output = '';
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(path: string, args: readonly string[], settings: Readonly<Record<string, string>>) {
    this.child = spawn(process.execPath, ['--import', 'tsx', path, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...settings },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (text: Buffer) => (this.output += text.toString()));
    this.exited = new Promise((resolve) => this.child.once('close', resolve));
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The fields of the log line with this message; waits for it, and fails as soon as the program ends without it. */
  async line(message: string): Promise<Record<string, unknown>> {
    let found: Record<string, unknown> | undefined;
    await eventually(() => {
      found = this.lines().find((line) => line['msg'] === message);
      if (found === undefined && this.child.exitCode === null) throw new Error(`no "${message}" in: ${this.output}`);
    }, 120_000);
    if (found === undefined) throw new Error(`it ended without "${message}": ${this.output}`);
    return found;
  }

  /** What it logged, each line an object; a line that is no JSON fails. */
  lines(): readonly Record<string, unknown>[] {
    const whole = this.output.slice(0, this.output.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}
