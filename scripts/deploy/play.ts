/** The story of two deploys under load, a right one and a wrong one, and what they prove. */
import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { orderWorkflowId, venueSessionWorkflowId } from '../../src/domain/ids';
import { placementOf } from '../../src/temporal/deployment';
import { moveOldOrders } from '../../workers/move-orders';
import { pause, persistently } from '../chaos/persistently';
import { Random } from '../chaos/random';
import { makeBuild } from './builds';
import type { Build } from './builds';
import { Load, VENUE } from './load';
import type { Sent } from './load';
import { differsFromVenue, isOf, ledgerOf, replaysOnItsBuild, runsOf } from './proofs';
import type { Run } from './proofs';
import { DEPLOYMENT, Stage, until } from './stage';

export interface Options {
  readonly stateDir: string;
  readonly orders: number;
  readonly seed: number;
  /** Ends the gate, which would go on by itself when this process ends. */
  readonly signal: AbortSignal;
  /** Takes what has to be stopped when nobody waits for the run any more. */
  readonly onCut: (stop: () => Promise<unknown>) => void;
  /** Gets each proof when it is found. */
  readonly onProof: (proof: Proof) => void;
  readonly say: (line: string) => void;
}
export interface Proof {
  readonly what: string;
  readonly isProved: boolean;
  readonly found: string;
}

/** An order that is older than this is old: a day, made short. */
const DAY_MS = 20_000;
const DRAINED_WITHIN_MS = 180_000;
const BETWEEN_CHANGES_MS = 400;
/** The part of the orders that begins at least on each build. */
const SHARE = 0.15;

export async function playDeploys(options: Options): Promise<void> {
  const { stateDir, say } = options;
  // PostgreSQL runs as a user of its own when we are root, and must be able to walk in.
  await chmod(stateDir, 0o711);
  const make = async (name: string, change: 'none' | 'patched' | 'wrong') => {
    const build = await makeBuild(name, change, join(stateDir, 'builds', name));
    say(`build ${name} is ${build.buildId}`);
    return build;
  };
  const builds = { a: await make('a', 'none'), b: await make('b', 'patched'), c: await make('c', 'wrong') };
  const starting = Stage.start(join(stateDir, 'system'), say);
  options.onCut(async () => (await starting).stop());
  const stage = await starting;
  try {
    await new Play(options, stage, builds).run();
  } finally {
    await stage.stop();
  }
}

class Play {
  private readonly load: Load;
  private long: readonly Sent[] = [];
  /** Long-lived orders that met the wrong code. */
  private hit: readonly Sent[] = [];

  constructor(
    private readonly options: Options,
    private readonly stage: Stage,
    private readonly builds: Readonly<Record<'a' | 'b' | 'c', Build>>,
  ) {
    this.load = new Load(stage, new Random(options.seed));
  }

  async run(): Promise<void> {
    const { stage, load, builds, options } = this;
    await stage.startWorker(builds.a);
    await stage.promote(builds.a);
    options.say('build a is current; orders begin');
    this.long = await load.longLived(Math.max(4, Math.ceil(options.orders / 20)));
    await load.flow(options.orders, this.deploys());
    options.say('the last order is sent; all come to their end');
    await this.end();
    await this.judge();
  }

  private async deploys(): Promise<void> {
    const { stage, load, builds, options } = this;
    let isChanging = true;
    const changes = this.changeOften(() => isChanging);
    await load.phaseHas(options.orders * SHARE);
    const right = await this.gate(builds.b);
    this.prove('the gate lets the right build pass', right.code === 0, `exit code ${String(right.code)}`);
    await stage.startWorker(builds.b);
    await this.switchTo(builds.b, 'b');
    await load.phaseHas(options.orders * SHARE);
    await this.drain(builds.a, builds.b);
    isChanging = false;
    await changes;
    await stage.stopWorker(builds.a);
    await until('the report session to be on build b', async () => {
      const session = await placementOf(stage.client, venueSessionWorkflowId(VENUE, 'HOUSE'));
      return session.buildId === builds.b.buildId;
    });
    this.prove('build a drains, is stopped, and its sessions go on with b', true, 'DRAINED');
    await this.wrongDeploy();
  }

