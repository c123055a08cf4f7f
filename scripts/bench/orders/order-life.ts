/** What every build offers to be measured by. */
import type { Client } from '@temporalio/client';
import type { Life } from './messages';

export interface Begun {
  readonly done: Promise<unknown>;
}
export interface Orders {
  readonly client: Client;
  /** Begins an order; resolves when its life's first step is over, with what ends when the order does. */
  readonly begin: (life: Life, id: string, nth: number) => Promise<Begun>;
  readonly workflowId: (id: string, nth: number) => string;
}
/** One part of a build that runs in this process; only a client's part has orders. */
export interface RunningBuild {
  readonly orders?: Orders;
  readonly stop: () => Promise<void>;
}

export const notOffered = (life: Life): Error => new Error(`this build has no life "${life}"`);
