/**
 * When the history of a run is full. A worker that does not remember an order carries out its whole run anew before it can do
 * anything, at some 2 ms of a processor for each thing that the run took, and 10 s after it was given the task the server
 * takes it for dead. So a run ends long before Temporal asks for it: several orders with long runs could keep each other from
 * being done in time, after a restart of the worker or when it has much else to do.
 */
import { patched, workflowInfo } from '@temporalio/workflow';
import type { OrderDesk } from './order-desk';

/** Some 0.5 s for one order, and a few seconds for as many as a worker has at once (workers/create-workers.ts). */
const THINGS_PER_RUN = 200;
/** One thing may bring many; the domain alone takes 0.4 ms for each. */
const FILLS_PER_RUN = 1_000;

export class RunLength {
  private things = 0;
  private readonly fillsBefore: number;

  constructor(private readonly desk: Pick<OrderDesk, 'order'>) {
    this.fillsBefore = desk.order.fillCount;
  }

  /**
   * Counts what a turn takes, and says whether the order is to go on in a new run. Things are counted, as how many events a
   * task begins with is another number when it is carried out anew. Earlier versions waited for Temporal's advice.
   */
  takeThing(): boolean {
    this.things += 1;
    return (
      workflowInfo().continueAsNewSuggested ||
      (this.desk.order.fillCount - this.fillsBefore >= FILLS_PER_RUN && patched('leave-after-many-fills')) ||
      (this.things >= THINGS_PER_RUN && patched('end-runs-early'))
    );
  }
}
