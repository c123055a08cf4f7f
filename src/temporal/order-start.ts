/** How an order's workflow is started: one place for ids, policies, memo and what the UI shows of it. */
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { createHash } from 'node:crypto';
import { MemoName, SearchAttribute, TaskQueue } from '../contracts/names';
import type { OrderInput } from '../contracts/order-messages';
import { orderIdOf, orderWorkflowId } from '../domain/ids';
import type { MarketClock } from '../domain/market-clock';
import type { OrderRequest } from '../domain/order-request';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

/** The same content gives the same hash, whatever the order of its fields. */
export function requestHash(request: OrderRequest): string {
  return createHash('sha256').update(stableJson(request)).digest('hex');
}

/** "BUY 100 AAPL LIMIT 644.1 DAY · alpha · crossover" */
export function orderSummary(request: OrderRequest): string {
  const prices = [request.stopPrice === undefined ? '' : `stop ${request.stopPrice}`, request.limitPrice ?? ''].filter(
    Boolean,
  );
  const what = [request.side, request.quantity, request.symbol, request.type, ...prices, request.timeInForce].join(' ');
  return `${what} · ${request.account} · ${request.strategy}`;
}

/** Start options for a checked request, without the policies, which differ between start and update-with-start. */
export function orderStart(
  request: OrderRequest,
  clock: MarketClock | undefined,
  { submissionId, submittedBy }: { readonly submissionId?: string; readonly submittedBy?: string | undefined } = {},
) {
  const input: OrderInput = {
    order: request,
    ...(clock === undefined ? {} : { clock }),
    ...(submissionId === undefined ? {} : { submissionId }),
    ...(submittedBy === undefined ? {} : { submittedBy }),
  };
  return {
    workflowId: orderWorkflowId(orderIdOf(request.account, request.clientOrderId)),
    taskQueue: TaskQueue.orders,
    args: [input] as [OrderInput],
    memo: { [MemoName.requestHash]: requestHash(request) },
    staticSummary: orderSummary(request),
    typedSearchAttributes: new TypedSearchAttributes([
      { key: keyword(SearchAttribute.account), value: request.account },
      { key: keyword(SearchAttribute.strategy), value: request.strategy },
      { key: keyword(SearchAttribute.symbol), value: request.symbol },
      { key: keyword(SearchAttribute.side), value: request.side },
      // Stands for every state before the venue has answered.
      { key: keyword(SearchAttribute.state), value: 'CREATED' },
      ...(request.parent === undefined ? [] : [{ key: keyword(SearchAttribute.parent), value: request.parent }]),
    ]),
  };
}

function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}
