import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { OrderWorkflows, RunningOrder } from '../activities/dependencies';
import { MessageName, SearchAttribute, WorkflowName } from '../src/contracts/names';
import { correctionWorkflowId, orderIdOfAny, orderWorkflowId } from '../src/domain/ids';
import type { OrderId } from '../src/domain/ids';
import type { LimitScope } from '../src/domain/risk/limits';
import { TERMINAL_STATUSES } from '../src/domain/order';

/** Finds running orders and cancels them with Temporal alone: it works when no database does. */
export function createOrderWorkflows(client: Client): OrderWorkflows {
  return {
    async *open(scope, startedBeforeMs) {
      const query = openQuery(scope, startedBeforeMs);
      for await (const { workflowId } of client.workflow.list({ query, pageSize: 500 }))
        yield { workflowId } satisfies RunningOrder;
    },
    async cancel(workflowId, payload) {
      try {
        await client.workflow.getHandle(workflowId).signal(MessageName.cancelOrder, payload);
        return 'sent';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'gone';
        throw error;
      }
    },
    async unattended(orderIds) {
      if (orderIds.length === 0) return [];
      const attended = new Set<OrderId | undefined>();
      for await (const { workflowId } of client.workflow.list({ query: RUNNING, pageSize: 500 }))
        attended.add(orderIdOfAny(workflowId));
      const found: OrderId[] = [];
      // The list lags behind: each order that it misses is looked at itself.
      for (const orderId of orderIds.filter((id) => !attended.has(id))) {
        const ids = [orderWorkflowId(orderId), correctionWorkflowId(orderId)];
        const running = await Promise.all(ids.map((workflowId) => isRunning(client, workflowId)));
        if (!running.includes(true)) found.push(orderId);
      }
      return found;
    },
  };
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

const ORDERS = [WorkflowName.order, WorkflowName.correction, WorkflowName.adoption];
const listed = (values: readonly string[]): string => `(${values.map((value) => `'${value}'`).join(', ')})`;

const RUNNING = `WorkflowType IN ${listed(ORDERS)} AND ExecutionStatus = 'Running'`;

/** Orders that may still trade and are not being canceled. Which venue an order goes to is shown once it is there. */
function openQuery({ account, strategy, symbol, venue }: LimitScope, startedBeforeMs?: number): string {
  const is = (attribute: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [`${attribute} = '${value}'`];
  return [
    `WorkflowType IN ${listed(ORDERS)}`,
    `ExecutionStatus = 'Running'`,
    `${SearchAttribute.state} NOT IN ${listed([...TERMINAL_STATUSES, 'PENDING_CANCEL'])}`,
    ...(startedBeforeMs === undefined ? [] : [`StartTime < '${new Date(startedBeforeMs).toISOString()}'`]),
    ...is(SearchAttribute.account, account),
    ...is(SearchAttribute.strategy, strategy),
    ...is(SearchAttribute.symbol, symbol),
    ...is(SearchAttribute.venue, venue),
  ].join(' AND ');
}