  private async wrongDeploy(): Promise<void> {
    const { stage, load, builds, options } = this;
    const { code, output } = await this.gate(builds.c);
    const unnamed = this.long.filter(({ orderId }) => !output.includes(`would break: ${orderWorkflowId(orderId)} `));
    const named = `exit code ${String(code)}, ${String(this.long.length - unnamed.length)} of ${String(this.long.length)} open long-lived orders named`;
    this.prove('the gate refuses the wrong build, with the names of orders', code === 1 && unnamed.length === 0, named);
    this.hit = this.long.slice(0, Math.ceil(this.long.length / 2));
    // Asked before: the wrong build answers no question of these orders.
    const bases = await Promise.all(
      this.hit.map(async ({ orderId }) => (await stage.orders.get(orderId)).clientOrderIdBase ?? '?'),
    );
    await stage.startWorker(builds.c);
    await this.switchTo(builds.c, 'wrong');
    for (const { orderId } of this.hit) await stage.orders.signalCancel(orderId, 'while the wrong build is current');
    await until('the orders to meet the wrong build', async () =>
      (await this.lastRuns(this.hit)).every(({ failures }) => failures > 0),
    );
    await load.phaseHas(options.orders * SHARE);
    const open = (await ledgerOf(stage)).filter(({ status }) => status === 'OPEN');
    const waiting = bases.filter((base) => open.some((order) => isOf(base, order))).length;
    const found = `${String(waiting)} of ${String(this.hit.length)} fail their tasks and stand at the venue as before`;
    this.prove('orders that meet the wrong build wait', waiting === this.hit.length, found);
    await this.switchTo(builds.b, 'back');
    await Promise.all(this.hit.map((sent) => this.hasEnded(sent)));
    this.prove(
      'they go on after the roll back',
      true,
      `${String(this.hit.length)} of ${String(this.hit.length)} ended`,
    );
    await load.phaseHas(options.orders * SHARE);
    // What began on the wrong build fits no other.
    await this.drain(builds.c, builds.b);
    await stage.stopWorker(builds.c);
  }

  /** Makes a build current; orders that begin meanwhile may be on either. */
  private async switchTo(build: Build, phase: 'b' | 'wrong' | 'back'): Promise<void> {
    this.load.phase = 'switch';
    await this.stage.promote(build);
    this.load.phase = phase;
    this.options.say(`build ${build.name} is current after ${String(this.load.sent.length)} orders`);
  }

  /** Moves what has grown old to the current build until the other one has nothing left. */
  private async drain(from: Build, to: Build): Promise<void> {
    const { client } = this.stage;
    let moved = 0;
    await until(
      `build ${from.name} to be drained`,
      async () => {
        const result = await moveOldOrders({
          ...{ client, version: { deploymentName: DEPLOYMENT, buildId: to.buildId } },
          ...{ workflowBundle: to.workflowBundle, begunBefore: new Date(Date.now() - DAY_MS), limit: 10_000 },
        });
        moved += result.moved.length;
        for (const { workflowId, reason } of result.held)
          this.options.say(`${workflowId} stays: ${reason.slice(0, 100)}`);
        return (await this.stage.stateOf(from)) === 'DRAINED';
      },
      DRAINED_WITHIN_MS,
    );
    this.options.say(`build ${from.name} is drained; ${String(moved)} old orders were moved to ${to.name}`);
  }

  private async changeOften(isWanted: () => boolean): Promise<void> {
    const often = this.long.filter(({ life }) => life === 'is changed often');
    for (let turn = 0; isWanted(); turn += 1) {
      for (const sent of often) await this.load.change(sent, turn);
      await pause(BETWEEN_CHANGES_MS);
    }
  }

