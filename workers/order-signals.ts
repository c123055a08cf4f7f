import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { OrderSignals } from '../activities/dependencies';
import { MessageName, TaskQueue, WorkflowName } from '../src/contracts/names';
import type { ExecutionReport } from '../src/domain/execution-report';
import { correctionWorkflowId, orderWorkflowId } from '../src/domain/ids';
import type { adoption, correction } from '../workflows';

/** Signals order workflows through a Temporal client. */
export function createOrderSignals(client: Client): OrderSignals {
  const signal = async (workflowId: string, name: string, payload: unknown): Promise<'sent' | 'gone'> => {
    try {
      await client.workflow.getHandle(workflowId).signal(name, payload);
      return 'sent';
    } catch (error) {
      // Not running any more; what is over says so the same way as what never was.
      if (error instanceof WorkflowNotFoundError) return 'gone';
      throw error;
    }
  };
  return {
    async sendReports(orderId, reports) {
      const sent = await signal(orderWorkflowId(orderId), MessageName.executionReports, reports);
      // A trade that was taken back may have opened it again: whatever the venue tells is then for who works it now.
      return sent === 'sent' ? sent : signal(correctionWorkflowId(orderId), MessageName.executionReports, reports);
    },
    async adopt(orderId, reports) {
      const [report] = reports;
      if (report === undefined) return;
      await client.workflow.signalWithStart<typeof adoption, [readonly ExecutionReport[]]>(WorkflowName.adoption, {
        workflowId: orderWorkflowId(orderId),
        taskQueue: TaskQueue.orders,
        args: [{ orderId, report }],
        signal: MessageName.executionReports,
        signalArgs: [reports],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        staticSummary: `${report.side} ${report.orderQuantity} ${report.symbol} of ${report.venue} · adopted`,
      });
    },
    async correct(orderId, reports) {
      await client.workflow.signalWithStart<typeof correction, [readonly ExecutionReport[]]>(WorkflowName.correction, {
        workflowId: correctionWorkflowId(orderId),
        taskQueue: TaskQueue.orders,
        args: [{ orderId }],
        signal: MessageName.executionReports,
        signalArgs: [reports],
        // One after the other, as often as the venue changes its mind; each goes on from what is recorded.
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        staticSummary: `correction of ${orderId}`,
      });
    },
    sendTrigger: (orderId, price, marketTimeMs) =>
      signal(orderWorkflowId(orderId), MessageName.marketTrigger, { price, marketTimeMs }),
  };
}
