import type { OrderView } from '../../src/contracts/order-messages';
import type { ExecutionReport } from '../../src/domain/execution-report';

/** Reports of one unit each, with execution ids as long as venues make them. */
export function fillsFor(order: OrderView, count: number): readonly ExecutionReport[] {
  return Array.from({ length: count }, (_, at) => ({
    venue: 'SIMX',
    venueAccount: 'HOUSE',
    sequence: 0,
    execId: `execution-${String(at).padStart(6, '0')}-of-a-venue-with-long-ids`,
    execType: 'TRADE' as const,
    clientOrderId: `${order.clientOrderIdBase ?? ''}-0`,
    venueOrderId: order.venueOrderId ?? '',
    symbol: order.request.symbol,
    side: order.request.side,
    orderQuantity: order.quantity,
    cumQuantity: String(at + 1) as ExecutionReport['cumQuantity'],
    leavesQuantity: '1' as ExecutionReport['cumQuantity'],
    lastQuantity: '1' as ExecutionReport['cumQuantity'],
    lastPrice: '90' as ExecutionReport['cumQuantity'],
    fee: '0' as ExecutionReport['cumQuantity'],
    feeCurrency: 'USD',
    transactTimeMs: order.createdAtMs,
  }));
}