  /** The gate of a build, run as people run it. */
  private gate({ folder, name }: Build): Promise<{ readonly code: number; readonly output: string }> {
    this.options.say(`the gate of build ${name} looks at every open workflow`);
    const args = ['--import', 'tsx', join(folder, 'scripts', 'deploy-check.ts')];
    const env = { ...process.env, ...this.stage.settings };
    const { signal } = this.options;
    return new Promise((done) => {
      execFile(
        process.execPath,
        args,
        { cwd: folder, env, signal, maxBuffer: 2 ** 26 },
        (error, output, complaints) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          done({ code, output: output + complaints });
        },
      );
    });
  }

  private async end(): Promise<void> {
    const { load, stage } = this;
    await load.told();
    for (const { orderId } of this.long.filter((sent) => !this.hit.includes(sent)))
      await stage.orders.signalCancel(orderId, 'the run is over');
    await Promise.all(load.sent.map((sent) => this.hasEnded(sent)));
  }
  private async hasEnded({ orderId }: Sent): Promise<void> {
    // By its result: nobody answers questions of an order that ended on a build that is stopped.
    await persistently(`${orderId} ends`, () => this.stage.orders.final(orderId));
  }

  private async judge(): Promise<void> {
    const { load, builds, stage } = this;
    const all: (Sent & { readonly runs: readonly Run[] })[] = [];
    for (const sent of load.sent) all.push({ ...sent, runs: await runsOf(stage, sent) });
    const idsOf = (...used: readonly Build[]): string => used.map(({ buildId }) => buildId).join();
    const on = ({ runs }: { readonly runs: readonly Run[] }): string => runs.flatMap((run) => run.builds).join();
    const young = all.filter(
      ({ life, runs }) => life !== 'is changed often' && life !== 'rests for long' && !runs.some((run) => run.wasMoved),
    );
    const stayed = (phase: Sent['phase'], build: Build, what: string): void => {
      const begun = young.filter((sent) => sent.phase === phase);
      const right = begun.filter((sent) => on(sent) === idsOf(build));
      this.prove(
        what,
        begun.length > 0 && right.length === begun.length,
        `${String(right.length)} of ${String(begun.length)}`,
      );
    };
    stayed('a', builds.a, 'young orders of build a finish on a');
    stayed('b', builds.b, 'orders after the switch begin and finish on b');
    stayed('wrong', builds.c, 'orders that began on the wrong build finish on it');
    stayed('back', builds.b, 'orders after the roll back are on b again');
    const long = all.filter(({ orderId }) => this.long.some((sent) => sent.orderId === orderId));
    const isOnB = ({ runs }: { readonly runs: readonly Run[] }): boolean =>
      runs.at(-1)?.builds.at(-1) === builds.b.buildId && runs[0]?.builds[0] === builds.a.buildId;
    const continued = long.filter(({ runs }) => runs.length > 1);
    const patched = long.filter(({ runs }) => runs.length === 1 && runs[0]?.wasMoved === true);
    const some = (found: readonly { readonly runs: readonly Run[] }[]): boolean =>
      found.length > 0 && found.every(isOnB);
    this.prove('old orders move to b by continue-as-new', some(continued), `${String(continued.length)} orders`);
    this.prove('old orders move to b within their run, by patch', some(patched), `${String(patched.length)} orders`);
    const rest = long.length - continued.length - patched.length;
    this.prove('no old order is left behind', rest === 0, `${String(rest)} left`);
    const hit = new Set(this.hit.map(({ orderId }) => orderId));
    const disturbed = all.filter(({ orderId, runs }) => !hit.has(orderId) && runs.some(({ failures }) => failures > 0));
    this.prove(
      'no other order had a failed task',
      disturbed.length === 0,
      namesOf(disturbed.map(({ orderId }) => orderId)),
    );
    const differs = await differsFromVenue(stage, load.sent);
    this.prove(
      `all ${String(all.length)} orders ended right by the venue's ledger, each sent once`,
      differs.length === 0,
      namesOf(differs),
    );
    const runs = all.flatMap((sent) => sent.runs);
    const wrong = await replaysOnItsBuild(runs, Object.values(builds));
    this.prove(
      `all ${String(runs.length)} histories replay with the code that they ended on`,
      wrong.length === 0,
      namesOf(wrong),
    );
  }

  private async lastRuns(sent: readonly Sent[]): Promise<readonly Run[]> {
    const runs = await Promise.all(sent.map((order) => runsOf(this.stage, order)));
    return runs.flatMap((of) => of.slice(-1));
  }
  private prove(what: string, isProved: boolean, found: string): void {
    // What fails as its parts are taken away is no proof of anything.
    if (this.options.signal.aborted) return;
    this.options.onProof({ what, isProved, found });
    this.options.say(`${isProved ? 'proved' : 'NOT PROVED'}: ${what} (${found})`);
  }
}

const namesOf = (names: readonly string[]): string =>
  names.length === 0 ? 'none otherwise' : `${String(names.length)}: ${names.slice(0, 3).join('; ')}`;
