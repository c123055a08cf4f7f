import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { OrderWorkflows, RunningOrder } from '../activities/dependencies';
import { MessageName, SearchAttribute, WorkflowName } from '../src/contracts/names';
import type { LimitScope } from '../src/domain/risk/limits';
import { TERMINAL_STATUSES } from '../src/domain/order';

/** Finds running orders and cancels them with Temporal alone: it works when no database does. */
export function createOrderWorkflows(client: Client): OrderWorkflows {
  return {
    async *open(scope) {
      for await (const { workflowId } of client.workflow.list({ query: openQuery(scope), pageSize: 500 }))
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
  };
}

const ORDERS = [WorkflowName.order, WorkflowName.correction, WorkflowName.adoption];
const listed = (values: readonly string[]): string => `(${values.map((value) => `'${value}'`).join(', ')})`;

/** Orders that may still trade and are not being canceled. Which venue an order goes to is shown once it is there. */
function openQuery({ account, strategy, symbol, venue }: LimitScope): string {
  const is = (attribute: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [`${attribute} = '${value}'`];
  return [
    `WorkflowType IN ${listed(ORDERS)}`,
    `ExecutionStatus = 'Running'`,
    `${SearchAttribute.state} NOT IN ${listed([...TERMINAL_STATUSES, 'PENDING_CANCEL'])}`,
    ...is(SearchAttribute.account, account),
    ...is(SearchAttribute.strategy, strategy),
    ...is(SearchAttribute.symbol, symbol),
    ...is(SearchAttribute.venue, venue),
  ].join(' AND ');
}
