import type { Load } from './load';
import type { Random } from './random';
import type { ChaosSystem } from './system';

/** What a fault plays with. */
export interface Stage {
  readonly system: ChaosSystem;
  readonly load: Load;
  readonly random: Random;
  /** A long time as this run takes it. */
  readonly scaled: (ms: number) => number;
  /** The how-manieth time the fault is played: faults that have several forms play one after the other. */
  readonly turn: number;
}

/** One fault of the matrix. */
export interface Fault {
  readonly id: `F${number}`;
  readonly title: string;
  /** How many forms it has; each is played once before any is played again. */
  readonly forms: number;
  /** Forms behind those that only a production-like system can be played. */
  readonly formsInProduction?: number;
  /** Plays the fault once and heals it; answers how many times something was really broken. */
  play(stage: Stage): Promise<number>;
  /** Needs all to itself: it stops what others play with. */
  readonly alone?: true;
}
