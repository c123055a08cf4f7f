/** Lists orders by what people filter by, from Temporal's visibility. */
import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { SearchAttribute, WorkflowName } from '../contracts/names';
import { orderIdOfWorkflow } from '../domain/ids';
import type { OrderId } from '../domain/ids';
import { OrderStatus } from '../domain/order';
import { violation } from '../domain/violations';
import { OrderRequestError, wrongArgument } from './errors';

/** One line of a list. */
export interface OrderLine {
  readonly orderId: OrderId;
  readonly status: OrderStatus;
  readonly account: string;
  readonly strategy: string;
  readonly symbol: string;
  readonly side: string;
  readonly venue?: string;
  readonly startedAt: Date;
  readonly isRunning: boolean;
}
export interface ListFilter {
  readonly account?: string;
  readonly strategy?: string;
  readonly symbol?: string;
  readonly side?: string;
  readonly venue?: string;
  readonly status?: OrderStatus;
  readonly limit?: number;
}

const LIST_MAX = 1_000;

/** Orders by what people filter by, newest first; follows Temporal's visibility, which lags by moments. */
export async function listOrders(client: Client, filter: ListFilter): Promise<readonly OrderLine[]> {
  const lines: OrderLine[] = [];
  const { limit: asked = 100, status } = filter;
  if (!Number.isInteger(asked) || asked < 1)
    throw wrongArgument('limit', String(asked), `A whole number from 1 to ${String(LIST_MAX)}.`);
  if (status !== undefined && !Object.hasOwn(OrderStatus, status))
    throw wrongArgument('status', status, `One of ${Object.keys(OrderStatus).join(', ')}.`);
  const limit = Math.min(asked, LIST_MAX);
  for await (const execution of client.workflow.list({ query: listQuery(filter) })) {
    const orderId = orderIdOfWorkflow(execution.workflowId);
    if (orderId === undefined) continue;
    const attribute = (name: string): string =>
      execution.typedSearchAttributes.get(defineSearchAttributeKey(name, SearchAttributeType.KEYWORD)) ?? '';
    const venue = attribute(SearchAttribute.venue);
    lines.push({
      orderId,
      status: attribute(SearchAttribute.state) as OrderStatus,
      account: attribute(SearchAttribute.account),
      strategy: attribute(SearchAttribute.strategy),
      symbol: attribute(SearchAttribute.symbol),
      side: attribute(SearchAttribute.side),
      ...(venue === '' ? {} : { venue }),
      startedAt: execution.startTime,
      isRunning: execution.status.name === 'RUNNING',
    });
    if (lines.length >= limit) break;
  }
  return lines;
}

const FILTERS = [
  ['account', SearchAttribute.account],
  ['strategy', SearchAttribute.strategy],
  ['symbol', SearchAttribute.symbol],
  ['side', SearchAttribute.side],
  ['venue', SearchAttribute.venue],
  ['status', SearchAttribute.state],
] as const;
const PLAIN = /^[A-Za-z0-9_.-]{1,64}$/;

function listQuery(filter: ListFilter): string {
  const conditions = FILTERS.flatMap(([field, attribute]) => {
    const value = filter[field];
    if (value === undefined) return [];
    // The query language has quotes of its own: only what ids are made of may enter it.
    if (!PLAIN.test(value))
      throw new OrderRequestError([
        violation('VALUE_NOT_ALLOWED', field, value, 'A filter has 1 to 64 of A-Z a-z 0-9 _ . -'),
      ]);
    return [`${attribute} = '${value}'`];
  });
  return [`WorkflowType IN ('${WorkflowName.order}', '${WorkflowName.adoption}')`, ...conditions].join(' AND ');
}
