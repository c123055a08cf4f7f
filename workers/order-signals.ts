import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { OrderSignals } from '../activities/dependencies';
import { MessageName } from '../src/contracts/names';
import { orderWorkflowId } from '../src/domain/ids';
import type { OrderId } from '../src/domain/ids';

/** Signals order workflows through a Temporal client. */
export function createOrderSignals(client: Client): OrderSignals {
  const signal = async (orderId: OrderId, name: string, payload: unknown): Promise<'sent' | 'gone'> => {
    try {
      await client.workflow.getHandle(orderWorkflowId(orderId)).signal(name, payload);
      return 'sent';
    } catch (error) {
      // Not running any more; what is over says so the same way as what never was.
      if (error instanceof WorkflowNotFoundError) return 'gone';
      throw error;
    }
  };
  return {
    sendReports: (orderId, reports) => signal(orderId, MessageName.executionReports, reports),
    sendTrigger: (orderId, price, marketTimeMs) => signal(orderId, MessageName.marketTrigger, { price, marketTimeMs }),
  };
}
